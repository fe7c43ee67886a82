package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Comments as they are read; the documents are written here in the form that {@code CommentJob} gives them. */
class CommentsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static FeedApi api;
    private static Client client;
    private static int people;

    private final StringBuilder said = new StringBuilder();
    private int comments;

    @BeforeAll
    static void start() {
        api = Client.started(
                RealServers.shared().bootstrapServers(), RealServers.shared().elasticsearchUrl());
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
        }
    }

    /** Somebody nobody has heard of. */
    private static String someone(String kind) {
        return kind + "-comments-" + people++;
    }

    /** A second later than the one before. */
    private void say(String contentId, String viewerId, String text, Audience audience) throws IOException {
        int number = comments++;
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", "e" + number);
        document.put("contentId", contentId);
        document.put("viewerId", viewerId);
        document.put("action", "COMMENT");
        document.put("at", NOON.plusSeconds(number / 2).toEpochMilli()); // some at the same moment
        document.put("tie", number * 7_046_029_254_386_353_131L);
        if (audience != null) {
            document.put("audience", audience.name());
        }
        document.put("text", text);
        said.append("{\"index\":{\"_id\":\"")
                .append(viewerId)
                .append("|e")
                .append(number)
                .append("\"}}\n")
                .append(JSON.writeValueAsString(document))
                .append('\n');
    }

    private void index() throws IOException {
        String path = "/" + Indices.COMMENTS.name() + "/_bulk?refresh=true";
        JsonNode answer = api.elasticsearch().call("POST", path, said.toString(), Duration.ofSeconds(30));
        assertThat(answer.path("errors").asBoolean()).isFalse();
        said.setLength(0);
    }

    private static Client.Answer comments(String viewerId, String contentId, String query) throws IOException {
        return client.call("GET", "/v1/contents/" + contentId + "/comments" + query, Role.VIEWER, viewerId, null);
    }

    private static List<String> texts(Client.Answer answer) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        List<String> texts = new ArrayList<>();
        answer.body().path("comments").forEach(one -> texts.add(one.path("text").asText()));
        return texts;
    }

    private static void befriend(String one, String other) throws IOException {
        client.put(one, "friends", other);
        client.put(other, "friends", one);
    }

    @Test
    void the_newest_come_first_and_a_mute_or_block_holds_from_the_next_request() throws Exception {
        String bob = someone("a");
        String alice = someone("v");
        String carol = someone("v");
        String dave = someone("v");
        String content = client.publish(bob, Map.of("text", "a day out"));
        assertThat(texts(comments(alice, content, ""))).isEmpty();
        say(content, carol, "first", null);
        say(content, dave, "a casino?", null);
        say(content, carol, "third", null);
        say(content, alice, "mine", Audience.PRIVATE);
        say(content, dave, "to myself", Audience.PRIVATE);
        index();
        assertThat(texts(comments(alice, content, "")))
                .containsExactlyInAnyOrder("mine", "third", "a casino?", "first");
        assertThat(texts(comments(alice, content, "")).get(3)).isIn("first", "a casino?");
        JsonNode newest = comments(dave, content, "").body().path("comments").get(0);
        assertThat(newest.path("text").asText()).isEqualTo("to myself");
        assertThat(newest.path("id").asText()).isEqualTo("e4");
        assertThat(newest.path("at").asText()).isEqualTo("2026-11-21T12:00:02Z");
        assertThat(newest.path("viewerId").asText()).isEqualTo(dave);

        client.put(alice, "muted-keywords", "CASINO");
        assertThat(texts(comments(alice, content, ""))).containsExactlyInAnyOrder("mine", "third", "first");
        client.put(carol, "blocked", alice);
        assertThat(texts(comments(alice, content, ""))).containsExactly("mine");
        assertThat(texts(comments(carol, content, ""))).containsExactlyInAnyOrder("third", "a casino?", "first");
    }

    @Test
    void under_a_content_for_friends_only_friends_of_both_see_what_is_said() throws Exception {
        String bob = someone("v");
        String alice = someone("v");
        String carol = someone("v");
        String dave = someone("v");
        befriend(alice, bob);
        befriend(carol, bob);
        befriend(dave, bob);
        befriend(alice, carol);
        String content = client.publish(bob, Map.of("text", "our garden", "visibility", "FRIENDS"));
        say(content, carol, "from carol", null);
        say(content, dave, "from dave", null);
        say(content, bob, "from bob", null);
        index();
        assertThat(texts(comments(alice, content, ""))).containsExactlyInAnyOrder("from carol", "from bob");
        assertThat(texts(comments(dave, content, ""))).containsExactlyInAnyOrder("from dave", "from bob");
        assertThat(texts(comments(bob, content, ""))).containsExactlyInAnyOrder("from carol", "from dave", "from bob");
        Map<String, Object> comment = Map.of(
                "id", "x1", "contentId", content, "action", "COMMENT", "at", "2026-11-21T08:00:00Z", "text", "hi");
        assertThat(client.engage(Role.VIEWER, alice, comment).body().path("accepted"))
                .hasSize(1);
        Client.Answer stranger = client.engage(Role.VIEWER, someone("v"), comment);
        assertThat(stranger.body().at("/rejected/0/reason").asText()).isEqualTo("there is no such content");
    }

    @Test
    void a_page_is_full_while_more_may_be_seen_and_nothing_comes_twice() throws Exception {
        String alice = someone("v");
        String noisy = someone("v");
        String carol = someone("v");
        client.put(alice, "blocked", noisy);
        String content = client.publish(someone("a"), Map.of("text", "much said here"));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            boolean seen = i % 50 < 3 || i < 5;
            say(content, seen ? carol : noisy, "words " + i, null);
            if (seen) {
                expected.add("words " + i);
            }
        }
        index();
        List<String> read = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            Client.Answer page = comments(alice, content, "?limit=4" + cursor);
            List<String> texts = texts(page);
            read.addAll(texts);
            JsonNode next = page.body().path("nextCursor");
            assertThat(texts.size()).isEqualTo(next.isNull() ? expected.size() - read.size() + texts.size() : 4);
            cursor = next.isNull() ? null : "&cursor=" + next.asText();
        }
        assertThat(read).hasSameElementsAs(expected).doesNotHaveDuplicates();
    }

    @Test
    void whoever_blocks_one_cannot_bury_what_others_say() throws Exception {
        String alice = someone("v");
        String noisy = someone("v");
        String carol = someone("v");
        client.put(noisy, "blocked", alice);
        String content = client.publish(someone("a"), Map.of("text", "much said here"));
        for (int i = 0; i < 1_203; i++) {
            say(content, i < 3 ? carol : noisy, "words " + i, null);
        }
        index();
        Client.Answer page = comments(alice, content, "?limit=2");
        assertThat(texts(page)).hasSize(2);
        page = comments(
                alice,
                content,
                "?limit=2&cursor=" + page.body().path("nextCursor").asText());
        assertThat(texts(page)).hasSize(1);
        assertThat(page.body().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void after_a_thousand_that_may_not_be_seen_the_list_ends_like_an_empty_one() throws Exception {
        String alice = someone("v");
        client.put(alice, "muted-keywords", "noise");
        String content = client.publish(someone("a"), Map.of("text", "much said here"));
        for (int i = 0; i < 1_100; i++) {
            say(content, someone("v"), "noise " + i, null);
        }
        index();
        Client.Answer buried = comments(alice, content, "?limit=4");
        Client.Answer empty = comments(alice, client.publish(someone("a"), Map.of("text", "nothing said")), "?limit=4");
        assertThat(buried.bytes()).isEqualTo(empty.bytes());
        assertThat(texts(comments(someone("v"), content, "?limit=4"))).hasSize(4);
    }

    @Test
    void what_is_meant_for_others_is_not_shown_whatever_the_number_of_friends() throws Exception {
        String alice = someone("v");
        String carol = someone("v");
        String content = client.publish(someone("a"), Map.of("text", "a day out"));
        for (Audience audience : Audience.values()) {
            say(content, carol, "for " + audience, audience);
            say(content, alice, "my " + audience, audience);
        }
        index();
        List<String> own = List.of("my PUBLIC", "my FOLLOWERS", "my FRIENDS", "my PRIVATE");
        assertThat(texts(comments(alice, content, "")))
                .containsAll(own)
                .contains("for PUBLIC")
                .hasSize(5);
        befriend(alice, carol);
        List<String> asFriend = texts(comments(alice, content, ""));
        assertThat(asFriend)
                .containsAll(own)
                .contains("for PUBLIC", "for FOLLOWERS", "for FRIENDS")
                .hasSize(7);
        for (int i = 0; i < 1_000; i++) {
            api.store()
                    .accept(new Relation(
                            alice, RelationKind.FOLLOW, "a-many" + i, true, NOON, null, Provenance.REAL, null));
        }
        assertThat(texts(comments(alice, content, ""))).isEqualTo(asFriend);
    }

    @Test
    void a_cursor_is_for_one_viewer_and_one_content() throws Exception {
        String alice = someone("v");
        String bob = someone("a");
        String content = client.publish(bob, Map.of("text", "here"));
        String other = client.publish(bob, Map.of("text", "there"));
        say(content, alice, "one", null);
        say(content, alice, "two", null);
        index();
        String cursor =
                comments(alice, content, "?limit=1").body().path("nextCursor").asText();
        assertThat(texts(comments(alice, content, "?limit=1&cursor=" + cursor))).hasSize(1);
        for (Client.Answer answer : List.of(
                comments(someone("v"), content, "?cursor=" + cursor),
                comments(alice, other, "?cursor=" + cursor),
                comments(alice, content, "?cursor=x" + cursor),
                comments(alice, content, "?limit=0"),
                comments(alice, content, "?limit=101"))) {
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void what_may_not_be_seen_answers_byte_for_byte_like_what_does_not_exist() throws Exception {
        String bob = someone("a");
        String alice = someone("v");
        String hidden = client.publish(bob, Map.of("text", "for friends", "visibility", "FRIENDS"));
        say(hidden, bob, "hello", null);
        index();
        String unknown = "c" + "x".repeat(hidden.length() - 1);
        for (String rest : List.of("/comments", "/comments?limit=3", "")) {
            Client.Answer one = client.call("GET", "/v1/contents/" + hidden + rest, Role.VIEWER, alice, null);
            Client.Answer other = client.call("GET", "/v1/contents/" + unknown + rest, Role.VIEWER, alice, null);
            assertThat(one.status()).isEqualTo(404).isEqualTo(other.status());
            assertThat(new String(one.bytes(), StandardCharsets.UTF_8).replace(hidden, unknown))
                    .isEqualTo(new String(other.bytes(), StandardCharsets.UTF_8));
        }
        client.put(alice, "muted-authors", bob);
        String open = client.publish(bob, Map.of("text", "for all"));
        assertThat(comments(alice, open, "").status()).isEqualTo(404);
        assertThat(comments(someone("v"), open, "").status()).isEqualTo(200);
    }

    @Test
    void without_elasticsearch_comments_answer_503() throws Exception {
        try (FeedApi alone = Client.started(RealServers.shared().bootstrapServers(), "http://localhost:1")) {
            Client there = new Client(alone);
            String content = there.publish(someone("a"), Map.of("text", "here"));
            Client.Answer answer =
                    there.call("GET", "/v1/contents/" + content + "/comments", Role.VIEWER, someone("v"), null);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body().path("detail").asText())
                    .isEqualTo("Comments cannot be read right now; ask again.");
        }
    }
}
