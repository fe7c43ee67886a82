package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.FeatureInput;
import io.tuijian.feedapi.FeedClient.Answer;
import io.tuijian.feedapi.FeedClient.Page;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cursor remembers, it does not freeze: over HTTP, two servers, one Kafka, one Elasticsearch. */
class TimelinesIT {
    private static final AtomicInteger VIEWERS = new AtomicInteger();

    private static FeedApi here;
    private static FeedApi there;

    private final String viewer = "v-scrolling" + VIEWERS.incrementAndGet();

    @BeforeAll
    static void start() {
        FeedClient.publish(IntStream.range(0, 300)
                .mapToObj(i -> FeedClient.video("timeline" + i, "a-timeline" + i % 60, "t" + i % 12))
                .toList());
        here = FeedClient.server();
        there = FeedClient.server();
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(calls.size());
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> call : calls) {
                running.add(pool.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<T> answers = new ArrayList<>();
            for (Future<T> one : running) {
                answers.add(one.get());
            }
            return answers;
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void parallel_first_pages_of_one_viewer_show_different_items() throws Exception {
        for (int round = 0; round < 5; round++) {
            String someone = viewer + "-" + round;
            List<Page> pages =
                    atOnce(Collections.nCopies(4, (Callable<Page>) () -> FeedClient.page(here, someone, 10, null)));
            List<String> all =
                    pages.stream().flatMap(page -> page.ids().stream()).toList();
            assertThat(all).hasSize(40).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_refresh_brings_other_items() {
        Page first = FeedClient.page(here, viewer, 10, null);
        Page refreshed = FeedClient.page(here, viewer, 10, null);
        assertThat(refreshed.feedId()).isNotEqualTo(first.feedId());
        assertThat(refreshed.ids()).hasSize(10).doesNotContainAnyElementsOf(first.ids());
    }

    @Test
    void the_same_cursor_gives_the_same_page_on_any_server_also_after_later_pages() {
        Page first = FeedClient.page(here, viewer, 10, null);
        Page second = FeedClient.page(here, viewer, 10, first.nextCursor());
        Page third = FeedClient.page(there, viewer, 10, second.nextCursor());
        assertThat(FeedClient.page(here, viewer, 10, first.nextCursor())).isEqualTo(second);
        assertThat(FeedClient.page(there, viewer, 25, first.nextCursor())).isEqualTo(second);
        assertThat(FeedClient.page(here, viewer, 10, second.nextCursor())).isEqualTo(third);
        assertThat(third.items().get(0).path("position").asInt()).isEqualTo(20);
    }

    @Test
    void parallel_requests_with_one_cursor_get_one_page() throws Exception {
        Page before = FeedClient.page(here, viewer, 10, null);
        for (int round = 0; round < 5; round++) {
            String cursor = before.nextCursor();
            List<Callable<Page>> calls = new ArrayList<>();
            for (FeedApi server : List.of(here, there, here, there)) {
                calls.add(() -> FeedClient.page(server, viewer, 10, cursor));
            }
            List<Page> pages = atOnce(calls);
            assertThat(Set.copyOf(pages)).hasSize(1);
            assertThat(pages.get(0).ids()).hasSize(10).doesNotContainAnyElementsOf(before.ids());
            before = pages.get(0);
        }
    }

    @Test
    void a_page_after_a_restart_goes_on_where_the_feed_was() {
        Page first;
        Page second;
        try (FeedApi before = FeedClient.server()) {
            first = FeedClient.page(before, viewer, 20, null);
            second = FeedClient.page(before, viewer, 20, first.nextCursor());
        }
        try (FeedApi after = FeedClient.server()) {
            assertThat(FeedClient.page(after, viewer, 20, first.nextCursor())).isEqualTo(second);
            Page third = FeedClient.page(after, viewer, 20, second.nextCursor());
            goesOn(List.of(first, second, third));
        }
    }

    @Test
    void a_first_page_after_a_restart_does_not_repeat_what_was_served_before() {
        List<String> served = new ArrayList<>();
        try (FeedApi before = FeedClient.server()) {
            Page first = FeedClient.page(before, viewer, 20, null);
            served.addAll(first.ids());
            served.addAll(
                    FeedClient.page(before, viewer, 20, first.nextCursor()).ids());
        }
        try (FeedApi after = FeedClient.server()) {
            Page first = FeedClient.page(after, viewer, 20, null);
            assertThat(first.degraded()).isEmpty();
            assertThat(first.ids()).hasSize(20).doesNotContainAnyElementsOf(served);
        }
    }

    /** Scores like another, and calls itself something else. */
    private record Renamed(String version, EngagementModel model) implements EngagementModel {
        @Override
        public List<Prediction> predict(List<FeatureInput> inputs) {
            return model.predict(inputs);
        }
    }

    @Test
    void a_page_after_a_model_reload_goes_on_where_the_feed_was() {
        AtomicReference<EngagementModel> model = new AtomicReference<>(new PopularityModel());
        try (FeedApi api = FeedClient.server(FeedApi.Stores.REPLICATED, model::get)) {
            Page first = FeedClient.page(api, viewer, 20, null);
            Page second = FeedClient.page(api, viewer, 20, first.nextCursor());
            model.set(new Renamed("reloaded", new PopularityModel()));
            assertThat(FeedClient.page(api, viewer, 20, first.nextCursor())).isEqualTo(second);
            Page third = FeedClient.page(api, viewer, 20, second.nextCursor());
            goesOn(List.of(first, second, third));
        }
    }

    @Test
    void a_long_scroll_repeats_nothing_and_keeps_the_cap_of_authors_across_pages() {
        List<Page> pages = new ArrayList<>();
        String cursor = null;
        for (int i = 0; i < 8; i++) {
            Page page = FeedClient.page(i % 2 == 0 ? here : there, viewer, 15, cursor);
            pages.add(page);
            cursor = page.nextCursor();
        }
        goesOn(pages);
    }

    private static void goesOn(List<Page> pages) {
        List<String> ids = new ArrayList<>();
        List<String> authors = new ArrayList<>();
        for (Page page : pages) {
            assertThat(page.items().get(0).path("position").asInt()).isEqualTo(ids.size());
            ids.addAll(page.ids());
            authors.addAll(page.authors());
        }
        assertThat(ids).doesNotHaveDuplicates();
        for (int from = 0; from + 20 <= authors.size(); from++) {
            List<String> window = authors.subList(from, from + 20);
            Map<String, Integer> times = new HashMap<>();
            window.forEach(author -> times.merge(author, 1, Integer::sum));
            assertThat(times.values()).as("authors from " + from).allMatch(count -> count <= 2);
        }
    }

    @Test
    void a_page_that_cannot_be_remembered_is_answered_without_a_cursor_and_says_so() throws Exception {
        Page first = FeedClient.page(here, viewer, 10, null);
        block("write", true);
        try {
            Page second = FeedClient.page(here, viewer, 10, first.nextCursor());
            assertThat(second.ids()).hasSize(10).doesNotContainAnyElementsOf(first.ids());
            assertThat(second.nextCursor()).isNull();
            assertThat(second.degraded()).containsExactly("timelines");
        } finally {
            block("write", false);
        }
        assertThat(FeedClient.page(here, viewer, 10, first.nextCursor()).nextCursor())
                .isNotNull();
    }

    @Test
    void while_timelines_cannot_be_read_a_first_page_comes_without_them_and_a_next_one_is_asked_for_again()
            throws Exception {
        Page first = FeedClient.page(there, viewer, 10, null);
        try (FeedApi restarted = FeedClient.server()) {
            block("read", true);
            try {
                Answer next = FeedClient.call(
                        restarted, "GET", FeedClient.path(10, first.nextCursor()), Role.VIEWER, viewer, null);
                assertThat(next.status()).isEqualTo(503);
                assertThat(next.body().path("detail").asText()).contains("ask again");
                Page blind = FeedClient.page(restarted, viewer, 10, null);
                assertThat(blind.degraded()).containsExactly("served-memory");
                assertThat(blind.ids()).hasSize(10);
            } finally {
                block("read", false);
            }
        }
    }

    private static void block(String what, boolean blocked) throws IOException {
        here.elasticsearch()
                .call(
                        "PUT",
                        "/" + Indices.TIMELINES.of(Instant.now()) + "/_settings",
                        "{\"index.blocks." + what + "\": " + blocked + "}",
                        Duration.ofSeconds(10));
    }

    private void isRefused(FeedApi api, String asker, String path, String sentence) {
        Answer answer = FeedClient.call(api, "GET", path, Role.VIEWER, asker, null);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("detail").asText()).isEqualTo(sentence);
    }

    @Test
    void a_cursor_that_does_not_fit_is_refused_in_one_sentence() {
        String cursor = FeedClient.page(here, viewer, 5, null).nextCursor();
        String forged = "The cursor is not one that this service gave to this viewer.";
        isRefused(here, "v-else", FeedClient.path(5, cursor), forged);
        isRefused(here, viewer, FeedClient.path(5, cursor.substring(1)), forged);
        isRefused(here, viewer, "/v1/feed/videos?limit=5&cursor=" + cursor, "The cursor belongs to another surface.");
        FeedIds ids = new FeedIds(new Signer(FeedClient.KEY));
        String tooOld = "The cursor is too old; ask without it.";
        for (int days : List.of(0, 3, 9, 400)) {
            String feed = ids.create(viewer, Instant.now().minus(Duration.ofDays(days)));
            isRefused(
                    here, viewer, FeedClient.path(5, ids.cursor(viewer, new FeedIds.Page(feed, "FOR_YOU", 1))), tooOld);
        }
    }

    @Test
    void a_feed_ends_with_the_page_that_fills_it() throws IOException {
        FeedIds ids = new FeedIds(new Signer(FeedClient.KEY));
        Timelines timelines = new Timelines(here.elasticsearch(), Duration.ofSeconds(10));
        Instant now = Instant.now();
        String feed = ids.create(viewer, now);
        List<Timelines.Page> pages = new ArrayList<>();
        for (int page = 0; page < 199; page++) {
            int first = page * 20;
            pages.add(new Timelines.Page(
                    now.toEpochMilli(),
                    IntStream.range(first, first + 20)
                            .mapToObj(i -> new Timelines.Item(
                                    "c" + i,
                                    "a" + i % 60,
                                    ContentKind.SHORT_VIDEO,
                                    null,
                                    0,
                                    null,
                                    "trending",
                                    List.of()))
                            .toList(),
                    List.of()));
        }
        timelines.write(
                feed,
                ids.day(feed).orElseThrow(),
                new Timelines.Timeline(viewer, "FOR_YOU", now.toEpochMilli(), pages, Map.of(), Map.of()),
                null);
        String cursor = ids.cursor(viewer, new FeedIds.Page(feed, "FOR_YOU", 199));
        Page last = FeedClient.page(here, viewer, 20, cursor);
        assertThat(last.items()).hasSize(20);
        assertThat(last.items().get(19).path("position").asInt()).isEqualTo(FeedService.MOST_ITEMS - 1);
        assertThat(last.nextCursor()).isNull();
        assertThat(FeedClient.page(here, viewer, 20, cursor)).isEqualTo(last);
        Set<String> earlier = new HashSet<>();
        pages.forEach(page -> page.items().forEach(item -> earlier.add(item.contentId())));
        assertThat(last.ids()).doesNotContainAnyElementsOf(earlier);
    }

    @Test
    void a_repeated_page_loses_what_was_taken_down() {
        Page first = FeedClient.page(here, viewer, 10, null);
        Page second = FeedClient.page(here, viewer, 10, first.nextCursor());
        String gone = second.ids().get(3);
        Answer down = FeedClient.call(here, "DELETE", "/v1/contents/" + gone, Role.OPERATOR, "o1", null);
        assertThat(down.status()).isEqualTo(204);
        Page again = FeedClient.page(here, viewer, 10, first.nextCursor());
        assertThat(again.ids()).hasSize(9).doesNotContain(gone);
        assertThat(again.nextCursor()).isEqualTo(second.nextCursor());
        assertThat(again.items().get(3).path("position").asInt()).isEqualTo(14);
    }
}
