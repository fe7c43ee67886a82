package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.feedapi.FeedClient.Answer;
import io.tuijian.feedapi.FeedClient.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Someone without an account can do all that a viewer can, for as long as their token lasts. */
class AnonymousViewersIT {
    private static FeedApi api;

    @BeforeAll
    static void start() {
        FeedClient.publish(IntStream.range(0, 120)
                .mapToObj(i -> FeedClient.video("anonymous" + i, "a-anonymous" + i % 40, "t-anonymous" + i % 8))
                .toList());
        api = FeedClient.server();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static String token() {
        Answer answer = FeedClient.call(api, "POST", "/v1/anonymous-viewers", null, null);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("viewerId").asText()).startsWith("v-");
        return answer.body().path("token").asText();
    }

    private static Page page(String token, String cursor) {
        Answer answer = FeedClient.call(api, "GET", FeedClient.path(10, cursor), token, null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return FeedClient.page(answer);
    }

    @Test
    void they_scroll_hide_mute_and_ask_why_like_anyone() {
        String token = token();
        Page first = page(token, null);
        Page second = page(token, first.nextCursor());
        assertThat(second.ids()).hasSize(10).doesNotContainAnyElementsOf(first.ids());

        String hidden = second.ids().get(0);
        Answer taken = FeedClient.call(
                api,
                "POST",
                "/v1/engagements",
                token,
                Map.of(
                        "engagements",
                        List.of(
                                Map.of(
                                        "id",
                                        "1",
                                        "contentId",
                                        hidden,
                                        "action",
                                        "HIDE",
                                        "at",
                                        Instant.now().toString()),
                                Map.of(
                                        "id",
                                        "2",
                                        "contentId",
                                        first.ids().get(0),
                                        "action",
                                        "LIKE",
                                        "at",
                                        Instant.now().toString(),
                                        "feedId",
                                        first.feedId(),
                                        "position",
                                        0))));
        assertThat(taken.body().path("accepted")).hasSize(2);
        assertThat(page(token, first.nextCursor()).ids()).isEqualTo(second.ids().subList(1, 10));

        String muted = second.authors().get(1);
        assertThat(FeedClient.call(api, "PUT", "/v1/viewers/me/muted-authors/" + muted, token, null)
                        .status())
                .isEqualTo(204);
        Answer controls = FeedClient.call(api, "GET", "/v1/viewers/me/controls", token, null);
        assertThat(controls.body().path("controls"))
                .anyMatch(one -> one.path("to").asText().equals(muted));
        assertThat(page(token, second.nextCursor()).authors()).isNotEmpty().doesNotContain(muted);
        Answer fate = FeedClient.call(
                api,
                "GET",
                "/v1/feeds/" + first.feedId() + "/contents/" + first.ids().get(0),
                token,
                null);
        assertThat(fate.body().path("stage").asText()).isEqualTo("SERVED");
    }

    @Test
    void they_are_strangers_to_each_other() {
        String one = token();
        String other = token();
        Page page = page(one, null);
        Answer refused = FeedClient.call(api, "GET", FeedClient.path(10, page.nextCursor()), other, null);
        assertThat(refused.status()).isEqualTo(400);
    }

    @Test
    void they_can_do_no_more_than_a_viewer() {
        String token = token();
        assertThat(FeedClient.call(api, "POST", "/v1/contents", token, Map.of("text", "hello"))
                        .status())
                .isEqualTo(403);
        assertThat(FeedClient.call(api, "GET", "/v1/authors/a-anonymous1/reach", token, null)
                        .status())
                .isEqualTo(403);
    }
}
