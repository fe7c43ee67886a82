package io.tuijian.launcher.bench;

import com.sun.management.ThreadMXBean;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.feedapi.RedisFeatureStore;
import io.tuijian.feedapi.ReplicatedFeatureStore;
import io.tuijian.feedapi.StoreLimits;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.StoredState;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;

/**
 * What one load of a viewer and 500 contents costs in each feature store, what an entity takes there, and how long the
 * replicated one needs to start, from the topics and from its checkpoint. Redis and Kafka are real and on this machine.
 */
@Command(
        name = "store",
        description = "Loading features from each store, memory per entity, restart.",
        mixinStandardHelpOptions = true)
final class StoreBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final int CANDIDATES = 500;
    private static final int BATCH = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Set<Topic<?>> STATES =
            Set.of(Topics.VIEWER_STATES, Topics.CONTENT_STATES, Topics.AUTHOR_STATES);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as one flat JSON object.")
    private Path json;

    @Option(names = "--viewers", defaultValue = "100000", description = "(default: ${DEFAULT-VALUE})")
    private int viewers;

    @Option(names = "--contents", defaultValue = "50000", description = "(default: ${DEFAULT-VALUE})")
    private int contents;

    @Option(names = "--authors", defaultValue = "5000", description = "(default: ${DEFAULT-VALUE})")
    private int authors;

    @Option(names = "--loads", defaultValue = "5000", description = "Measured loads (default: ${DEFAULT-VALUE}).")
    private int loads;

    @Option(names = "--seed", defaultValue = "7", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    @Spec
    private CommandSpec spec;

    private final Instant now = Instant.now();
    private Figures figures;
    private KnownPlatform platform;
    private Path folder;

    /** All states of one topic, as bytes. */
    private record Encoded(Topic<?> topic, int count, IntFunction<String> id, IntFunction<Value> value) {}

    private record Value(long events, byte[] bytes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        figures = new Figures(spec.commandLine().getOut());
        folder = Path.of(System.getProperty("tuijian.root", "."), ".tuijian", "bench-store");
        platform = new KnownPlatform(seed, now, contents, authors);
        figures.put("viewers", viewers);
        figures.put("contents", contents);
        figures.put("authors", authors);
        figures.put("candidates_per_load", CANDIDATES);
        encodedSizes();
        inMemory();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA, Part.REDIS))) {
            fillKafka(cluster);
            replicated(cluster.bootstrapServers());
            redis(cluster.redisAddress());
        } finally {
            Files.deleteIfExists(checkpoint());
        }
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    private Encoded viewerStates() {
        return new Encoded(Topics.VIEWER_STATES, viewers, i -> "v" + i, i -> {
            var state = platform.viewer(i);
            return new Value(state.events(), Topics.VIEWER_STATES.encode(StateRecords.of(state)));
        });
    }

    private Encoded contentStates() {
        return new Encoded(Topics.CONTENT_STATES, contents, i -> "c" + i, i -> {
            var state = platform.contentState(i);
            return new Value(state.events(), Topics.CONTENT_STATES.encode(StateRecords.of(state)));
        });
    }

    private Encoded authorStates() {
        return new Encoded(Topics.AUTHOR_STATES, authors, i -> "a" + i, i -> {
            var state = platform.author(i);
            return new Value(state.events(), Topics.AUTHOR_STATES.encode(StateRecords.of(state)));
        });
    }

    private Encoded published() {
        return new Encoded(
                Topics.CONTENTS,
                contents,
                i -> "c" + i,
                i -> new Value(0, Topics.CONTENTS.encode(platform.content(i))));
    }

    /** What a state takes in the topics, on the wire, and as a value in RocksDB. */
    private void encodedSizes() {
        figures.put("encoded_bytes_per_viewer", encodedBytes(viewerStates()));
        figures.put("encoded_bytes_per_content", encodedBytes(contentStates()));
        figures.put("encoded_bytes_per_author", encodedBytes(authorStates()));
    }

    private static long encodedBytes(Encoded encoded) {
        int sample = Math.min(encoded.count, 2_000);
        long bytes = 0;
        for (int i = 0; i < sample; i++) {
            bytes += encoded.value.apply(i).bytes.length;
        }
        return bytes / sample;
    }

    /** Contents and authors are kept as objects, by the same store in each process. */
    private void inMemory() {
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        store.accept(platform.author(0)); // classes are loaded once, not per author
        long empty = usedHeap();
        for (int i = 0; i < authors; i++) {
            AuthorState state = again(Topics.AUTHOR_STATES, StateRecords.of(platform.author(i)), StateRecords::of);
            store.accept(state);
        }
        long withAuthors = usedHeap();
        figures.put("replicated_bytes_per_author", (withAuthors - empty) / authors);
        for (int i = 0; i < contents; i++) {
            ContentState state =
                    again(Topics.CONTENT_STATES, StateRecords.of(platform.contentState(i)), StateRecords::of);
            store.accept(state);
        }
        long withStates = usedHeap();
        figures.put("replicated_bytes_per_content_state", (withStates - withAuthors) / contents);
        for (int i = 0; i < contents; i++) {
            Content published = again(Topics.CONTENTS, platform.content(i), content -> content);
            store.accept(published);
        }
        long withContents = usedHeap();
        figures.put("replicated_bytes_per_content_published", (withContents - withStates) / contents);
        figures.put("replicated_bytes_per_content", (withContents - withAuthors) / contents);
        int sample = Math.min(viewers, 2_000);
        long before = usedHeap();
        for (int i = 0; i < sample; i++) {
            ViewerState state = again(Topics.VIEWER_STATES, StateRecords.of(platform.viewer(i)), StateRecords::of);
            store.accept(state);
        }
        figures.put("object_bytes_per_viewer", (usedHeap() - before) / sample);
        if (store.contentCount() != contents) {
            throw new IllegalStateException("the store was collected while it was measured");
        }
    }

    private static <R extends org.apache.avro.specific.SpecificRecord, S> S again(
            Topic<R> topic, R record, java.util.function.Function<R, S> of) {
        try {
            return of.apply(topic.decode(topic.encode(record)));
        } catch (Topic.Undecodable e) {
            throw new IllegalStateException(e);
        }
    }

    private void fillKafka(EmbeddedCluster cluster) {
        for (Topic<?> topic : Topics.ALL) {
            if (topic.compacted()) {
                cluster.createTopic(topic.name(), PARTITIONS, Map.of("cleanup.policy", "compact"));
            }
        }
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrapServers(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.BATCH_SIZE_CONFIG,
                128 << 10,
                ProducerConfig.LINGER_MS_CONFIG,
                10);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Encoded encoded : List.of(published(), contentStates(), authorStates(), viewerStates())) {
                for (int i = 0; i < encoded.count; i++) {
                    producer.send(new ProducerRecord<>(
                            encoded.topic.name(),
                            encoded.id.apply(i).getBytes(StandardCharsets.UTF_8),
                            encoded.value.apply(i).bytes));
                }
            }
        }
    }

    private void replicated(String bootstrapServers) throws InterruptedException {
        StoreLimits ample = new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(90));
        ReplicatedFeatureStore.Settings settings =
                ReplicatedFeatureStore.Settings.on(bootstrapServers).withLimits(ample);
        long before = usedHeap();
        ReplicatedFeatureStore.Settings viewersAlone =
                settings.withElsewhere(Set.of(Topics.CONTENTS, Topics.CONTENT_STATES, Topics.AUTHOR_STATES));
        try (ReplicatedFeatureStore store = started(viewersAlone)) {
            figures.put("replicated_bytes_per_viewer", (usedHeap() - before) / viewers);
            if (store.viewerCount() != viewers) {
                throw new IllegalStateException("only " + store.viewerCount() + " viewers arrived");
            }
        }
        long started = System.nanoTime();
        ReplicatedFeatureStore full = started(settings.withCheckpoint(checkpoint()));
        figures.put("full_read_ms", millisSince(started));
        figures.put("entities", full.viewerCount() + contents + authors);
        loads("replicated", full);
        started = System.nanoTime();
        full.close();
        figures.put("checkpoint_write_ms", millisSince(started));
        figures.put("checkpoint_bytes", checkpoint().toFile().length());
        full = null; // its memory is wanted
        usedHeap();
        started = System.nanoTime();
        try (ReplicatedFeatureStore again = started(settings.withCheckpoint(checkpoint()))) {
            figures.put("checkpoint_read_ms", millisSince(started));
            if (again.restoredEntries() == 0 || again.viewerCount() != viewers) {
                throw new IllegalStateException("the checkpoint was not used");
            }
        }
    }

    private static ReplicatedFeatureStore started(ReplicatedFeatureStore.Settings settings)
            throws InterruptedException {
        ReplicatedFeatureStore store = new ReplicatedFeatureStore(settings);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!store.caughtUp()) {
            if (System.nanoTime() > deadline) {
                store.close();
                throw new IllegalStateException("the store did not catch up within " + PATIENCE.toMinutes() + " min");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return store;
    }

    private void redis(String address) {
        InMemoryFeatureStore known = new InMemoryFeatureStore();
        for (int i = 0; i < contents; i++) {
            known.accept(platform.content(i));
            known.accept(platform.contentState(i));
        }
        for (int i = 0; i < authors; i++) {
            known.accept(platform.author(i));
        }
        try (RedisClient redis = RedisClient.create("redis://" + address)) {
            fill(redis, "redis_bytes_per_author", authorStates());
            fill(redis, "redis_bytes_per_content", contentStates());
            fill(redis, "redis_bytes_per_viewer", viewerStates());
            figures.put("redis_memory_usage_of_one_viewer", redis.memoryUsage("v:v0", 0));
        }
        RedisFeatureStore.Settings all = new RedisFeatureStore.Settings(address, STATES, Duration.ofSeconds(1));
        try (RedisFeatureStore store = new RedisFeatureStore(all, known, () -> Duration.ZERO)) {
            loads("redis", store);
        }
        RedisFeatureStore.Settings viewersOnly =
                new RedisFeatureStore.Settings(address, Set.of(Topics.VIEWER_STATES), Duration.ofSeconds(1));
        try (RedisFeatureStore store = new RedisFeatureStore(viewersOnly, known, () -> Duration.ZERO)) {
            loads("redis_viewers", store);
        }
    }

    private void fill(RedisClient redis, String figure, Encoded encoded) {
        byte[] sha = redis.scriptLoad(StoredState.WRITE_UNLESS_NEWER).getBytes(StandardCharsets.US_ASCII);
        byte[] expiry = String.valueOf(Duration.ofDays(90).toMillis()).getBytes(StandardCharsets.US_ASCII);
        long before = usedMemory(redis);
        for (int from = 0; from < encoded.count; from += BATCH) {
            try (Pipeline pipeline = redis.pipelined()) {
                for (int i = from; i < Math.min(encoded.count, from + BATCH); i++) {
                    Value value = encoded.value.apply(i);
                    pipeline.evalsha(
                            sha,
                            List.of(StoredState.rawKey(encoded.topic, encoded.id.apply(i))),
                            List.of(StoredState.value(value.events, value.bytes), expiry));
                }
            }
        }
        figures.put(figure, (usedMemory(redis) - before) / encoded.count);
    }

    private static long usedMemory(RedisClient redis) {
        return redis.info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Another viewer and other contents each time. */
    private void loads(String name, FeatureStore store) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        Random random = new Random(seed);
        Context context = new Context(now, ZoneOffset.UTC, Surface.FOR_YOU, "s", 0, null, null);
        int warm = Math.max(1, loads / 2);
        long[] nanos = new long[loads];
        long allocated = 0;
        for (int i = -warm; i < loads; i++) {
            String viewer = "v" + random.nextInt(viewers);
            List<String> ids = new ArrayList<>(CANDIDATES);
            for (int c = 0; c < CANDIDATES; c++) {
                ids.add("c" + random.nextInt(contents));
            }
            long bytes = threads.getThreadAllocatedBytes(self);
            long started = System.nanoTime();
            FeatureStore.Loaded loaded = store.load(viewer, ids, context);
            long took = System.nanoTime() - started;
            bytes = threads.getThreadAllocatedBytes(self) - bytes;
            if (loaded.inputs().size() != CANDIDATES
                    || !loaded.missing().isEmpty()
                    || loaded.inputs().get(0).viewer().events() == 0
                    || loaded.inputs().get(0).contentState().events() == 0
                    || loaded.inputs().get(0).author().events() == 0) {
                throw new IllegalStateException(name + " did not load everything");
            }
            if (i >= 0) {
                nanos[i] = took;
                allocated += bytes;
            }
        }
        Arrays.sort(nanos);
        figures.put(name + "_ms.p50", millis(nanos[loads / 2]));
        figures.put(name + "_ms.p99", millis(nanos[loads * 99 / 100]));
        figures.put(name + "_ms.max", millis(nanos[loads - 1]));
        figures.put(name + "_bytes_per_load", allocated / loads);
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static long millisSince(long started) {
        return (System.nanoTime() - started) / 1_000_000;
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
