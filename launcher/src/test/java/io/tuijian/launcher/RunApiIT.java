package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.feedapi.EventLog;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import io.tuijian.ingestion.ContentDocument;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.Visibility;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run api} as its own process, against real servers. */
class RunApiIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String KEY = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();

    private record Run(Process process, List<String> lines) {
        String awaitLine(String part) {
            await().atMost(DEADLINE)
                    .until(() -> lines.stream().anyMatch(line -> line.contains(part)) || !process.isAlive());
            return lines.stream()
                    .filter(line -> line.contains(part))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not said: " + part + ", but: " + lines));
        }

        String awaitUrl() {
            String line = awaitLine("The API listens at ");
            return line.substring(line.indexOf("http"), line.length() - 1);
        }
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    private Run run(String... config) throws IOException {
        Path file = Files.writeString(folder.resolve("api.properties"), String.join("\n", config));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                        "-Dtuijian.root=" + folder,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "run",
                        "api",
                        "--config",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        started.add(process);
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader in = process.inputReader()) {
                in.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add(e.toString()); // the process was killed
            }
        });
        reader.setDaemon(true);
        reader.start();
        return new Run(process, lines);
    }

    private HttpResponse<String> get(String url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int ready(String url) throws InterruptedException {
        try {
            return get(url + "/health/ready").statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void serves_pages_and_ends_when_told_to() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), KEY + "\n");
        Path checkpoint = folder.resolve("feature-store");
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA, Part.ELASTICSEARCH))) {
            String[] config = {
                "kafka.bootstrap-servers=" + cluster.bootstrapServers(),
                "kafka.partitions=2",
                "elasticsearch.url=" + cluster.elasticsearchUrl(),
                "registry.folder=" + folder.resolve("registry"),
                "api.port=0",
                "api.key-file=" + key,
                "api.checkpoint=" + checkpoint
            };
            Run run = run(config);
            run.awaitLine("Created the topics");
            String url = run.awaitUrl();
            publish(cluster);
            await().atMost(DEADLINE).until(() -> ready(url) == 200);
            assertThat(get(url + "/health/ready").body()).contains("\"indices\":true");
            String token = new Tokens(HexFormat.of().parseHex(KEY))
                    .issue("v1", EnumSet.of(Role.VIEWER), Instant.now(), Duration.ofHours(1));
            await().atMost(DEADLINE).untilAsserted(() -> {
                HttpResponse<String> content = get(url + "/v1/contents/c1", "Authorization", "Bearer " + token);
                assertThat(content.statusCode()).isEqualTo(200);
                HttpResponse<String> page = get(url + "/v1/feed/for-you", "Authorization", "Bearer " + token);
                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.body()).contains("\"nextCursor\":\"");
            });
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(get(cluster.elasticsearchUrl() + "/_index_template/timelines")
                                    .statusCode())
                            .isEqualTo(200));
            assertThat(get(cluster.elasticsearchUrl() + "/timelines-*/_mapping").body())
                    .as("not made up by a first page")
                    .contains("\"viewerId\":{\"type\":\"keyword\"");

            run.process().destroy();
            assertThat(run.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(run.process().exitValue()).isEqualTo(143);
            assertThat(checkpoint).exists();
            assertThat(run.lines()).noneMatch(line -> line.contains(KEY));
        }
    }

    private void publish(EmbeddedCluster cluster) throws IOException, InterruptedException {
        Content content = Content.newBuilder()
                .setId("c1")
                .setAuthorId("a1")
                .setKind(ContentKind.POST)
                .setCreatedAt(Instant.now())
                .setText("Hello")
                .setTopics(List.of("t1"))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .build();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(EventLog.record(Topics.CONTENTS, "c1", content));
        }
        await().atMost(DEADLINE)
                .until(() -> get(cluster.elasticsearchUrl() + "/contents").statusCode() == 200);
        byte[] document = ContentDocument.of(content, io.tuijian.features.ContentState.empty("c1"), List.of())
                .source();
        HttpRequest put = HttpRequest.newBuilder(URI.create(cluster.elasticsearchUrl() + "/contents/_doc/c1"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(document))
                .build();
        assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    @Test
    void what_cannot_be_used_is_said_in_one_line() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertRefused("elasticsearch.url is missing", "kafka.bootstrap-servers=localhost:1");
            assertRefused(
                    "must hold a key of at least 32 bytes",
                    "kafka.bootstrap-servers=localhost:1",
                    "elasticsearch.url=http://localhost:1",
                    "api.key-file=" + Files.writeString(folder.resolve("short"), "abcd"));
            assertRefused(
                    "choose another with api.port",
                    "kafka.bootstrap-servers=localhost:1",
                    "elasticsearch.url=http://localhost:1",
                    "api.port=" + taken.getLocalPort());
        }
    }

    private void assertRefused(String said, String... config) throws Exception {
        Run run = run(config);
        assertThat(run.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(run.process().exitValue()).isEqualTo(1);
        run.awaitLine(said);
    }
}
