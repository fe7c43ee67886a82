package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.feedapi.FeedClient.Answer;
import io.tuijian.feedapi.FeedClient.Page;
import io.tuijian.schemas.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a viewer, an author or an operator wants gone is gone from the very next request, from whatever page. */
class AtOnceIT {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int SAMPLES = 200;
    private static final AtomicInteger VIEWERS = new AtomicInteger();

    private static FeedApi here;
    private static FeedApi there;

    private final String viewer = "v-wants-less" + VIEWERS.incrementAndGet();

    @BeforeAll
    static void start() {
        FeedClient.publish(IntStream.range(0, 240)
                .mapToObj(i -> {
                    Content video = FeedClient.video("atonce" + i, "a-atonce" + i % 40, "t-atonce" + i % 8);
                    return i % 5 == 0
                            ? Content.newBuilder(video)
                                    .setText("a night at the casino, " + i)
                                    .build()
                            : video;
                })
                .toList());
        here = FeedClient.server();
        there = FeedClient.server();
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    /** Three pages of a feed, the third not yet asked for. */
    private record Scroll(Page first, Page second) {}

    private Scroll scroll() {
        Page first = FeedClient.page(here, viewer, 20, null);
        return new Scroll(first, FeedClient.page(here, viewer, 20, first.nextCursor()));
    }

    private static String id(JsonNode item) {
        return item.at("/content/id").asText();
    }

    private static JsonNode pick(Page page, Predicate<JsonNode> which) {
        return page.items().stream().filter(which).findFirst().orElseThrow();
    }

    /** Neither the page again, nor the next one, nor a new feed, holds any of these. */
    private void isGone(Scroll scroll, Predicate<JsonNode> unwanted) {
        assertThat(scroll.second.items()).anyMatch(unwanted);
        Page again = FeedClient.page(here, viewer, 20, scroll.first.nextCursor());
        assertThat(again.items()).noneMatch(unwanted);
        assertThat(again.ids())
                .isEqualTo(scroll.second.items().stream()
                        .filter(unwanted.negate())
                        .map(AtOnceIT::id)
                        .toList());
        assertThat(FeedClient.page(here, viewer, 20, scroll.second.nextCursor()).items())
                .isNotEmpty()
                .noneMatch(unwanted);
        assertThat(FeedClient.page(here, viewer, 20, null).items()).isNotEmpty().noneMatch(unwanted);
    }

    /** Whoever asks for it directly hears what they would hear of something that never was. */
    private void isUnknown(Page page, String contentId) {
        for (String path : List.of("/v1/contents/", "/v1/feeds/" + page.feedId() + "/contents/")) {
            Answer gone = FeedClient.call(here, "GET", path + contentId, Role.VIEWER, viewer, null);
            String unknown = "x".repeat(contentId.length());
            Answer never = FeedClient.call(here, "GET", path + unknown, Role.VIEWER, viewer, null);
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.text().replace(contentId, unknown)).isEqualTo(never.text());
        }
    }

    private void set(FeedApi api, String method, String control) {
        Answer answer = FeedClient.call(api, method, "/v1/viewers/me/" + control, Role.VIEWER, viewer, null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    }

    private static Predicate<JsonNode> by(String authorId) {
        return item -> item.at("/content/authorId").asText().equals(authorId);
    }

    @Test
    void a_blocked_author() {
        Scroll scroll = scroll();
        JsonNode item = scroll.second.items().get(5);
        String author = item.at("/content/authorId").asText();
        set(here, "PUT", "blocked/" + author);
        isGone(scroll, by(author));
        isUnknown(scroll.second, id(item));
    }

    @Test
    void a_muted_author() {
        Scroll scroll = scroll();
        JsonNode item = scroll.second.items().get(5);
        String author = item.at("/content/authorId").asText();
        set(here, "PUT", "muted-authors/" + author);
        isGone(scroll, by(author));
        isUnknown(scroll.second, id(item));
    }

    @Test
    void a_muted_topic() {
        Scroll scroll = scroll();
        JsonNode item = scroll.second.items().get(5);
        String topic = item.at("/content/topics/0").asText();
        set(here, "PUT", "muted-topics/" + topic);
        isGone(scroll, other -> other.at("/content/topics/0").asText().equals(topic));
        isUnknown(scroll.second, id(item));
    }

    @Test
    void a_muted_keyword() {
        Predicate<JsonNode> casino = item ->
                item.at("/content/text").asText().toLowerCase(Locale.ROOT).contains("casino");
        Scroll scroll = scroll();
        JsonNode item = pick(scroll.second, casino);
        set(here, "PUT", "muted-keywords/Casino");
        isGone(scroll, casino);
        isUnknown(scroll.second, id(item));
    }

    @Test
    void a_content_that_was_taken_down() {
        Scroll scroll = scroll();
        String gone = id(scroll.second.items().get(5));
        assertThat(FeedClient.call(here, "DELETE", "/v1/contents/" + gone, Role.OPERATOR, "o1", null)
                        .status())
                .isEqualTo(204);
        isGone(scroll, item -> id(item).equals(gone));
        isUnknown(scroll.second, gone);
    }

    private void engage(String id, String contentId, String action, String undoes) {
        Map<String, Object> engagement = new java.util.HashMap<>(Map.of(
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
        Answer answer = FeedClient.call(
                here, "POST", "/v1/engagements", Role.VIEWER, viewer, Map.of("engagements", List.of(engagement)));
        assertThat(answer.body().path("accepted")).hasSize(1);
    }

    @Test
    void a_content_that_was_hidden_until_that_is_taken_back() {
        Scroll scroll = scroll();
        String hidden = id(scroll.second.items().get(5));
        engage("hide-1", hidden, "HIDE", null);
        isGone(scroll, item -> id(item).equals(hidden));
        engage("hide-2", hidden, "HIDE", "hide-1");
        assertThat(FeedClient.page(here, viewer, 20, scroll.first.nextCursor())).isEqualTo(scroll.second);
    }

    @Test
    void a_content_that_was_reported() {
        Scroll scroll = scroll();
        String reported = id(scroll.second.items().get(5));
        engage("report-1", reported, "REPORT", null);
        isGone(scroll, item -> id(item).equals(reported));
    }

    @Test
    void on_another_server_as_soon_as_kafka_brings_it() {
        Page first = FeedClient.page(here, viewer, 20, null);
        String author = first.authors().get(3);
        String content = "/v1/contents/" + first.ids().get(3);
        FeedIds.Page open = new FeedIds.Page(first.feedId(), "FOR_YOU", 0);
        String cursor = new FeedIds(new Signer(FeedClient.KEY)).cursor(viewer, open);
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            boolean mute = i % 2 == 0;
            set(here, mute ? "PUT" : "DELETE", "muted-authors/" + author);
            long answered = System.nanoTime();
            until(() -> (FeedClient.call(there, "GET", content, Role.VIEWER, viewer, null)
                                    .status()
                            == 404)
                    == mute);
            millis.add((System.nanoTime() - answered) / 1e6);
            if (mute) {
                assertThat(Set.copyOf(FeedClient.page(there, viewer, 20, cursor).authors()))
                        .doesNotContain(author);
            }
        }
        Collections.sort(millis);
        System.out.printf(
                "A mute holds on another server after %.0f ms in the median, %.0f ms at p99, %.0f ms at most, of %d.%n",
                millis.get(SAMPLES / 2), millis.get(SAMPLES * 99 / 100), millis.get(SAMPLES - 1), SAMPLES);
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
