package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FeedPipelineTest {
    private static final int MOST_CONTENTS = 200;

    /** So that memory fills the page. */
    private static final ContentIndex KNOWS_NOTHING = queries -> queries.stream()
            .map(query -> new ContentIndex.Answer(List.of(), false))
            .toList();

    static LongStream worlds() {
        return LongStream.range(0, 100);
    }

    static LongStream manyWorlds() {
        return LongStream.range(100, 1_100);
    }

    @ParameterizedTest(name = "world {0}")
    @MethodSource("worlds")
    void whatever_the_world_every_page_keeps_the_rules(long seed) {
        keepsTheRules(new World(seed, MOST_CONTENTS));
    }

    @Tag("full")
    @ParameterizedTest(name = "world {0}")
    @MethodSource("manyWorlds")
    void in_a_thousand_more_worlds_every_page_keeps_the_rules(long seed) {
        keepsTheRules(new World(seed, MOST_CONTENTS));
    }

    private static void keepsTheRules(World world) {
        Platform platform = world.platform();
        for (String viewer : world.viewers()) {
            keepsTheRules(world, platform, viewer, Surface.FOR_YOU);
            keepsTheRules(
                    world,
                    platform,
                    viewer,
                    world.pick(List.of(Surface.FOLLOWING, Surface.SHOP, Surface.VIDEOS, Surface.NEARBY)));
        }
    }

    /** Six pages of one feed, while the world goes on. */
    private static void keepsTheRules(World world, Platform platform, String viewer, Surface surface) {
        Set<String> servedLately = world.servedLately();
        FeedPipeline feed = world.pick(List.of(platform.feed(), platform.feed(KNOWS_NOTHING)));
        Platform.Scroll scroll = new Platform.Scroll(feed, viewer, surface, servedLately);
        Set<String> shown = new HashSet<>(surface == Surface.FOLLOWING ? Set.of() : servedLately);
        for (int number = 0; number < 6; number++) {
            String where = "world " + world.seed + ", " + viewer + ", " + surface + ", page " + number;
            int first = scroll.earlier.size();
            int limit = world.limit();
            Set<String> originals = originals(scroll);
            boolean capped = world.capped(viewer, surface, shown, originals);
            Feed page = scroll.page(limit, NOON);

            assertThat(page.degraded()).as(where).isEmpty();
            assertThat(page.items()).as(where).hasSizeLessThanOrEqualTo(limit);
            for (int i = 0; i < page.items().size(); i++) {
                Placed item = page.items().get(i);
                Content content = item.content().hydrated().content();
                String what = where + ": " + content;
                assertThat(world.forbidden(viewer, content)).as(what).isFalse();
                assertThat(world.unwanted(viewer, surface, content)).as(what).isFalse();
                assertThat(shown.add(content.getId())).as("new, %s", what).isTrue();
                assertThat(surface != Surface.FOLLOWING && world.repeats(servedLately, content))
                        .as("served lately in other hands, %s", what)
                        .isFalse();
                assertThat(item.position()).as(where).isEqualTo(first + i);
                assertThat(item.reasons()).as(where).hasSizeBetween(1, 3);
                assertThat(worth(item)).as(where).isCloseTo(item.score(), within(1e-9));
            }
            assertThat(scroll.earlier)
                    .as("%s: nothing and no repost of it twice", where)
                    .extracting(FeedRequest.Earlier::originalId)
                    .doesNotHaveDuplicates();
            if (capped) {
                for (int i = first; i < scroll.earlier.size(); i++) {
                    assertThat(sameAuthorBefore(scroll, i))
                            .as("%s: the author at %s within the last nineteen", where, i)
                            .isLessThan(2);
                }
            }
            if (page.items().size() < limit) {
                for (Content left : world.left(viewer, surface, shown, originals(scroll))) {
                    assertThat(capped && lately(scroll, World.originalAuthor(left)) >= 2)
                            .as("%s: only the author cap keeps %s from a short page", where, left.getId())
                            .isTrue();
                }
            }
            everythingFoundIsAccountedFor(page, where);
            if (number % 2 == 1) {
                platform.turn(world.turn());
                page.items().stream()
                        .limit(1)
                        .forEach(item ->
                                platform.did(world.sees(viewer, item.content().contentId())));
            }
        }
    }

    /** The weights times the probabilities times every factor that was logged. */
    private static double worth(Placed item) {
        double worth = Weights.DEFAULT.worth(item.content().prediction());
        for (double factor : item.factors().values()) {
            worth *= factor;
        }
        return worth;
    }

    private static long sameAuthorBefore(Platform.Scroll scroll, int position) {
        return scroll.earlier.subList(Math.max(0, position - 19), position).stream()
                .filter(item ->
                        item.authorId().equals(scroll.earlier.get(position).authorId()))
                .count();
    }

    private static Set<String> originals(Platform.Scroll scroll) {
        return scroll.earlier.stream().map(FeedRequest.Earlier::originalId).collect(Collectors.toSet());
    }

    private static long lately(Platform.Scroll scroll, String authorId) {
        int size = scroll.earlier.size();
        return scroll.earlier.subList(Math.max(0, size - 19), size).stream()
                .filter(item -> item.authorId().equals(authorId))
                .count();
    }

    private static void everythingFoundIsAccountedFor(Feed page, String where) {
        List<String> ids = Stream.of(
                        page.items().stream().map(item -> item.content().contentId()),
                        page.removed().stream().map(Removed::contentId),
                        page.outranked().stream().map(ScoredContent::contentId))
                .flatMap(each -> each)
                .toList();
        assertThat(ids).as("%s: one fate each", where).doesNotHaveDuplicates();
    }

    @Test
    void wanting_more_than_there_is_gives_a_short_page_and_then_an_empty_one() {
        Platform platform = new Platform()
                .holds(
                        content("c1").by("a1"),
                        content("c2").by("a2"),
                        content("c3").by("a3"));
        Platform.Scroll scroll = platform.scroll(ALICE, Surface.FOR_YOU);
        assertThat(scroll.page(100, NOON).items()).hasSize(3);
        assertThat(scroll.page(100, NOON).items()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Surface.class,
            names = {"FOR_YOU", "FOLLOWING", "SHOP", "VIDEOS", "NEARBY"})
    void an_empty_platform_gives_an_empty_page(Surface surface) {
        Feed page = new Platform().scroll(ALICE, surface).page(20, NOON);
        assertThat(page.items()).isEmpty();
        assertThat(page.degraded()).isEmpty();
    }

    @Test
    void a_surface_that_cannot_be_asked_for_is_refused() {
        assertThatThrownBy(() -> new Platform().scroll(ALICE, Surface.IMPORTED).page(20, NOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("IMPORTED");
    }

    @Test
    void a_platform_of_posts_alone_still_fills_the_page() {
        Platform platform = new Platform();
        for (int i = 0; i < 30; i++) {
            platform.holds(content("c" + i).by("a" + i).post());
        }
        assertThat(platform.scroll(ALICE, Surface.FOR_YOU).page(20, NOON).items())
                .hasSize(20);
    }

    @Test
    void when_the_best_are_used_up_the_sources_reach_further() {
        Platform platform = new Platform();
        for (int i = 0; i < 600; i++) {
            platform.holds(content("c" + i).by("a" + i));
            platform.did("v-carol", Action.LONG_VIEW, "c" + i, NOON.minusSeconds(i));
            if (i < 500) {
                platform.did(ALICE, Action.SEEN, "c" + i, NOON.minusSeconds(i));
            }
        }
        assertThat(platform.scroll(ALICE, Surface.FOR_YOU).page(100, NOON).items())
                .hasSize(100);
    }

    @Test
    void without_the_index_memory_answers_and_the_page_says_so() {
        Platform platform = new World(7, MOST_CONTENTS).platform();
        ContentIndex down = queries -> {
            throw new ContentIndex.Unavailable("no answer in time", null);
        };
        Feed page = page(platform.feed(down));
        assertThat(page.degraded()).containsExactly("content-index");
        assertThat(page.items()).hasSameSizeAs(page(platform.feed()).items()).isNotEmpty();
    }

    @Test
    void without_the_index_and_with_nothing_in_memory_the_page_is_empty_rather_than_an_error() {
        Platform platform = new Platform();
        ContentIndex down = queries -> {
            throw new ContentIndex.Unavailable("no answer in time", null);
        };
        Feed page = page(platform.feed(down));
        assertThat(page.items()).isEmpty();
        assertThat(page.degraded()).containsExactly("content-index");
    }

    @Test
    void a_source_that_fails_is_named_and_the_others_go_on() {
        Platform platform = new World(7, MOST_CONTENTS).platform();
        ContentIndex newestFails = queries -> queries.stream()
                .map(query -> query.order() == ContentQuery.Order.NEWEST
                                && query.authors().isEmpty()
                        ? new ContentIndex.Answer(List.of(), true)
                        : platform.index.search(List.of(query)).get(0))
                .toList();
        Feed page = page(platform.feed(newestFails));
        assertThat(page.degraded()).containsExactly("source fresh");
        assertThat(page.items()).isNotEmpty();
    }

    @Test
    void what_the_index_says_is_never_believed() {
        Platform platform = new Platform()
                .holds(
                        content("c1").by("a1"),
                        content("c2").by("a2").takenDown(),
                        content("c3").by(BOB))
                .holds(relation(BOB, RelationKind.BLOCK, ALICE));
        ContentIndex liar = queries -> queries.stream()
                .map(query -> new ContentIndex.Answer(List.of("c3", "c-unheard-of", "c2", "c1"), false))
                .toList();
        Feed page = page(platform.feed(liar));
        assertThat(ids(page)).containsExactly("c1");
        assertThat(page.removed())
                .extracting(Removed::contentId, Removed::rule)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("c2", "taken-down"),
                        org.assertj.core.groups.Tuple.tuple("c3", "blocked"));
    }

    @Test
    void the_same_request_gives_the_same_page() {
        Platform platform = new World(11, MOST_CONTENTS).platform();
        assertThat(ids(page(platform.feed()))).isEqualTo(ids(page(platform.feed())));
    }

    @ParameterizedTest(name = "world {0}")
    @MethodSource("worlds")
    void alice_likes_bobs_video_and_her_next_page_ranks_its_kin_higher(long seed) {
        Platform platform = new Platform();
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 300; i++) {
            platform.holds(content("c" + i).by("a" + i % 60).about("t" + random.nextInt(6)));
            for (int views = random.nextInt(20); views > 0; views--) {
                platform.did("v-carol", Action.SEEN, "c" + i, NOON.minusSeconds(60));
                platform.did(
                        "v-carol",
                        random.nextBoolean() ? Action.OPEN : Action.LONG_VIEW,
                        "c" + i,
                        NOON.minusSeconds(60));
            }
        }
        Platform.Scroll scroll = platform.scroll(ALICE, Surface.FOR_YOU);
        Feed first = scroll.page(20, NOON);
        String topic =
                first.items().get(0).content().hydrated().content().getTopics().get(0);
        List<String> kin = first.items().stream()
                .filter(item -> about(topic, item))
                .map(item -> item.content().contentId())
                .limit(3)
                .toList();
        Platform.Scroll otherwise = platform.scroll(ALICE, Surface.FOR_YOU);
        otherwise.earlier.addAll(scroll.earlier);
        long before = otherwise.page(20, NOON.plusSeconds(30)).items().stream()
                .filter(item -> about(topic, item))
                .count();
        for (String id : kin) {
            platform.did(ALICE, Action.SEEN, id, NOON.plusSeconds(5));
            platform.did(ALICE, Action.LONG_VIEW, id, NOON.plusSeconds(20));
            platform.did(ALICE, Action.LIKE, id, NOON.plusSeconds(21));
        }
        long after = scroll.page(20, NOON.plusSeconds(30)).items().stream()
                .filter(item -> about(topic, item))
                .count();
        assertThat(after)
                .as("of twenty items about %s, compared with %s had she liked nothing", topic, before)
                .isGreaterThan(before);
    }

    @Test
    void hiding_a_topic_lowers_its_share() {
        Platform platform = new Platform();
        for (int i = 0; i < 100; i++) {
            platform.holds(content("c" + i).by("a" + i).about(i % 2 == 0 ? "t-cats" : "t-dogs"));
        }
        platform.did(ALICE, Action.HIDE, "c0", NOON.minusSeconds(9));
        platform.did(ALICE, Action.HIDE, "c2", NOON.minusSeconds(8));
        List<Placed> items =
                platform.scroll(ALICE, Surface.FOR_YOU).page(20, NOON).items();
        assertThat(items.stream().filter(item -> about("t-cats", item)).count())
                .as("of twenty, ten before")
                .isLessThan(8);
    }

    private static boolean about(String topic, Placed item) {
        return item.content().hydrated().content().getTopics().contains(topic);
    }

    private static Feed page(FeedPipeline pipeline) {
        return new Platform.Scroll(pipeline, ALICE, Surface.FOR_YOU, Set.of()).page(20, NOON);
    }

    private static List<String> ids(Feed page) {
        return page.items().stream().map(item -> item.content().contentId()).collect(Collectors.toList());
    }
}
