package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.staticfiles.Location;
import io.javalin.json.JavalinJackson;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureStore;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import io.tuijian.models.VectorFields;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.FeedPipeline;
import io.tuijian.ranking.InMemoryContentIndex;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: puts the adapters together and maps paths to them. Stateless but for what it materialises from
 * Kafka, so that any number of them can stand behind a balancer. The clock is read here and nowhere below.
 */
public final class FeedApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FeedApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LARGEST_REQUEST = 1 << 20;
    private static final int MOST_THREADS = 64;

    private final Clock clock;
    private final Tokens tokens;
    private final Elasticsearch elasticsearch;
    private final EventLog log;
    private final ReplicatedFeatureStore store;
    private final RedisFeatureStore redis; // null if all is replicated
    private final Stock stock;
    private final ReachStreams reachStreams;
    private final TuningFile tuning;
    private final List<Paths> paths;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ScheduledExecutorService daily = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "timelines-forgetter");
        thread.setDaemon(true);
        return thread;
    });
    private final Javalin server;

    /**
     * Where this server stands and what it talks to.
     *
     * @param port 0 for any free one
     * @param key signs tokens, feed ids and cursors; at least 32 bytes, the same on every server of a fleet
     * @param searchDeadline how long a page waits for Elasticsearch
     * @param stores what is kept where
     * @param tuning the file that ranking is tuned by, also while it runs; null for the tuning of the product
     */
    public record Settings(
            String host,
            int port,
            String bootstrapServers,
            String elasticsearchUrl,
            byte[] key,
            Duration searchDeadline,
            Stores stores,
            Path tuning) {
        /** With the tuning of the product. */
        public Settings(
                String host,
                int port,
                String bootstrapServers,
                String elasticsearchUrl,
                byte[] key,
                Duration searchDeadline,
                Stores stores) {
            this(host, port, bootstrapServers, elasticsearchUrl, key, searchDeadline, stores, null);
        }

        /** Everything replicated in this process, read from the topics at each start. */
        public Settings(
                String host,
                int port,
                String bootstrapServers,
                String elasticsearchUrl,
                byte[] key,
                Duration searchDeadline) {
            this(host, port, bootstrapServers, elasticsearchUrl, key, searchDeadline, Stores.REPLICATED);
        }
    }

    /**
     * Where the states are read.
     *
     * @param checkpoint the file from which the replicated part starts again, null for none
     * @param redis which states are in Redis and where that is, null for none
     */
    public record Stores(Path checkpoint, RedisFeatureStore.Settings redis) {
        /** All in this process, read from the topics at each start. */
        public static final Stores REPLICATED = new Stores(null, null);
    }

    /**
     * What scores, and what finds what is similar.
     *
     * @param now the model to score a whole request with
     * @param degraded what they miss, in words for {@code degraded}
     * @param retrieval the model to place the viewer of a whole request among the contents with, if there is one
     * @param registry where their versions are, for those who promote and roll back; null for none
     */
    public record Model(
            Supplier<? extends EngagementModel> now,
            Supplier<List<String>> degraded,
            Supplier<Optional<Retrieval>> retrieval,
            Registry registry) {
        /** Without a registry: nobody asks for versions. */
        public Model(
                Supplier<? extends EngagementModel> now,
                Supplier<List<String>> degraded,
                Supplier<Optional<Retrieval>> retrieval) {
            this(now, degraded, retrieval, null);
        }

        /** Without a retrieval model. */
        public Model(Supplier<? extends EngagementModel> now, Supplier<List<String>> degraded) {
            this(now, degraded, Optional::empty);
        }

        /** Which version of each model there is answers now. */
        Map<String, String> versions() {
            Map<String, String> versions = new LinkedHashMap<>();
            versions.put(Shelf.RANKER, now.get().version());
            retrieval
                    .get()
                    .ifPresent(found ->
                            versions.put(VectorFields.MODEL, found.model().version()));
            return versions;
        }
    }

    /** The server could not start; the message says why in one line. */
    public static final class CannotStart extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotStart(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Starts a server; it answers at once, and is ready once its store has caught up and {@code readiness} holds.
     *
     * @param more adds routes, for instance those of a demo
     */
    public FeedApi(
            Settings settings,
            Clock clock,
            Words words,
            Model model,
            Readiness readiness,
            BiConsumer<FeedApi, RoutesConfig> more) {
        this.clock = clock;
        this.tokens = new Tokens(settings.key());
        this.elasticsearch = new Elasticsearch(settings.elasticsearchUrl());
        this.log = new EventLog(settings.bootstrapServers());
        RedisFeatureStore.Settings inRedis = settings.stores().redis();
        this.store = new ReplicatedFeatureStore(ReplicatedFeatureStore.Settings.on(settings.bootstrapServers())
                .withCheckpoint(settings.stores().checkpoint())
                .withElsewhere(inRedis == null ? Set.of() : inRedis.topics()));
        this.redis = inRedis == null ? null : new RedisFeatureStore(inRedis, store.inMemory(), store::behind);
        Readiness ready = readiness
                .with("feature-store", store::caughtUp)
                .with("indices", () -> elasticsearch.lacksNone(Indices.ALL, settings.searchDeadline()));
        FeedIds ids = new FeedIds(new Signer(settings.key()));
        JustHidden justHidden = new JustHidden(states());
        Timelines timelines = new Timelines(elasticsearch, settings.searchDeadline());
        this.tuning = new TuningFile(settings.tuning());
        StandIn models = new StandIn(model.now());
        FeedPipeline pipeline = new FeedPipeline(new FeedPipeline.Parts(
                new ElasticContentIndex(elasticsearch, settings.searchDeadline()),
                new InMemoryContentIndex(store.inMemory(), model.retrieval()),
                justHidden,
                counted(models),
                model.retrieval(),
                tuning));
        FeedService feeds = new FeedService(
                pipeline,
                justHidden,
                timelines,
                redis == null
                        ? new InMemoryServedMemory(timelines, clock.instant())
                        : new RedisServedMemory(redis.redis()),
                () -> tuning.get().fateRate(),
                log,
                ids,
                () -> degraded(model, models));
        this.stock = new Stock(elasticsearch, settings.searchDeadline(), store, log);
        Publishing publishing = new Publishing(store, log, stock);
        Requests requests = new Requests(tokens, clock);
        ReachReports reach = new ReachReports(
                new ReachIndex(elasticsearch), new AuthorContents(store.inMemory()::contents), store::content, words);
        this.reachStreams = new ReachStreams(reach::today, clock);
        this.paths = List.of(
                new OperationsPaths(ready, metrics, words),
                new FeedPaths(requests, feeds, new EngagementIntake(store, log, ids, justHidden, stock), words),
                new ViewerPaths(requests, tokens, new Controls(store, log), justHidden, tuning),
                new ContentPaths(
                        requests,
                        publishing,
                        new Comments(elasticsearch, settings.searchDeadline(), store, new Sealer(settings.key()))),
                new ReachPaths(requests, reach, reachStreams, store::content, words),
                new ModelPaths(requests, model.registry(), model::versions),
                new LabPaths(
                        requests,
                        store,
                        inRedis == null ? Set.of() : inRedis.topics(),
                        new DeadLetterCounts(settings.bootstrapServers()),
                        model::versions,
                        () -> degraded(model, models)));
        Meters.register(metrics, store, log, stock, pipeline.ledger());
        this.daily.scheduleWithFixedDelay(this::forgetTimelines, 0, 1, TimeUnit.DAYS);
        this.server = start(settings, more);
    }

    /** The same model, its work added up for Prometheus. */
    private Supplier<EngagementModel> counted(Supplier<? extends EngagementModel> models) {
        Counter scored = Counter.builder("tuijian.scored")
                .description("Contents that a model scored.")
                .register(metrics);
        return () -> {
            EngagementModel model = models.get();
            return new EngagementModel() {
                @Override
                public List<Prediction> predict(List<FeatureInput> inputs) {
                    scored.increment(inputs.size());
                    return model.predict(inputs);
                }

                @Override
                public String version() {
                    return model.version();
                }
            };
        };
    }

    private void forgetTimelines() {
        try {
            elasticsearch.deleteTimelinesBefore(clock.instant().minus(FeedService.CURSORS_LAST));
        } catch (IOException | RuntimeException e) { // an exception would end the schedule
            LOG.warn("old timelines were not deleted: {}", e.getMessage());
        }
    }

    private List<String> degraded(Model model, StandIn models) {
        List<String> degraded = new ArrayList<>(model.degraded().get());
        degraded.addAll(models.degraded());
        if (!store.reachable()) {
            degraded.add("feature-store");
        }
        if (redis != null) {
            degraded.addAll(redis.missing());
        }
        if (log.losing()) {
            degraded.add("served-log");
        }
        degraded.addAll(tuning.degraded());
        return degraded;
    }

    private Javalin start(Settings settings, BiConsumer<FeedApi, RoutesConfig> more) {
        try {
            return Javalin.create(config -> {
                        configure(config);
                        routes(config.routes);
                        more.accept(this, config.routes);
                    })
                    .start(settings.host(), settings.port());
        } catch (RuntimeException e) {
            closeParts();
            if (e instanceof JavalinBindException) {
                throw new CannotStart("Port " + settings.port() + " is in use; choose another with --port.", e);
            }
            throw new CannotStart("The feed API cannot start: " + e.getMessage(), e);
        }
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.router.javaLangErrorHandler((response, error) -> {
            LOG.error("a request failed", error);
            response.setStatus(500);
            response.setContentType("application/problem+json");
        });
        config.http.maxRequestSize = LARGEST_REQUEST;
        config.http.prefer405over404 = true;
        config.http.defaultContentType = "application/json";
        config.jetty.modifyServer(server -> server.setErrorHandler(new ProblemHandler()));
        config.jetty.threadPool = new QueuedThreadPool(MOST_THREADS, 4, 60_000);
        config.jsonMapper(new JavalinJackson(JSON, false));
        config.staticFiles.enableWebjars();
        config.staticFiles.add(files -> {
            files.hostedPath = "/assets";
            files.directory = "/web/assets";
            files.location = Location.CLASSPATH;
        });
    }

    private void routes(RoutesConfig routes) {
        routes.before(FeedApi::secure);
        routes.before(ctx -> ctx.attribute("timer", Timer.start(metrics)));
        routes.after(this::measured);
        routes.exception(Problem.class, (problem, ctx) -> answer(ctx, problem));
        routes.exception(
                HttpResponseException.class, (e, ctx) -> answer(ctx, Problem.of(e.getStatus(), e.getMessage())));
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
            answer(ctx, Problem.of(500, "Something went wrong here; it has been logged."));
        });

        Map<Route, Handler> handlers = new EnumMap<>(Route.class);
        paths.forEach(area -> handlers.putAll(area.handlers()));
        for (Route route : Route.values()) {
            routes.addHttpHandler(route.method(), route.path(), handlers.get(route));
        }
    }

    private static void secure(Context ctx) {
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Referrer-Policy", "no-referrer");
        ctx.header(
                "Content-Security-Policy",
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'");
    }

    private void measured(Context ctx) {
        Timer.Sample timer = ctx.attribute("timer");
        if (timer != null) {
            timer.stop(Timer.builder("tuijian.http")
                    .tag(
                            "path",
                            ctx.endpoints().lastHttpEndpoint() == null
                                    ? "none"
                                    : ctx.endpoints().lastHttpEndpoint().path)
                    .tag("status", Integer.toString(ctx.statusCode()))
                    .register(metrics));
        }
    }

    private static void answer(Context ctx, Problem problem) {
        ctx.status(problem.status());
        ctx.contentType("application/problem+json");
        try {
            ctx.result(JSON.writeValueAsBytes(problem.body(ctx.path())));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The JSON body of this request; ends it with 400 if it is none. */
    public static JsonNode body(Context ctx) {
        return Requests.body(ctx);
    }

    public Tokens tokens() {
        return tokens;
    }

    /** What is replicated in this process. */
    public ReplicatedFeatureStore store() {
        return store;
    }

    /** What pages are made from: the replicated store, with the states that are in Redis read there. */
    public FeatureStore states() {
        return redis == null ? store : redis;
    }

    public Elasticsearch elasticsearch() {
        return elasticsearch;
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        reachStreams.close(); // a server waits for what is open
        server.stop();
        closeParts();
    }

    private void closeParts() {
        daily.shutdownNow();
        reachStreams.close();
        if (redis != null) {
            redis.close();
        }
        stock.close();
        store.close();
        log.close();
        elasticsearch.close();
        metrics.close();
    }
}
