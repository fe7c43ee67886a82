package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Cell;
import io.tuijian.features.reach.Estimate;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Pages;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.Stage;
import io.tuijian.features.reach.Viewers;
import io.tuijian.features.reach.WatchTimes;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Visibility;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of reach in a real Elasticsearch, and those who may ask about them over HTTP. */
class ReachIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEI = "a-mei";
    private static final String BRAND = "a-tea-house";
    private static final long TODAY = Level.AUTHOR_DAY.beginOf(System.currentTimeMillis());
    private static final long DAY = ReachCover.DAY;

    private static FeedApi api;

    @BeforeAll
    static void start() {
        Content video = FeedClient.video("c-noodles", MEI, "t-food");
        FeedClient.publish(List.of(
                Content.newBuilder(video)
                        .setCreatedAt(Instant.ofEpochMilli(TODAY - 9 * DAY))
                        .setBrandId(BRAND)
                        .build(),
                Content.newBuilder(video)
                        .setId("c-tea")
                        .setKind(ContentKind.POST)
                        .setVideo(null)
                        .setText("=a \"tea\", and a walk")
                        .setCreatedAt(Instant.ofEpochMilli(TODAY - 9 * DAY))
                        .build(),
                Content.newBuilder(video)
                        .setId("c-friends")
                        .setAuthorId("a-shy")
                        .setVisibility(Visibility.FRIENDS)
                        .build()));
        List<ReachDocument> documents = new ArrayList<>();
        for (int ago = 2; ago <= 9; ago++) {
            long day = TODAY - ago * DAY;
            int first = ago * 10;
            documents.add(document(Level.AUTHOR_DAY, MEI, null, day, reach(40, 30, first, 3)));
            documents.add(document(Level.AUTHOR_HOUR, MEI, null, day + 5 * ReachCover.HOUR, reach(40, 30, first, 3)));
            documents.add(document(Level.CONTENT_DAY, MEI, "c-noodles", day, reach(30, 20, first, 2)));
            documents.add(
                    document(Level.CONTENT_HOUR, MEI, "c-noodles", day + 5 * ReachCover.HOUR, reach(30, 20, first, 2)));
            documents.add(document(Level.CONTENT_DAY, MEI, "c-tea", day, reach(10, 10, first + 20, 1)));
            documents.add(document(
                    Level.CONTENT_HOUR, MEI, "c-tea", day + 5 * ReachCover.HOUR, reach(10, 10, first + 20, 1)));
            documents.add(audience(day, ago));
            long[] minutes = new long[60];
            Arrays.fill(minutes, 1);
            documents.add(new ReachDocument(
                    Level.PLATFORM_HOUR,
                    null,
                    null,
                    null,
                    day + 5 * ReachCover.HOUR,
                    Reach.NONE,
                    Audience.NONE,
                    new Pages(Map.of(Surface.FOR_YOU, minutes, Surface.VIDEOS, minutes, Surface.SHOP, minutes)),
                    1));
        }
        write(documents);
        api = FeedClient.server();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ReachDocument document(Level level, String author, String content, long at, Reach reach) {
        return new ReachDocument(level, author, content, null, at, reach, Audience.NONE, Pages.NONE, 1);
    }

    /** Seen once each by so many viewers, from this number on. */
    private static Reach reach(int served, int seen, int firstViewer, int likes) {
        return new Reach(
                served,
                seen,
                Map.of(Action.LIKE, (long) likes, Action.PURCHASE, 1L, Action.HIDE, 2L),
                seen * 1_000L,
                WatchTimes.NONE,
                Map.of("CNY", 900L),
                Map.of("CNY", 100L),
                Map.of("CNY", 80L),
                viewers(firstViewer, seen),
                seen,
                3,
                1,
                Map.of(Surface.FOR_YOU, new Cell(served, seen, likes, 1)),
                Map.of("fresh", new Cell(served, seen, likes, 1)),
                Map.of("home", new Cell(0, seen, likes, 1), "@share", new Cell(0, 1, 0, 0)),
                Map.of(
                        Stage.RETRIEVED, Map.of(Reach.ALL, new Estimate(200, 100), "fresh", new Estimate(200, 100)),
                        Stage.REMOVED, Map.of(Reach.ALL, new Estimate(50, 25), "seen", new Estimate(50, 25)),
                        Stage.RANKED, Map.of(Reach.ALL, new Estimate(150, 64)),
                        Stage.OUTRANKED, Map.of(Reach.ALL, new Estimate(110, 49), "score", new Estimate(110, 49)),
                        Stage.SPLIT, Map.of("author-spread", new Estimate(-20, 9))));
    }

    private static Viewers viewers(int first, int count) {
        Viewers viewers = Viewers.NONE;
        for (int i = first; i < first + count; i++) {
            viewers = viewers.plus("v" + i);
        }
        return viewers;
    }

    /** Thirty viewers: all from Paris on even days; a few from Lyon on odd ones, who take Paris along. */
    private static ReachDocument audience(long day, int ago) {
        Map<String, Audience.Group> cities = ago % 2 == 0
                ? Map.of("Paris", new Audience.Group(30, viewers(0, 30)))
                : Map.of(
                        "Paris", new Audience.Group(25, viewers(0, 25)),
                        "Lyon", new Audience.Group(5, viewers(25, 5)));
        return new ReachDocument(
                Level.AUDIENCE_DAY,
                MEI,
                null,
                null,
                day,
                Reach.NONE,
                new Audience(cities, Map.of("other", new Audience.Group(30, viewers(0, 30))), Map.of()),
                Pages.NONE,
                1);
    }

    private static void write(List<ReachDocument> documents) {
        StringBuilder bulk = new StringBuilder();
        for (ReachDocument document : documents) {
            bulk.append("{\"index\": {\"_id\": \"" + document.id() + "\"}}\n");
            bulk.append(new String(document.toJson(), StandardCharsets.UTF_8)).append('\n');
        }
        try (Elasticsearch elasticsearch =
                new Elasticsearch(RealServers.shared().elasticsearchUrl())) {
            JsonNode answer = elasticsearch.call(
                    "POST",
                    "/" + Indices.REACH.name() + "/_bulk?refresh=true",
                    bulk.toString(),
                    Duration.ofSeconds(30));
            assertThat(answer.path("errors").asBoolean()).as(answer.toString()).isFalse();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String day(int ago) {
        return Instant.ofEpochMilli(TODAY - ago * DAY).toString();
    }

    private static String range(int fromAgo, int toAgo) {
        return "?from=" + day(fromAgo) + "&to=" + day(toAgo);
    }

    private static FeedClient.Answer ask(String path, Role role, String caller) {
        return FeedClient.call(api, "GET", path, role, caller, null);
    }

    private static JsonNode mei(String query) {
        FeedClient.Answer answer = ask("/v1/authors/" + MEI + "/reach" + query, Role.CREATOR, MEI);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.body();
    }

    /** Not through a client that wants JSON. */
    private static HttpResponse<byte[]> raw(String path, String caller) throws Exception {
        return Contract.PUBLISHED.send(HttpClient.newHttpClient(), request(path, caller, Duration.ofHours(1)));
    }

    private static HttpRequest request(String path, String caller, Duration valid) {
        String token = api.tokens().issue(caller, EnumSet.of(Role.CREATOR), Instant.now(), valid);
        return HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .build();
    }

    @Test
    void another_authors_token_gets_403_whether_or_not_the_author_exists() throws Exception {
        for (String path : List.of("/reach", "/reach.csv", "/reach/stream", "/reach?by=nonsense")) {
            HttpResponse<byte[]> existing = raw("/v1/authors/" + MEI + path, "a-other");
            HttpResponse<byte[]> unknown = raw("/v1/authors/a-xxx" + path, "a-other");
            assertThat(existing.statusCode()).isEqualTo(403);
            assertThat(new String(existing.body(), StandardCharsets.UTF_8).replace(MEI, "a-xxx"))
                    .isEqualTo(new String(unknown.body(), StandardCharsets.UTF_8));
            assertThat(headers(existing)).isEqualTo(headers(unknown));
        }
        assertThat(ask("/v1/authors/" + MEI + "/reach", Role.VIEWER, MEI).status())
                .isEqualTo(403);
        assertThat(ask("/v1/authors/" + MEI + "/reach", Role.OPERATOR, "operator")
                        .status())
                .isEqualTo(200);
    }

    private static Map<String, List<String>> headers(HttpResponse<?> response) {
        Map<String, List<String>> headers =
                new java.util.TreeMap<>(response.headers().map());
        headers.keySet().removeIf(name -> name.equalsIgnoreCase("Date"));
        return headers;
    }

    @Test
    void a_content_is_told_of_to_its_author_its_brand_and_operators_and_to_nobody_else() {
        String path = "/v1/contents/c-noodles/reach" + range(9, 2);
        for (String caller : List.of(MEI, BRAND)) {
            FeedClient.Answer answer = ask(path, Role.CREATOR, caller);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.body().path("authorId").asText()).isEqualTo(MEI);
            assertThat(answer.body().path("contentId").asText()).isEqualTo("c-noodles");
            assertThat(answer.body().at("/total/seen").asLong()).isEqualTo(7 * 20);
            assertThat(answer.body().path("total").has("followersGained")).isFalse();
        }
        assertThat(ask(path, Role.OPERATOR, "operator").status()).isEqualTo(200);
        FeedClient.Answer other = ask(path, Role.CREATOR, "a-other");
        FeedClient.Answer unknown = ask(path.replace("noodles", "unknown"), Role.CREATOR, "a-other");
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.text().replace("noodles", "unknown")).isEqualTo(unknown.text());
        assertThat(ask("/v1/contents/c-tea/reach", Role.CREATOR, BRAND).status())
                .as("not for this brand")
                .isEqualTo(403);
        assertThat(ask("/v1/contents/c-unknown/reach", Role.OPERATOR, "operator")
                        .status())
                .isEqualTo(404);
        assertThat(ask(path + "&by=city", Role.CREATOR, MEI).status()).isEqualTo(400);
    }

    @Test
    void days_and_the_hours_at_their_edges_add_up() {
        JsonNode days = mei(range(9, 2));
        assertThat(days.at("/total/served").asLong()).isEqualTo(7 * 40);
        assertThat(days.at("/total/seen").asLong()).isEqualTo(7 * 30);
        assertThat(days.at("/total/engaged").asLong()).isEqualTo(7 * 4);
        assertThat(days.at("/total/uniqueViewers").asLong()).as("v30 to v119").isEqualTo(90);
        assertThat(days.at("/total/actions/LIKE").asLong()).isEqualTo(21);
        assertThat(days.at("/total/salesMinor/CNY").asLong()).isEqualTo(6_300);
        assertThat(days.at("/total/commissionMinor/CNY").asLong()).isEqualTo(560);
        assertThat(days.at("/total/followersGained").asLong()).isEqualTo(21);
        assertThat(days.path("series")).hasSize(7);
        assertThat(days.at("/series/0/at").asText()).isEqualTo(day(9));
        JsonNode hours = mei(range(9, 2) + "&granularity=hour");
        assertThat(withoutNewViewers(hours.path("total"))).isEqualTo(withoutNewViewers(days.path("total")));
        assertThat(hours.at("/series/0/at").asText())
                .isEqualTo(Instant.ofEpochMilli(TODAY - 9 * DAY + 5 * ReachCover.HOUR)
                        .toString());
        String edges = "?from=" + Instant.ofEpochMilli(TODAY - 9 * DAY + 6 * ReachCover.HOUR) + "&to="
                + Instant.ofEpochMilli(TODAY - 3 * DAY + 5 * ReachCover.HOUR + 1);
        assertThat(mei(edges).at("/total/seen").asLong())
                .as("without the hour of the first day, with that of the last")
                .isEqualTo(6 * 30);
    }

    private static JsonNode withoutNewViewers(JsonNode figures) {
        return ((ObjectNode) figures.deepCopy()).without("newViewers");
    }

    @Test
    void a_period_is_compared_with_the_one_before() {
        JsonNode answer = mei(range(5, 3) + "&compare=previous");
        assertThat(answer.at("/total/seen").asLong()).isEqualTo(60);
        assertThat(answer.at("/previous/seen").asLong()).isEqualTo(60);
        assertThat(answer.at("/previous/uniqueViewers").asLong()).isEqualTo(40);
        assertThat(mei(range(9, 8) + "&compare=previous").at("/previous/seen").asLong())
                .isZero();
        assertThat(mei(range(5, 3)).has("previous")).isFalse();
    }

    @Test
    void new_viewers_are_told_of_whole_days_of_enough_viewers() {
        assertThat(mei(range(9, 2)).at("/total/newViewers").asLong()).isEqualTo(7 * 20); // of 30 each day
        assertThat(mei(range(9, 2)).at("/series/0/newViewers").asLong()).isEqualTo(20);
        assertThat(mei(range(9, 2) + "&granularity=hour").path("total").has("newViewers"))
                .as("of the same days, by the hour")
                .isFalse();
        assertThat(mei("?from=" + day(9)).path("total").has("newViewers"))
                .as("of days that may change")
                .isFalse();
    }

    @Test
    void the_total_is_broken_down_by_what_tells_nothing_of_viewers() {
        assertThat(mei(range(9, 2) + "&by=surface").path("groups")).isEqualTo(group("for-you", 7 * 40, 7 * 30, 21, 7));
        assertThat(mei(range(9, 2) + "&by=source").path("groups")).isEqualTo(group("fresh", 7 * 40, 7 * 30, 21, 7));
        assertThat(mei(range(9, 2) + "&by=touchpoint").path("groups")).hasSize(2);
        JsonNode kinds = mei(range(9, 2) + "&by=kind").path("groups");
        assertThat(kinds.get(0))
                .isEqualTo(group("SHORT_VIDEO", 7 * 30, 7 * 20, 21, 7).get(0));
        assertThat(kinds.get(1)).isEqualTo(group("POST", 7 * 10, 7 * 10, 14, 7).get(0));
        JsonNode contents = mei(range(9, 2) + "&by=content").path("contents");
        assertThat(contents).hasSize(2);
        assertThat(contents.at("/0/contentId").asText()).isEqualTo("c-noodles");
        assertThat(contents.at("/0/uniqueViewers").asLong()).isEqualTo(80);
        assertThat(contents.at("/1/kind").asText()).isEqualTo("POST");
        assertThat(mei(range(9, 2)).has("groups")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ReachQuestion.By.class)
    void who_has_published_nothing_has_reached_nobody(ReachQuestion.By by) {
        FeedClient.Answer answer =
                ask("/v1/authors/a-newcomer/reach?compare=previous&by=" + by.word(), Role.CREATOR, "a-newcomer");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().at("/total/seen").asLong()).isZero();
        assertThat(answer.body().at("/funnel/0/value").isNull()).isTrue();
    }

    private static JsonNode json(Object value) {
        try {
            return JSON.readTree(JSON.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode group(String key, long served, long seen, long engaged, long bought) {
        return json(List.of(new ReachAnswer.Group(key, served, seen, engaged, bought)));
    }

    @Test
    void breakdowns_by_viewers_hide_small_groups_day_by_day() {
        JsonNode answer = mei(range(9, 1) + "&by=city");
        assertThat(answer.path("groups")).isEqualTo(json(List.of(ReachAnswer.Group.seen("Paris", 4 * 30))));
        assertThat(answer.at("/hidden/groups").asLong())
                .as("two on each odd day")
                .isEqualTo(8);
        assertThat(answer.at("/hidden/seen").asLong()).isEqualTo(4 * 30);
        assertThat(answer.at("/hidden/from").asText()).isEqualTo(day(9));
        assertThat(mei(range(9, 8) + "&by=city").path("groups")).isEmpty();
        assertThat(mei(range(9, 2) + "&by=relation").at("/groups/0/key").asText())
                .isEqualTo("other");
        JsonNode lately = mei("?by=city&from=" + day(0));
        assertThat(lately.path("groups")).as("today may change").isEmpty();
        assertThat(lately.at("/hidden/from")).isEqualTo(lately.at("/hidden/to"));
    }

    @Test
    void the_funnel_says_what_is_estimated_and_how_well() {
        JsonNode funnel = mei(range(9, 2)).path("funnel");
        assertThat(funnel.findValuesAsText("stage"))
                .containsExactly(
                        "eligible",
                        "retrieved",
                        "removed",
                        "ranked",
                        "served",
                        "seen",
                        "engaged",
                        "followed",
                        "bought");
        assertThat(funnel.at("/0/value").asLong())
                .as("60 pages a day on each of two surfaces for a video, of one for a post")
                .isEqualTo(7 * 180);
        assertThat(funnel.at("/1/value").asLong()).isEqualTo(1_400);
        assertThat(funnel.at("/1/error").asDouble()).isCloseTo(1.96 * Math.sqrt(700), within(.01));
        assertThat(funnel.at("/2/by/seen/value").asLong()).isEqualTo(350);
        assertThat(funnel.at("/3/by/score/value").asLong()).isEqualTo(770);
        assertThat(funnel.at("/4/by/fresh/value").asLong()).isEqualTo(280);
        assertThat(funnel.at("/8/value").asLong()).isEqualTo(7);
        JsonNode shy =
                ask("/v1/contents/c-friends/reach", Role.CREATOR, "a-shy").body();
        assertThat(shy.at("/funnel/0/value").isNull())
                .as("not everybody may see it")
                .isTrue();
    }

    private static org.assertj.core.data.Offset<Double> within(double error) {
        return org.assertj.core.data.Offset.offset(error);
    }

    @Test
    void what_rules_cost_is_said_in_the_language_of_the_caller() throws Exception {
        HttpRequest french = HttpRequest.newBuilder(
                        request("/v1/authors/" + MEI + "/reach" + range(9, 2), MEI, Duration.ofHours(1)),
                        (a, b) -> true)
                .header("Accept-Language", "fr-CH, en;q=0.5")
                .build();
        HttpResponse<byte[]> answer = Contract.PUBLISHED.send(HttpClient.newHttpClient(), french);
        JsonNode split = JSON.readTree(answer.body()).path("split");
        assertThat(answer.headers().firstValue("Content-Language")).hasValue("fr");
        assertThat(split.findValuesAsText("rule")).isEqualTo(ReachReports.RULES);
        assertThat(split.at("/0/value").asDouble()).isEqualTo(-140);
        assertThat(split.at("/0/text").asText()).contains("140 fois de moins");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?from=2026-11-21T00:00:00Z&to=2026-11-21T00:00:00Z",
                "?from=2025-01-01T00:00:00Z&to=2026-11-21T00:00:00Z",
                "?from=2026-01-01T00:00:00Z&to=2026-11-21T00:00:00Z&granularity=hour",
                "?from=yesterday",
                "?granularity=week",
                "?by=age",
                "?compare=next"
            })
    void what_cannot_be_answered_is_a_problem_of_one_line(String query) {
        FeedClient.Answer answer = ask("/v1/authors/" + MEI + "/reach" + query, Role.CREATOR, MEI);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("detail").asText()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void tables_have_a_row_a_step_or_a_step_and_key() throws Exception {
        String path = "/v1/authors/" + MEI + "/reach.csv" + range(9, 2);
        HttpResponse<byte[]> series = raw(path, MEI);
        assertThat(series.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"reach.csv\"");
        List<String> lines = lines(series);
        assertThat(lines).hasSize(8);
        assertThat(lines.get(0)).startsWith("at,served,seen,engaged,uniqueViewers,newViewers,");
        assertThat(lines.get(1)).startsWith(day(9) + ",40,30,4,30,20,30000,,,3,1,");
        assertThat(lines(raw(path + "&by=content", MEI))).hasSize(15).anySatisfy(line -> assertThat(line)
                .startsWith(day(9) + ",c-tea,POST,\"'=a \"\"tea\"\", and a walk\",10,10,"));
        assertThat(lines(raw(path + "&by=surface", MEI))).contains(day(9) + ",for-you,40,30,3,1");
        assertThat(lines(raw(path + "&by=touchpoint", MEI))).contains(day(9) + ",'@share,0,1,0,0");
        assertThat(lines(raw(path + "&by=kind", MEI))).contains(day(9) + ",POST,10,10,2,1");
        assertThat(lines(raw(path + "&by=city", MEI)))
                .containsExactly("at,city,seen", day(8) + ",Paris,30", day(6) + ",Paris,30", day(4) + ",Paris,30");
    }

    private static List<String> lines(HttpResponse<byte[]> response) {
        return List.of(new String(response.body(), StandardCharsets.UTF_8).split("\r\n"));
    }

    /** A stream as a client reads it. */
    private record Reader(InputStream in, BufferedReader lines) implements AutoCloseable {
        static Reader of(FeedApi server, String author, Duration valid) throws Exception {
            String token = server.tokens().issue(author, EnumSet.of(Role.CREATOR), Instant.now(), valid);
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + server.port() + "/v1/authors/" + author + "/reach/stream"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            HttpResponse<InputStream> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            return new Reader(
                    response.body(),
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
        }

        /** The next line that begins so. */
        String next(String beginning) throws IOException {
            String line;
            do {
                line = lines.readLine();
                if (line == null) {
                    throw new IOException("the stream ended");
                }
            } while (!line.startsWith(beginning));
            return line.substring(beginning.length());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Test
    void a_stream_tells_at_once_and_whenever_something_changed() throws Exception {
        try (Reader reader = Reader.of(api, "a-live", Duration.ofHours(1))) {
            assertThat(reader.next("event: ")).isEqualTo("reach");
            JsonNode first = JSON.readTree(reader.next("data: "));
            assertThat(first.at("/total/seen").asLong()).isZero();
            long day = Level.AUTHOR_DAY.beginOf(System.currentTimeMillis());
            write(List.of(document(Level.AUTHOR_DAY, "a-live", null, day, reach(8, 7, 0, 2))));
            JsonNode second = JSON.readTree(reader.next("data: "));
            assertThat(second.at("/total/seen").asLong()).isEqualTo(7);
            assertThat(second.at("/total/uniqueViewers").asLong()).isEqualTo(7);
            assertThat(Instant.parse(second.path("from").asText())).isEqualTo(Instant.ofEpochMilli(day));
        }
    }

    @Test
    void a_stream_ends_with_its_token() throws Exception {
        try (Reader reader = Reader.of(api, "a-brief", Duration.ofSeconds(8))) {
            List<String> lines = reader.lines().lines().toList(); // until it ends
            assertThat(lines).contains("event: reach");
        }
    }

    @Test
    void an_author_has_four_streams_and_another_when_one_is_closed() throws Exception {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < ReachStreams.MOST_OF_AUTHOR; i++) {
            readers.add(Reader.of(api, "a-many", Duration.ofHours(1)));
        }
        HttpResponse<byte[]> refused = raw("/v1/authors/a-many/reach/stream", "a-many");
        assertThat(refused.statusCode()).isEqualTo(429);
        readers.get(0).next("data: ");
        readers.get(0).close();
        readers.set(0, Reader.of(api, "a-many", Duration.ofHours(1)));
        for (Reader reader : readers) {
            reader.close();
        }
        for (int reload = 0; reload < 2 * ReachStreams.MOST_OF_AUTHOR; reload++) {
            Reader.of(api, "a-many", Duration.ofHours(1)).close();
        }
    }

    @Test
    void without_elasticsearch_a_stream_says_so_and_goes_on_and_reach_is_unavailable() throws Exception {
        try (FeedApi alone = Client.started(RealServers.shared().bootstrapServers(), "http://localhost:1")) {
            try (Reader reader = Reader.of(alone, MEI, Duration.ofHours(1))) {
                assertThat(reader.next("event: ")).isEqualTo("degraded");
                assertThat(reader.next("data: ")).isEqualTo("{\"degraded\":[\"reach\"]}");
                assertThat(reader.next(":")).as("a heartbeat").isNotNull();
            }
            for (String path : List.of("/v1/authors/" + MEI + "/reach", "/v1/contents/c-noodles/reach")) {
                FeedClient.Answer answer = FeedClient.call(alone, "GET", path, Role.OPERATOR, "operator", null);
                assertThat(answer.status()).isEqualTo(503);
            }
        }
    }
}
