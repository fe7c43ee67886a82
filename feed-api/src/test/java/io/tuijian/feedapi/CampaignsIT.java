package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Pages;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.Viewers;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Campaigns over HTTP, on two servers, and their reports over documents of reach in a real index. */
class CampaignsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final long DAY = Level.CONTENT_DAY.millis();
    private static final long HOUR = Level.CONTENT_HOUR.millis();
    private static final List<String> KNOWN = new ArrayList<>();

    private static FeedApi one;
    private static FeedApi two;

    @BeforeAll
    static void start() {
        List<Content> contents = List.of(
                content("c-cp-1", "a-cp-mei", null, null),
                content("c-cp-2", "a-cp-mei", "b-cp-tea", null),
                content("c-cp-3", "a-cp-bob", "b-cp-tea", null),
                content("c-cp-4", "a-cp-bob", "b-cp-other", null),
                content("c-cp-quote", "a-cp-eve", null, "c-cp-1"));
        FeedClient.publish(contents);
        contents.forEach(content -> KNOWN.add(content.getId()));
        one = server();
        two = server();
    }

    @AfterAll
    static void stop() {
        for (FeedApi api : new FeedApi[] {one, two}) {
            if (api != null) {
                api.close();
            }
        }
    }

    private static FeedApi server() {
        FeedApi api = Client.started(
                RealServers.shared().bootstrapServers(), RealServers.shared().elasticsearchUrl());
        await().atMost(DEADLINE)
                .until(() -> KNOWN.stream().allMatch(id -> api.store().content(id) != null));
        return api;
    }

    private static Content content(String id, String authorId, String brandId, String originalId) {
        return Content.newBuilder(FeedClient.video(id, authorId, "t1"))
                .setBrandId(brandId)
                .setOriginalId(originalId)
                .build();
    }

    private static Map<String, Object> draft(String id, String... contentIds) {
        Map<String, Object> draft = new HashMap<>(Map.of(
                "name",
                "Spring tea",
                "contentIds",
                List.of(contentIds),
                "from",
                MONDAY.toString(),
                "to",
                MONDAY.plus(Duration.ofDays(7)).toString()));
        if (id != null) {
            draft.put("id", id);
        }
        return draft;
    }

    private static FeedClient.Answer begin(FeedApi api, String owner, Map<String, Object> draft) {
        return FeedClient.call(api, "POST", path(owner), Role.CREATOR, owner, draft);
    }

    private static FeedClient.Answer get(FeedApi api, String owner, String path) {
        return FeedClient.call(api, "GET", path(owner) + path, Role.CREATOR, owner, null);
    }

    private static String path(String owner) {
        return "/v1/authors/" + owner + "/campaigns";
    }

    private static List<String> ids(FeedApi api, String owner) {
        return StreamSupport.stream(get(api, owner, "").body().path("campaigns").spliterator(), false)
                .map(campaign -> campaign.path("id").asText())
                .toList();
    }

    @Test
    void what_one_server_began_is_there_on_the_other_at_once_and_gone_at_once() {
        FeedClient.Answer begun = begin(one, "a-cp-mei", draft(null, "c-cp-1", "c-cp-2"));
        assertThat(begun.status()).as(begun.text()).isEqualTo(201);
        String id = begun.body().path("id").asText();
        assertThat(ids(two, "a-cp-mei")).contains(id);
        assertThat(get(two, "a-cp-mei", "/" + id).body().path("name").asText()).isEqualTo("Spring tea");
        assertThat(FeedClient.call(two, "DELETE", path("a-cp-mei") + "/" + id, Role.CREATOR, "a-cp-mei", null)
                        .status())
                .isEqualTo(204);
        assertThat(ids(one, "a-cp-mei")).doesNotContain(id);
        assertThat(get(one, "a-cp-mei", "/" + id).status()).isEqualTo(404);
        assertThat(get(one, "a-cp-mei", "/" + id + "/reach.csv").status()).isEqualTo(404);
        assertThat(FeedClient.call(one, "DELETE", path("a-cp-mei") + "/" + id, Role.CREATOR, "a-cp-mei", null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void the_same_sent_again_begins_nothing_and_another_of_that_id_is_refused() {
        Map<String, Object> draft = draft("again", "c-cp-3");
        FeedClient.Answer first = begin(one, "a-cp-bob", draft);
        FeedClient.Answer second = begin(two, "a-cp-bob", draft);
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).isEqualTo(first.text());
        FeedClient.Answer other = begin(two, "a-cp-bob", draft("again", "c-cp-4"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.body().path("detail").asText()).isEqualTo("There is another campaign again already.");
        assertThat(ids(one, "a-cp-bob")).containsOnlyOnce("again");
        assertThat(begin(one, "b-cp-tea", draft("again", "c-cp-3")).status())
                .as("ids are the owner's own")
                .isEqualTo(201);
    }

    @Test
    void of_many_begun_at_once_on_two_servers_none_is_lost_and_none_is_one_too_many() throws Exception {
        int asked = Campaigns.MOST_OF_AN_OWNER + 20;
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<String> begun = new ArrayList<>();
        int refused = 0;
        try {
            List<Future<FeedClient.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < asked; i++) {
                FeedApi api = i % 2 == 0 ? one : two;
                Map<String, Object> draft = draft("many" + i, "c-cp-4");
                answers.add(clients.submit(() -> {
                    FeedClient.Answer answer = begin(api, "b-cp-other", draft);
                    while (answer.status() == 503) { // as the answer says
                        answer = begin(api, "b-cp-other", draft);
                    }
                    return answer;
                }));
            }
            for (Future<FeedClient.Answer> answer : answers) {
                if (answer.get(60, TimeUnit.SECONDS).status() == 409) {
                    refused++;
                } else {
                    begun.add(answer.get().body().path("id").asText());
                }
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(refused).isEqualTo(20);
        assertThat(ids(one, "b-cp-other")).containsExactlyInAnyOrderElementsOf(begun);
    }

    @Test
    void nobody_names_what_is_not_theirs_known_or_not() {
        for (String contentId : List.of("c-cp-3", "c-cp-unknown")) {
            FeedClient.Answer answer = begin(one, "a-cp-mei", draft(null, "c-cp-1", contentId));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body().path("detail").asText())
                    .isEqualTo("contentIds: there is no content " + contentId
                            + " by a-cp-mei, nor one that carries this brand.");
        }
        assertThat(begin(one, "b-cp-tea", draft(null, "c-cp-2", "c-cp-3")).status())
                .isEqualTo(201);
        assertThat(begin(one, "b-cp-tea", draft(null, "c-cp-1")).status()).isEqualTo(400);
    }

    @Test
    void only_the_owner_or_an_operator_learns_whether_there_is_anything() {
        begin(one, "a-cp-mei", draft("secret", "c-cp-1"));
        for (String path : List.of("", "/secret", "/none", "/secret/reach.csv", "/none/reach.csv")) {
            for (String method : path.isEmpty() ? List.of("GET", "POST") : List.of("GET", "DELETE")) {
                if (method.equals("DELETE") && path.endsWith("csv")) {
                    continue;
                }
                Object body = method.equals("POST") ? draft("secret", "c-cp-1") : null;
                FeedClient.Answer foreign =
                        FeedClient.call(one, method, path("a-cp-mei") + path, Role.CREATOR, "a-cp-bob", body);
                assertThat(foreign.status()).as(method + path).isEqualTo(403);
                assertThat(foreign.body().path("detail").asText())
                        .isEqualTo("Only the author or brand itself may look at these campaigns.");
                assertThat(FeedClient.call(one, method, path("a-cp-mei") + path, Role.VIEWER, "a-cp-mei", body)
                                .status())
                        .isEqualTo(403);
            }
        }
        assertThat(FeedClient.call(one, "GET", path("a-cp-mei") + "/secret", Role.OPERATOR, "ops", null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_brand_sees_what_its_kols_reached_and_sold_and_loses_sight_of_what_is_no_longer_its() throws Exception {
        long day = MONDAY.toEpochMilli();
        index(
                document(Level.CONTENT_DAY, "a-cp-mei", "c-cp-2", day, seen(0, 60)),
                document(Level.CONTENT_DAY, "a-cp-bob", "c-cp-3", day + DAY, sold(20, 90)),
                document(Level.AUTHOR_DAY, "a-cp-bob", null, day + DAY, followers(7, 2)),
                document(Level.CONTENT_DAY, "a-cp-mei", "c-cp-2", day - DAY, seen(500, 600)),
                document(Level.CONTENT_DAY, "a-cp-mei", "c-cp-2", day + 7 * DAY, seen(500, 600)));
        begin(one, "b-cp-tea", draft("launch", "c-cp-2", "c-cp-3"));
        JsonNode report = get(two, "b-cp-tea", "/launch").body();
        assertThat(report.at("/total/seen").asLong()).isEqualTo(130);
        assertThat(report.at("/total/uniqueViewers").asLong()).isEqualTo(90);
        assertThat(report.at("/frequency").asDouble()).isEqualTo(130 / 90.0);
        assertThat(report.at("/total/salesMinor/CNY").asLong()).isEqualTo(990);
        assertThat(report.at("/salesByAuthor/0/authorId").asText()).isEqualTo("a-cp-bob");
        assertThat(report.at("/salesByContent")).hasSize(1);
        assertThat(report.at("/followersByDay/0/gained").asLong())
                .as("how an author fares is not the brand's to know")
                .isZero();
        assertThat(report.at("/ownedReach/seen").asLong()).isEqualTo(30);
        assertThat(report.at("/conversion/3/count").asLong()).isEqualTo(2);

        FeedClient.publish(List.of(Content.newBuilder(content("c-cp-2", "a-cp-mei", null, null))
                .setVersion(2)
                .build()));
        await().atMost(DEADLINE).until(() -> two.store().content("c-cp-2").getBrandId() == null);
        report = get(two, "b-cp-tea", "/launch").body();
        assertThat(report.at("/withdrawn/0").asText()).isEqualTo("c-cp-2");
        assertThat(report.at("/total/seen").asLong()).isEqualTo(70);
        String table = text(two, "b-cp-tea", "/launch/reach.csv");
        assertThat(table).contains("\r\nc-cp-3,").doesNotContain("c-cp-2").contains("sales_CNY");
        assertThat(text(two, "b-cp-tea", "/launch/reach.csv?by=author")).contains("a-cp-bob");
        assertThat(text(two, "b-cp-tea", "/launch/reach.csv?by=day")).contains("2026-03-03T00:00:00Z");
        assertThat(get(two, "b-cp-tea", "/launch/reach.csv?by=hour").status()).isEqualTo(400);
    }

    @Test
    void a_period_that_begins_within_a_day_counts_its_hours_and_reposts_by_others_apart() throws Exception {
        long day = MONDAY.toEpochMilli();
        index(
                document(Level.CONTENT_DAY, "a-cp-mei", "c-cp-1", day, seen(0, 50)),
                document(Level.CONTENT_HOUR, "a-cp-mei", "c-cp-1", day + 21 * HOUR, seen(0, 10)),
                document(Level.CONTENT_HOUR, "a-cp-mei", "c-cp-1", day + 22 * HOUR, seen(5, 20)),
                document(Level.CONTENT_HOUR, "a-cp-mei", "c-cp-1", day + 23 * HOUR, seen(20, 30)),
                document(Level.CONTENT_DAY, "a-cp-mei", "c-cp-1", day + DAY, seen(25, 40)),
                document(Level.CONTENT_DAY, "a-cp-eve", "c-cp-quote", day + DAY, seen(35, 75)));
        Map<String, Object> draft = draft("evening", "c-cp-1");
        draft.put("from", MONDAY.plus(Duration.ofHours(22)).plusSeconds(1).toString());
        draft.put("to", MONDAY.plus(Duration.ofDays(2)).toString());
        assertThat(begin(one, "a-cp-mei", draft).status()).isEqualTo(201);
        JsonNode report = get(one, "a-cp-mei", "/evening").body();
        assertThat(report.at("/total/seen").asLong()).isEqualTo(15 + 10 + 15);
        assertThat(report.at("/total/uniqueViewers").asLong()).isEqualTo(35);
        assertThat(report.at("/series")).hasSize(2);
        assertThat(report.at("/sharedReach/reposts/contents").asInt()).isEqualTo(1);
        assertThat(report.at("/sharedReach/reposts/seen").asLong()).isEqualTo(40);
        assertThat(report.at("/sharedReach/seen").asLong()).isEqualTo(40);
        assertThat(report.at("/allViewers").asLong()).isEqualTo(70);
    }

    @Test
    void without_elasticsearch_it_says_so() {
        try (FeedApi alone = Client.started(RealServers.shared().bootstrapServers(), "http://localhost:1")) {
            await().atMost(DEADLINE).until(() -> alone.store().content("c-cp-1") != null);
            assertThat(get(alone, "a-cp-mei", "").status()).isEqualTo(503);
            assertThat(get(alone, "a-cp-mei", "/any").status()).isEqualTo(503);
            assertThat(begin(alone, "a-cp-mei", draft(null, "c-cp-1")).status()).isEqualTo(503);
        }
    }

    private static String text(FeedApi api, String owner, String path) {
        FeedClient.Answer answer = get(api, owner, path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    private static void index(ReachDocument... documents) throws IOException {
        StringBuilder bulk = new StringBuilder();
        for (ReachDocument document : documents) {
            bulk.append("{\"index\": {\"_id\": \"").append(document.id()).append("\"}}\n");
            bulk.append(new String(document.toJson(), StandardCharsets.UTF_8)).append('\n');
        }
        one.elasticsearch().call("POST", "/" + Indices.REACH.name() + "/_bulk?refresh=true", bulk.toString(), DEADLINE);
    }

    static ReachDocument document(Level level, String authorId, String contentId, long at, Reach reach) {
        return new ReachDocument(level, authorId, contentId, null, at, reach, Audience.NONE, Pages.NONE, 1);
    }

    private static Reach seen(int from, int to) {
        return reach(from, to, Map.of(), Map.of(), Map.of(), 0, 0);
    }

    private static Reach sold(int from, int to) {
        return reach(
                from,
                to,
                Map.of(Action.PURCHASE, 2L),
                Map.of("CNY", 990L),
                Map.of("followed-authors", new Cell(30, 30, 2, 2)),
                0,
                0);
    }

    private static Reach followers(int gained, int lost) {
        return reach(0, 0, Map.of(), Map.of(), Map.of(), gained, lost);
    }

    private static Reach reach(
            int from,
            int to,
            Map<Action, Long> actions,
            Map<String, Long> sales,
            Map<String, Cell> sources,
            int gained,
            int lost) {
        Viewers viewers =
                IntStream.range(from, to).mapToObj(i -> "v" + i).reduce(Viewers.NONE, Viewers::plus, Viewers::plus);
        return new Reach(
                to - from,
                to - from,
                actions,
                0,
                Reach.NONE.watches(),
                sales,
                Map.of(),
                Map.of(),
                viewers,
                0,
                gained,
                lost,
                Map.of(),
                sources,
                Map.of(),
                Map.of());
    }
}
