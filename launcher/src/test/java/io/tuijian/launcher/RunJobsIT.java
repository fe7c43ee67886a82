package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run jobs} as its own process: waits, goes on after kill -9, ends when told to. */
class RunJobsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

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
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                "-Dtuijian.root=" + folder,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "run",
                "jobs",
                "--config",
                config.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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

    private Path config(int kafkaPort, int metricsPort, String... more) throws IOException {
        return Files.writeString(
                folder.resolve("jobs.properties"),
                """
                kafka.bootstrap-servers=localhost:%d
                kafka.partitions=3
                jobs=state
                parallelism=1
                checkpoints.folder=%s
                checkpoints.interval=200ms
                metrics.port=%d
                """.formatted(kafkaPort, folder.resolve("state"), metricsPort) + String.join("\n", more));
    }

    @Test
    void waits_for_kafka_creates_topics_goes_on_after_a_kill_and_ends_when_told_to() throws Exception {
        int port = freePort();
        int metricsPort = freePort();
        int elasticsearchPort = freePort();
        Path files = folder.resolve("files");
        Path archived = Files.createDirectories(files.resolve("archive/served/day=2022-05-08"))
                .resolve("part-0.avro");
        Files.createFile(archived);
        Run first = run(config(
                port, metricsPort, "jobs=index,state", "elasticsearch.url=http://localhost:" + elasticsearchPort));
        first.awaitLine("Kafka at localhost:" + port + " cannot be reached");
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("servers"))
                .withParts(Part.KAFKA)
                .withKafkaPort(port))) {
            first.awaitLine("Created the topics");
            first.awaitLine("state starts afresh");
            first.awaitLine("Elasticsearch at http://localhost:" + elasticsearchPort + " cannot be reached");
            try (Admin admin = Servers.admin(cluster.bootstrapServers())) {
                var contents = new ConfigResource(ConfigResource.Type.TOPIC, "contents");
                assertThat(admin.describeConfigs(List.of(contents))
                                .all()
                                .get()
                                .get(contents)
                                .get("cleanup.policy")
                                .value())
                        .isEqualTo("compact");
                assertThat(admin.describeTopics(List.of("engagements"))
                                .allTopicNames()
                                .get()
                                .get("engagements")
                                .partitions())
                        .hasSize(3);
            }
            awaitCheckpoint();
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", cluster.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                producer.send(
                        new ProducerRecord<>("engagements", new byte[] {1})); // lag is told from a first record on
            }
            awaitMetrics(metricsPort);

            first.process().destroyForcibly().waitFor();
            Run twice = run(config(port, freePort(), "jobs=state,archive", "archive.folder=" + files));
            twice.awaitLine("The job archive has no checkpoint to go on from");
            assertThat(twice.process().waitFor()).isEqualTo(1);
            assertThat(twice.lines()).noneMatch(line -> line.contains("state goes on"));

            Run second = run(config(port, metricsPort));
            second.awaitLine("state goes on from file:");
            second.awaitLine("All 1 jobs run");

            Run rival = run(config(port, freePort()));
            rival.awaitLine("is in use by process");
            assertThat(rival.process().waitFor()).isEqualTo(1);

            second.process().destroy();
            assertThat(second.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second.process().exitValue()).isEqualTo(143);
            assertThat(second.lines()).noneMatch(line -> line.contains("failed") || line.contains("unexpected"));
        }
    }

    @Test
    void jobs_are_handed_to_a_flink_cluster_in_their_jar() throws Exception {
        org.apache.flink.configuration.Configuration settings = new org.apache.flink.configuration.Configuration();
        settings.set(RestOptions.BIND_PORT, "0");
        // This cluster has our class path beside Flink's, so that a connector must not come twice.
        settings.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                        EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA));
                MiniCluster flink = new MiniCluster(new MiniClusterConfiguration.Builder()
                        .setConfiguration(settings)
                        .setNumSlotsPerTaskManager(1)
                        .build())) {
            flink.start();
            URI rest = flink.getRestAddress().get();
            Path config = Files.writeString(folder.resolve("jobs.properties"), """
                    kafka.bootstrap-servers=%s
                    jobs=state
                    parallelism=1
                    checkpoints.folder=%s
                    flink.address=%s:%d
                    """.formatted(
                    cluster.bootstrapServers(), folder.resolve("checkpoints").toUri(), rest.getHost(), rest.getPort()));
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int status = Main.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute("run", "jobs", "--config", config.toString());
            assertThat(status).as(err.toString()).isZero();
            assertThat(out.toString()).contains("state runs in the Flink cluster at " + rest.getHost());
            await().atMost(DEADLINE).until(() -> flink.listJobs().get().stream()
                    .anyMatch(job -> job.getJobName().equals("state") && job.getJobState() == JobStatus.RUNNING));
            var job = flink.listJobs().get().iterator().next().getJobId();
            await().atMost(DEADLINE)
                    .ignoreExceptions()
                    .until(() -> flink.triggerCheckpoint(job).get() != null);
        }
    }

    @Test
    @Tag("full")
    void a_job_that_writes_to_elasticsearch_starts_once_it_answers() throws Exception {
        int elasticsearchPort = freePort();
        try (EmbeddedCluster kafka = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA))) {
            Run run = run(config(
                    Integer.parseInt(kafka.bootstrapServers().split(":")[1]),
                    freePort(),
                    "jobs=index,state",
                    "elasticsearch.url=http://localhost:" + elasticsearchPort));
            run.awaitLine("state starts afresh");
            run.awaitLine("Elasticsearch at http://localhost:" + elasticsearchPort + " cannot be reached");
            awaitCheckpoint();
            assertThat(run.lines()).noneMatch(line -> line.contains("index starts"));
            try (EmbeddedCluster elasticsearch = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("index"))
                    .withParts(Part.ELASTICSEARCH)
                    .withElasticsearchPort(elasticsearchPort))) {
                assertThat(elasticsearch.elasticsearchUrl()).endsWith(":" + elasticsearchPort);
                run.awaitLine("index starts afresh");
                run.awaitLine("All 2 jobs run");
            }
            assertThat(run.process().isAlive()).isTrue();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The names that launcher/README.md tells an operator to watch. */
    private static void awaitMetrics(int port) {
        HttpRequest scrape = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                .build();
        HttpClient http = HttpClient.newHttpClient();
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(
                        http.send(scrape, HttpResponse.BodyHandlers.ofString()).body())
                .contains(
                        "flink_taskmanager_job_task_operator_pendingRecords{",
                        "flink_taskmanager_job_task_operator_KafkaSourceReader_KafkaConsumer_records_lag_max{",
                        "flink_taskmanager_job_task_operator_currentInputWatermark{",
                        "flink_taskmanager_job_task_operator_currentEmitEventTimeLag{",
                        "flink_taskmanager_job_task_operator_duplicates{",
                        "flink_taskmanager_job_task_operator_deadLetters{",
                        "flink_taskmanager_job_task_operator_latenessMillis{",
                        "flink_taskmanager_job_task_operator_emitDelayMillis{",
                        "flink_taskmanager_job_task_numRecordsIn{",
                        "flink_jobmanager_job_lastCheckpointSize{",
                        "flink_jobmanager_job_lastCheckpointDuration{",
                        "flink_jobmanager_job_numRestarts{",
                        "rocksdb_estimate_live_data_size{",
                        "job_name=\"state\""));
    }

    private void awaitCheckpoint() {
        await().atMost(DEADLINE).until(() -> {
            try (var files = Files.walk(folder.resolve("state"))) {
                return files.anyMatch(file -> file.getFileName().toString().equals("_metadata"));
            } catch (UncheckedIOException e) {
                return false; // an older checkpoint went away meanwhile
            }
        });
    }
}
