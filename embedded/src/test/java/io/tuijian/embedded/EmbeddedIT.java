package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Instant YEARS_AGO = Instant.parse("2022-04-08T00:00:00Z");

    @TempDir
    private static Path temporary;

    private static EmbeddedOptions options;
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        options = EmbeddedOptions.in(temporary.resolve("state")).withKeep(true);
        cluster = EmbeddedCluster.start(options);
    }

    @AfterAll
    static void leaveNothing() throws IOException {
        Path pointer = options.state().resolve("elasticsearch").resolve("location");
        Optional<Path> elsewhere =
                Files.exists(pointer) ? Optional.of(Path.of(Files.readString(pointer))) : Optional.empty();
        cluster.close();
        EmbeddedCluster.start(options.withKeep(false).withParts()).close();

        assertThat(options.state()).doesNotExist();
        elsewhere.ifPresent(folder -> assertThat(folder).doesNotExist());
    }

    @Test
    void recordsAndDocumentsSurviveARestart() throws Exception {
        cluster.createTopic("greetings", 2, Map.of("cleanup.policy", "compact"));
        cluster.createTopic("greetings", 2, Map.of()); // a second time is no error
        send("greetings", "alice", "nihao");
        request("PUT", "/notes/_doc/1?refresh=wait_for", "{\"text\":\"nihao\"}");

        cluster.close();
        cluster = EmbeddedCluster.start(options);

        ConsumerRecord<String, String> read = readOne("greetings");
        assertThat(read.value()).isEqualTo("nihao");
        assertThat(Instant.ofEpochMilli(read.timestamp())).isEqualTo(YEARS_AGO);
        assertThat(request("GET", "/notes/_search?q=text:nihao", "")).contains("\"_id\":\"1\"");
    }

    @Test
    void aJobThatHasAnEndIsAwaited() {
        StreamExecutionEnvironment environment = cluster.environment("counts", 2);
        environment.fromSequence(1, 1000).sinkTo(new DiscardingSink<>());

        RunningJob job = cluster.submit(environment, "counts");

        assertThat(job.await(DEADLINE).getJobID()).isEqualTo(job.id());
        assertThat(job.status()).isEqualTo(JobStatus.FINISHED);
        assertThat(job.restoredFrom()).isEmpty();
        assertThat(job.failure()).isEmpty();
    }

    @Test
    void aFailingJobTellsItsCause() {
        StreamExecutionEnvironment environment = cluster.environment("fails", 1);
        environment.fromSequence(1, 10).map(new Failing()).sinkTo(new DiscardingSink<>());

        RunningJob job = cluster.submit(environment, "fails");

        assertThatThrownBy(() -> job.await(DEADLINE))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("The job fails failed")
                .hasMessageContaining("no luck with 1");
        assertThat(job.failure()).isPresent();
    }

    @Test
    void aJobGoesOnFromItsLastCheckpoint() {
        RunningJob first = endless();
        first.awaitRunning(DEADLINE);
        await().atMost(DEADLINE).until(() -> Observed.LAST.get() > 10);
        first.checkpoint();
        first.cancel();
        assertThat(first.status()).isEqualTo(JobStatus.CANCELED);
        Observed.LAST.set(0);

        RunningJob second = endless();

        assertThat(second.restoredFrom()).isPresent();
        await().atMost(DEADLINE).until(() -> Observed.LAST.get() > 0);
        assertThat(Observed.FIRST.get()).isGreaterThan(10);
        second.cancel();
    }

    private static RunningJob endless() {
        Observed.FIRST.set(0);
        StreamExecutionEnvironment environment = cluster.environment("endless", 1, Duration.ofMinutes(10));
        environment
                .fromSequence(1, Long.MAX_VALUE)
                .uid("numbers")
                .map(new Observed())
                .uid("observed")
                .sinkTo(new DiscardingSink<>())
                .uid("nowhere");
        return cluster.submit(environment, "endless");
    }

    @Test
    void aFolderServesOneClusterAtATime() {
        assertThatThrownBy(() -> EmbeddedCluster.start(options))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining(
                        "is in use by process " + ProcessHandle.current().pid());
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            EmbeddedOptions other = EmbeddedOptions.in(temporary.resolve("other"));

            assertThatThrownBy(() ->
                            EmbeddedCluster.start(other.withParts(Part.KAFKA).withKafkaPort(port)))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("Port " + port + " for Kafka is in use")
                    .hasMessageContaining("kafkaPort");
            assertThatThrownBy(() -> EmbeddedCluster.start(
                            other.withParts(Part.ELASTICSEARCH).withElasticsearchPort(port)))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("Port " + port + " for Elasticsearch is in use")
                    .hasMessageContaining("elasticsearchPort");
            assertThat(other.state()).doesNotExist();
        }
    }

    @Test
    void aDamagedLogIsNamed() throws IOException {
        EmbeddedOptions damaged =
                EmbeddedOptions.in(temporary.resolve("damaged")).withKeep(true).withParts(Part.KAFKA);
        EmbeddedCluster.start(damaged).close();
        Files.writeString(damaged.state().resolve("kafka").resolve("meta.properties"), "nonsense");

        assertThatThrownBy(() -> EmbeddedCluster.start(damaged))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("delete the state folder to start afresh");

        EmbeddedCluster.start(damaged.withKeep(false)).close(); // starts empty
    }

    @Test
    void anElasticsearchThatDoesNotComeUpSaysWhy() {
        EmbeddedOptions hasty = EmbeddedOptions.in(temporary.resolve("hasty"))
                .withParts(Part.ELASTICSEARCH)
                .withDeadline(Duration.ofMillis(100));

        assertThatThrownBy(() -> EmbeddedCluster.start(hasty))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("Elasticsearch did not come up within")
                .hasMessageContaining("whole log: ");
        assertThat(hasty.state()).doesNotExist();
    }

    @Test
    void anElasticsearchThatEndsAtOnceSaysWhy() {
        EmbeddedOptions greedy = EmbeddedOptions.in(temporary.resolve("greedy"))
                .withParts(Part.ELASTICSEARCH)
                .withElasticsearchHeapMegabytes(Integer.MAX_VALUE);

        assertThatThrownBy(() -> EmbeddedCluster.start(greedy))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("Elasticsearch ended while starting: ")
                .hasMessageContaining("heap");
        assertThat(greedy.state()).doesNotExist();
    }

    @Test
    void nothingRemainsOfAKilledParentAfterTheNextStart() throws Exception {
        EmbeddedOptions orphaned =
                EmbeddedOptions.in(temporary.resolve("orphaned")).withKeep(true);
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dtuijian.root=" + System.getProperty("tuijian.root"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedCluster.class.getName(),
                        "--state",
                        orphaned.state().toString(),
                        "--keep",
                        "--kafka-port",
                        "0",
                        "--elasticsearch-port",
                        "0")
                .redirectErrorStream(true)
                .start();
        List<ProcessHandle> children = new ArrayList<>();
        try {
            awaitReady(parent);
            parent.descendants().forEach(children::add);
            assertThat(children).as("launcher and server").hasSizeGreaterThanOrEqualTo(2);
        } finally {
            parent.destroyForcibly();
            parent.waitFor(10, TimeUnit.SECONDS);
        }

        try (EmbeddedCluster next = EmbeddedCluster.start(orphaned)) {
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            next.createTopic("works", 1, Map.of());
        }
        EmbeddedCluster.start(orphaned.withKeep(false).withParts()).close();
    }

    private static void awaitReady(Process process) throws IOException {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = new ArrayList<>();
            String line = output.readLine();
            while (line != null && !line.startsWith("Ready.")) {
                lines.add(line);
                line = output.readLine();
            }
            assertThat(line).as(() -> String.join("\n", lines)).isNotNull();
        }
    }

    private static void send(String topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, YEARS_AGO.toEpochMilli(), key, value))
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private static ConsumerRecord<String, String> readOne(String topic) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return await().atMost(DEADLINE)
                    .pollInSameThread()
                    .until(
                            () -> consumer.poll(Duration.ofMillis(200)).records(partition).stream()
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
        }
    }

    private static String request(String method, String path, String body) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(cluster.elasticsearchUrl() + path))
                                .header("Content-Type", "application/json")
                                .method(
                                        method,
                                        body.isEmpty()
                                                ? HttpRequest.BodyPublishers.noBody()
                                                : HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return response.body();
    }

    /** Fails on everything. */
    private static final class Failing implements MapFunction<Long, Long> {
        @Override
        public Long map(Long number) {
            throw new IllegalArgumentException("no luck with " + number);
        }
    }

    /** Lets the test see which numbers pass, slowly. */
    private static final class Observed implements MapFunction<Long, Long> {
        static final AtomicLong FIRST = new AtomicLong();
        static final AtomicLong LAST = new AtomicLong();

        @Override
        public Long map(Long number) throws InterruptedException {
            FIRST.compareAndSet(0, number);
            LAST.set(number);
            TimeUnit.MILLISECONDS.sleep(1);
            return number;
        }
    }
}
