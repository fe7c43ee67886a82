package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.RelationKind;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What viewers say that they did, over HTTP. */
class EngagementIntakeIT {
    private static FeedApi api;
    private static Client client;

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

    /** The reason for which it was rejected; empty if it was accepted. */
    private static String engage(String viewerId, String id, String contentId, String action, String undoes)
            throws IOException {
        Map<String, Object> engagement = new HashMap<>(Map.of(
                "id",
                id,
                "contentId",
                contentId,
                "action",
                action,
                "at",
                Instant.now().toString()));
        if (undoes != null) {
            engagement.put("undoes", undoes);
        }
        return client.engage(Role.VIEWER, viewerId, engagement)
                .body()
                .at("/rejected/0/reason")
                .asText();
    }

    @Test
    void what_one_did_can_be_taken_back_when_one_may_not_see_it_any_more_and_tells_nothing() throws IOException {
        String alice = "v-intake-alice";
        String bob = "a-intake-bob";
        String content = client.publish(bob, Map.of("text", "a day out"));
        assertThat(engage(alice, "e1", content, "COMMENT", null)).isEmpty();
        client.put(bob, "blocked", alice);
        assertThat(engage(alice, "e2", content, "LIKE", null)).isEqualTo("there is no such content");
        assertThat(engage(alice, "e3", content, "COMMENT", "e1")).isEmpty();
        assertThat(engage(alice, "e4", "c-never-was", "COMMENT", "e1")).isEmpty();
        assertThat(engage(alice, "e5", "a strange one", "COMMENT", "e1")).isEqualTo("there is no such content");
    }

    @Test
    void taking_back_a_follow_of_what_one_may_not_see_does_not_tell_whose_it_is() throws IOException {
        String alice = "v-intake-erin";
        String bob = "a-intake-dave";
        String open = client.publish(bob, Map.of("text", "for all"));
        String hidden = client.publish(bob, Map.of("text", "for me", "visibility", "PRIVATE"));
        assertThat(engage(alice, "f1", open, "FOLLOW", null)).isEmpty();
        assertThat(engage(alice, "f2", hidden, "FOLLOW", "f1")).isEmpty();
        assertThat(follows(alice, bob)).isTrue();
        assertThat(engage(alice, "f3", open, "FOLLOW", "f1")).isEmpty();
        assertThat(follows(alice, bob)).isFalse();
    }

    private static boolean follows(String viewerId, String authorId) {
        return api.store().relations().active(viewerId, RelationKind.FOLLOW, authorId, Instant.now());
    }

    @Test
    void nobody_follows_themselves() throws IOException {
        String bob = "a-intake-bob";
        String content = client.publish(bob, Map.of("text", "mine"));
        assertThat(engage(bob, "s1", content, "FOLLOW", null)).isEqualTo("nobody follows themselves");
        assertThat(engage(bob, "s2", content, "LIKE", null)).isEmpty();
        assertThat(follows(bob, bob)).isFalse();
    }
}
