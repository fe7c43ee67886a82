package io.tuijian.feedapi;

import static io.tuijian.features.Story.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.models.PopularityModel;
import io.tuijian.ranking.World;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the feed promises, over HTTP, in worlds made up from seeds: nothing reaches whom it may not, on any path, and what
 * may not be seen answers as if it did not exist. The contents of a world are in the server's memory alone, so that
 * memory fills every page, and one world after the other needs no new server.
 */
class WorldsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_CONTENTS = 80;
    private static final int PAGES = 2;

    /** A server remembers what was taken down, so there is a new one now and then. */
    private static final int WORLDS_OF_A_SERVER = 50;

    /** What no content ever had: replaces the end of a real id, so that both are of the same length. */
    private static final char UNHEARD_OF = '_';

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static KafkaProducer<byte[], byte[]> producer;
    private static FeedApi api;
    private static int worldsOfThisServer;

    static LongStream worlds() {
        return LongStream.range(0, 100);
    }

    static LongStream manyWorlds() {
        return LongStream.range(100, 1_100);
    }

    @ParameterizedTest(name = "world {0}")
    @MethodSource("worlds")
    void whatever_the_world_nothing_reaches_whom_it_may_not(long seed) throws Exception {
        keepsItsPromises(new World(seed, MOST_CONTENTS));
    }

    @Tag("full")
    @ParameterizedTest(name = "world {0}")
    @MethodSource("manyWorlds")
    void in_a_thousand_more_worlds_nothing_reaches_whom_it_may_not(long seed) throws Exception {
        keepsItsPromises(new World(seed, MOST_CONTENTS));
    }

    @BeforeAll
    static void start() {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        RealServers.shared().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        if (api != null) {
            api.close();
        }
    }

    private static void renewServer() {
        if (api != null && worldsOfThisServer++ < WORLDS_OF_A_SERVER) {
            return;
        }
        if (api != null) {
            api.close();
        }
        worldsOfThisServer = 0;
        api = new FeedApi(
                new FeedApi.Settings(
                        "localhost",
                        0,
                        RealServers.shared().bootstrapServers(),
                        RealServers.shared().elasticsearchUrl(),
                        KEY,
                        Duration.ofSeconds(5)),
                Clock.fixed(NOON, ZoneOffset.UTC),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> api.store().caughtUp());
        api.store().inMemory().contents().forEach(WorldsIT::takeDown); // what other tests published
    }

    private static void keepsItsPromises(World world) throws Exception {
        renewServer();
        begin(world);
        try {
            List<Scroll> scrolls = new ArrayList<>();
            for (String viewer : world.pickTwo()) {
                Set<String> served = new HashSet<>();
                Surface other = world.pick(List.of(Surface.FOLLOWING, Surface.SHOP, Surface.VIDEOS, Surface.NEARBY));
                for (Surface surface : List.of(other, Surface.FOR_YOU)) {
                    Scroll scroll = new Scroll(world, viewer, surface, served);
                    for (int page = 0; page < PAGES; page++) {
                        scroll.next();
                    }
                    scroll.again();
                    scrolls.add(scroll);
                }
                directly(scrolls.get(scrolls.size() - 1), some(world, viewer));
            }
            World.Change change = world.turn(scrolls.stream()
                    .filter(scroll -> !scroll.items.isEmpty())
                    .map(scroll -> scroll.items.get(scroll.items.size() - 1).contentId)
                    .toList());
            change.contents().forEach(api.store()::accept);
            change.relations().forEach(api.store()::accept);
            for (Scroll scroll : scrolls) {
                scroll.again();
                directly(scroll, change.contents().stream().limit(2).toList());
                scroll.next();
            }
        } finally {
            end(world);
        }
    }

    /** Contents and relations are put where the topics would put them; states come through Kafka. */
    private static void begin(World world) {
        world.contents().forEach(api.store()::accept);
        world.relations().forEach(api.store()::accept);
        FeatureStore states = world.states();
        List<ViewerState> viewers = world.viewers().stream()
                .map(states::viewer)
                .filter(state -> state.events() > 0)
                .toList();
        for (ViewerState viewer : viewers) {
            producer.send(EventLog.record(Topics.VIEWER_STATES, viewer.viewerId(), StateRecords.of(viewer)));
        }
        producer.flush();
        await().pollInterval(Duration.ofMillis(5)).until(() -> viewers.stream()
                .allMatch(viewer -> api.states().viewer(viewer.viewerId()).events() == viewer.events()));
    }

    private static void end(World world) {
        world.contents().forEach(WorldsIT::takeDown);
    }

    private static void takeDown(Content content) {
        api.store()
                .accept(Content.newBuilder(content)
                        .setState(ContentState.TAKEN_DOWN)
                        .setVersion(content.getVersion() + 1)
                        .build());
    }

    /** One feed of one viewer, page after page. */
    private static final class Scroll {
        final World world;
        final String viewer;
        final Surface surface;
        final List<Item> items = new ArrayList<>();
        final List<String> cursors = new ArrayList<>();
        final List<JsonNode> pages = new ArrayList<>();
        final Set<String> served; // to this viewer, on any surface
        final Set<String> shown; // what must not come again
        String feedId;

        Scroll(World world, String viewer, Surface surface, Set<String> served) {
            this.world = world;
            this.viewer = viewer;
            this.surface = surface;
            this.served = served;
            this.shown = surface == Surface.FOLLOWING ? new HashSet<>() : served;
        }

        record Item(String contentId, String originalId, String authorId) {}

        private String where() {
            return "world " + world.seed + ", " + viewer + ", " + surface + ", page " + pages.size();
        }

        private HttpResponse<byte[]> ask(String cursor, int limit) throws Exception {
            String path = "/v1/feed/" + Surfaces.word(surface) + "?city=" + World.CITY + "&limit=" + limit
                    + (cursor == null ? "" : "&cursor=" + cursor);
            HttpResponse<byte[]> response = call(viewer, "GET", path, null);
            assertThat(response.statusCode()).as(where()).isEqualTo(200);
            return response;
        }

        /** The next page, which must keep every rule. */
        void next() throws Exception {
            if (!pages.isEmpty() && cursors.get(cursors.size() - 1) == null) {
                return;
            }
            String cursor = cursors.isEmpty() ? null : cursors.get(cursors.size() - 1);
            int limit = world.limit();
            boolean capped = world.capped(viewer, surface, shown, originals());
            JsonNode page = JSON.readTree(ask(cursor, limit).body());
            assertThat(page.path("degraded")).as(where()).isEmpty();
            feedId = page.path("feedId").asText();
            int first = items.size();
            for (JsonNode item : page.path("items")) {
                String id = item.path("content").path("id").asText();
                Content content = world.content(id);
                String what = where() + ": " + item;
                assertThat(content).as("of this world, %s", what).isNotNull();
                assertThat(world.forbidden(viewer, content))
                        .as("forbidden, %s", what)
                        .isFalse();
                assertThat(world.unwanted(viewer, surface, content))
                        .as("unwanted, %s", what)
                        .isFalse();
                assertThat(shown.add(id)).as("new, %s", what).isTrue();
                assertThat(item.path("position").asInt()).as(what).isEqualTo(items.size());
                if (capped) {
                    assertThat(lately(World.originalAuthor(content)))
                            .as("its author in nineteen, %s", what)
                            .isLessThan(2);
                }
                assertThat(originals()).as("its original is new, %s", what).doesNotContain(World.original(content));
                served.add(id);
                items.add(new Item(id, World.original(content), World.originalAuthor(content)));
            }
            if (items.size() - first < limit) {
                for (Content left : world.left(viewer, surface, shown, originals())) {
                    assertThat(capped && lately(World.originalAuthor(left)) >= 2)
                            .as("%s: only the author cap keeps %s from a short page", where(), left)
                            .isTrue();
                }
            }
            pages.add(page);
            cursors.add(
                    page.path("nextCursor").isNull()
                            ? null
                            : page.path("nextCursor").asText());
        }

        private Set<String> originals() {
            return items.stream().map(item -> item.originalId).collect(Collectors.toSet());
        }

        private long lately(String authorId) {
            return items.subList(Math.max(0, items.size() - 19), items.size()).stream()
                    .filter(item -> item.authorId.equals(authorId))
                    .count();
        }

        /** Every cursor gives the page that it gave, minus what has become forbidden. */
        void again() throws Exception {
            for (int number = 1; number < pages.size(); number++) {
                JsonNode page = JSON.readTree(
                        ask(cursors.get(number - 1), world.limit()).body());
                List<JsonNode> wanted = new ArrayList<>();
                for (JsonNode item : pages.get(number).path("items")) {
                    String id = item.path("content").path("id").asText();
                    if (!world.forbidden(viewer, world.content(id))) {
                        JsonNode content = JSON.readTree(JSON.writeValueAsBytes(ContentView.of(world.content(id))));
                        wanted.add(((ObjectNode) item.deepCopy()).set("content", content));
                    }
                }
                assertThat(page.path("items"))
                        .as("%s, asked again for page %s", where(), number)
                        .containsExactlyElementsOf(wanted);
                assertThat(page.path("nextCursor"))
                        .as(where())
                        .isEqualTo(pages.get(number).path("nextCursor"));
            }
        }
    }

    /** Two of any kind, two that this viewer may not see, and two that others of them repost. */
    private static List<Content> some(World world, String viewer) {
        List<Content> some = new ArrayList<>();
        some.add(world.pick(world.contents()));
        some.add(world.pick(world.contents()));
        world.contents().stream()
                .filter(content -> world.forbidden(viewer, content))
                .limit(2)
                .forEach(some::add);
        world.contents().stream()
                .filter(content -> content.getOriginalId() != null && !world.forbidden(viewer, content))
                .limit(2)
                .forEach(content -> some.add(world.content(content.getOriginalId())));
        return some;
    }

    /** Asks for contents by their id, on every path that takes one. */
    private static void directly(Scroll scroll, List<Content> contents) throws Exception {
        for (Content content : contents) {
            directly(scroll.world, scroll, content);
        }
    }

    private static void directly(World world, Scroll scroll, Content content) throws Exception {
        String viewer = scroll.viewer;
        String where = "world " + world.seed + ", " + viewer + ", " + content;
        boolean forbidden = world.forbidden(viewer, content);
        Ask get = new Ask("GET", "/v1/contents/%s", null);
        Ask fate = new Ask("GET", "/v1/feeds/" + scroll.feedId + "/contents/%s", null);
        Ask comments = new Ask("GET", "/v1/contents/%s/comments", null);
        for (Ask ask : List.of(get, fate, comments)) {
            HttpResponse<byte[]> answer = ask.of(viewer, content.getId());
            assertThat(answer.statusCode()).as("%s of %s", ask, where).isEqualTo(forbidden ? 404 : 200);
            if (forbidden) {
                asIfUnheardOf(ask, viewer, content.getId(), where);
            }
        }
        if (!content.getAuthorId().equals(viewer)) {
            Ask change = new Ask("PUT", "/v1/contents/%s", "{\"text\":\"mine\"}");
            Ask takeDown = new Ask("DELETE", "/v1/contents/%s", null);
            for (Ask ask : List.of(change, takeDown)) {
                assertThat(ask.of(viewer, content.getId()).statusCode())
                        .as("%s of %s", ask, where)
                        .isEqualTo(forbidden ? 404 : 403);
                if (forbidden) {
                    asIfUnheardOf(ask, viewer, content.getId(), where);
                }
            }
        }
        Ask like = new Ask(
                "POST",
                "/v1/engagements",
                "{\"engagements\":[{\"id\":\"1\",\"contentId\":\"%s\",\"action\":\"LIKE\",\"at\":\"" + NOON + "\"}]}");
        if (world.secret(viewer, content)) {
            asIfUnheardOf(like, viewer, content.getId(), where);
        } else {
            JsonNode taken = JSON.readTree(like.of(viewer, content.getId()).body());
            assertThat(taken.path("accepted")).as("%s of %s", like, where).hasSize(1);
        }
    }

    /** What may not be seen answers byte for byte like what does not exist. */
    private static void asIfUnheardOf(Ask ask, String viewer, String id, String where) throws Exception {
        String unheardOf = id.substring(0, id.length() - 1) + UNHEARD_OF;
        assertThat(whole(ask.of(viewer, id)).replace(id, unheardOf))
                .as("%s of %s", ask, where)
                .isEqualTo(whole(ask.of(viewer, unheardOf)));
    }

    /**
     * A request that names a content.
     *
     * @param body null for none; it or the path holds {@code %s} for the id
     */
    private record Ask(String method, String path, String body) {
        HttpResponse<byte[]> of(String viewer, String contentId) throws Exception {
            return call(
                    viewer, method, path.replace("%s", contentId), body == null ? null : body.replace("%s", contentId));
        }
    }

    /** Status, headers and body; the date is that of the answer. */
    private static String whole(HttpResponse<byte[]> response) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.remove("date");
        return response.statusCode() + "\n" + headers + "\n" + new String(response.body(), StandardCharsets.UTF_8);
    }

    private static HttpResponse<byte[]> call(String viewer, String method, String path, String body) throws Exception {
        String token = api.tokens().issue(viewer, EnumSet.of(Role.VIEWER, Role.CREATOR), NOON, Duration.ofHours(1));
        return Contract.PUBLISHED.send(
                HTTP,
                HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + token)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }
}
