package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.features.ActionCounts;
import io.tuijian.launcher.RunningDemo.Answer;
import io.tuijian.launcher.RunningDemo.Person;
import io.tuijian.launcher.faults.ReachCount;
import io.tuijian.schemas.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The product as its three users meet it: the whole demo, real servers and the real log. */
@Tag("demo")
class DemoIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static RunningDemo demo;

    @BeforeAll
    static void start() {
        demo = RunningDemo.get();
    }

    // The circle

    @Test
    void counts_per_viewer_content_and_author_equal_an_independent_count_over_the_csv() {
        demo.oracle
                .byViewer()
                .forEach((id, counts) -> equal(demo.viewers.get(id).counts(), counts, id));
        demo.oracle
                .byContent()
                .forEach((id, counts) -> equal(demo.contents.get(id).counts(), counts, id));
        demo.oracle
                .byAuthor()
                .forEach((id, counts) -> equal(demo.authors.get(id).counts(), counts, id));
        assertThat(demo.oracle.byContent().values().stream()
                        .mapToLong(counts -> counts.get(Action.SEEN))
                        .sum())
                .isEqualTo(228_329);
    }

    private static void equal(ActionCounts counted, Map<Action, Long> expected, String id) {
        for (Action action : Action.values()) {
            assertThat(counted.always(action)).as("%s of %s", action, id).isEqualTo((double)
                    expected.getOrDefault(action, 0L));
        }
    }

    @Test
    void the_reach_of_each_author_equals_it_too() {
        Map<String, Map<String, Long>> reach = new HashMap<>();
        demo.reach.forEach((key, figures) -> {
            if (key.startsWith("CONTENT_HOUR|")) {
                Map<String, Long> of = reach.computeIfAbsent(key.split("\\|")[1], author -> new HashMap<>());
                figures.forEach((name, count) -> of.merge(name, count, Long::sum));
            }
        });
        demo.oracle.byAuthor().forEach((author, counts) -> {
            assertThat(reach.get(author).get("served"))
                    .as("served by %s", author)
                    .isEqualTo(counts.get(Action.SEEN));
            counts.forEach((action, count) -> assertThat(
                            reach.get(author).get(action == Action.SEEN ? "seen" : "actions." + action))
                    .as("%s of %s", action, author)
                    .isEqualTo(count));
        });
        assertThat(reach).hasSameSizeAs(demo.oracle.byAuthor());
    }

    @Test
    void every_figure_of_every_document_of_reach_equals_a_count_over_the_log() {
        Map<String, Map<String, Long>> counted = demo.reachCount.figures();
        List<String> differences = ReachCount.differences(counted, demo.reach);
        System.out.printf(
                "    %,d of %,d figures of reach differ, in %,d documents of %,d impressions%n",
                differences.size(),
                counted.values().stream().mapToLong(Map::size).sum(),
                counted.size(),
                demo.reachCount.impressions());
        assertThat(demo.reachCount.impressions()).isEqualTo(228_329);
        assertThat(differences.stream().limit(20)).isEmpty();
    }

    @Test
    void a_kol_reads_no_less_than_the_log_holds() {
        for (var kol : demo.demo.world().kols()) {
            JsonNode total = demo.author(kol.authorId())
                    .get("/v1/authors/" + kol.authorId() + "/reach?from="
                            + Instant.now().minus(Duration.ofDays(60)))
                    .at("/total");
            Map<Action, Long> log = demo.oracle.byAuthor().get(kol.authorId());
            assertThat(total.path("seen").asLong()).isGreaterThanOrEqualTo(log.get(Action.SEEN));
            assertThat(total.at("/actions/LONG_VIEW").asLong())
                    .isGreaterThanOrEqualTo(log.getOrDefault(Action.LONG_VIEW, 0L));
            assertThat(total.path("uniqueViewers").asLong())
                    .isPositive()
                    .isLessThanOrEqualTo(total.path("seen").asLong());
        }
    }

    @Test
    void the_model_beats_popularity_on_later_days() {
        Map<String, Double> metrics = demo.demo.trained().metrics();
        assertThat(metrics.get("ranker.gauc")).isGreaterThan(metrics.get("popularity.gauc"));
    }

    // A feed client

    @Test
    void two_viewers_get_clearly_different_feeds() {
        Set<String> one = contents(page(demo.viewer("v12408"), 20));
        Set<String> other = contents(page(demo.viewer("v12708"), 20));
        assertThat(one).hasSize(20);
        assertThat(other).hasSize(20);
        Set<String> both = new HashSet<>(one);
        both.retainAll(other);
        assertThat(both).as("contents on both pages").hasSizeLessThan(8);
    }

    @Test
    void somebody_without_an_account_gets_a_full_page_of_what_many_like() {
        Answer anonymous = demo.call("POST", "/v1/anonymous-viewers", "", null);
        assertThat(anonymous.status()).isEqualTo(201);
        Answer page = demo.call(
                "GET", "/v1/feed/for-you?limit=20", null, anonymous.at("/token").asText());
        assertThat(page.status()).isEqualTo(200);
        assertThat(contents(page.body())).hasSize(20);
        assertThat(page.at("/degraded")).isEmpty();
        List<String> why = new ArrayList<>();
        page.at("/items").forEach(item -> item.path("why")
                .forEach(reason -> why.add(reason.path("code").asText())));
        assertThat(why).contains("trending").doesNotContain("liked-topic", "followed-author");
    }

    @Test
    void likes_and_finished_views_of_a_topic_raise_its_share_on_the_next_page() {
        Person alice = demo.viewer("v-alice-" + UUID.randomUUID());
        JsonNode first = page(alice, 20);
        String topic = aTopicOfThree(first);
        double before = share(first, topic);
        long began = System.nanoTime();
        for (JsonNode item : first.path("items")) {
            if (topics(item).contains(topic)) {
                long duration = item.at("/content/video/durationMillis").asLong(1000);
                assertThat(alice.does("LIKE", first, item).status()).isEqualTo(202);
                assertThat(alice.does("WATCH", first, item, "watchedMillis", duration)
                                .status())
                        .isEqualTo(202);
            }
        }
        long acted = System.nanoTime();
        double[] after = new double[1];
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(50)).until(() -> {
            after[0] = share(page(demo.viewer(alice.id), 20), topic);
            return after[0] > before;
        });
        System.out.printf(
                "    the share of %s rose from %.0f %% to %.0f %% in %d ms after the last of the likes (%d ms with them)%n",
                topic,
                100 * before,
                100 * after[0],
                (System.nanoTime() - acted) / 1_000_000,
                (System.nanoTime() - began) / 1_000_000);
    }

    @Test
    void a_like_moves_the_page_behind_the_cursor() {
        Person bob = demo.viewer("v-bob-" + UUID.randomUUID());
        JsonNode first = page(bob, 10);
        String topic = topics(first.path("items").get(0)).get(0);
        for (JsonNode item : first.path("items")) {
            if (topics(item).contains(topic)) {
                bob.does("LIKE", first, item);
            }
        }
        await().atMost(DEADLINE)
                .until(() -> demo.demo.api().store().viewer(bob.id).counts().always(Action.LIKE) > 0);
        JsonNode second = next(bob, first, 10);
        List<String> reasons = new ArrayList<>();
        second.path("items").forEach(item -> item.path("why")
                .forEach(why -> reasons.add(why.path("code").asText())));
        assertThat(reasons).contains("liked-topic");
    }

    @Test
    void what_is_similar_is_found_once_the_model_is_learned_and_its_vectors_are_indexed() {
        Person viewer = demo.viewer("v12408");
        List<String> reasons = new ArrayList<>();
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            JsonNode page = page(viewer, 50);
            assertThat(page.path("degraded")).isEmpty();
            page.path("items").forEach(item -> item.path("why")
                    .forEach(why -> reasons.add(why.path("code").asText())));
            return reasons.contains("similar");
        });
    }

    @Test
    void ten_pages_repeat_nothing_and_hold_the_author_cap() {
        Person viewer = demo.viewer("v12408");
        List<String> ids = new ArrayList<>();
        List<String> authors = new ArrayList<>();
        JsonNode page = page(viewer, 20);
        for (int i = 0; i < 10; i++) {
            int position = ids.size();
            for (JsonNode item : page.path("items")) {
                assertThat(item.path("position").asInt()).isEqualTo(position++);
                ids.add(item.at("/content/id").asText());
                authors.add(item.at("/content/authorId").asText());
            }
            page = next(viewer, page, 20);
        }
        assertThat(ids).hasSize(200).doesNotHaveDuplicates();
        for (int from = 0; from + 20 <= authors.size(); from++) {
            List<String> window = authors.subList(from, from + 20);
            assertThat(window).allSatisfy(author -> assertThat(
                            window.stream().filter(author::equals).count())
                    .isLessThanOrEqualTo(2));
        }
    }

    @Test
    void the_same_cursor_gives_the_same_page_minus_what_was_muted_since() {
        Person viewer = demo.viewer("v-carol-" + UUID.randomUUID());
        JsonNode first = page(viewer, 10);
        JsonNode second = next(viewer, first, 10);
        assertThat(ids(next(viewer, first, 10))).isEqualTo(ids(second));
        String author = second.at("/items/3/content/authorId").asText();
        assertThat(viewer.put("/v1/viewers/me/muted-authors/" + author).status())
                .isEqualTo(204);
        JsonNode again = next(viewer, first, 10);
        assertThat(ids(second)).containsAll(ids(again));
        assertThat(again.path("items"))
                .isNotEmpty()
                .noneMatch(item -> item.at("/content/authorId").asText().equals(author));
    }

    @Test
    void following_shows_only_followed_authors_and_a_block_hides_them_at_once() {
        Person viewer = demo.viewer("v-dora-" + UUID.randomUUID());
        String kol = demo.demo.world().kols().get(3).authorId();
        assertThat(page(viewer, "following", 10).path("items")).isEmpty();
        assertThat(viewer.put("/v1/viewers/me/following/" + kol).status()).isEqualTo(204);
        JsonNode followed = page(viewer, "following", 10);
        assertThat(followed.path("items"))
                .isNotEmpty()
                .allMatch(item -> item.at("/content/authorId").asText().equals(kol));
        assertThat(viewer.get("/v1/viewers/me/controls").at("/controls/0/to").asText())
                .isEqualTo(kol);
        assertThat(viewer.put("/v1/viewers/me/blocked/" + kol).status()).isEqualTo(204);
        assertThat(page(viewer, "following", 10).path("items")).isEmpty();
        String id = followed.at("/items/0/content/id").asText();
        assertThat(viewer.get("/v1/contents/" + id).status()).isEqualTo(404);
        assertThat(viewer.delete("/v1/viewers/me/blocked/" + kol).status()).isEqualTo(204);
        assertThat(viewer.get("/v1/contents/" + id).status()).isEqualTo(200);
    }

    @Test
    void the_same_engagement_sent_twice_counts_once_and_an_undo_takes_it_back() {
        Person viewer = demo.viewer("v-emil-" + UUID.randomUUID());
        JsonNode page = page(viewer, 5);
        JsonNode item = page.at("/items/0");
        Map<String, Object> like = Map.of(
                "id", "like-1",
                "contentId", item.at("/content/id").asText(),
                "action", "LIKE",
                "at", "2026-01-01T00:00:00Z");
        for (int i = 0; i < 3; i++) {
            Answer taken = viewer.post("/v1/engagements", Map.of("engagements", List.of(like)));
            assertThat(taken.status()).isEqualTo(202);
            assertThat(taken.at("/accepted/0").asText()).isEqualTo("like-1");
        }
        await().atMost(DEADLINE).until(() -> likes(viewer) == 1);
        viewer.does("LIKE", page, item, "id", "like-2", "undoes", "like-1");
        await().atMost(DEADLINE).until(() -> likes(viewer) == 0);
        viewer.does("SEEN", page, item);
        assertThat(likes(viewer)).isZero();
    }

    private static double likes(Person viewer) {
        return demo.demo.api().store().viewer(viewer.id).counts().always(Action.LIKE);
    }

    @Test
    void every_item_can_say_why_it_is_here_and_every_missing_one_why_not() {
        Person viewer = demo.viewer("v12708");
        JsonNode page = page(viewer, 10);
        assertThat(page.path("items"))
                .allMatch(item -> !item.at("/why/0/text").asText().isBlank());
        String feed = "/v1/feeds/" + page.path("feedId").asText() + "/contents/";
        Answer here = viewer.get(feed + page.at("/items/4/content/id").asText());
        assertThat(here.at("/position").asInt()).isEqualTo(4);
        String seen = demo.viewers.get("v12708").seen().get(0).contentId();
        Answer missing = viewer.get(feed + seen);
        assertThat(missing.status()).isEqualTo(200);
        assertThat(missing.at("/stage").asText()).isIn("FILTERED", "NOT_RETRIEVED");
        assertThat(demo.viewer("v12408").get(feed + seen).status())
                .as("somebody else's feed")
                .isEqualTo(404);
    }

    // A KOL

    @Test
    void what_a_kol_publishes_reaches_followers_and_a_take_down_removes_it_at_once() {
        Person kol = demo.author(demo.demo.world().kols().get(5).authorId());
        Person fan = demo.viewer("v-fan-" + UUID.randomUUID());
        fan.put("/v1/viewers/me/following/" + kol.id);
        Answer published = kol.post("/v1/contents", Map.of("kind", "POST", "text", "今天直播间见", "topics", List.of("t39")));
        assertThat(published.status()).isEqualTo(201);
        String id = published.at("/id").asText();
        await().atMost(DEADLINE).until(() -> ids(page(fan, "following", 20)).contains(id));
        assertThat(fan.delete("/v1/contents/" + id).status()).isEqualTo(403);
        assertThat(kol.delete("/v1/contents/" + id).status()).isEqualTo(204);
        assertThat(ids(page(fan, "following", 20))).doesNotContain(id);
        Answer gone = fan.get("/v1/contents/" + id);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.at("/detail").asText())
                .isEqualTo(fan.get("/v1/contents/c-never-was").at("/detail").asText());
    }

    @Test
    void a_change_keeps_what_the_author_did_not_mention_and_nothing_changes_after_a_take_down() {
        Person kol = demo.author(demo.demo.world().kols().get(6).authorId());
        Answer published = kol.post("/v1/contents", Map.of("text", "first words", "authorName", "Seven"));
        String path = "/v1/contents/" + published.at("/id").asText();
        Answer changed = kol.put(path, Map.of("text", "better words"));
        assertThat(changed.status()).as(changed.body().toString()).isEqualTo(200);
        assertThat(changed.at("/text").asText()).isEqualTo("better words");
        assertThat(changed.at("/authorName").asText()).isEqualTo("Seven");
        assertThat(demo.author("a1").put(path, Map.of("text", "mine now")).status())
                .isEqualTo(403);
        assertThat(kol.delete(path).status()).isEqualTo(204);
        assertThat(kol.put(path, Map.of("text", "back again")).status()).isEqualTo(404);
    }

    @Test
    void following_twice_counts_once_and_unfollowing_takes_it_back() {
        Person fan = demo.viewer("v-fan-" + UUID.randomUUID());
        String path =
                "/v1/viewers/me/following/" + demo.demo.world().kols().get(7).authorId();
        fan.put(path);
        fan.put(path);
        await().atMost(DEADLINE).until(() -> follows(fan) == 1);
        fan.delete(path);
        await().atMost(DEADLINE).until(() -> follows(fan) == 0);
        fan.put(path);
        await().atMost(DEADLINE).until(() -> follows(fan) == 1);
    }

    private static double follows(Person viewer) {
        return demo.demo.api().store().viewer(viewer.id).counts().always(Action.FOLLOW);
    }

    @Test
    void a_purchase_moves_the_counters_of_the_kol_and_only_the_kol_reads_them() {
        Person viewer = demo.viewer("v-shopper-" + UUID.randomUUID());
        JsonNode item = page(viewer, "shop", 1).at("/items/0/content");
        Person kol = demo.author(item.path("authorId").asText());
        String currency = item.at("/item/currency").asText();
        String reach = "/v1/authors/" + kol.id + "/reach";
        long before = kol.get(reach).at("/total/salesMinor/" + currency).asLong();
        Answer order =
                viewer.post("/demo/orders", Map.of("contentId", item.path("id").asText()));
        assertThat(order.status()).isEqualTo(201);
        long price = item.at("/item/priceMinor").asLong();
        await().atMost(DEADLINE)
                .until(() -> kol.get(reach).at("/total/salesMinor/" + currency).asLong() == before + price);
        assertThat(viewer.get(reach).status()).isEqualTo(403);
        assertThat(demo.author("a1").get(reach).status()).isEqualTo(403);
        assertThat(viewer.does("PURCHASE", page(viewer, 1), page(viewer, 1).at("/items/0"))
                        .at("/rejected/0/reason")
                        .asText())
                .contains("publisher");
    }

    // What goes wrong

    @Test
    void what_cannot_be_answered_is_a_problem_in_json_without_a_stack_trace() {
        Person viewer = demo.viewer("v-erring");
        String token = demo.demo
                .api()
                .tokens()
                .issue(
                        "v-erring",
                        java.util.EnumSet.of(io.tuijian.feedapi.Role.VIEWER),
                        java.time.Instant.now(),
                        Duration.ofMinutes(5));
        JsonNode page = page(viewer, 3);
        String cursor = page.path("nextCursor").asText();
        problem(demo.call("POST", "/v1/engagements", "{\"engagements\": [", token), 400);
        problem(demo.call("POST", "/v1/engagements", "[]", token), 400);
        problem(demo.call("POST", "/v1/engagements", "", token), 400);
        problem(viewer.get("/v1/feed/backstage"), 404);
        problem(viewer.get("/v1/feed/for-you?limit=0"), 400);
        problem(viewer.get("/v1/feed/for-you?limit=many"), 400);
        problem(viewer.get("/v1/feed/for-you?cursor=nonsense"), 400);
        problem(demo.viewer("v-other").get("/v1/feed/for-you?cursor=" + cursor), 400);
        problem(viewer.get("/v1/feed/following?cursor=" + cursor), 400);
        problem(demo.call("GET", "/v1/feed/for-you", null, null), 401);
        problem(demo.call("GET", "/v1/feed/for-you", null, "not.a.token"), 401);
        problem(demo.author("a1").get("/v1/feed/for-you"), 403);
        problem(viewer.post("/v1/contents", Map.of("text", "hello")), 403);
        problem(demo.author("a1").post("/v1/contents", Map.of("text", "")), 400);
        problem(viewer.put("/v1/viewers/me/adoring/a1"), 404);
        problem(viewer.put("/v1/viewers/me/following/a%E6%9C%8B"), 400);
        problem(viewer.put("/v1/viewers/me/following/v1"), 400);
        problem(demo.author("a1").post("/v1/contents", Map.of("text", "x", "topics", List.of("a b"))), 400);
        problem(
                demo.author("a1").post("/v1/contents", Map.of("text", "x", "startsAt", "+1000000-01-01T00:00:00Z")),
                400);
        problem(viewer.get("/v1/nothing"), 404);
        problem(viewer.delete("/v1/feed/for-you"), 405);
        problem(demo.call("POST", "/v1/engagements", "x".repeat(2 << 20), token), 413);
        Answer rejected = viewer.post(
                "/v1/engagements",
                Map.of(
                        "engagements",
                        List.of(
                                Map.of(
                                        "id",
                                        "1",
                                        "contentId",
                                        "c-never-was",
                                        "action",
                                        "LIKE",
                                        "at",
                                        "2026-01-01T00:00:00Z"),
                                Map.of("id", "2", "contentId", "c1", "action", "ADORE", "at", "2026-01-01T00:00:00Z"),
                                Map.of("id", "3", "contentId", "c1", "action", "LIKE", "at", "yesterday"),
                                Map.of("id", "4", "contentId", "c1", "action", "LIKE", "at", "1999-01-01T00:00:00Z"))));
        assertThat(rejected.status()).isEqualTo(202);
        assertThat(rejected.at("/accepted")).isEmpty();
        assertThat(rejected.at("/rejected")).hasSize(4);
    }

    private static void problem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.at("/status").asInt()).isEqualTo(status);
        assertThat(answer.at("/title").asText()).isNotBlank();
        assertThat(answer.at("/detail").asText()).isNotBlank().doesNotContain("Exception", "\tat ");
    }

    // Reading pages

    private static JsonNode page(Person viewer, int limit) {
        return page(viewer, "for-you", limit);
    }

    private static JsonNode page(Person viewer, String surface, int limit) {
        Answer answer = viewer.get("/v1/feed/" + surface + "?limit=" + limit);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    private static JsonNode next(Person viewer, JsonNode page, int limit) {
        Answer answer = viewer.get("/v1/feed/for-you?limit=" + limit + "&cursor="
                + page.path("nextCursor").asText());
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("items").forEach(item -> ids.add(item.at("/content/id").asText()));
        return ids;
    }

    private static Set<String> contents(JsonNode page) {
        return new HashSet<>(ids(page));
    }

    private static List<String> topics(JsonNode item) {
        List<String> topics = new ArrayList<>();
        item.at("/content/topics").forEach(topic -> topics.add(topic.asText()));
        return topics;
    }

    /** A topic of some items of this page but of at most three, so that there is room to rise. */
    private static String aTopicOfThree(JsonNode page) {
        Map<String, Integer> counts = new java.util.TreeMap<>();
        page.path("items").forEach(item -> topics(item).forEach(topic -> counts.merge(topic, 1, Integer::sum)));
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() <= 3)
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static double share(JsonNode page, String topic) {
        double with = 0;
        for (JsonNode item : page.path("items")) {
            with += topics(item).contains(topic) ? 1 : 0;
        }
        return with / page.path("items").size();
    }
}
