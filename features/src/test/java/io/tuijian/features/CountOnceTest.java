package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountOnceTest {
    private final CountOnce.Ledger ledger = CountOnce.inMemory();
    private final List<CountOnce.Counted> all = new ArrayList<>();

    private static Engagement.Builder did(String id, Action action) {
        return Story.engagement(id, ALICE, action, "c1").setFeedId("f1");
    }

    private static Engagement.Builder undo(String id, String original, Action action) {
        return did(id, action).setUndoes(original).setAt(NOON.plusSeconds(60));
    }

    private List<CountOnce.Counted> take(Engagement.Builder engagement) {
        List<CountOnce.Counted> counted = CountOnce.counted(ledger, engagement.build());
        all.addAll(counted);
        return counted;
    }

    /** What is counted by now, without what sums up to nothing. */
    private Map<Action, Integer> sums() {
        Map<Action, Integer> sums = new EnumMap<>(Action.class);
        all.forEach(counted -> sums.merge(counted.action(), counted.weight(), Integer::sum));
        sums.values().removeIf(sum -> sum == 0);
        return sums;
    }

    @Test
    void the_same_id_counts_once() {
        take(did("e1", Action.COMMENT));
        take(did("e1", Action.COMMENT));
        take(did("e1", Action.SHARE).setContentId("c2"));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1, Action.COMMENT, 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"LIKE", "FOLLOW", "FAVORITE"})
    void a_like_follow_or_favorite_counts_once_per_content(Action action) {
        take(did("e1", action));
        take(did("e2", action));
        take(did("e3", action).setFeedId("f2"));
        assertThat(sums()).containsEntry(action, 1);
        take(did("e4", action).setContentId("c2"));
        assertThat(sums()).containsEntry(action, 2);
    }

    @Test
    void a_like_counts_again_once_it_was_undone() {
        take(did("e1", Action.LIKE));
        take(undo("u1", "e1", Action.LIKE));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1));
        take(did("e2", Action.LIKE));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1, Action.LIKE, 1));
    }

    @Test
    void an_undo_bears_the_time_of_its_original_so_that_decayed_counts_cancel() {
        take(did("e1", Action.LIKE));
        assertThat(take(undo("u1", "e1", Action.LIKE)))
                .singleElement()
                .isEqualTo(new CountOnce.Counted("e1", ALICE, "c1", Action.LIKE, -1, NOON.toEpochMilli(), 0));
    }

    @Test
    void an_undo_counts_once_however_often_it_comes() {
        take(did("e1", Action.LIKE));
        take(undo("u1", "e1", Action.LIKE));
        take(undo("u1", "e1", Action.LIKE));
        take(undo("u2", "e1", Action.LIKE));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1));
    }

    @Test
    void an_undo_that_overtakes_its_original_takes_it_back_and_leaves_the_sight() {
        take(undo("u1", "e1", Action.LIKE));
        take(did("e1", Action.LIKE));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1));
        take(did("e2", Action.LIKE));
        assertThat(sums()).containsEntry(Action.LIKE, 1);
    }

    @Test
    void an_undo_that_names_another_content_takes_nothing_back_early_or_late() {
        take(undo("u1", "e1", Action.LIKE).setContentId("c2"));
        take(did("e1", Action.LIKE));
        take(undo("u2", "e1", Action.LIKE).setContentId("c2"));
        assertThat(sums()).containsEntry(Action.LIKE, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEEN", "OPEN", "WATCH"})
    void what_happened_without_an_opinion_cannot_be_taken_back_early_or_late(Action action) {
        take(undo("u1", "e1", action));
        take(did("e1", action));
        take(undo("u2", "e1", action));
        assertThat(sums()).containsEntry(action, 1);
    }

    @Test
    void a_follow_that_came_from_no_content_implies_no_sight() {
        take(did("e1", Action.FOLLOW).setContentId("a-bob").setFeedId(null));
        assertThat(sums()).isEqualTo(Map.of(Action.FOLLOW, 1));
    }

    @Test
    void any_positive_action_implies_one_sight_per_impression() {
        take(did("e1", Action.WATCH).setWatchedMillis(4_000L));
        take(did("e2", Action.LIKE));
        take(did("e3", Action.SEEN));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1, Action.WATCH, 1, Action.LIKE, 1));
        take(did("e4", Action.COMMENT).setFeedId("f2"));
        assertThat(sums()).containsEntry(Action.SEEN, 2);
    }

    @Test
    void the_implied_sight_has_an_id_of_its_own_and_no_watch_time() {
        assertThat(take(did("e1", Action.WATCH).setWatchedMillis(4_000L)))
                .extracting(CountOnce.Counted::id, CountOnce.Counted::watchedMillis)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("e1#SEEN", 0L),
                        org.assertj.core.groups.Tuple.tuple("e1", 4_000L));
    }

    @ParameterizedTest
    @EnumSource(names = {"HIDE", "REPORT"})
    void a_negative_action_implies_no_sight(Action action) {
        take(did("e1", action));
        assertThat(sums()).isEqualTo(Map.of(action, 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"SEEN", "LONG_VIEW", "FINISH"})
    void a_sight_long_view_or_finish_counts_once_per_impression(Action action) {
        take(did("e1", action));
        take(did("e2", action));
        take(did("e3", action).setFeedId("f2"));
        assertThat(sums()).containsEntry(action, 2);
    }

    @Test
    void engagements_without_a_feed_share_one_impression() {
        take(did("e1", Action.SEEN).setFeedId(null));
        take(did("e2", Action.SEEN).setFeedId(null));
        assertThat(sums()).isEqualTo(Map.of(Action.SEEN, 1));
    }

    @Test
    void every_purchase_counts() {
        take(did("e1", Action.PURCHASE));
        take(did("e2", Action.PURCHASE));
        assertThat(sums()).containsEntry(Action.PURCHASE, 2);
    }
}
