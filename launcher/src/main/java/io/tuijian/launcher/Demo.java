package io.tuijian.launcher;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.RunningJob;
import io.tuijian.features.ActionCounts;
import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Words;
import io.tuijian.ingestion.ArchiveJob;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.CommentJob;
import io.tuijian.ingestion.ExampleJob;
import io.tuijian.ingestion.IndexJob;
import io.tuijian.ingestion.ReachJob;
import io.tuijian.ingestion.StateJob;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationClient;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.launcher.trainer.OnlineTrainer;
import io.tuijian.launcher.vectors.VectorPublisher;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.launcher.world.World;
import io.tuijian.models.Registry;
import io.tuijian.models.ServingModel;
import io.tuijian.models.Settings;
import io.tuijian.models.VectorFields;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.ServingRetrieval;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything on one machine: real servers, real data through the whole circle, a trained model, a served feed and a
 * small audience. Closing it stops all of it.
 */
public final class Demo implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final long SEED = 20_221_030;
    private static final int PARTITIONS = 4;
    private static final int PARALLELISM = 2;
    private static final Duration CATCH_UP = Duration.ofMinutes(10);
    private static final Duration CHECKPOINTS_TO_KEEP = Duration.ofSeconds(30);
    private static final Duration CHECKPOINTS = Duration.ofMinutes(2);
    private static final double AUDIENCE_PAUSE_SECONDS = 4;
    private static final double AUDIENCE_PAGES_PER_SECOND = 50;
    private static final Duration KOLS_PUBLISH_EVERY = Duration.ofSeconds(30);
    private static final Duration SETTLE = Duration.ofSeconds(20);
    private static final int FRESH_EXAMPLES = 1_000;
    private static final Duration PROMOTE_EVERY = Duration.ofMinutes(10);
    private static final Duration JUDGE_FOR = Duration.ofMinutes(2);
    private static final long LEAST_MEMORY = 9L << 29;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<RunningJob> jobs = new ArrayList<>();
    private final Home home;
    private final Clock clock;
    private EmbeddedCluster cluster;
    private KuaiRand log;
    private World world;
    private ServingModel models;
    private ServingRetrieval retrieval;
    private FeedApi api;
    private RankerTraining.Trained trained;
    private volatile boolean serving;

    /**
     * How to run.
     *
     * @param host the address that the feed listens at; anyone who reaches it can sign in as anyone
     * @param port of the feed, 0 for any free one
     * @param state the folder for all that the servers keep
     * @param keep whether to go on from what is there, and leave it at the end
     * @param audience how many simulated viewers scroll along
     * @param trainer whether the model goes on learning from what is served here
     */
    public record Settings(String host, int port, Path state, boolean keep, int audience, boolean trainer) {}

    private Demo(Home home, Clock clock) {
        this.home = home;
        this.clock = clock;
    }

    static Demo start(Home home, Settings settings, Clock clock, Steps steps) {
        Demo demo = new Demo(home, clock);
        try {
            demo.start(settings, steps);
            return demo;
        } catch (RuntimeException e) {
            demo.close();
            throw e;
        }
    }

    private void start(Settings settings, Steps steps) {
        long began = System.nanoTime();
        Preflight.memory(LEAST_MEMORY);
        Preflight.port(settings.host(), settings.port());
        Preflight.data(home.kuaiRand());
        steps.say("Tuijian 推荐 starts; everything stays on this machine.");

        boolean begun = settings.keep() && Files.isDirectory(settings.state().resolve("kafka"));
        boolean replayed = begun && Files.exists(marker(settings));
        Instant beginning = beginning(settings);
        CompletableFuture<World> generated = background("world", () -> {
            log = new KuaiRand(home.kuaiRand()).endingAt(beginning);
            return World.generate(log, SEED, beginning);
        });
        CompletableFuture<EmbeddedCluster> started = background(
                "servers",
                () -> EmbeddedCluster.start(EmbeddedOptions.in(settings.state())
                        .withKeep(settings.keep())
                        .withSlots(PARALLELISM * 6)));
        cluster = steps.run("Kafka, Elasticsearch and Flink come up", step -> join(started));
        open.push(cluster);
        if (!settings.keep()) {
            OnlineTrainer.forget(trainerFolder(settings));
            open.push(() -> OnlineTrainer.forget(trainerFolder(settings)));
        }
        if (begun && !replayed) {
            throw new Failure("The state folder " + settings.state()
                    + " holds a start that was broken off; delete it and start again.");
        }
        if (!replayed) {
            unmark(settings);
        }
        world = steps.run("the world is generated around the log", step -> join(generated));
        createTopics();
        Clusters clusters = new Clusters(
                cluster.bootstrapServers(),
                cluster.elasticsearchUrl(),
                Clusters.Archive.in(
                        settings.state().resolve("flink").resolve("files").toString()));
        createIndices();
        home.remember(clusters, PARTITIONS);
        open.push(home::forget);
        if (!replayed) {
            steps.run("contents and relations go to Kafka", this::publish);
        }
        Registry registry = new Registry(home.registry());
        serve(settings, clusters, registry);
        Duration checkpoints = settings.keep() ? CHECKPOINTS_TO_KEEP : CHECKPOINTS;
        steps.run("the Flink jobs that a feed needs start", step -> {
            submit("state", checkpoints, new StateJob(clusters)::build);
            submit("index", checkpoints, new IndexJob(clusters)::build);
            submit("reach", checkpoints, new ReachJob(clusters)::build);
            return null;
        });
        AtomicReference<Double> training = new AtomicReference<>(0.0);
        CompletableFuture<RankerTraining.Trained> model =
                replayed ? null : background("training", () -> train(registry, training));
        if (!replayed) {
            long impressions = steps.run("every impression of the log goes to Kafka", this::replay);
            steps.run(
                    String.format(Locale.ROOT, "Flink counts all %,d of them", impressions),
                    step -> await(step, () -> counted() / impressions));
            steps.run("the content index is complete", step -> await(step, this::indexed));
            steps.run("reach is complete", step -> await(step, () -> reached(impressions)));
            trained = steps.run("the ranking model is trained and judged", step -> {
                step.at(training.get());
                return join(model);
            });
            if (settings.keep()) {
                mark(settings);
            }
        } else {
            steps.run(
                    "the feature store is read back",
                    step -> await(step, () -> api.store().caughtUp() ? 1 : 0));
            steps.run(
                    "the indices are read back",
                    step -> await(step, () -> api.elasticsearch().count(Indices.REACH.name()) > 0 ? 1 : 0));
        }
        models.reload();
        serving = true;
        steps.run("those that write comments, examples and the archive start", step -> {
            submit("comments", checkpoints, new CommentJob(clusters)::build);
            submit("examples", checkpoints, new ExampleJob(clusters)::build);
            submit("archive", checkpoints, new ArchiveJob(clusters)::build);
            return null;
        });
        if (registry.current(VectorFields.MODEL).isEmpty()) {
            background("retrieval", () -> learnRetrieval(registry));
        }
        if (settings.trainer()) {
            steps.run("the model goes on learning", step -> goOnLearning(settings, clusters));
        }
        if (settings.audience() > 0) {
            PopulationClient audience = audience(settings.audience());
            open.push(audience);
            audience.start();
        }
        steps.say(String.format(Locale.ROOT, "Ready after %.0f s.%n", Steps.seconds(began)));
    }

    private void serve(Settings settings, Clusters clusters, Registry registry) {
        models = new ServingModel(registry, RankerTraining.MODEL, Scorers.chosen());
        retrieval = new ServingRetrieval(registry, RetrievalModel::read);
        open.push(new ModelReloader(models::reload, retrieval::reload));
        Map<String, Map<String, String>> names =
                world.topics().stream().collect(Collectors.toMap(World.Topic::id, World.Topic::names));
        api = new FeedApi(
                new FeedApi.Settings(
                        settings.host(),
                        settings.port(),
                        clusters.bootstrapServers(),
                        clusters.elasticsearchUrl(),
                        home.keyOrNew(),
                        Duration.ofMillis(800),
                        stores(settings),
                        home.tuning()),
                clock,
                new Words(names),
                new FeedApi.Model(models::now, this::degraded, retrieval::now, registry),
                new Readiness().with("log-replayed", () -> serving),
                (server, routes) -> new DemoDesk(server.tokens(), world, clock, this::baseUrl).add(routes));
        open.push(api);
        home.rememberApi(api.port());
        open.push(new VectorPublisher(
                clusters.bootstrapServers(),
                clusters.elasticsearchUrl(),
                registry,
                RetrievalModel::read,
                clock,
                LOG::info));
    }

    private List<String> degraded() {
        List<String> degraded = new ArrayList<>(models.degraded());
        degraded.addAll(retrieval.degraded());
        return degraded;
    }

    /** Behind the scenes: the feed is served without it, and finds what is similar once its vectors are indexed. */
    private Void learnRetrieval(Registry registry) {
        try {
            LogRetrieval.Trained learned = LogRetrieval.train(new KuaiRand(home.kuaiRand()), registry, clock.instant());
            LOG.info("retrieval {} is learned: {}", learned.version(), learned.figures());
        } catch (RuntimeException e) {
            LOG.error("the retrieval model was not learned; the feed goes on without it", e);
        }
        return null;
    }

    /** A state that is kept is served again from where it ended. */
    private static FeedApi.Stores stores(Settings settings) {
        return settings.keep()
                ? new FeedApi.Stores(settings.state().resolve("feature-store"), null)
                : FeedApi.Stores.REPLICATED;
    }

    /** Viewers with tastes over the topics of the world, and the showcase KOLs, who go on publishing. */
    private PopulationClient audience(int viewers) {
        Population population = Population.of(
                SEED,
                new PopulationSize(viewers, 1, 1, 1),
                world.topics().stream().map(World.Topic::id).toList());
        PopulationClient.Settings manners = new PopulationClient.Settings(
                URI.create(baseUrl()),
                Math.min(AUDIENCE_PAGES_PER_SECOND, viewers / AUDIENCE_PAUSE_SECONDS),
                2,
                5,
                KOLS_PUBLISH_EVERY);
        return new PopulationClient(population, manners, new KolDrafts(world), clock);
    }

    private Void goOnLearning(Settings settings, Clusters clusters) {
        OnlineTrainer trainer = new OnlineTrainer(
                new OnlineTrainer.Plan(
                        clusters.bootstrapServers(),
                        trainerFolder(settings),
                        home.registry(),
                        io.tuijian.models.Settings.USUAL,
                        SETTLE,
                        FRESH_EXAMPLES,
                        PROMOTE_EVERY,
                        JUDGE_FOR,
                        CHECKPOINTS,
                        Optional.empty()),
                clock,
                line -> LOG.info("trainer: {}", line));
        Thread thread = new Thread(trainer, "trainer");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.setUncaughtExceptionHandler(
                (failed, e) -> LOG.error("the trainer ended; the feed goes on with the versions there are", e));
        open.push(trainer);
        thread.start();
        return null;
    }

    private void createTopics() {
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
    }

    private void createIndices() {
        try (Elasticsearch elasticsearch = new Elasticsearch(cluster.elasticsearchUrl())) {
            elasticsearch.createIndices();
        } catch (IOException e) {
            throw new Failure("The Elasticsearch indices cannot be created: " + e.getMessage(), e);
        }
    }

    private Void publish(Steps.Step step) {
        try (Import kafka = new Import(cluster.bootstrapServers(), PARTITIONS)) {
            for (Content content : world.contents()) {
                kafka.write(Topics.CONTENTS, content.getId(), content);
            }
            for (Relation relation : world.relations()) {
                kafka.write(relation);
            }
        }
        return null;
    }

    private void submit(String name, Duration checkpoints, Consumer<StreamExecutionEnvironment> job) {
        var environment = cluster.environment(name, PARALLELISM, checkpoints);
        job.accept(environment);
        RunningJob running = cluster.submit(environment, name);
        running.awaitRunning(Duration.ofMinutes(1));
        jobs.add(running);
    }

    private long replay(Steps.Step step) {
        long rows = 0;
        long first = 0;
        long last = log.lastTime().toEpochMilli();
        try (Import kafka = new Import(cluster.bootstrapServers(), PARTITIONS);
                Stream<Impression> impressions = log.impressions()) {
            for (Iterator<Impression> all = impressions.iterator(); all.hasNext(); rows++) {
                Impression impression = all.next();
                String viewer = impression.served().getViewerId();
                long at = impression.served().getAt().toEpochMilli();
                kafka.write(Topics.SERVED, viewer, impression.served());
                for (Engagement engagement : impression.engagements()) {
                    kafka.write(Topics.ENGAGEMENTS, viewer, engagement);
                }
                first = rows == 0 ? at : first;
                step.at((at - first) / (double) (last - first));
            }
        }
        return rows;
    }

    /** Rows come from the log with its own times and from nothing generated. */
    private RankerTraining.Trained train(Registry registry, AtomicReference<Double> progress) {
        return RankerTraining.run(
                RankerFromFiles.ofLog(home.kuaiRand()),
                clock.instant(),
                registry,
                io.tuijian.models.Settings.USUAL,
                (step, done) -> progress.set(done));
    }

    private double counted() {
        double seen = 0;
        for (Content content : world.contents()) {
            seen += api.store()
                    .inMemory()
                    .contentState(content.getId())
                    .counts()
                    .always(Action.SEEN);
        }
        return seen;
    }

    private double indexed() {
        return api.elasticsearch().count(Indices.CONTENTS.name())
                / (double) world.contents().size();
    }

    /** The days of the authors count each impression and each outcome once. */
    private double reached(long impressions) {
        double counts = impressions;
        for (Content content : world.contents()) {
            ActionCounts done =
                    api.store().inMemory().contentState(content.getId()).counts();
            for (Action action : Action.values()) {
                counts += done.always(action);
            }
        }
        return api.elasticsearch().sum(Indices.REACH.name(), "counted") / counts;
    }

    private Void await(Steps.Step step, DoubleSupplier share) throws InterruptedException {
        long deadline = System.nanoTime() + CATCH_UP.toNanos();
        double done = share.getAsDouble();
        while (done < 1) {
            if (System.nanoTime() > deadline) {
                throw new Failure("The demo did not catch up within " + CATCH_UP.toMinutes()
                        + " minutes; is this machine very busy? It stands at " + Math.round(100 * done) + " %.");
            }
            for (RunningJob job : jobs) {
                if (job.status().isGloballyTerminalState()) {
                    throw new Failure("The Flink job " + job.name() + " ended: "
                            + job.failure()
                                    .map(Throwable::getMessage)
                                    .orElse(job.status().toString()));
                }
            }
            step.at(done);
            TimeUnit.MILLISECONDS.sleep(200);
            done = share.getAsDouble();
        }
        return null;
    }

    /** When this state began; the log is shifted to end then. */
    private Instant beginning(Settings settings) {
        Path marker = marker(settings);
        try {
            return settings.keep() && Files.exists(marker)
                    ? Instant.parse(Files.readString(marker).strip())
                    : clock.instant();
        } catch (IOException | java.time.DateTimeException e) {
            throw new Failure("The state folder " + settings.state() + " is damaged; delete it and start again.", e);
        }
    }

    private static Path trainerFolder(Settings settings) {
        return settings.state().resolve("trainer");
    }

    private static Path marker(Settings settings) {
        return settings.state().resolve("replayed-until");
    }

    private static void unmark(Settings settings) {
        try {
            Files.deleteIfExists(marker(settings));
        } catch (IOException e) {
            throw new Failure("The state folder " + settings.state() + " cannot be written.", e);
        }
    }

    private void mark(Settings settings) {
        try {
            Files.writeString(marker(settings), log.lastTime().toString());
        } catch (IOException e) {
            throw new Failure("The state folder " + settings.state() + " cannot be written.", e);
        }
    }

    private static <T> CompletableFuture<T> background(String name, java.util.concurrent.Callable<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(work.call());
                    } catch (Throwable e) {
                        future.completeExceptionally(e);
                    }
                },
                "demo-" + name);
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    String baseUrl() {
        return "http://localhost:" + api.port();
    }

    FeedApi api() {
        return api;
    }

    World world() {
        return world;
    }

    KuaiRand log() {
        return log;
    }

    EmbeddedCluster cluster() {
        return cluster;
    }

    /** What came of the training, or null if the state was kept from an earlier start. */
    RankerTraining.Trained trained() {
        return trained;
    }

    /** Lines to paste for each of the three users. */
    String whatToTry() {
        return DemoText.of(baseUrl(), world, trained);
    }

    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Throwable e) {
                LOG.warn("while stopping", e); // the others are closed all the same
            }
        }
    }
}
