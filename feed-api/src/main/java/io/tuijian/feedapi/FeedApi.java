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
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureStore;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.FeedPipeline;
import io.tuijian.ranking.InMemoryContentIndex;
import io.tuijian.ranking.Ledger;
import io.tuijian.ranking.NegativeFeedback;
import io.tuijian.ranking.Share;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 100;
    private static final Duration ANONYMOUS = Duration.ofDays(30);

    private final Clock clock;
    private final Tokens tokens;
    private final Words words;
    private final Readiness readiness;
    private final Elasticsearch elasticsearch;
    private final EventLog log;
    private final ReplicatedFeatureStore store;
    private final RedisFeatureStore redis; // null if all is replicated
    private final JustHidden justHidden;
    private final FeedService feeds;
    private final Stock stock;
    private final EngagementIntake intake;
    private final Publishing publishing;
    private final Comments comments;
    private final Controls controls;
    private final ReachReader reach;
    private final TuningFile tuning;
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
     */
    public record Model(
            Supplier<? extends EngagementModel> now,
            Supplier<List<String>> degraded,
            Supplier<Optional<Retrieval>> retrieval) {
        /** Without a retrieval model. */
        public Model(Supplier<? extends EngagementModel> now, Supplier<List<String>> degraded) {
            this(now, degraded, Optional::empty);
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
        this.words = words;
        this.tokens = new Tokens(settings.key());
        this.elasticsearch = new Elasticsearch(settings.elasticsearchUrl());
        this.log = new EventLog(settings.bootstrapServers());
        RedisFeatureStore.Settings inRedis = settings.stores().redis();
        this.store = new ReplicatedFeatureStore(ReplicatedFeatureStore.Settings.on(settings.bootstrapServers())
                .withCheckpoint(settings.stores().checkpoint())
                .withElsewhere(inRedis == null ? Set.of() : inRedis.topics()));
        this.redis = inRedis == null ? null : new RedisFeatureStore(inRedis, store.inMemory(), store::behind);
        this.readiness = readiness
                .with("feature-store", store::caughtUp)
                .with("indices", () -> elasticsearch.lacksNone(Indices.ALL, settings.searchDeadline()));
        FeedIds ids = new FeedIds(new Signer(settings.key()));
        this.justHidden = new JustHidden(states());
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
        this.feeds = new FeedService(
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
        this.intake = new EngagementIntake(store, log, ids, justHidden, stock);
        this.publishing = new Publishing(store, log, stock);
        this.comments = new Comments(elasticsearch, settings.searchDeadline(), store, new Sealer(settings.key()));
        this.controls = new Controls(store, log);
        this.reach = new ReachReader(elasticsearch, store);
        meters();
        meters(pipeline.ledger());
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

        for (Route route : Route.values()) {
            routes.addHttpHandler(route.method(), route.path(), handler(route));
        }
    }

    private Handler handler(Route route) {
        return switch (route) {
            case FEED_PAGE -> ctx -> page(ctx, "index.html");
            case KOL_PAGE -> ctx -> page(ctx, "kol.html");
            case CONTRACT -> ctx -> resource(ctx, "/openapi.yaml", "application/yaml");
            case LIVE -> ctx -> ctx.json(Map.of("status", "UP"));
            case READY -> this::ready;
            case METRICS -> ctx -> ctx.contentType("text/plain; version=0.0.4").result(metrics.scrape());
            case TOPICS -> this::topics;
            case ANONYMOUS_VIEWER -> this::anonymous;
            case FEED -> this::feed;
            case FATE -> this::fate;
            case ENGAGEMENTS -> this::engagements;
            case CONTROLS -> this::controls;
            case SET_CONTROL -> ctx -> control(ctx, true);
            case END_CONTROL -> ctx -> control(ctx, false);
            case SET_DIAL -> this::setDial;
            case END_DIAL -> this::endDial;
            case PUBLISH -> this::publish;
            case CONTENT ->
                ctx -> ctx.json(ContentView.of(
                        publishing.visible(caller(ctx, Role.values()), ctx.pathParam("id"), clock.instant())));
            case CHANGE -> this::change;
            case TAKE_DOWN -> this::takeDown;
            case COMMENTS -> this::comments;
            case REACH -> this::reach;
        };
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

    private void meters() {
        Gauge.builder("tuijian.store.contents", store.inMemory(), s -> s.contentCount())
                .register(metrics);
        Gauge.builder("tuijian.store.relations", store.relations(), r -> r.count())
                .register(metrics);
        Gauge.builder("tuijian.store.viewers", store, ReplicatedFeatureStore::viewerCount)
                .register(metrics);
        Gauge.builder("tuijian.store.evicted", store, ReplicatedFeatureStore::evicted)
                .register(metrics);
        Gauge.builder("tuijian.store.behind.seconds", store, s -> s.behind().toMillis() / 1e3)
                .register(metrics);
        Gauge.builder("tuijian.store.undecodable", store, ReplicatedFeatureStore::undecodable)
                .register(metrics);
        log.lost().forEach((topic, lost) -> FunctionCounter.builder("tuijian.log.lost", lost, AtomicLong::get)
                .description("Records that tell of pages and that Kafka did not take.")
                .tag("topic", topic.name())
                .register(metrics));
        FunctionCounter.builder("tuijian.stock.not.followed", stock, Stock::notFollowed)
                .description("Sales after which the content does not say what is left, as too many wait to.")
                .register(metrics);
    }

    private void meters(Ledger ledger) {
        for (Share share : Share.values()) {
            FunctionCounter.builder("tuijian.share.promised", ledger, l -> l.promised(share))
                    .tag("share", share.turn())
                    .register(metrics);
            FunctionCounter.builder("tuijian.share.given", ledger, l -> l.given(share))
                    .tag("share", share.turn())
                    .register(metrics);
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

    private static void page(Context ctx, String file) {
        resource(ctx, "/web/" + file, "text/html; charset=utf-8");
    }

    private static void resource(Context ctx, String path, String type) {
        InputStream in = FeedApi.class.getResourceAsStream(path);
        if (in == null) {
            throw Problem.notFound("There is no " + ctx.path() + ".");
        }
        ctx.contentType(type).result(in);
    }

    /** Who calls; ends the request unless they have one of these roles. */
    Caller caller(Context ctx, Role... roles) {
        Caller caller = tokens.caller(ctx.header("Authorization"), clock.instant());
        caller.mustBe(roles);
        return caller;
    }

    private void ready(Context ctx) {
        Map<String, Boolean> checks = readiness.now();
        boolean ready = !checks.containsValue(false);
        ctx.status(ready ? 200 : 503);
        ctx.json(Map.of("status", ready ? "UP" : "STARTING", "checks", checks));
    }

    private void topics(Context ctx) {
        List<Map<String, Object>> topics = new ArrayList<>();
        words.topicNames().forEach((id, names) -> topics.add(Map.of("id", id, "names", names)));
        topics.sort(java.util.Comparator.comparing(topic -> topic.get("id").toString()));
        ctx.json(Map.of("topics", topics));
    }

    private void anonymous(Context ctx) {
        String viewerId = "v-" + UUID.randomUUID();
        String token = tokens.issue(viewerId, EnumSet.of(Role.VIEWER), clock.instant(), ANONYMOUS);
        ctx.status(201).json(Map.of("token", token, "viewerId", viewerId));
    }

    private void feed(Context ctx) {
        Surface surface = Surfaces.named(ctx.pathParam("surface"))
                .orElseThrow(() -> Problem.notFound("There is no surface " + ctx.pathParam("surface") + ", only "
                        + String.join(", ", Surfaces.words()) + "."));
        Caller caller = caller(ctx, Role.VIEWER);
        FeedService.Page page = feeds.page(new FeedService.Wish(
                caller.id(),
                surface,
                limit(ctx),
                ctx.queryParam("cursor"),
                zone(ctx),
                ctx.header("X-Session-Id"),
                ctx.queryParam("city"),
                ctx.header("X-Device"),
                clock.instant()));
        var language = words.language(ctx.header("Accept-Language"));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("feedId", page.feedId());
        body.put(
                "items",
                page.items().stream()
                        .map(item -> Map.of(
                                "content",
                                ContentView.of(item.content()),
                                "position",
                                item.position(),
                                "source",
                                item.source(),
                                "why",
                                item.reasons().stream()
                                        .map(reason -> Map.of(
                                                "code",
                                                reason.code(),
                                                "text",
                                                words.of(reason, item.content().getAuthorName(), language)))
                                        .toList()))
                        .toList());
        body.put("nextCursor", page.nextCursor());
        body.put("degraded", page.degraded());
        ctx.header("Content-Language", language.getLanguage());
        ctx.json(body);
    }

    private static int limit(Context ctx) {
        String text = ctx.queryParam("limit");
        if (text == null) {
            return PAGE;
        }
        if (text.matches("[0-9]{1,3}")) { // parseInt takes the digits of all scripts
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LARGEST_PAGE) {
                return limit;
            }
        }
        throw Problem.malformed("limit must be a whole number from 1 to " + LARGEST_PAGE + ".");
    }

    private static ZoneId zone(Context ctx) {
        String zone = ctx.header("X-Time-Zone");
        try {
            return ZoneId.of(zone == null ? "Asia/Shanghai" : zone);
        } catch (java.time.DateTimeException e) {
            throw Problem.malformed("X-Time-Zone must be an IANA time zone like Asia/Shanghai.");
        }
    }

    private void fate(Context ctx) {
        Caller caller = caller(ctx, Role.VIEWER);
        Map<String, Object> fate =
                feeds.fate(caller.id(), ctx.pathParam("feedId"), ctx.pathParam("contentId"), clock.instant());
        if (fate == null) {
            throw Problem.notFound("There is no such feed or content.");
        }
        ctx.json(fate);
    }

    private void engagements(Context ctx) {
        Caller caller = caller(ctx, Role.VIEWER, Role.PUBLISHER);
        EngagementIntake.Taken taken = intake.take(caller, body(ctx), clock.instant());
        ctx.status(202).json(taken);
    }

    private void controls(Context ctx) {
        Caller caller = caller(ctx, Role.VIEWER, Role.CREATOR);
        Instant now = clock.instant();
        List<Map<String, Object>> all = new ArrayList<>();
        controls.of(caller, now).forEach(relation -> {
            Map<String, Object> one =
                    control(relation.getKind().name(), relation.getTo(), relation.getAt(), relation.getExpiresAt());
            if (relation.getValue() != null) {
                one.put("value", relation.getValue());
            }
            all.add(one);
        });
        NegativeFeedback.of(justHidden.viewer(caller.id()), now, tuning.get().lessOfLasts())
                .all()
                .forEach(less -> {
                    Map<String, Object> one =
                            control("LESS_OF_" + less.kind(), less.id(), less.since(), less.expiresAt());
                    one.put("factor", less.factor());
                    all.add(one);
                });
        ctx.json(Map.of("controls", all));
    }

    private static Map<String, Object> control(String kind, String to, Instant at, Instant expiresAt) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("kind", kind);
        one.put("to", to);
        one.put("at", at.toString());
        one.put("expiresAt", expiresAt == null ? null : expiresAt.toString());
        return one;
    }

    private void setDial(Context ctx) {
        Caller caller = caller(ctx, Role.VIEWER, Role.CREATOR);
        JsonNode people = body(ctx).path("people");
        if (!people.isNumber() || !(people.doubleValue() >= 0 && people.doubleValue() <= 1)) {
            throw Problem.malformed("people must be a number from 0 (things I like) to 1 (people I know).");
        }
        controls.dial(caller, people.doubleValue(), clock.instant());
        ctx.status(204);
    }

    private void endDial(Context ctx) {
        controls.dial(caller(ctx, Role.VIEWER, Role.CREATOR), null, clock.instant());
        ctx.status(204);
    }

    private void control(Context ctx, boolean active) {
        Caller caller = caller(ctx, Role.VIEWER, Role.CREATOR);
        controls.set(caller, ctx.pathParam("kind"), ctx.pathParam("id"), active, clock.instant());
        ctx.status(204);
    }

    private void publish(Context ctx) {
        Caller author = caller(ctx, Role.CREATOR);
        var content = publishing.publish(author, body(ctx), clock.instant());
        ctx.status(201).header("Location", "/v1/contents/" + content.getId()).json(ContentView.of(content));
    }

    private void change(Context ctx) {
        Caller author = caller(ctx, Role.CREATOR, Role.OPERATOR);
        ctx.json(ContentView.of(publishing.change(author, ctx.pathParam("id"), body(ctx), clock.instant())));
    }

    private void takeDown(Context ctx) {
        publishing.takeDown(caller(ctx, Role.CREATOR, Role.OPERATOR), ctx.pathParam("id"), clock.instant());
        ctx.status(204);
    }

    private void comments(Context ctx) {
        Caller caller = caller(ctx, Role.values());
        Instant now = clock.instant();
        var content = publishing.visible(caller, ctx.pathParam("id"), now);
        ctx.json(comments.page(caller.id(), content, limit(ctx), ctx.queryParam("cursor"), now));
    }

    private void reach(Context ctx) {
        Caller caller = caller(ctx, Role.CREATOR, Role.OPERATOR);
        String authorId = ctx.pathParam("id");
        if (!caller.is(Role.OPERATOR) && !caller.id().equals(authorId)) {
            throw Problem.forbidden("Only the author may read this reach.");
        }
        Instant now = clock.instant();
        Instant to = time(ctx, "to", now);
        ctx.json(reach.of(
                authorId,
                time(ctx, "from", to.minus(Duration.ofDays(14))),
                to,
                ReachReader.Granularity.named(ctx.queryParam("granularity")),
                ReachReader.By.named(ctx.queryParam("by"))));
    }

    private static Instant time(Context ctx, String name, Instant otherwise) {
        String text = ctx.queryParam(name);
        try {
            return text == null ? otherwise : Bodies.time(name, text);
        } catch (Bodies.Wrong wrong) {
            throw Problem.malformed(wrong.getMessage() + ".");
        }
    }

    /** The JSON body of this request; ends it with 400 if it is none. */
    public static JsonNode body(Context ctx) {
        try {
            JsonNode body = JSON.readTree(ctx.bodyAsBytes());
            if (body == null || !body.isObject()) {
                throw Problem.malformed("The body must be a JSON object.");
            }
            return body;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw Problem.malformed("The body is not JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse("") + " (line "
                    + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + ").");
        } catch (IOException e) {
            throw Problem.malformed("The body cannot be read.");
        }
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
        server.stop();
        closeParts();
    }

    private void closeParts() {
        daily.shutdownNow();
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
