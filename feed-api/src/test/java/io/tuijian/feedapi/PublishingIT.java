package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What authors say of their contents, over HTTP. */
class PublishingIT {
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

    private static int change(String authorId, String contentId, Map<String, Object> body) throws IOException {
        return client.call("PUT", "/v1/contents/" + contentId, Role.CREATOR, authorId, body)
                .status();
    }

    @Test
    void what_is_no_longer_a_repost_has_no_other_author() throws IOException {
        String original = client.publish("a-publishing-bob", Map.of("text", "mine"));
        String repost = client.publish("a-publishing-dave", Map.of("text", "his", "originalId", original));
        assertThat(api.store().content(repost).getOriginalAuthorId()).isEqualTo("a-publishing-bob");
        assertThat(change("a-publishing-dave", repost, Map.of("text", "now mine")))
                .isEqualTo(200);
        assertThat(api.store().content(repost).getOriginalAuthorId()).isNull();
    }

    @Test
    void whatever_topic_is_published_can_be_muted() throws IOException {
        for (String topic : List.of("-x", "_x", "t39", "x".repeat(64))) {
            String content = client.publish("a-publishing-bob", Map.of("text", "here", "topics", List.of(topic)));
            String viewer = "v-publishing" + topic.length() + topic.charAt(0);
            client.put(viewer, "muted-topics", topic);
            assertThat(client.call("GET", "/v1/contents/" + content, Role.VIEWER, viewer, null)
                            .status())
                    .isEqualTo(404);
        }
        for (String topic : List.of("", "a b", "x".repeat(65), "t|39")) {
            Client.Answer refused = client.call(
                    "POST",
                    "/v1/contents",
                    Role.CREATOR,
                    "a-publishing-bob",
                    Map.of("text", "here", "topics", List.of(topic)));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().path("detail").asText())
                    .isEqualTo("Topics must be ids of 1 to 64 letters, digits, dashes and underscores.");
        }
    }
}
