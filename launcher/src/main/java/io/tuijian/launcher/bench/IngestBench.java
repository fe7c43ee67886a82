package io.tuijian.launcher.bench;

import com.sun.management.OperatingSystemMXBean;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.embedded.RunningJob;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.KafkaTopics;
import io.tuijian.ingestion.Pace;
import io.tuijian.ingestion.StateJob;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend.PriorityQueueStateType;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How many engagements a second StateJob takes from a backlog in Kafka until the last state is written back, beside a
 * job that only counts them, on the heap and on RocksDB. Every run must have counted each engagement once.
 */
@Command(
        name = "ingest",
        description = "StateJob over a backlog, beside a job that only counts.",
        mixinStandardHelpOptions = true)
final class IngestBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final int PARALLELISM = 2;
    private static final Duration CHECKPOINTS = Duration.ofSeconds(30);
    private static final MemorySize ROCKSDB_MEMORY = MemorySize.ofMebiBytes(256);
    /** The floor waits for more of a key no longer than StateJob waits at the end of a backlog. */
    private static final Duration FLOOR_PACE = Duration.ofSeconds(1);

    private static final Duration BACKLOG = Duration.ofDays(7);

    /** One measured job. */
    enum Run {
        FLOOR("floor_events_per_s", false),
        HEAP("events_per_s", false),
        ROCKSDB_FLOOR("rocksdb_floor_events_per_s", true),
        ROCKSDB("rocksdb_events_per_s", true),
        ONE_KEY_FLOOR("one_key_floor_events_per_s", false);

        private final String figure;
        private final boolean rocksdb;

        Run(String figure, boolean rocksdb) {
            this.figure = figure;
            this.rocksdb = rocksdb;
        }
    }

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as one flat JSON object.")
    private Path json;

    @Option(
            names = "--engagements",
            defaultValue = "2000000",
            description = "Rows of the log, duplicates included (default: ${DEFAULT-VALUE}).")
    private int engagements;

    @Option(names = "--viewers", defaultValue = "100000", description = "(default: ${DEFAULT-VALUE})")
    private int viewers;

    @Option(names = "--contents", defaultValue = "50000", description = "(default: ${DEFAULT-VALUE})")
    private int contents;

    @Option(names = "--authors", defaultValue = "5000", description = "(default: ${DEFAULT-VALUE})")
    private int authors;

    @Option(names = "--seed", defaultValue = "1", description = "Of the log (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--live",
            description = "Everything happened just now, so that each change is emitted at once and then every 100 ms; "
                    + "without it the log is a backlog of a week.")
    private boolean live;

    @Option(
            names = "--only",
            paramLabel = "RUN",
            split = ",",
            description = "Measure these alone: ${COMPLETION-CANDIDATES}.")
    private Set<Run> only = EnumSet.allOf(Run.class);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Figures figures = new Figures(spec.commandLine().getOut());
        Path folder = Files.createTempDirectory("tuijian-bench");
        EmbeddedOptions options =
                EmbeddedOptions.in(folder).withParts(Part.KAFKA, Part.FLINK).withSlots(PARALLELISM);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(options)) {
            for (Topic<?> topic : Topics.ALL) {
                cluster.createTopic(topic.name(), PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
            }
            Instant now = Instant.now();
            EngagementLog log = new EngagementLog(
                    seed, engagements, viewers, contents, authors, live ? now : now.minus(BACKLOG), now);
            long counted = write(log, cluster.bootstrapServers());
            describe(figures, counted);
            for (Run run : Run.values()) {
                if (only.contains(run)) {
                    measure(run, cluster, counted, figures);
                }
            }
        }
        figures.ratio("ratio", Run.HEAP.figure, Run.FLOOR.figure);
        figures.ratio("rocksdb_ratio", Run.ROCKSDB.figure, Run.ROCKSDB_FLOOR.figure);
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private void describe(Figures figures, long counted) {
        figures.put("seed", seed);
        figures.put("engagements", engagements);
        figures.put("counted", counted);
        figures.put("viewers", viewers);
        figures.put("contents", contents);
        figures.put("authors", authors);
        figures.put("live", live);
        figures.put("parallelism", PARALLELISM);
        figures.put("partitions", PARTITIONS);
        figures.put("checkpoint_interval_s", CHECKPOINTS.toSeconds());
        figures.put("rocksdb_mb_per_slot", ROCKSDB_MEMORY.getMebiBytes());
        figures.put("cores", Runtime.getRuntime().availableProcessors());
        figures.put("job_start_included", true);
    }

    private long write(EngagementLog log, String bootstrapServers) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20, "batch.size", 1 << 17, "acks", "1");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < contents; i++) {
                producer.send(record(Topics.CONTENTS, "c" + i, Topics.CONTENTS.encode(log.content(i))));
            }
            long counted = log.play(
                    it -> producer.send(record(Topics.ENGAGEMENTS, it.getViewerId(), Topics.ENGAGEMENTS.encode(it))));
            producer.flush();
            return counted;
        }
    }

    private static ProducerRecord<byte[], byte[]> record(Topic<?> topic, String key, byte[] value) {
        return new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    private void measure(Run run, EmbeddedCluster cluster, long counted, Figures figures) {
        String name = "ingest-" + run.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        try (WrittenStates written = new WrittenStates(cluster.bootstrapServers())) {
            long heap = usedHeap();
            long cpu = cpuNanos();
            long start = System.currentTimeMillis();
            StreamExecutionEnvironment env = cluster.environment(name, PARALLELISM, CHECKPOINTS);
            env.configure(settings(run));
            job(run, cluster.bootstrapServers()).accept(env);
            RunningJob job = cluster.submit(env, name);
            WrittenStates.Summary summary =
                    switch (run) {
                        case HEAP, ROCKSDB -> written.awaitStates(job, counted);
                        case FLOOR, ROCKSDB_FLOOR -> written.awaitLongs(job, engagements, WrittenStates.STATES);
                        case ONE_KEY_FLOOR -> written.awaitLongs(job, engagements, List.of(Topics.VIEWER_STATES));
                    };
            cpu = summary.cpuNanos() - cpu;
            if (run == Run.HEAP || run == Run.ROCKSDB) {
                state(run, job, summary, heap, figures);
            }
            job.cancel();
            double seconds = (summary.lastWrittenMillis() - start) / 1e3;
            String prefix = run.figure.substring(0, run.figure.indexOf("events_per_s"));
            figures.put(run.figure, Math.round(engagements / seconds));
            figures.put(prefix + "seconds", seconds);
            figures.put(prefix + "cpu_seconds", cpu / 1_000_000 / 1e3);
            figures.put(prefix + "states_written", summary.records());
        }
    }

    /**
     * What the job keeps: of each entity the bytes of a checkpoint, for a viewer with what they did and for a content
     * with its facts; on the heap all that is alive because of the job, what it holds in memory included, per viewer.
     */
    private void state(Run run, RunningJob job, WrittenStates.Summary summary, long heapBefore, Figures figures) {
        job.checkpoint();
        Map<String, Long> bytes = job.checkpointBytes();
        String prefix = run.rocksdb ? "rocksdb_checkpoint_bytes_per_" : "heap_checkpoint_bytes_per_";
        figures.put(prefix + "viewer", sum(bytes, "count once") / summary.keys(Topics.VIEWER_STATES));
        figures.put(
                prefix + "content",
                sum(bytes, "content-states") / summary.keys(Topics.CONTENT_STATES)
                        + sum(bytes, "await content") / contents);
        figures.put(prefix + "author", sum(bytes, "author-states") / summary.keys(Topics.AUTHOR_STATES));
        figures.put(
                run.rocksdb ? "rocksdb_java_heap_bytes_per_viewer" : "heap_bytes_per_viewer",
                (usedHeap() - heapBefore) / summary.keys(Topics.VIEWER_STATES));
    }

    private static long sum(Map<String, Long> bytes, String task) {
        return bytes.entrySet().stream()
                .filter(it -> it.getKey().startsWith(task))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** The same for every job; those of StateJob itself are given to the floors, too. */
    private static Configuration settings(Run run) {
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(10));
        settings.set(StateBackendOptions.STATE_BACKEND, run.rocksdb ? "rocksdb" : "hashmap");
        settings.set(RocksDBOptions.TIMER_SERVICE_FACTORY, PriorityQueueStateType.HEAP);
        settings.set(RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE, ROCKSDB_MEMORY);
        return settings;
    }

    private Consumer<StreamExecutionEnvironment> job(Run run, String bootstrapServers) {
        Clusters clusters = new Clusters(bootstrapServers, null);
        if (run == Run.HEAP || run == Run.ROCKSDB) {
            return env -> new StateJob(clusters).build(env);
        }
        int all = authors;
        CountingFloor.Counted byViewer = new CountingFloor.Counted(Topics.VIEWER_STATES.name(), it -> it.getViewerId());
        CountingFloor.Counted byContent =
                new CountingFloor.Counted(Topics.CONTENT_STATES.name(), it -> it.getContentId());
        CountingFloor.Counted byAuthor = new CountingFloor.Counted(
                Topics.AUTHOR_STATES.name(),
                it -> "a"
                        + EngagementLog.author(
                                Integer.parseInt(
                                        it.getContentId(), 1, it.getContentId().length(), 10),
                                all));
        CountingFloor floor = new CountingFloor(
                new KafkaTopics(clusters, "floor").source(Topics.ENGAGEMENTS),
                bootstrapServers,
                live ? Pace.STATES.live() : FLOOR_PACE.toMillis());
        return env ->
                floor.build(env, run == Run.ONE_KEY_FLOOR ? List.of(byViewer) : List.of(byViewer, byContent, byAuthor));
    }

    static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
