package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.RunningJob;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.HalfLife;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Popularity;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.Stage;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three jobs on real servers over one log with duplicates, undos, poison and disorder, while StateJob fails once
 * and goes on from its checkpoint.
 */
class JobsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Instant FROM = Instant.parse("2022-05-08T00:00:00Z");
    private static final World WORLD = new World(7, 60, 40, 4_000, FROM, FROM.plus(Duration.ofHours(30)));
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int POISON = 5;
    private static final int FOLLOWERS = 30;
    private static final int FATES = 20;

    @TempDir
    static Path state;

    private static EmbeddedCluster cluster;
    private static TestTopics topics;
    private static RunningJob stateJob;
    private static final List<Served> served = new ArrayList<>();
    private static final List<Engagement> log = new ArrayList<>();
    private static InMemoryFeatureStore expected;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.start(EmbeddedOptions.in(state).withElasticsearchHeapMegabytes(256));
        topics = new TestTopics(cluster, 4);
        writeLog();
        expected = expected();

        Clusters clusters = new Clusters(cluster.bootstrapServers(), cluster.elasticsearchUrl());
        KafkaTopics kafka = new KafkaTopics(clusters, "state-job");
        stateJob = submit("state", env -> new StateJob(
                        new StateJob.Sources(kafka.source(Topics.ENGAGEMENTS), kafka.source(Topics.CONTENTS)),
                        new StateJob.Sinks(
                                new FailsOnce<>(
                                        kafka.sink(Topics.VIEWER_STATES, Encoding.VIEWER_STATE, ViewerState::viewerId),
                                        20),
                                kafka.sink(
                                        Topics.CONTENT_STATES,
                                        Encoding.CONTENT_STATE,
                                        io.tuijian.features.ContentState::contentId),
                                kafka.sink(
                                        Topics.AUTHOR_STATES,
                                        Encoding.AUTHOR_STATE,
                                        io.tuijian.features.AuthorState::authorId),
                                kafka.sink(Topics.DEAD_LETTERS, Encoding.DEAD_LETTER, Keys::of)))
                .build(env));
        submit("index", env -> new IndexJob(clusters).build(env));
        submit("reach", env -> new ReachJob(clusters).build(env));
        submit("comments", env -> new CommentJob(clusters).build(env));
    }

    private static RunningJob submit(String name, java.util.function.Consumer<StreamExecutionEnvironment> job) {
        StreamExecutionEnvironment env = cluster.environment(name, 2, Duration.ofMillis(500));
        job.accept(env);
        return cluster.submit(env, name);
    }

    @AfterAll
    static void stop() {
        if (topics != null) {
            topics.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Engagements first, so that some come before their content; then contents, poison and pages. */
    private static void writeLog() {
        Random random = new Random(WORLD.seed());
        List<Engagement> held = new ArrayList<>();
        WORLD.play((page, engagements) -> {
            served.add(page);
            for (Engagement engagement : engagements) {
                switch (random.nextInt(20)) {
                    case 0 -> held.add(engagement);
                    case 1 -> log.addAll(List.of(engagement, engagement));
                    case 2 -> {
                        Engagement undo = undo(engagement);
                        boolean overtakes = random.nextInt(3) == 0;
                        log.add(overtakes ? undo : engagement);
                        log.add(overtakes ? engagement : undo);
                    }
                    default -> log.add(engagement);
                }
            }
            if (held.size() > 50) {
                log.add(held.remove(random.nextInt(held.size())));
            }
        });
        log.addAll(held);
        log.stream()
                .filter(it -> it.getAction() == Action.COMMENT && it.getUndoes() == null)
                .findFirst()
                .map(JobsIT::undo)
                .ifPresent(log::add);
        for (int i = 0; i < log.size(); i++) {
            topics.write(Topics.ENGAGEMENTS, log.get(i).getViewerId(), log.get(i));
            if (i % (log.size() / (POISON - 1)) == 0) {
                topics.write(Topics.ENGAGEMENTS, "v" + i, poison(i));
            }
        }
        for (int i = 0; i < WORLD.contents(); i++) {
            topics.write(Topics.CONTENTS, "c" + i, WORLD.content(i));
        }
        for (Served page : served) {
            topics.write(Topics.SERVED, page.getViewerId(), page);
            if (random.nextInt(20) == 0) {
                topics.write(Topics.SERVED, page.getViewerId(), page);
            }
        }
        for (int i = 0; i < FOLLOWERS; i++) {
            topics.write(Topics.RELATIONS, "v" + i, follows(i, true, FROM));
            topics.write(Topics.RELATIONS, "v" + i, follows(i, i % 3 != 0, FROM.plus(Duration.ofDays(1))));
        }
        for (int i = 0; i < FATES; i++) {
            topics.write(Topics.FATES, "f" + i, fate(i));
        }
        topics.flush();
    }

    private static Relation follows(int i, boolean active, Instant at) {
        return new Relation("v" + i, RelationKind.FOLLOW, "a1", active, at, null, null, null);
    }

    /** Of every second feed, a content that a filter removed. */
    private static Fate fate(int i) {
        FateOfCandidate removed = FateOfCandidate.newBuilder()
                .setContentId("c1")
                .setAuthorId("a1")
                .setSources(List.of("similar"))
                .setStage(FateStage.FILTERED)
                .setRule("seen")
                .setProbabilities(Map.of("LIKE", 0.1))
                .build();
        return new Fate("f" + i, "v1", FROM.plusSeconds(i), Surface.FOR_YOU, 0.5, List.of(removed));
    }

    private static Engagement undo(Engagement engagement) {
        return Engagement.newBuilder(engagement)
                .setId(engagement.getId() + "-undo")
                .setUndoes(engagement.getId())
                .build();
    }

    private static byte[] poison(int i) {
        return ("poison " + i).getBytes(StandardCharsets.UTF_8);
    }

    private static InMemoryFeatureStore expected() {
        List<Content> contents =
                IntStream.range(0, WORLD.contents()).mapToObj(WORLD::content).toList();
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, contents);
        log.forEach(replay::engagement);
        replay.finish();
        return replay.store();
    }

    @Test
    void every_state_equals_the_replay_although_the_job_failed_once() {
        Map<String, ViewerStateRecord> viewers = new HashMap<>();
        Set<String> viewerIds = log.stream().map(Engagement::getViewerId).collect(Collectors.toSet());
        try (TestTopics.Reader<ViewerStateRecord> reader = topics.reader(Topics.VIEWER_STATES)) {
            await().atMost(DEADLINE).until(() -> {
                reader.more().forEach(it -> viewers.put(it.getViewerId(), it));
                return viewerIds.stream()
                        .allMatch(id -> viewers.containsKey(id)
                                && viewers.get(id).getEvents()
                                        == expected.viewer(id).events());
            });
        }
        assertThat(FailsOnce.hasFailed()).isTrue();
        assertThat(stateJob.failure()).isPresent();
        for (String id : viewerIds) {
            ViewerState actual = StateRecords.of(viewers.get(id));
            ViewerState wanted = expected.viewer(id);
            assertSame(id, actual.counts(), wanted.counts());
            assertSame(id + " by kind", actual.byKind(), wanted.byKind());
            if (wanted.byTopic().size() < ViewerState.TOP && wanted.byAuthor().size() < ViewerState.TOP) {
                assertSame(id + " by topic", actual.byTopic(), wanted.byTopic());
                assertSame(id + " by author", actual.byAuthor(), wanted.byAuthor());
            }
            if (wanted.recent().size() < ViewerState.RECENT) {
                assertThat(Set.copyOf(actual.recent())).isEqualTo(Set.copyOf(wanted.recent()));
            }
            assertThat(actual.seen()).isEqualTo(wanted.seen());
            assertThat(actual.updatedAtMillis()).isEqualTo(wanted.updatedAtMillis());
        }

        Map<String, ContentStateRecord> contents = new HashMap<>();
        try (TestTopics.Reader<ContentStateRecord> reader = topics.reader(Topics.CONTENT_STATES)) {
            await().atMost(DEADLINE).until(() -> {
                reader.more().forEach(it -> contents.put(it.getContentId(), it));
                return IntStream.range(0, WORLD.contents())
                        .mapToObj(i -> "c" + i)
                        .allMatch(id -> contents.containsKey(id)
                                && contents.get(id).getEvents()
                                        == expected.contentState(id).events());
            });
        }
        contents.forEach((id, record) -> assertSame(
                id, StateRecords.of(record).counts(), expected.contentState(id).counts()));

        Map<String, AuthorStateRecord> authors = new HashMap<>();
        try (TestTopics.Reader<AuthorStateRecord> reader = topics.reader(Topics.AUTHOR_STATES)) {
            await().atMost(DEADLINE).until(() -> {
                reader.more().forEach(it -> authors.put(it.getAuthorId(), it));
                return authors.size() == WORLD.contents() / 3
                        && authors.values().stream()
                                .allMatch(it -> it.getEvents()
                                        == expected.author(it.getAuthorId()).events());
            });
        }
        authors.forEach((id, record) -> assertSame(
                id, StateRecords.of(record).counts(), expected.author(id).counts()));
    }

    private static void assertSame(String of, List<ViewerState.Keyed> actual, List<ViewerState.Keyed> wanted) {
        Function<List<ViewerState.Keyed>, Map<String, ActionCounts>> byKey =
                list -> list.stream().collect(Collectors.toMap(ViewerState.Keyed::key, ViewerState.Keyed::counts));
        Map<String, ActionCounts> counts = byKey.apply(actual);
        assertThat(counts.keySet()).as(of).isEqualTo(byKey.apply(wanted).keySet());
        byKey.apply(wanted).forEach((key, value) -> assertSame(of + ' ' + key, counts.get(key), value));
    }

    private static void assertSame(String of, ActionCounts actual, ActionCounts wanted) {
        assertThat(actual.asOfMillis()).as(of).isEqualTo(wanted.asOfMillis());
        assertThat(actual.watchedMillis()).as(of).isEqualTo(wanted.watchedMillis());
        for (Action action : Action.values()) {
            for (HalfLife halfLife : HalfLife.values()) {
                double count = wanted.count(action, halfLife, wanted.asOfMillis());
                assertThat(actual.count(action, halfLife, wanted.asOfMillis()))
                        .as("%s %s %s", of, action, halfLife)
                        .isCloseTo(count, within(1e-9 * Math.max(1, Math.abs(count))));
            }
        }
    }

    @Test
    void dead_letters_are_exactly_the_poison() {
        Set<String> dead = new HashSet<>();
        try (TestTopics.Reader<DeadLetter> reader = topics.reader(Topics.DEAD_LETTERS)) {
            await().atMost(DEADLINE).until(() -> {
                for (DeadLetter letter : reader.more()) {
                    dead.add(letter.getTopic() + ": "
                            + StandardCharsets.UTF_8.decode(letter.getValue().duplicate()));
                }
                return dead.size() >= POISON;
            });
        }
        int step = log.size() / (POISON - 1);
        assertThat(dead)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, log.size())
                        .filter(i -> i % step == 0)
                        .mapToObj(i -> "engagements: poison " + i)
                        .toList());
    }

    @Test
    void the_reach_of_every_content_equals_an_independent_count() {
        Map<String, Reach> perContent = new TreeMap<>();
        await().atMost(DEADLINE).until(() -> {
            perContent.clear();
            perContent.putAll(reach());
            return perContent.values().stream().mapToLong(Reach::served).sum() == served.size()
                    && IntStream.range(0, WORLD.contents())
                            .allMatch(i -> perContent.containsKey("c" + i)
                                    && perContent.get("c" + i).seen()
                                            == expected.contentState("c" + i)
                                                    .counts()
                                                    .always(Action.SEEN)
                                    && perContent.get("c" + i).count(Action.PURCHASE)
                                            == expected.contentState("c" + i)
                                                    .counts()
                                                    .always(Action.PURCHASE));
        });
        perContent.forEach((id, reach) -> {
            ActionCounts wanted = expected.contentState(id).counts();
            for (Action action : Action.values()) {
                assertThat((double) reach.count(action)).as("%s %s", id, action).isEqualTo(wanted.always(action));
            }
            assertThat((double) reach.watchedMillis()).as(id).isEqualTo(wanted.watchedMillis());
            assertThat(reach.salesMinor().getOrDefault("CNY", 0L))
                    .as(id)
                    .isEqualTo(9_900 * (long) wanted.always(Action.PURCHASE));
            long viewers = log.stream()
                    .filter(it -> it.getContentId().equals(id) && it.getUndoes() == null)
                    .map(Engagement::getViewerId)
                    .distinct()
                    .count();
            assertThat(reach.viewers().count()).as(id).isEqualTo(viewers);
        });
    }

    @Test
    void the_days_of_an_author_are_the_sum_of_everything_below_and_know_the_way_there() {
        Map<Level, Reach> sums = new EnumMap<>(Level.class);
        List<ReachDocument> all = new ArrayList<>();
        Set<String> viewers = log.stream()
                .filter(it -> isOf("a1", it.getContentId()))
                .map(Engagement::getViewerId)
                .collect(Collectors.toSet());
        long shown = served.stream()
                .filter(it -> isOf("a1", it.getItems().get(0).getContentId()))
                .count();
        await().atMost(DEADLINE).untilAsserted(() -> {
            all.clear();
            all.addAll(documents("{\"term\": {\"authorId\": \"a1\"}}"));
            for (Level level : Level.OF_REACH) {
                Reach.Sum sum = new Reach.Sum();
                all.stream().filter(it -> it.level() == level).forEach(it -> sum.add(it.reach()));
                sums.put(level, sum.reach());
            }
            Reach days = sums.get(Level.AUTHOR_DAY);
            assertThat(days.served()).isEqualTo(shown);
            assertThat(days.newViewers()).isEqualTo(viewers.size());
            assertThat(days.viewers().count()).isEqualTo(viewers.size());
            assertThat(days.surfaces())
                    .isEqualTo(Map.of(
                            Surface.IMPORTED,
                            new Cell(shown, days.seen(), days.engaged(), days.count(Action.PURCHASE))));
            assertThat(days.sources())
                    .isEqualTo(
                            Map.of("log", new Cell(shown, days.seen(), days.engaged(), days.count(Action.PURCHASE))));
            assertThat(days.followersGained()).isEqualTo(FOLLOWERS);
            assertThat(days.followersLost()).isEqualTo(FOLLOWERS / 3);
            assertThat(days.estimate(Stage.REMOVED).value()).isEqualTo(2 * FATES);
            assertThat(days.estimate(Stage.REMOVED).variance()).isEqualTo(2 * FATES);
            for (Level level : Level.OF_REACH) {
                Reach sum = sums.get(level);
                assertThat(sum.actions()).isEqualTo(days.actions());
                assertThat(sum.seen()).isEqualTo(days.seen());
                assertThat(sum.watches().count()).isEqualTo(days.count(Action.WATCH));
                assertThat(sum.newViewers()).isEqualTo(days.newViewers());
                assertThat(sum.estimates()).isEqualTo(days.estimates());
            }
        });
        assertThat(sums.get(Level.AUTHOR_DAY).seen()).isPositive();
        long inAudience = all.stream()
                .filter(it -> it.level() == Level.AUDIENCE_DAY)
                .flatMap(it -> it.audience().viewers().values().stream())
                .mapToLong(group -> group.seen())
                .sum();
        assertThat(inAudience).isEqualTo(sums.get(Level.AUTHOR_DAY).seen());
        long pages = documents("{\"term\": {\"level\": \"PLATFORM_HOUR\"}}").stream()
                .mapToLong(it -> it.pages().count(Surface.IMPORTED, 0, 60))
                .sum();
        assertThat(pages).isEqualTo(served.size());
    }

    private static boolean isOf(String author, String contentId) {
        return IntStream.range(0, WORLD.contents())
                .mapToObj(WORLD::content)
                .anyMatch(it -> it.getId().equals(contentId) && it.getAuthorId().equals(author));
    }

    private static Map<String, Reach> reach() {
        Map<String, Reach.Sum> sums = new HashMap<>();
        documents("{\"term\": {\"level\": \"CONTENT_HOUR\"}}")
                .forEach(hour -> sums.computeIfAbsent(hour.contentId(), id -> new Reach.Sum())
                        .add(hour.reach()));
        return sums.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .reach()));
    }

    private static List<ReachDocument> documents(String query) {
        List<ReachDocument> documents = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode hits = get("/reach/_search", """
                    {"size": 5000, "query": %s,
                     "sort": [{"contentId": "asc"}, {"hour": "asc"}, {"level": "asc"}]%s}""".formatted(query, after))
                    .path("hits")
                    .path("hits");
            for (JsonNode hit : hits) {
                ReachDocument document =
                        ReachDocument.fromJson(hit.get("_source").toString().getBytes(StandardCharsets.UTF_8));
                assertThat(hit.get("_id").asText()).isEqualTo(document.id());
                documents.add(document);
            }
            if (hits.isEmpty()) {
                return documents;
            }
            after = ", \"search_after\": " + hits.get(hits.size() - 1).get("sort");
        }
    }

    @Test
    void the_index_has_every_content_with_its_statistics_and_learns_of_a_take_down() throws Exception {
        await().atMost(DEADLINE)
                .until(() -> IntStream.range(0, WORLD.contents()).allMatch(i -> popularity("c" + i)));
        Content down = Content.newBuilder(WORLD.content(3))
                .setState(ContentState.TAKEN_DOWN)
                .setVersion(2)
                .build();
        topics.write(Topics.CONTENTS, "c3", down);
        topics.flush();
        await().atMost(DEADLINE).until(() -> "TAKEN_DOWN"
                .equals(get("/contents/_doc/c3", null)
                        .path("_source")
                        .path("state")
                        .asText()));
        assertThat(get("/contents/_doc/c3", null).path("_source").has("text")).isFalse();
        assertThat(get("/contents/_mapping", null).toString()).contains("dense_vector");
    }

    @Test
    void the_comments_are_those_that_were_not_taken_back_once_each() {
        Set<String> undone = log.stream()
                .filter(it -> it.getUndoes() != null)
                .map(it -> it.getViewerId() + '|' + it.getUndoes())
                .collect(Collectors.toSet());
        Set<String> said = log.stream()
                .filter(it -> it.getUndoes() == null && it.getAction() == Action.COMMENT)
                .map(it -> it.getViewerId() + '|' + it.getId())
                .collect(Collectors.toSet());
        assertThat(said).isNotEmpty();
        assertThat(said.removeAll(undone)).as("some are taken back").isTrue();
        assertThat(said).isNotEmpty();
        await().atMost(DEADLINE).untilAsserted(() -> {
            Set<String> listed = new HashSet<>();
            JsonNode hits = get(
                            "/comments/_search",
                            "{\"size\": 10000, \"query\": {\"exists\": {\"field\": \"contentId\"}}}")
                    .path("hits")
                    .path("hits");
            for (JsonNode hit : hits) {
                listed.add(hit.path("_id").asText());
                assertThat(hit.at("/_source/text").asText())
                        .isEqualTo(
                                "what I say of " + hit.at("/_source/contentId").asText());
            }
            assertThat(listed).isEqualTo(said);
        });
    }

    private static boolean popularity(String id) {
        ActionCounts wanted = expected.contentState(id).counts();
        JsonNode document = get("/contents/_doc/" + id, null).path("_source");
        return document.has("popularity")
                && Math.abs(document.get("popularity").asDouble() - Popularity.popularity(wanted))
                        < 1e-3 * (1 + Popularity.popularity(wanted));
    }

    private static JsonNode get(String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(cluster.elasticsearchUrl() + path))
                .header("Content-Type", "application/json");
        try {
            return new ObjectMapper()
                    .readTree(HTTP.send(
                                    (body == null
                                                    ? request.GET()
                                                    : request.POST(HttpRequest.BodyPublishers.ofString(body)))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
