package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.models.PopularityModel;
import io.tuijian.ranking.ContentQuery.Order;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A page is short only if the rules leave nothing that could be appended. */
class BackFillTest {
    private final Platform platform = new Platform();
    private final List<Integer> asked = new ArrayList<>();

    private Feed page(ContentIndex index, Surface surface, int limit) {
        return platform.feed(index)
                .build(new FeedRequest("f1", ALICE, limit, context(surface, NOON), List.of(), Set.of()));
    }

    private ContentIndex counted(ContentIndex index) {
        return queries -> {
            asked.add(queries.size());
            return index.search(queries);
        };
    }

    private static List<ContentIndex.Answer> nothing(List<ContentQuery> queries) {
        return queries.stream()
                .map(query -> new ContentIndex.Answer(List.of(), false))
                .toList();
    }

    @Test
    void the_index_is_asked_once_and_what_was_seen_stands_in_nobodys_way() {
        for (int i = 0; i < 1_200; i++) {
            platform.holds(content("c" + i).by("a" + i));
            if (i < 900) {
                platform.did(ALICE, Action.SEEN, "c" + i, NOON.minusSeconds(i));
                platform.did("v-carol", Action.LONG_VIEW, "c" + i, NOON.minusSeconds(i));
            }
        }
        Feed page = page(counted(platform.index), Surface.FOR_YOU, 100);
        assertThat(page.items()).hasSize(100);
        assertThat(page.degraded()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void what_the_index_has_not_heard_of_fills_the_page() {
        for (int i = 0; i < 30; i++) {
            platform.holds(content("c" + i).by("a" + i));
        }
        Feed page = page(BackFillTest::nothing, Surface.FOR_YOU, 20);
        assertThat(page.items()).hasSize(20);
        assertThat(page.degraded()).isEmpty();
    }

    @Test
    void an_author_of_thousands_does_not_keep_the_others_from_a_page() {
        for (int i = 0; i < 3_000; i++) {
            platform.holds(content("c" + i).by("a-busy").ago(Duration.ofSeconds(i)));
            platform.did("v-carol", Action.LONG_VIEW, "c" + i, NOON);
        }
        for (int i = 0; i < 9; i++) {
            platform.holds(content("d" + i).by("a-quiet" + i).ago(Duration.ofDays(300)));
        }
        Feed page = page(platform.index, Surface.FOR_YOU, 20);
        assertThat(page.items()).hasSize(11);
        assertThat(page.items().stream().filter(item -> item.content()
                        .hydrated()
                        .content()
                        .getAuthorId()
                        .equals("a-busy")))
                .hasSize(2);
    }

    @Test
    void reposts_of_one_thing_do_not_keep_others_from_a_page() {
        platform.holds(content("c0").by("a0"));
        for (int i = 0; i < 1_000; i++) {
            platform.holds(
                    content("c-re" + i).by("a-re" + i).repostOf("c0", "a0").ago(Duration.ofSeconds(i)));
        }
        for (int i = 0; i < 5; i++) {
            platform.holds(content("d" + i).by("a-other" + i).ago(Duration.ofDays(300)));
        }
        assertThat(page(platform.index, Surface.FOR_YOU, 20).items()).hasSize(6);
    }

    @Test
    void on_following_one_author_alone_fills_page_after_page() {
        for (int i = 0; i < 700; i++) {
            platform.holds(content("c" + i).by("a-only").ago(Duration.ofSeconds(i)));
            if (i < 650) {
                platform.did(ALICE, Action.SEEN, "c" + i, NOON);
            }
        }
        platform.holds(relation(ALICE, RelationKind.FOLLOW, "a-only"));
        Platform.Scroll scroll = platform.scroll(ALICE, Surface.FOLLOWING);
        assertThat(scroll.page(30, NOON).items()).hasSize(30);
        assertThat(scroll.page(30, NOON).items()).hasSize(20);
        assertThat(scroll.page(30, NOON).items()).isEmpty();
    }

    @Test
    void on_following_the_author_cap_does_not_yield_to_one_who_publishes_more_than_the_index_is_asked_for() {
        for (int i = 0; i < 400; i++) {
            platform.holds(content("c" + i).by("a-busy").ago(Duration.ofSeconds(i)));
        }
        platform.holds(relation(ALICE, RelationKind.FOLLOW, "a-busy"));
        for (int i = 0; i < 12; i++) {
            platform.holds(content("d" + i).by("a-quiet" + i).ago(Duration.ofDays(300)));
            platform.holds(relation(ALICE, RelationKind.FOLLOW, "a-quiet" + i));
        }
        Feed page = page(platform.index, Surface.FOLLOWING, 10);
        assertThat(page.items()).hasSize(10);
        assertThat(page.items().stream().filter(item -> item.content()
                        .hydrated()
                        .content()
                        .getAuthorId()
                        .equals("a-busy")))
                .hasSize(2);
    }

    @Test
    void who_has_seen_everything_gets_nothing_rather_than_what_they_have_seen() {
        for (int i = 0; i < 30; i++) {
            platform.holds(content("c" + i).by("a" + i));
            platform.did(ALICE, Action.SEEN, "c" + i, NOON.minus(Duration.ofDays(6)));
        }
        assertThat(page(platform.index, Surface.FOR_YOU, 20).items()).isEmpty();
    }

    @Test
    void without_the_index_each_item_still_says_which_sources_it_is_from() {
        for (int i = 0; i < 60; i++) {
            platform.holds(content("c" + i).by("a" + i));
        }
        platform.holds(relation(ALICE, RelationKind.FOLLOW, "a7"));
        Feed page = page(
                queries -> {
                    throw new ContentIndex.Unavailable("down", null);
                },
                Surface.FOLLOWING,
                20);
        assertThat(page.items()).singleElement().satisfies(item -> assertThat(item.source())
                .isEqualTo("followed-authors"));
        assertThat(page.degraded()).containsExactly("content-index");
    }

    @Test
    void only_so_many_look_into_memory_at_a_time_and_who_has_to_wait_too_long_is_told() throws Exception {
        platform.holds(content("c1"));
        int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        CountDownLatch looking = new CountDownLatch(most);
        CountDownLatch enough = new CountDownLatch(1);
        ExecutorService others = Executors.newFixedThreadPool(most);
        List<Future<?>> looks = new ArrayList<>();
        try {
            for (int i = 0; i < most; i++) {
                looks.add(others.submit(() -> platform.index.search(
                        List.of(ContentQuery.best(Order.NEWEST, 1)),
                        content -> {
                            looking.countDown();
                            return awaits(enough);
                        },
                        1)));
            }
            assertThat(looking.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> platform.index.search(List.of(ContentQuery.best(Order.NEWEST, 1)), any -> true, 1))
                    .isInstanceOf(ContentIndex.Unavailable.class);
            Feed page = page(BackFillTest::nothing, Surface.FOR_YOU, 20);
            assertThat(page.items()).isEmpty();
            assertThat(page.degraded()).containsExactly("last-resort");
        } finally {
            enough.countDown();
            others.shutdown();
        }
        for (Future<?> look : looks) {
            look.get(10, TimeUnit.SECONDS);
        }
        assertThat(page(BackFillTest::nothing, Surface.FOR_YOU, 20).items()).hasSize(1);
    }

    @Test
    void all_looks_for_a_page_together_end_when_they_have_cost_enough_and_that_is_told() throws Exception {
        for (int i = 0; i < 30; i++) {
            platform.holds(content("c" + i).by("a" + i));
        }
        FeedRequest request = new FeedRequest("f1", ALICE, 20, context(Surface.FOR_YOU, NOON), List.of(), Set.of());
        Viewing viewing = new Viewing(
                request,
                platform.store.viewer(ALICE),
                platform.store.relations(),
                Optional.empty(),
                Tuning.Promised.DEFAULT);
        FeedPipeline.Parts parts =
                new FeedPipeline.Parts(BackFillTest::nothing, platform.index, platform.store, PopularityModel::new);
        List<String> degraded = new ArrayList<>();
        Retriever retriever = new Retriever(parts, viewing, degraded, 45);
        Rules rules = new Rules(viewing, platform.store);
        Room room = new Room(Set.of(), Set.of(), 2, false);
        retriever.fromIndex();
        assertThat(retriever.fromMemory(rules, room)).hasSize(30);
        assertThat(degraded).isEmpty();
        platform.holds(content("d0"), content("d1"));
        retriever.fromMemory(rules, room);
        assertThat(degraded).containsExactly("last-resort");
        assertThat(retriever.fromMemory(rules, room)).isEmpty();
        assertThat(degraded).containsExactly("last-resort");
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
