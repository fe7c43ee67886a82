package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import java.io.File;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shaded jar in a standalone Flink session: a job manager, a task manager and {@code flink run}, each a process of
 * its own with Flink's jars alone on its class path, so that whatever else the job needs comes out of the jar.
 */
@Tag("full")
class JobsJarIT {
    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final Path JAR = Path.of("target/ingestion-0.1.0-SNAPSHOT-jobs.jar");
    private static final World WORLD =
            new World(7, 60, 40, 10, Instant.parse("2022-05-08T00:00:00Z"), Instant.parse("2022-05-09T00:00:00Z"));

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void a_flink_session_counts_with_what_is_in_the_jar() throws Exception {
        int rest = freePort();
        Files.writeString(folder.resolve("config.yaml"), """
                jobmanager.rpc.address: localhost
                jobmanager.rpc.port: %d
                rest.address: localhost
                rest.port: %d
                rest.bind-address: localhost
                taskmanager.host: localhost
                taskmanager.numberOfTaskSlots: 2
                taskmanager.cpu.cores: 1
                taskmanager.memory.task.heap.size: 128m
                taskmanager.memory.task.off-heap.size: 64m
                taskmanager.memory.managed.size: 64m
                taskmanager.memory.network.min: 32m
                taskmanager.memory.network.max: 32m
                state.backend.type: rocksdb
                parallelism.default: 1
                io.tmp.dirs: %s
                """.formatted(freePort(), rest, folder));
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                        EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA));
                TestTopics topics = new TestTopics(cluster, 2)) {
            java("job-manager", StandaloneSessionClusterEntrypoint.class, "--configDir", folder.toString());
            java("task-manager", TaskManagerRunner.class, "--configDir", folder.toString());
            await().atMost(DEADLINE).until(() -> taskManagers(rest).contains("\"slotsNumber\":2"));

            Process run = java(
                    "run",
                    CliFrontend.class,
                    "run",
                    "--detached",
                    "--class",
                    StateJob.class.getName(),
                    JAR.toAbsolutePath().toString(),
                    "--bootstrap-servers",
                    cluster.bootstrapServers());
            assertThat(run.waitFor())
                    .as(Files.readString(folder.resolve("run.log")))
                    .isZero();

            topics.write(Topics.CONTENTS, "c1", WORLD.content(1));
            topics.write(
                    Topics.ENGAGEMENTS,
                    "v1",
                    Engagement.newBuilder()
                            .setId("1")
                            .setViewerId("v1")
                            .setContentId("c1")
                            .setAction(Action.LIKE)
                            .setAt(WORLD.from())
                            .setReceivedAt(WORLD.from())
                            .build());
            topics.flush();
            List<ViewerStateRecord> states = new ArrayList<>();
            try (TestTopics.Reader<ViewerStateRecord> reader = topics.reader(Topics.VIEWER_STATES)) {
                await().atMost(DEADLINE).until(() -> {
                    states.addAll(reader.more());
                    return states.stream().anyMatch(state -> state.getEvents() == 2); // LIKE, and SEEN with it
                });
            }
        }
    }

    private Process java(String name, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                "-cp",
                flinkAlone(),
                main.getName()));
        command.addAll(Arrays.asList(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("FLINK_CONF_DIR", folder.toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** What a distribution of Flink has: no connectors, no Avro, nothing of ours. */
    private static String flinkAlone() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> ours = List.of("flink-connector-kafka", "flink-connector-base", "flink-avro", "flink-test-utils");
        List<String> others = List.of(
                "flink-",
                "kryo-",
                "reflectasm-",
                "objenesis-",
                "minlog-",
                "snakeyaml-",
                "commons-",
                "javassist-",
                "frocksdbjni-",
                "jsr305-",
                "slf4j-api-",
                "log4j-",
                "async-profiler-",
                "snappy-java-",
                "lz4-java-");
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> {
                    String jar = Path.of(entry).getFileName().toString();
                    return jar.endsWith(".jar")
                            && others.stream().anyMatch(jar::startsWith)
                            && ours.stream().noneMatch(jar::startsWith);
                })
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String taskManagers(int port) throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/taskmanagers"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // not up yet
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
