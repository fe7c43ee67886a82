package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topic;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/**
 * The jar of the jobs in a Flink that has nothing of ours: a session cluster of two processes with the artifacts that
 * make up a distribution's flink-dist, flink-connector-files and log4j, and nothing else on its class path.
 */
@Tag("full")
class JobsJarIT {
    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final Path JAR = Path.of("target", "ingestion-0.1.0-SNAPSHOT-jobs.jar");
    private static final int JOBS = 6;

    /** Of the jars of our class path those that a distribution has, too; its tables, which no job needs, left out. */
    private static final Pattern DISTRIBUTION = Pattern.compile("(flink-(annotations|clients|connector-datagen"
            + "|connector-files|core|core-api|datastream|datastream-api|dstl-dfs|file-sink-common|hadoop-fs|metrics-core"
            + "|queryable-state-client-java|rpc-core|rpc-akka-loader|runtime|shaded-[a-z0-9-]+|statebackend-[a-z]+"
            + "|streaming-java)|log4j-(api|core|slf4j2?-impl)|slf4j-api|commons-(cli|collections|compress|io|lang3|math3"
            + "|text)|kryo[a-z-]*|minlog|reflectasm|objenesis|javassist|snakeyaml-engine|snappy-java|lz4-java"
            + "|frocksdbjni|async-profiler|jsr305)-[0-9][^/]*(?<!tests)\\.jar");

    /** As in the configuration of a distribution, without which Flink does not start on Java 17. */
    private static final List<String> OPENED = Stream.of(
                    "java.lang",
                    "java.net",
                    "java.io",
                    "java.nio",
                    "sun.nio.ch",
                    "java.lang.reflect",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks")
            .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
            .toList();

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        started.forEach(Process::destroyForcibly);
        for (Process process : started) {
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static String distribution() {
        List<String> jars = Arrays.stream(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .filter(path -> DISTRIBUTION
                        .matcher(Path.of(path).getFileName().toString())
                        .matches())
                .toList();
        assertThat(jars).noneMatch(jar -> jar.contains("tuijian") || jar.contains("kafka") || jar.contains("avro"));
        return String.join(File.pathSeparator, jars);
    }

    private int configure() throws IOException {
        int rest = freePort();
        Files.writeString(folder.resolve("config.yaml"), """
                jobmanager.rpc.address: localhost
                jobmanager.rpc.port: %d
                jobmanager.bind-host: localhost
                rest.address: localhost
                rest.port: %d
                rest.bind-address: localhost
                taskmanager.host: localhost
                taskmanager.bind-host: localhost
                taskmanager.numberOfTaskSlots: %d
                taskmanager.cpu.cores: 1
                taskmanager.memory.task.heap.size: 400m
                taskmanager.memory.task.off-heap.size: 64m
                taskmanager.memory.framework.heap.size: 64m
                taskmanager.memory.framework.off-heap.size: 64m
                taskmanager.memory.network.min: 64m
                taskmanager.memory.network.max: 64m
                taskmanager.memory.managed.size: 64m
                taskmanager.memory.jvm-metaspace.size: 256m
                taskmanager.memory.jvm-overhead.min: 64m
                taskmanager.memory.jvm-overhead.max: 64m
                parallelism.default: 1
                state.backend.type: rocksdb
                execution.checkpointing.interval: 1s
                execution.checkpointing.dir: %s
                io.tmp.dirs: %s
                """.formatted(
                        freePort(), rest, JOBS, folder.resolve("checkpoints").toUri(), folder.resolve("temporary")));
        Files.createDirectories(folder.resolve("temporary"));
        Files.writeString(folder.resolve("log4j2.properties"), """
                rootLogger.level = INFO
                rootLogger.appenderRef.console.ref = console
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d %-5p %c - %m%n
                """);
        return rest;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A JVM with Flink alone; what it says is in a file of this name. */
    private Process java(String name, String heap, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap));
        command.addAll(OPENED);
        command.addAll(List.of(
                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                "-cp",
                distribution(),
                main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("FLINK_CONF_DIR", folder.toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void submit(Class<?> job, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "run",
                "--detached",
                "--class",
                job.getName(),
                JAR.toAbsolutePath().toString()));
        all.addAll(List.of(arguments));
        String name = "submit-" + job.getSimpleName();
        Process client = java(name, "256m", "org.apache.flink.client.cli.CliFrontend", all.toArray(String[]::new));
        assertThat(client.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue())
                .as(Files.readString(folder.resolve(name + ".log")))
                .isZero();
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private <T extends SpecificRecord> long filed(String name, Topic<T> topic) {
        Path path = folder.resolve("files").resolve(name);
        if (!Files.isDirectory(path)) {
            return 0;
        }
        try (Stream<T> rows = AvroFiles.read(path, topic)) {
            return rows.count();
        }
    }

    @Test
    void all_jobs_run_from_the_jar_in_a_flink_that_has_nothing_of_ours() throws Exception {
        int rest = configure();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("servers"))
                        .withParts(Part.KAFKA, Part.ELASTICSEARCH, Part.REDIS));
                TestTopics topics = new TestTopics(cluster, 1);
                TestTopics.Reader<ViewerStateRecord> states = topics.reader(Topics.VIEWER_STATES);
                TestTopics.Reader<Example> examples = topics.reader(Topics.EXAMPLES)) {
            String configDir = folder.toString();
            java(
                    "jobmanager",
                    "512m",
                    "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                    "--configDir",
                    configDir);
            java(
                    "taskmanager",
                    "700m",
                    "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                    "--configDir",
                    configDir);
            String flink = "http://localhost:" + rest;
            await().atMost(DEADLINE).ignoreExceptions().until(() -> get(flink + "/overview")
                    .contains("\"slots-available\":" + JOBS));

            Instant from = Instant.parse("2022-05-08T00:00:00Z");
            World world = new World(11, 5, 5, 100, from, from.plus(Duration.ofHours(20)));
            for (int i = 0; i < world.contents(); i++) {
                topics.write(Topics.CONTENTS, "c" + i, world.content(i));
            }
            List<Engagement> log = new ArrayList<>();
            world.play((page, engagements) -> {
                topics.write(Topics.SERVED, page.getViewerId(), page);
                log.addAll(engagements);
            });
            log.forEach(it -> topics.write(Topics.ENGAGEMENTS, it.getViewerId(), it));
            topics.flush();

            String[] kafka = {"--bootstrap-servers", cluster.bootstrapServers()};
            String[] elasticsearch = plus(kafka, "--elasticsearch", cluster.elasticsearchUrl());
            String[] archive = plus(kafka, "--archive", folder.resolve("files").toString(), "--generation", "first");
            submit(StateJob.class, plus(kafka, "--redis", cluster.redisAddress()));
            submit(IndexJob.class, elasticsearch);
            submit(ReachJob.class, elasticsearch);
            submit(CommentJob.class, elasticsearch);
            submit(ExampleJob.class, archive);
            submit(ArchiveJob.class, archive);

            Map<String, Long> views = new HashMap<>();
            log.stream()
                    .filter(it -> it.getAction() == Action.SEEN)
                    .forEach(it -> views.merge(it.getViewerId(), 1L, Long::sum));
            Map<String, ViewerStateRecord> viewers = new HashMap<>();
            await().atMost(DEADLINE).until(() -> {
                states.more().forEach(it -> viewers.put(it.getViewerId(), it));
                return viewers.size() == views.size()
                        && viewers.values().stream().allMatch(it -> it.getEvents() >= views.get(it.getViewerId()));
            });
            try (RedisClient redis = RedisClient.builder()
                    .hostAndPort(HostAndPort.from(cluster.redisAddress()))
                    .build()) {
                await().atMost(DEADLINE).until(() -> redis.dbSize() == views.size());
            }
            await().atMost(DEADLINE)
                    .until(() -> filed("archive/engagements", Topics.ENGAGEMENTS) == log.size()
                            && filed("archive/served", Topics.SERVED) == 100);
            for (String index : List.of("contents", "reach", "comments")) {
                await().atMost(DEADLINE).until(() -> get(cluster.elasticsearchUrl() + "/" + index + "/_search")
                        .contains("\"_id\""));
            }
            List<Example> rows = new ArrayList<>();
            await().atMost(DEADLINE).until(() -> {
                rows.addAll(examples.more());
                return rows.size() > 50;
            });
            assertThat(get(flink + "/jobs")).doesNotContain("FAILED", "RESTARTING");
        }
    }

    private static String[] plus(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }
}
