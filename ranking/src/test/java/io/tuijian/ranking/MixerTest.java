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

    /** A candidate found by the source {@code trending}, seen a hundred times. */
    private MixerTest given(double score, Story.Told told) {
        return given(score, told, 100, "trending");
    }

    private MixerTest given(double score, Story.Told told, int seen, String... sources) {
        Content content = told.told();
        ContentState state = new ContentState(
                content.getId(), ActionCounts.of(Action.SEEN, NOON.toEpochMilli(), seen, 0, 0), seen, 0);
        FeatureInput input = new FeatureInput(
                ViewerState.empty(ALICE),
                new Relations(),
                content,
                state,
                AuthorState.empty(content.getAuthorId()),
                context(Surface.FOR_YOU, NOON));
        scored.add(new ScoredContent(
                new Hydrated(new Candidate(content.getId(), List.of(sources)), input),
                new Prediction(FeatureSet.ALL.of(input), Map.of()),
                score,
                Map.of()));
        scored.sort(Scorer.BEST_FIRST);
        return this;
    }

    private List<Placed> mixed(Surface surface, int limit) {
        return mixed(surface, limit, true);
    }

    private List<Placed> mixed(Surface surface, int limit, boolean sharesYield) {
        FeedRequest request = new FeedRequest("f1", ALICE, limit, context(surface, NOON), earlier, Set.of());
        return new Mixer().mix(scored, request, sharesYield);
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
    void shares_yield_before_the_page_is_short_but_not_while_more_can_be_found() {
        for (int i = 0; i < 30; i++) {
            given(100 - i, content("c" + i).by("a" + i).post());
        }
        assertThat(mixed(Surface.FOR_YOU, 20, true)).hasSize(20);
        assertThat(mixed(Surface.FOR_YOU, 20, false)).hasSize(2);
    }

    @Test
    void other_surfaces_know_no_shares() {
        for (int i = 0; i < 20; i++) {
            given(100 - i, content("c" + i).by("a" + i).shopItem(null));
        }
        assertThat(mixed(Surface.SHOP, 20, false)).hasSize(20);
    }

    @Test
    void the_seventh_of_every_ten_is_kept_for_what_is_new() {
        for (int i = 0; i < 30; i++) {
            given(100 - i, content("c" + i).by("a" + i));
        }
        given(.002, content("c-new1").by("a-new1"), 3, "fresh")
                .given(.001, content("c-new2").by("a-new2"), 0, "fresh");
        List<Placed> items = mixed(Surface.FOR_YOU, 20);
        assertThat(ids(items).get(6)).isEqualTo("c-new1");
        assertThat(ids(items).get(16)).isEqualTo("c-new2");
        assertThat(items.get(6).turn()).isEqualTo("new-content");
    }

    @Test
    void what_was_seen_by_many_is_not_new_and_only_for_you_keeps_a_place() {
        for (int i = 0; i < 30; i++) {
            given(100 - i, content("c" + i).by("a" + i));
        }
        given(.001, content("c-known").by("a-known"), 50, "fresh");
        assertThat(ids(mixed(Surface.FOR_YOU, 20))).doesNotContain("c-known");
        given(.001, content("c-new").by("a-new"), 0, "fresh");
        assertThat(ids(mixed(Surface.VIDEOS, 20))).doesNotContain("c-new");
    }

    @Test
    void nothing_scored_is_nothing_mixed() {
        assertThat(mixed(Surface.FOR_YOU, 20)).isEmpty();
    }
}
