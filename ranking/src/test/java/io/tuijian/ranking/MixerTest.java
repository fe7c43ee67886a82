package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.ActionCounts;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Relations;
import io.tuijian.features.Story;
import io.tuijian.features.ViewerState;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MixerTest {
    private final List<ScoredContent> scored = new ArrayList<>();
    private final List<FeedRequest.Earlier> earlier = new ArrayList<>();

    /** A candidate that was seen a hundred times, by an author who was seen ten thousand times. */
    private MixerTest given(double score, Story.Told told) {
        return given(score, told, 100, 10_000);
    }

    private MixerTest given(double score, Story.Told told, int seen, int authorSeen) {
        Content content = told.told();
        FeatureInput input = new FeatureInput(
                ViewerState.empty(ALICE),
                new Relations(),
                content,
                new ContentState(content.getId(), sights(seen), seen, 0),
                new AuthorState(content.getAuthorId(), sights(authorSeen), authorSeen, 0),
                context(Surface.FOR_YOU, NOON));
        scored.add(new ScoredContent(
                new Hydrated(new Candidate(content.getId(), List.of("trending")), input),
                new Prediction(FeatureSet.ALL.of(input), Map.of()),
                score,
                Map.of()));
        scored.sort(Scorer.BEST_FIRST);
        return this;
    }

    private static ActionCounts sights(int count) {
        return ActionCounts.of(Action.SEEN, NOON.toEpochMilli(), count, 0, 0);
    }

    /** Where always the best is taken. */
    private List<Placed> mixed(Surface surface, int limit) {
        Tuning tuning =
                new Tuning("t1", Map.of(surface, Tuning.DEFAULT.of(surface).undrawn()));
        return mixed("f1", surface, limit, tuning);
    }

    private List<Placed> mixed(String feedId, Surface surface, int limit, Tuning tuning) {
        FeedRequest request = new FeedRequest(feedId, ALICE, limit, context(surface, NOON), earlier, Set.of());
        return new Mixer().mix(scored, request, tuning);
    }

    private static List<String> ids(List<Placed> items) {
        return items.stream().map(item -> item.content().contentId()).toList();
    }

    @Test
    void the_best_come_first_and_no_more_than_wanted() {
        given(1, content("c1").by("a1"))
                .given(3, content("c3").by("a3"))
                .given(2, content("c2").by("a2"));
        assertThat(ids(mixed(Surface.FOR_YOU, 2))).containsExactly("c3", "c2");
    }

    @Test
    void an_author_counts_less_with_each_item_and_the_factor_is_told() {
        given(1, content("c1").by("a1"))
                .given(.9, content("c2").by("a1"))
                .given(.6, content("c3").by("a2"));
        List<Placed> items = mixed(Surface.FOR_YOU, 3);
        assertThat(ids(items)).containsExactly("c1", "c3", "c2");
        assertThat(items.get(0).factors()).isEmpty();
        Placed last = items.get(2);
        assertThat(last.factors()).containsOnlyKeys("author-decay");
        assertThat(last.score()).isLessThan(.6).isCloseTo(.9 * last.factors().get("author-decay"), within(1e-12));
    }

    @Test
    void a_topic_counts_less_with_each_item_of_the_page_and_the_factor_is_told() {
        given(1, content("c1").by("a1").about("t-cats"))
                .given(.99, content("c2").by("a2").about("t-cats"))
                .given(.98, content("c3").by("a3").about("t-dogs"));
        List<Placed> items = mixed(Surface.FOR_YOU, 3);
        assertThat(ids(items)).containsExactly("c1", "c3", "c2");
        assertThat(items.get(2).factors()).containsOnlyKeys("topic-decay");
        assertThat(items.get(2).score()).isCloseTo(.99 * items.get(2).factors().get("topic-decay"), within(1e-12));
    }

    @Test
    void a_topic_that_a_content_names_again_and_again_counts_once() {
        for (int i = 0; i < 3; i++) {
            given(1 - i / 100.0, content("c" + i).by("a" + i).about("t-cats", "t-cats", "t-cats", "t-cats"));
        }
        List<Placed> items = mixed(Surface.FOR_YOU, 3);
        assertThat(ids(items)).containsExactly("c0", "c1", "c2");
        assertThat(items.get(1).factors().get("topic-decay"))
                .isEqualTo(Tuning.DEFAULT.of(Surface.FOR_YOU).topicDecay());
    }

    @Test
    void an_author_stands_at_most_twice_in_any_twenty_even_if_the_page_stays_short() {
        for (int i = 0; i < 9; i++) {
            given(9 - i, content("c" + i).by("a1"));
        }
        assertThat(mixed(Surface.FOR_YOU, 20)).hasSize(2);
    }

    @Test
    void earlier_pages_count_in_the_author_cap() {
        for (int i = 0; i < 19; i++) {
            earlier.add(new FeedRequest.Earlier("c-old" + i, i < 2 ? "a1" : "a" + i + 100, ContentKind.SHORT_VIDEO));
        }
        given(9, content("c1").by("a1"))
                .given(1, content("c2").by("a2"))
                .given(.5, content("c3").by("a3"));
        List<Placed> items = mixed(Surface.FOR_YOU, 3);
        assertThat(ids(items))
                .as("once the first of the earlier two is twenty back, the author may stand again")
                .containsExactly("c2", "c1", "c3");
        assertThat(items).extracting(Placed::position).containsExactly(19, 20, 21);
    }

    @Test
    void a_repost_counts_for_its_original_author() {
        given(3, content("c1").by("a1"))
                .given(2, content("c2").by("a2").repostOf("c0", "a1"))
                .given(1, content("c3").by("a3").repostOf("c0", "a1"));
        assertThat(ids(mixed(Surface.FOR_YOU, 20))).containsExactly("c1", "c2");
    }

    @Test
    void on_following_the_cap_yields_while_few_authors_have_anything_to_show() {
        for (int i = 0; i < 18; i++) {
            given(18 - i, content("c" + i).by("a" + i % 9));
        }
        given(100, content("c-a").by("a1")).given(99, content("c-b").by("a1"));
        List<Placed> items = mixed(Surface.FOLLOWING, 20);
        assertThat(items).hasSize(20);
        assertThat(items).allMatch(item -> item.factors().isEmpty());
    }

    @Test
    void on_following_the_cap_holds_once_ten_authors_have_something_to_show() {
        for (int i = 0; i < 10; i++) {
            given(10 - i, content("c" + i).by("a" + i));
        }
        given(100, content("c-a").by("a0")).given(99, content("c-b").by("a0"));
        assertThat(ids(mixed(Surface.FOLLOWING, 20))).hasSize(11).doesNotContain("c0");
    }

    @Test
    void posts_and_shop_items_keep_their_share_of_any_ten() {
        for (int i = 0; i < 40; i++) {
            given(100 + i, content("c-post" + i).by("a-post" + i).post());
            given(50 + i, content("c-item" + i).by("a-item" + i).shopItem(null));
            given(1 + i, content("c-video" + i).by("a-video" + i));
        }
        List<Placed> items = mixed(Surface.FOR_YOU, 50);
        for (int start = 0; start + 10 <= items.size(); start++) {
            List<ContentKind> ten = items.subList(start, start + 10).stream()
                    .map(item -> item.content().hydrated().content().getKind())
                    .toList();
            assertThat(ten).filteredOn(ContentKind.POST::equals).hasSizeLessThanOrEqualTo(2);
            assertThat(ten).filteredOn(ContentKind.SHOP_ITEM::equals).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(ids(items).subList(0, 3)).containsExactly("c-post39", "c-post38", "c-item39");
    }

    @Test
    void shares_yield_before_the_page_is_short() {
        for (int i = 0; i < 30; i++) {
            given(100 - i, content("c" + i).by("a" + i).post());
        }
        assertThat(mixed(Surface.FOR_YOU, 20)).hasSize(20);
    }

    @Test
    void other_surfaces_know_no_shares() {
        for (int i = 0; i < 20; i++) {
            given(100 - i, content("c" + i).by("a" + i).shopItem(null));
        }
        assertThat(mixed(Surface.SHOP, 20)).hasSize(20);
    }

    private MixerTest givenKnown(int count) {
        for (int i = 0; i < count; i++) {
            given(100 - i, content("c" + i).by("a" + i));
        }
        return this;
    }

    private static List<Integer> positions(String turn, List<Placed> items) {
        return items.stream()
                .filter(item -> turn.equals(item.turn()))
                .map(Placed::position)
                .toList();
    }

    @Test
    void a_tenth_of_the_positions_goes_to_what_is_new_and_a_twentieth_to_small_authors() {
        givenKnown(90);
        for (int i = 0; i < 20; i++) {
            given(.2 - i / 1_000.0, content("c-new" + i).by("a-new" + i), 49, 10_000);
            given(.1 - i / 1_000.0, content("c-small" + i).by("a-small" + i), 60, 499);
        }
        List<Placed> items = mixed(Surface.FOR_YOU, 100);
        assertThat(positions("new-content", items)).containsExactly(4, 14, 24, 34, 44, 54, 64, 74, 84, 94);
        assertThat(positions("small-author", items)).containsExactly(9, 29, 49, 69, 89);
        assertThat(ids(items)).contains("c-new0", "c-new9", "c-small0", "c-small4");
        assertThat(items.get(4).turn()).isEqualTo("new-content");
        assertThat(items.get(0).turn()).isNull();
    }

    @Test
    void what_was_given_on_earlier_pages_counts() {
        givenKnown(60);
        for (int i = 0; i < 20; i++) {
            given(.2, content("c-new" + i).by("a-new" + i), 0, 10_000);
        }
        for (int i = 0; i < 20; i++) {
            String turn = i == 4 || i == 14 ? "new-content" : null;
            earlier.add(new FeedRequest.Earlier(
                    "c-old" + i, "a-old" + i, ContentKind.SHORT_VIDEO, "c-old" + i, Fingerprint.NONE, turn));
        }
        assertThat(positions("new-content", mixed(Surface.FOR_YOU, 20))).containsExactly(24, 34);
    }

    @Test
    void what_could_not_be_given_is_caught_up_at_twice_the_rate() {
        givenKnown(60);
        for (int i = 0; i < 20; i++) {
            earlier.add(new FeedRequest.Earlier("c-old" + i, "a-old" + i, ContentKind.SHORT_VIDEO));
            given(.2, content("c-new" + i).by("a-new" + i), 0, 10_000);
        }
        assertThat(positions("new-content", mixed(Surface.FOR_YOU, 20))).containsExactly(20, 25, 30, 35);
    }

    @Test
    void what_is_old_or_had_its_sights_or_only_passes_on_anothers_is_not_new() {
        givenKnown(30);
        given(.1, content("c-seen").by("a-1"), 50, 10_000)
                .given(.1, content("c-old").by("a-2").ago(java.time.Duration.ofDays(7)), 0, 10_000)
                .given(.1, content("c-repost").by("a-3").repostOf("c-far", "a-4"), 0, 10_000)
                .given(.1, content("c-known").by("a-5"), 60, 500);
        List<Placed> items = mixed(Surface.FOR_YOU, 30);
        assertThat(items).allMatch(item -> item.turn() == null);
        assertThat(items).hasSize(30);
    }

    @Test
    void on_following_nobody_has_a_share_and_nothing_is_drawn() {
        givenKnown(30);
        given(.1, content("c-new").by("a-new"), 0, 0);
        List<Placed> items = mixed("f1", Surface.FOLLOWING, 20, Tuning.DEFAULT);
        assertThat(items).allMatch(item -> item.turn() == null && item.propensity() == null);
    }

    @Test
    void a_repost_of_what_the_feed_holds_never_comes_and_neither_does_its_original() {
        earlier.add(new FeedRequest.Earlier(
                "c-repost", "a1", ContentKind.SHORT_VIDEO, "c-original", Fingerprint.NONE, null));
        given(3, content("c-original").by("a1"))
                .given(2, content("c2").by("a2"))
                .given(1, content("c3").by("a3").repostOf("c2", "a2"));
        assertThat(ids(mixed(Surface.FOR_YOU, 20))).containsExactly("c2");
    }

    @Test
    void what_says_nearly_the_same_comes_only_rather_than_a_short_page() {
        String said = "Today I show you how my grandmother made her dumplings, step by step, with all her secrets";
        given(4, content("c1").by("a1").saying(said))
                .given(3, content("c2").by("a2").saying(said.toUpperCase(java.util.Locale.ROOT) + " !!!"))
                .given(2, content("c3").by("a3").saying("Something else"))
                .given(1, content("c4").by("a4").saying("Something else"));
        assertThat(ids(mixed(Surface.FOR_YOU, 3)))
                .as("what says little is not compared")
                .containsExactly("c1", "c3", "c4");
        assertThat(ids(mixed(Surface.FOR_YOU, 20))).containsExactly("c1", "c3", "c4", "c2");
        earlier.add(new FeedRequest.Earlier("c0", "a0", ContentKind.SHORT_VIDEO, "c0", Fingerprint.of(said), null));
        assertThat(ids(mixed(Surface.FOR_YOU, 2))).containsExactly("c3", "c4");
    }

    private static Tuning drawn(double temperature, int from) {
        return new Tuning(
                "t1",
                Map.of(
                        Surface.VIDEOS,
                        new SurfaceTuning(Weights.DEFAULT, 2, .6, .9, Map.of(), 0, 0, temperature, from)));
    }

    @Test
    void the_same_feed_draws_the_same_and_another_feed_others() {
        givenKnown(60);
        List<String> one = ids(mixed("f1", Surface.VIDEOS, 20, drawn(.1, 20)));
        assertThat(ids(mixed("f1", Surface.VIDEOS, 20, drawn(.1, 20)))).isEqualTo(one);
        assertThat(ids(mixed("f2", Surface.VIDEOS, 20, drawn(.1, 20)))).isNotEqualTo(one);
    }

    @Test
    void what_was_drawn_before_a_better_one_says_so() {
        givenKnown(30);
        for (int feed = 0; feed < 50; feed++) {
            List<String> left = new ArrayList<>(
                    scored.stream().map(ScoredContent::contentId).toList());
            for (Placed item : mixed("f" + feed, Surface.VIDEOS, 10, drawn(.1, 20))) {
                boolean best = left.get(0).equals(item.content().contentId());
                assertThat(item.turn()).isEqualTo(best ? null : "drawn");
                assertThat(item.propensity()).isGreaterThan(0).isLessThanOrEqualTo(1);
                assertThat(left.indexOf(item.content().contentId())).isLessThan(20);
                left.remove(item.content().contentId());
            }
        }
    }

    @Test
    void what_alone_is_left_is_drawn_for_certain() {
        given(1, content("c1").by("a1"));
        assertThat(mixed("f1", Surface.VIDEOS, 20, drawn(.1, 20)).get(0).propensity())
                .isEqualTo(1);
    }

    /** Weights each page's third item by one over the chance of all three draws that led there. */
    @Test
    void logged_propensities_undo_the_draw() {
        String[] authors = {"a1", "a1", "a2", "a3", "a4"};
        for (int i = 0; i < 5; i++) {
            given(1 - .06 * i, content("c" + i).by(authors[i]).about("t" + i % 2));
        }
        int feeds = 100_000;
        Map<String, Double> estimates = new java.util.TreeMap<>();
        Map<String, Integer> firsts = new java.util.TreeMap<>();
        Map<String, Double> chances = new java.util.TreeMap<>();
        for (int feed = 0; feed < feeds; feed++) {
            List<Placed> items = mixed("feed-" + feed, Surface.VIDEOS, 3, drawn(.2, 4));
            firsts.merge(items.get(0).content().contentId(), 1, Integer::sum);
            chances.put(items.get(0).content().contentId(), items.get(0).propensity());
            double chance = 1;
            StringBuilder way = new StringBuilder();
            for (Placed item : items) {
                chance *= item.propensity();
                way.append(item.content().contentId());
            }
            estimates.merge(way.toString(), 1 / chance / feeds, Double::sum);
        }
        assertThat(chances.values().stream().mapToDouble(Double::doubleValue).sum())
                .as("four can come first")
                .isCloseTo(1, within(1e-9));
        chances.forEach((id, chance) -> assertThat(firsts.get(id) / (double) feeds)
                .as("how often %s comes first", id)
                .isCloseTo(chance, within(5 * Math.sqrt(chance * (1 - chance) / feeds))));
        assertThat(estimates).as("four, then four, then three ways").hasSize(4 * 4 * 3);
        estimates.forEach((way, estimate) ->
                assertThat(estimate).as("one %s, estimated without bias", way).isCloseTo(1, within(.35)));
        assertThat(estimates.values().stream().mapToDouble(Double::doubleValue).sum())
                .as("ways there are, estimated from those that were taken")
                .isCloseTo(48, within(1.0));
    }

    @Test
    void nothing_scored_is_nothing_mixed() {
        assertThat(mixed(Surface.FOR_YOU, 20)).isEmpty();
    }
}
