package io.tuijian.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka, Elasticsearch, Flink and, if asked for, Redis on this machine, their state in one folder; closing it, or the end of this
 * process, ends them all.
 */
public final class EmbeddedCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

    private final StateFolder state;
    private final Optional<EmbeddedKafka> kafka;
    private final Optional<EmbeddedElasticsearch> elasticsearch;
    private final Optional<EmbeddedFlink> flink;
    private final Optional<EmbeddedRedis> redis;
    private final Thread hook = new Thread(this::stop, "embedded-cluster-stopper");
    private volatile boolean stopping;
    private boolean stopped;

    private EmbeddedCluster(
            StateFolder state,
            Optional<EmbeddedKafka> kafka,
            Optional<EmbeddedElasticsearch> elasticsearch,
            Optional<EmbeddedFlink> flink,
            Optional<EmbeddedRedis> redis) {
        this.state = state;
        this.kafka = kafka;
        this.elasticsearch = elasticsearch;
        this.flink = flink;
        this.redis = redis;
    }

    /**
     * Starts what the options name, side by side, and returns when all of it can be used.
     *
     * @throws EmbeddedStartException with a message for the user if a port is taken, the folder is locked, damaged or
     *     not writable, the Elasticsearch or Redis server is missing, or a server does not come up; nothing is left running then
     */
    public static EmbeddedCluster start(EmbeddedOptions options) {
        StateFolder state = StateFolder.open(options.state(), options.keep());
        EmbeddedCluster cluster;
        try {
            new RecordedProcesses(state.processes()).endAll();
            new RecordedProcesses(state.redisProcess()).endAll();
            if (!options.keep()) {
                state.clear();
            }
            cluster = new EmbeddedCluster(
                    state,
                    part(options, Part.KAFKA, () -> new EmbeddedKafka(state, options)),
                    part(options, Part.ELASTICSEARCH, () -> new EmbeddedElasticsearch(state, options)),
                    part(options, Part.FLINK, () -> new EmbeddedFlink(state, options)),
                    part(options, Part.REDIS, () -> new EmbeddedRedis(state, options)));
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
        cluster.startParts();
        return cluster;
    }

    private static <T> Optional<T> part(EmbeddedOptions options, Part part, Supplier<T> constructor) {
        return options.parts().contains(part) ? Optional.of(constructor.get()) : Optional.empty();
    }

    private void startParts() {
        Runtime.getRuntime().addShutdownHook(hook);
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        elasticsearch.ifPresent(part -> starts.add(background("elasticsearch-start", part::start)));
        kafka.ifPresent(part -> starts.add(background("kafka-start", part::start)));
        flink.ifPresent(part -> starts.add(background("flink-start", part::start)));
        redis.ifPresent(part -> starts.add(background("redis-start", part::start)));
        try {
            awaitAll(starts);
        } catch (RuntimeException e) {
            RuntimeException problem = stopping ? new EmbeddedStartException("Stopped while starting.", e) : e;
            close();
            throw problem;
        }
    }

    /** Fails as soon as one of them does: nobody waits for Elasticsearch to hear that Kafka's port is taken. */
    private static void awaitAll(List<CompletableFuture<Void>> starts) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        starts.forEach(start -> start.whenComplete((done, problem) -> {
            if (problem != null) {
                failed.completeExceptionally(problem);
            }
        }));
        CompletableFuture<Void> all = CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new));
        try {
            CompletableFuture.anyOf(all, failed).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EmbeddedStartException known
                    ? known
                    : new EmbeddedStartException(
                            "The servers cannot be started (" + EmbeddedStartException.rootMessage(e) + ").", e);
        }
    }

    private static CompletableFuture<Void> background(String name, Runnable task) {
        return CompletableFuture.runAsync(task, command -> {
            Thread thread = new Thread(command, name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Where Kafka clients connect: {@code localhost:PORT}. */
    public String bootstrapServers() {
        return require(kafka, Part.KAFKA).bootstrapServers();
    }

    /** Where Elasticsearch clients connect: {@code http://localhost:PORT}, no security. */
    public String elasticsearchUrl() {
        return require(elasticsearch, Part.ELASTICSEARCH).url();
    }

    /** Where Redis clients connect: {@code localhost:PORT}, no security. */
    public String redisAddress() {
        return require(redis, Part.REDIS).address();
    }

    /** Ends Redis as a fault would; what it holds stays on disk. */
    public void stopRedis() {
        require(redis, Part.REDIS).stop();
    }

    /** Starts Redis again after {@link #stopRedis}, on the same port and with what it held. */
    public void startRedis() {
        require(redis, Part.REDIS).start();
    }

    /**
     * Creates a topic unless it exists; topics are never created by being used.
     *
     * @param config Kafka's topic settings, for example {@code cleanup.policy=compact}
     */
    public void createTopic(String name, int partitions, Map<String, String> config) {
        require(kafka, Part.KAFKA).createTopic(name, partitions, config);
    }

    /** An environment to build a job in, without checkpoints; {@link #submit} starts it. */
    public StreamExecutionEnvironment environment(String name, int parallelism) {
        return require(flink, Part.FLINK).environment(name, parallelism, Optional.empty());
    }

    /** The same with checkpoints below the state folder: a job of that name goes on from the last one. */
    public StreamExecutionEnvironment environment(String name, int parallelism, Duration checkpointInterval) {
        return require(flink, Part.FLINK).environment(name, parallelism, Optional.of(checkpointInterval));
    }

    /**
     * Starts the job built in an environment, this one's or another, from the newest checkpoint of its name, or afresh
     * if there is none.
     */
    public RunningJob submit(StreamExecutionEnvironment environment, String name) {
        return require(flink, Part.FLINK).submit(environment, name);
    }

    /** Starts a job afresh, under the name in its graph. */
    public RunningJob submit(StreamGraph graph) {
        return require(flink, Part.FLINK).submit(graph, Optional.empty());
    }

    private static <T> T require(Optional<T> server, Part part) {
        return server.orElseThrow(() -> new IllegalStateException(part + " is not among the parts started"));
    }

    /** Stops jobs first, then what they write to; does nothing the second time. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.trace("The process is ending anyway", e);
        }
    }

    private void stop() {
        stopping = true;
        stopOnce();
    }

    private synchronized void stopOnce() {
        if (stopped) {
            return;
        }
        stopped = true;
        flink.ifPresent(EmbeddedFlink::close);
        List<CompletableFuture<Void>> stops = new ArrayList<>();
        elasticsearch.ifPresent(part -> stops.add(background("elasticsearch-stop", part::close)));
        kafka.ifPresent(part -> stops.add(background("kafka-stop", part::close)));
        redis.ifPresent(part -> stops.add(background("redis-stop", part::close)));
        try {
            CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            LOG.warn("The servers did not stop in good order: {}", EmbeddedStartException.rootMessage(e));
        }
        state.close();
    }

    /**
     * A development environment: starts everything and stays until Ctrl-C.
     *
     * @param args {@code [--state DIR] [--keep] [--kafka-port N] [--elasticsearch-port N]}
     */
    public static void main(String[] args) throws InterruptedException {
        try {
            EmbeddedCluster cluster = start(DevelopmentArguments.parse(List.of(args)));
            System.out.println("Kafka          " + cluster.bootstrapServers());
            System.out.println("Elasticsearch  " + cluster.elasticsearchUrl());
            System.out.println("State          " + cluster.state.root());
            System.out.println("Ready. Ctrl-C stops everything.");
            new CountDownLatch(1).await();
        } catch (EmbeddedStartException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1); // Kafka's threads would keep the process alive
        }
    }
}
