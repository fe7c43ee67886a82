package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.launcher.Main;
import io.tuijian.models.Registry;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topics;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run trainer} as its own process, on a real Kafka: killed with -9 at any moment, it has lost and doubled nothing. */
class TrainerIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final int PARTITIONS = 2;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private final Set<String> written = new HashSet<>();
    private final Pages pages = new Pages(3, 60);
    private long poison;

    private record Run(Process process, List<String> lines) {
        void awaitLine(String part) {
            await().atMost(DEADLINE)
                    .until(() -> lines.stream().anyMatch(line -> line.contains(part)) || !process.isAlive());
            assertThat(lines).anyMatch(line -> line.contains(part));
        }
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    private Run run(Path config) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                        "-Dorg.bytedeco.javacpp.cachedir="
                                + System.getProperty(
                                        "org.bytedeco.javacpp.cachedir",
                                        folder.resolve("natives").toString()),
                        "-Dtuijian.root=" + folder,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "run",
                        "trainer",
                        "--config",
                        config.toString()))
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

    private Path config(EmbeddedCluster cluster, int metricsPort) throws IOException {
        return Files.writeString(folder.resolve("trainer.properties"), """
                kafka.bootstrap-servers=%s
                kafka.partitions=%d
                registry.folder=%s
                trainer.folder=%s
                trainer.settle=100ms
                trainer.checkpoint-interval=300ms
                trainer.promote-every=1s
                trainer.judge-for=1s
                trainer.fresh-examples=300
                trainer.metrics-port=%d
                """.formatted(
                        cluster.bootstrapServers(),
                        PARTITIONS,
                        folder.resolve("registry"),
                        folder.resolve("trainer"),
                        metricsPort));
    }

    /** Some pages, some corrections of them, now and then poison. */
    private void write(KafkaProducer<byte[], byte[]> producer, int count, Random random) {
        for (int page = 0; page < count; page++) {
            List<Example> examples = pages.next(Instant.now());
            for (Example example : examples) {
                written.add(example.getId());
                send(producer, example);
            }
            if (random.nextInt(3) == 0) {
                send(producer, Pages.corrected(examples.get(random.nextInt(examples.size()))));
            }
        }
        producer.send(new ProducerRecord<>("examples", random.nextInt(PARTITIONS), null, new byte[] {1, 2, 3}));
        poison++;
        producer.flush();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Example example) {
        producer.send(new ProducerRecord<>("examples", example.getId().getBytes(), Topics.EXAMPLES.encode(example)));
    }

    /** By the fate of examples, as Prometheus reads it. */
    private static Map<String, Long> counts(int port) {
        try {
            String text = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Map<String, Long> counts = new HashMap<>();
            for (Counts.Fate fate : Counts.Fate.values()) {
                text.lines()
                        .filter(line -> line.startsWith("trainer_examples_total{fate=\""
                                + fate.name().toLowerCase(java.util.Locale.ROOT) + "\"}"))
                        .forEach(line -> counts.put(
                                fate.name(), (long) Double.parseDouble(line.substring(line.indexOf('}') + 1))));
            }
            assertThat(text).contains("trainer_lag ", "trainer_loss ", "trainer_last_promotion_seconds ");
            return counts;
        } catch (IOException e) {
            return Map.of(); // not there yet
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitAllLearned(int port) {
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(counts(port))
                .containsEntry("LEARNED", (long) written.size())
                .containsEntry("UNDECODABLE", poison));
    }

    private void assertCurrentIsWhole() {
        Registry registry = new Registry(folder.resolve("registry"));
        registry.current("ranker").ifPresent(current -> {
            assertThat(EngagementNetwork.read(registry.artifact("ranker", current.version()))
                            .heads())
                    .isNotEmpty();
            assertThat(registry.artifact("ranker", current.version()).gateFile())
                    .exists();
        });
    }

    @Test
    void learns_promotes_goes_on_after_a_kill_and_ends_when_told_to() throws Exception {
        kills(1, new Random(1));
    }

    @Test
    @Tag("full")
    void killed_at_any_moment_it_has_lost_and_doubled_nothing_and_serves_a_whole_version() throws Exception {
        kills(12, new Random(2));
    }

    private void kills(int kills, Random random) throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                        EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrapServers(),
                                // a topic just made may refuse a first batch and take the next, which then bars the
                                // first
                                "max.in.flight.requests.per.connection",
                                1),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            int port = freePort();
            Path config = config(cluster, port);
            Run first = run(config);
            first.awaitLine("Created the topics");
            first.awaitLine("The trainer runs");
            write(producer, 100, random);
            awaitAllLearned(port);
            Run now = first;
            for (int kill = 0; kill < kills; kill++) {
                int pages = 20 + random.nextInt(60);
                Thread writing = new Thread(() -> write(producer, pages, random));
                writing.start();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1200)); // the moment is what is random
                now.process().destroyForcibly().waitFor();
                writing.join();
                assertCurrentIsWhole();
                now = run(config);
                now.awaitLine("The trainer runs");
            }
            awaitAllLearned(port);
            for (int more = 0; more < 40 && currentVersion() == null; more++) {
                write(producer, 60, random);
                awaitAllLearned(port);
                TimeUnit.MILLISECONDS.sleep(500); // a promotion is due each second
            }
            assertThat(currentVersion()).as(String.join("\n", now.lines())).isNotNull();
            assertCurrentIsWhole();

            Run rival = run(config);
            rival.awaitLine("is in use by another process");
            assertThat(rival.process().waitFor()).isEqualTo(1);

            now.process().destroy();
            assertThat(now.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(now.process().exitValue()).isEqualTo(143);
            assertThat(now.lines()).noneMatch(line -> line.contains("unexpected"));
            Run last = run(config);
            last.awaitLine("Goes on from checkpoint-");
            awaitAllLearned(port);
        }
    }

    private String currentVersion() {
        return new Registry(folder.resolve("registry"))
                .current("ranker")
                .map(Registry.Current::version)
                .orElse(null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
