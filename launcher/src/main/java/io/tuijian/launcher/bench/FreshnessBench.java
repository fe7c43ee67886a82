package io.tuijian.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.feedapi.ElasticContentIndex;
import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.feedapi.EventLog;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.ReplicatedFeatureStore;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Words;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.IndexJob;
import io.tuijian.ingestion.StateJob;
import io.tuijian.launcher.Failure;
import io.tuijian.models.PopularityModel;
import io.tuijian.ranking.ContentIndex;
import io.tuijian.ranking.ContentQuery;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How soon the platform knows: what a viewer did, what an author published, what an author took down. One server takes
 * all of it, another one is asked, which hears only through Kafka, Flink and Elasticsearch.
 */
@Command(
        name = "freshness",
        description = "From an engagement, a publication, a take-down, a hide and a mute to their effect, under load.",
        mixinStandardHelpOptions = true)
final class FreshnessBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final int PARALLELISM = 2;
    private static final int VIEWERS = 2_000;
    private static final int CONTENTS = 2_000;
    private static final int AUTHORS = 200;
    private static final int WATCHED_CONTENTS = 100;
    private static final int PROBE_AUTHORS = 10;
    private static final int PAGE = 100;
    private static final String FOR_YOU = "/v1/feed/for-you?limit=20";
    private static final long SEED = 20_221_030;
    private static final Duration CHECKPOINTS = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SEARCH = Duration.ofMillis(800);
    private static final Duration BETWEEN_PUBLICATIONS = Duration.ofMillis(100);
    private static final String OPINION = "COMMENT"; // counts each time, and stands in a viewer's recent sequence

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, as one flat object.")
    private Path json;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "Engagements a second beside the measurement (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--samples",
            defaultValue = "600",
            description = "Of each kind, 10 to 2,000 (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Spec
    private CommandSpec spec;

    private final Random random = new Random(SEED);

    @Override
    public Integer call() throws IOException {
        if (rate < 1 || rate > 20_000) {
            throw new ParameterException(spec.commandLine(), "--rate must be from 1 to 20000, not " + rate + ".");
        }
        if (samples < 10 || samples > 2_000) {
            throw new ParameterException(spec.commandLine(), "--samples must be from 10 to 2000, not " + samples + ".");
        }
        Figures figures = new Figures(spec.commandLine().getOut());
        Path folder = Files.createTempDirectory("tuijian-bench");
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try (EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedOptions.in(folder).withSlots(2 * PARALLELISM))) {
            prepare(cluster);
            try (FeedApi taking = api(cluster, key);
                    FeedApi asked = api(cluster, key)) {
                await(
                        "the servers to catch up",
                        () -> taking.store().caughtUp() && asked.store().caughtUp());
                await("the contents to be known", () -> knows(taking) && knows(asked));
                measure(taking, asked, figures);
            }
        }
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private void prepare(EmbeddedCluster cluster) throws IOException {
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        try (Elasticsearch elasticsearch = new Elasticsearch(cluster.elasticsearchUrl())) {
            elasticsearch.createIndices();
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", cluster.bootstrapServers(), "linger.ms", 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < CONTENTS; i++) {
                producer.send(EventLog.record(Topics.CONTENTS, "c" + i, content("c" + i, "a" + i % AUTHORS)));
            }
            for (int i = 0; i < WATCHED_CONTENTS; i++) {
                producer.send(EventLog.record(Topics.CONTENTS, watched(i), content(watched(i), "aw")));
            }
        }
        Clusters clusters = new Clusters(cluster.bootstrapServers(), cluster.elasticsearchUrl());
        submit(cluster, "state", new StateJob(clusters)::build);
        submit(cluster, "index", new IndexJob(clusters)::build);
    }

    private static Content content(String id, String author) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId(author)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(Instant.now().minus(Duration.ofDays(1)))
                .setText("Content " + id)
                .setTopics(List.of("t" + Math.floorMod(id.hashCode(), 40)))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .setVideo(new VideoDetail(20_000L))
                .setVersion(1)
                .setProvenance(Provenance.GENERATED)
                .build();
    }

    /** The i-th of the contents on which the background does nothing, so that each comment there is a sample. */
    private static String watched(int i) {
        return "cw" + i;
    }

    private static void submit(EmbeddedCluster cluster, String name, Consumer<StreamExecutionEnvironment> job) {
        StreamExecutionEnvironment environment = cluster.environment(name, PARALLELISM, CHECKPOINTS);
        job.accept(environment);
        cluster.submit(environment, name).awaitRunning(Duration.ofMinutes(1));
    }

    private static FeedApi api(EmbeddedCluster cluster, byte[] key) {
        PopularityModel model = new PopularityModel();
        return new FeedApi(
                new FeedApi.Settings(
                        "127.0.0.1", 0, cluster.bootstrapServers(), cluster.elasticsearchUrl(), key, SEARCH),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(() -> model, List::of),
                new Readiness(),
                (server, routes) -> {});
    }

    private static boolean knows(FeedApi api) {
        return api.store().inMemory().contentCount() == CONTENTS + WATCHED_CONTENTS;
    }

    private void measure(FeedApi taking, FeedApi asked, Figures figures) throws IOException {
        ApiCaller in = new ApiCaller(taking.port(), taking.tokens());
        ApiCaller out = new ApiCaller(asked.port(), taking.tokens());
        figures.put("seed", SEED);
        figures.put("cores", Runtime.getRuntime().availableProcessors());
        figures.put("parallelism", PARALLELISM);
        figures.put("background_wanted_per_s", rate);
        try (Background background = new Background(in, VIEWERS, CONTENTS)) {
            background.start(rate, SEED);
            pause(WARM_UP);
            long before = background.accepted();
            long began = System.nanoTime();
            engagements(in, asked.store(), figures);
            List<Published> published = publications(in, asked.elasticsearch(), figures);
            takeDowns(in, out, published, figures);
            wishes(in, out, figures);
            double seconds = (System.nanoTime() - began) / 1e9;
            figures.put("background_per_s", Math.round((background.accepted() - before) / seconds));
            figures.put("measured_seconds", Math.round(seconds));
        }
    }

    /** From the request sent until viewer, content and author all have it in the other server's store. */
    private void engagements(ApiCaller in, ReplicatedFeatureStore store, Figures figures) {
        InMemoryFeatureStore states = store.inMemory();
        Latencies whole = new Latencies();
        Latencies answered = new Latencies();
        Map<String, Integer> comments = new HashMap<>();
        for (int i = 0; i < samples; i++) {
            String id = "probe-" + i;
            String viewer = "v" + random.nextInt(VIEWERS);
            String content = watched(i % WATCHED_CONTENTS);
            int onContent = comments.merge(content, 1, Integer::sum);
            int onAuthor = i + 1;
            pause(Duration.ofMillis(random.nextInt(100)));
            long sent = System.nanoTime();
            in.call(
                    "POST",
                    "/v1/engagements",
                    viewer,
                    Role.VIEWER,
                    Map.of("engagements", List.of(Background.engagement(id, content, OPINION, 0))));
            answered.add(System.nanoTime() - sent);
            await(
                    "an engagement to be readable",
                    () -> store.viewer(viewer).recent().stream()
                                    .anyMatch(recent -> recent.id().equals(id))
                            && states.contentState(content).counts().always(Action.COMMENT) >= onContent
                            && states.author("aw").counts().always(Action.COMMENT) >= onAuthor);
            whole.add(System.nanoTime() - sent);
        }
        answered.report("engagement_answered_ms", figures);
        whole.report("feature_ms", figures);
    }

    private record Published(String id, String author, long sentNanos) {}

    /** From the request sent until the feed's query for the newest finds it. */
    private List<Published> publications(ApiCaller in, Elasticsearch elasticsearch, Figures figures) {
        ContentIndex index = new ElasticContentIndex(elasticsearch, SEARCH);
        Latencies latencies = new Latencies();
        List<Published> all = new ArrayList<>();
        List<Published> awaited = new ArrayList<>();
        long next = System.nanoTime();
        while (all.size() < samples || !awaited.isEmpty()) {
            if (all.size() < samples && System.nanoTime() >= next) {
                String author = "ap" + all.size() % PROBE_AUTHORS;
                long sent = System.nanoTime();
                Map<String, Object> body =
                        Map.of("kind", "POST", "text", "Fresh words, number " + all.size(), "topics", List.of("t1"));
                String id = in.call("POST", "/v1/contents", author, Role.CREATOR, body)
                        .path("id")
                        .asText();
                Published published = new Published(id, author, sent);
                all.add(published);
                awaited.add(published);
                next = Math.max(sent, next) + BETWEEN_PUBLICATIONS.toNanos();
            }
            Set<String> found = newest(index);
            long now = System.nanoTime();
            for (Iterator<Published> each = awaited.iterator(); each.hasNext(); ) {
                Published published = each.next();
                if (found.contains(published.id)) {
                    latencies.add(now - published.sentNanos);
                    each.remove();
                } else if (now - published.sentNanos > PATIENCE.toNanos()) {
                    throw new Failure("A content could not be found " + PATIENCE.toSeconds() + " s after publication.");
                }
            }
            pause(Duration.ofMillis(10));
        }
        latencies.report("content_ms", figures);
        return all;
    }

    private static Set<String> newest(ContentIndex index) {
        try {
            ContentQuery query = ContentQuery.best(ContentQuery.Order.NEWEST, PAGE);
            return new HashSet<>(index.search(List.of(query)).get(0).contentIds());
        } catch (ContentIndex.Unavailable e) {
            return Set.of(); // a slow answer counts as none: the clock goes on
        }
    }

    /** From the request sent until an answered page of a follower, from the other server, no longer shows it. */
    private void takeDowns(ApiCaller in, ApiCaller out, List<Published> published, Figures figures) {
        for (int i = 0; i < PROBE_AUTHORS; i++) {
            String author = "ap" + i;
            out.call("PUT", "/v1/viewers/me/following/" + author, follower(author), Role.VIEWER, null);
        }
        Latencies gone = new Latencies();
        Latencies page = new Latencies();
        for (Published one : published) {
            await("a content to be shown", () -> shows(out, one));
            long sent = System.nanoTime();
            in.call("DELETE", "/v1/contents/" + one.id, one.author, Role.CREATOR, null);
            await("a take-down to work", () -> {
                long asked = System.nanoTime();
                boolean shown = shows(out, one);
                page.add(System.nanoTime() - asked);
                return !shown;
            });
            gone.add(System.nanoTime() - sent);
        }
        gone.report("takedown_ms", figures);
        page.report("page_ms", figures);
    }

    /** From the request sent until the other server, asked for a page of an open cursor again, no longer shows it. */
    private void wishes(ApiCaller in, ApiCaller out, Figures figures) {
        Latencies hidden = new Latencies();
        Latencies muted = new Latencies();
        for (int i = 0; i < samples; i++) {
            String viewer = "vw-" + i;
            String again = FOR_YOU + "&cursor=" + begun(out, viewer);
            JsonNode page = out.call("GET", again, viewer, Role.VIEWER, null);
            String content = page.at("/items/0/content/id").asText();
            long sent = System.nanoTime();
            in.call(
                    "POST",
                    "/v1/engagements",
                    viewer,
                    Role.VIEWER,
                    Map.of("engagements", List.of(Background.engagement("hide-" + i, content, "HIDE", 0))));
            await("a hidden content to be gone", () -> !shows(out, again, viewer, "/content/id", content));
            hidden.add(System.nanoTime() - sent);

            String author = page.at("/items/1/content/authorId").asText();
            long asked = System.nanoTime();
            in.call("PUT", "/v1/viewers/me/muted-authors/" + author, viewer, Role.VIEWER, null);
            await("a muted author to be gone", () -> !shows(out, again, viewer, "/content/authorId", author));
            muted.add(System.nanoTime() - asked);
        }
        hidden.report("hide_ms", figures);
        muted.report("mute_ms", figures);
    }

    /** The cursor of the second page; a first page that could not be remembered in time has none. */
    private static String begun(ApiCaller out, String viewer) {
        AtomicReference<String> cursor = new AtomicReference<>();
        await("a first page to be remembered", () -> {
            JsonNode next = out.call("GET", FOR_YOU, viewer, Role.VIEWER, null).path("nextCursor");
            cursor.set(next.textValue());
            return next.isTextual();
        });
        return cursor.get();
    }

    private static boolean shows(ApiCaller out, String path, String viewer, String field, String value) {
        for (JsonNode item : out.call("GET", path, viewer, Role.VIEWER, null).path("items")) {
            if (item.at(field).asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static String follower(String author) {
        return "vf-" + author;
    }

    private static boolean shows(ApiCaller out, Published one) {
        String path = "/v1/feed/following?limit=" + PAGE;
        return shows(out, path, follower(one.author), "/content/id", one.id);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new Failure("Waited " + PATIENCE.toSeconds() + " s in vain for " + what + ".");
            }
            pause(Duration.ofMillis(1));
        }
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted", e);
        }
    }
}
