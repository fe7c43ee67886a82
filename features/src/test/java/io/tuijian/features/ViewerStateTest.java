package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.outcome;
import static io.tuijian.features.Story.undone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ViewerStateTest {
    private static final List<Action> ACTIONS =
            List.of(Action.SEEN, Action.WATCH, Action.LONG_VIEW, Action.LIKE, Action.HIDE);

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void within_the_bounds_the_order_of_events_does_not_matter(long seed) {
        List<Outcome> log = log(seed, 150, 40, 20);
        List<Outcome> shuffled = new ArrayList<>(log);
        Collections.shuffle(shuffled, new Random(~seed));
        ViewerState one = folded(log);
        ViewerState other = folded(shuffled);
        assertSame(one.counts(), other.counts());
        assertSame(one.byKind(), other.byKind());
        assertSame(one.byTopic(), other.byTopic());
        assertSame(one.byAuthor(), other.byAuthor());
        assertThat(one.recent()).isEqualTo(other.recent());
        assertThat(one.seen()).isEqualTo(other.seen());
        assertThat(one.events()).isEqualTo(other.events());
        assertThat(one.updatedAtMillis()).isEqualTo(other.updatedAtMillis());
        assertThat(one.firstAtMillis()).isEqualTo(other.firstAtMillis());
        UsualPrice price = one.usualPrices().get(0);
        UsualPrice otherPrice = other.usualPrices().get(0);
        assertThat(price.count()).isCloseTo(otherPrice.count(), within(1e-9));
        assertThat(price.sumOfLogs()).isCloseTo(otherPrice.sumOfLogs(), within(1e-9));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_first_event_is_the_oldest_and_the_bounded_lists_are_what_sorting_says(long seed) {
        List<Outcome> log = log(seed, 600, 1500, 400);
        ViewerState state = folded(log);
        assertThat(state.firstAtMillis())
                .isEqualTo(log.stream().mapToLong(Outcome::atMillis).min().orElseThrow());
        Map<String, Long> lastSeen = new HashMap<>();
        log.stream()
                .filter(it -> it.action() == Action.SEEN)
                .forEach(it -> lastSeen.merge(it.contentId(), it.atMillis(), Math::max));
        assertThat(state.seen())
                .isEqualTo(lastSeen.entrySet().stream()
                        .map(it -> new ViewerState.Seen(it.getKey(), it.getValue()))
                        .sorted(Comparator.comparingLong(ViewerState.Seen::atMillis)
                                .thenComparing(ViewerState.Seen::contentId)
                                .reversed())
                        .limit(ViewerState.SEEN)
                        .toList());
        assertThat(state.byTopic())
                .extracting(ViewerState.Keyed::key)
                .containsExactlyInAnyOrderElementsOf(topicsKept(log));
    }

    /** The definition: beyond the bound the better liked half stays, and of the rest who was met longest ago goes. */
    private static Set<String> topicsKept(List<Outcome> log) {
        Map<String, ActionCounts> kept = new HashMap<>();
        Comparator<Map.Entry<String, ActionCounts>> metLongestAgo = Comparator.comparing(
                        (Map.Entry<String, ActionCounts> it) -> it.getValue().asOfMillis())
                .thenComparing(Map.Entry::getKey);
        Comparator<Map.Entry<String, ActionCounts>> likedLeast = Comparator.comparing(
                        (Map.Entry<String, ActionCounts> it) -> it.getValue().always(Action.LONG_VIEW)
                                + it.getValue().always(Action.LIKE))
                .thenComparing(metLongestAgo);
        for (Outcome outcome : log) {
            for (String topic : outcome.topics()) {
                kept.merge(topic, outcome.counted(), ActionCounts::plus);
                if (kept.size() > 2 * ViewerState.TOP) {
                    kept.remove(kept.entrySet().stream()
                            .sorted(likedLeast.reversed())
                            .skip(ViewerState.TOP)
                            .min(metLongestAgo)
                            .orElseThrow()
                            .getKey());
                }
            }
        }
        return kept.keySet();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void beyond_the_bounds_what_is_unbounded_and_what_is_newest_still_does_not_depend_on_the_order(long seed) {
        List<Outcome> log = log(seed, 600, 1500, 400);
        List<Outcome> shuffled = new ArrayList<>(log);
        Collections.shuffle(shuffled, new Random(~seed));
        ViewerState one = folded(log);
        ViewerState other = folded(shuffled);
        assertSame(one.counts(), other.counts());
        assertSame(one.byKind(), other.byKind());
        assertThat(one.recent()).isEqualTo(other.recent());
        assertThat(one.byTopic()).hasSizeLessThanOrEqualTo(2 * ViewerState.TOP);
        assertThat(one.byAuthor()).hasSizeLessThanOrEqualTo(2 * ViewerState.TOP);
        assertThat(one.recent()).hasSizeLessThanOrEqualTo(2 * ViewerState.RECENT + ViewerState.NEGATIVE);
        assertThat(one.latest()).hasSizeLessThanOrEqualTo(ViewerState.RECENT);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_newest_hides_stay_however_much_was_liked_since_and_in_whatever_order_it_came(long seed) {
        Random random = new Random(seed);
        List<Outcome> log = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Action action = random.nextInt(i < 300 ? 3 : 12) == 0 ? Action.HIDE : Action.LIKE;
            Content one = content("c" + i).by("a" + i).told();
            log.add(outcome("e" + i, ALICE, action, one, NOON.plusSeconds(random.nextInt(5_000))));
        }
        ViewerState state = folded(log);
        List<Outcome> newestFirst = new ArrayList<>(log);
        newestFirst.sort(Comparator.comparingLong(Outcome::atMillis)
                .thenComparing(Outcome::id)
                .reversed());
        List<String> wanted = new ArrayList<>();
        int hides = 0;
        for (int i = 0; i < newestFirst.size(); i++) {
            boolean hide = newestFirst.get(i).action() == Action.HIDE;
            if (i < 2 * ViewerState.RECENT || hide && hides < ViewerState.NEGATIVE) {
                wanted.add(newestFirst.get(i).id());
            }
            hides += hide ? 1 : 0;
        }
        assertThat(state.recent()).extracting(ViewerState.Recent::id).isEqualTo(wanted);
        Collections.shuffle(log, random);
        assertThat(folded(log).recent()).isEqualTo(state.recent());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void recent_is_newest_first_and_holds_opinions_only(long seed) {
        List<ViewerState.Recent> recent = folded(log(seed, 600, 300, 20)).recent();
        assertThat(recent)
                .isSortedAccordingTo(Comparator.comparingLong(ViewerState.Recent::atMillis)
                        .thenComparing(ViewerState.Recent::id)
                        .reversed())
                .allMatch(entry -> Actions.TELLING.contains(entry.action()))
                .extracting(ViewerState.Recent::id)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_state_that_changes_in_place_is_the_same_and_what_it_handed_out_stays_as_it_was(long seed) {
        List<Outcome> log = log(seed, 600, 1500, 400);
        log.add(undone(log.get(7)));
        Random random = new Random(seed);
        GrowingViewerState growing = new GrowingViewerState(ViewerState.empty(ALICE));
        ViewerState oneByOne = ViewerState.empty(ALICE);
        Map<ViewerState, ViewerState> handedOut = new IdentityHashMap<>();
        for (Outcome outcome : log) {
            growing.add(outcome);
            oneByOne = oneByOne.after(outcome);
            if (random.nextInt(10) == 0) {
                handedOut.put(growing.state(), oneByOne);
            }
            if (random.nextInt(50) == 0) {
                growing = new GrowingViewerState(growing.glimpse());
            }
        }
        assertThat(growing.glimpse()).isEqualTo(oneByOne);
        handedOut.forEach((then, expected) -> assertThat(then).isEqualTo(expected));
    }

    @Test
    void what_is_taken_back_leaves_the_recent_sequence_and_the_counts() {
        Content cat = content("c1").about("t-cats").told();
        Outcome like = outcome("e1", ALICE, Action.LIKE, cat, NOON);
        Outcome share = outcome("e2", ALICE, Action.SHARE, cat, NOON.plusSeconds(1));
        ViewerState state = folded(List.of(like, share, undone(like)));
        assertThat(state.recent()).extracting(ViewerState.Recent::id).containsExactly("e2");
        assertThat(state.counts().always(Action.LIKE)).isZero();
        assertThat(ViewerState.in(state.byTopic(), "t-cats").always(Action.LIKE))
                .isZero();
        assertThat(state.events()).as("events only grow").isEqualTo(3);
    }

    @Test
    void a_content_stands_among_the_seen_once_with_the_time_of_the_last_sight() {
        Content cat = content("c1").told();
        Content dog = content("c2").told();
        ViewerState state = folded(List.of(
                outcome("e1", ALICE, Action.SEEN, cat, NOON.plusSeconds(9)),
                outcome("e2", ALICE, Action.SEEN, dog, NOON.plusSeconds(5)),
                outcome("e3", ALICE, Action.SEEN, cat, NOON.plusSeconds(1)),
                outcome("e4", ALICE, Action.LIKE, dog, NOON.plusSeconds(20))));
        assertThat(state.seen())
                .containsExactly(
                        new ViewerState.Seen("c1", NOON.plusSeconds(9).toEpochMilli()),
                        new ViewerState.Seen("c2", NOON.plusSeconds(5).toEpochMilli()));
    }

    @Test
    void the_last_thousand_seen_are_kept() {
        ViewerState state = ViewerState.empty(ALICE);
        for (int i = 0; i < ViewerState.SEEN + 50; i++) {
            Content content = content("c" + i).told();
            state = state.after(outcome("e" + i, ALICE, Action.SEEN, content, NOON.plusSeconds(i)));
        }
        assertThat(state.seen()).hasSize(ViewerState.SEEN);
        assertThat(state.seen().get(0).contentId()).isEqualTo("c1049");
        assertThat(state.seen()).extracting(ViewerState.Seen::contentId).doesNotContain("c49");
    }

    @Test
    void a_liked_topic_outlives_a_hundred_topics_that_were_only_seen() {
        ViewerState state = ViewerState.empty(ALICE)
                .after(outcome(
                        "e", ALICE, Action.LIKE, content("c").about("t-cats").told(), NOON));
        for (int i = 0; i < 100; i++) {
            Content content = content("c" + i).about("t" + i).told();
            state = state.after(outcome("e" + i, ALICE, Action.SEEN, content, NOON.plusSeconds(i)));
        }
        assertThat(state.byTopic()).hasSize(2 * ViewerState.TOP);
        assertThat(ViewerState.in(state.byTopic(), "t-cats").always(Action.LIKE))
                .isEqualTo(1);
    }

    @Test
    void a_new_interest_finds_room_among_old_ones() {
        ViewerState state = ViewerState.empty(ALICE);
        for (int i = 0; i < 100; i++) {
            Content content = content("c" + i).about("t" + i).told();
            for (int times = 0; times < 5; times++) {
                state = state.after(outcome("e" + i + "." + times, ALICE, Action.LIKE, content, NOON.plusSeconds(i)));
            }
        }
        Content chess = content("c-chess").about("t-chess").told();
        state = state.after(outcome("e-chess", ALICE, Action.LIKE, chess, NOON.plus(Duration.ofHours(1))));
        Content go = content("c-go").about("t-go").told();
        state = state.after(outcome("e-go", ALICE, Action.SEEN, go, NOON.plus(Duration.ofHours(2))));
        assertThat(ViewerState.in(state.byTopic(), "t-chess").always(Action.LIKE))
                .isEqualTo(1);
        assertThat(ViewerState.in(state.byTopic(), "t-go").always(Action.SEEN)).isEqualTo(1);
    }

    @Test
    void only_a_watch_adds_watch_time_so_that_it_is_added_once() {
        Content cat = content("c1").lasting(Duration.ofSeconds(20)).told();
        ViewerState state = ViewerState.empty(ALICE);
        for (Action action : List.of(Action.WATCH, Action.LONG_VIEW, Action.FINISH)) {
            state = state.after(
                    new CountOnce.Counted("e" + action, ALICE, "c1", action, 1, 0, 20_000).of(Facts.of(cat)));
        }
        assertThat(state.counts().watchedMillis()).isEqualTo(20_000);
        assertThat(state.counts().durationMillis()).isEqualTo(20_000);
    }

    /** Engagements of Alice within a day, each with an id of its own. */
    static List<Outcome> log(long seed, int size, int contents, int topics) {
        Random random = new Random(seed);
        List<Outcome> log = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int which = random.nextInt(contents);
            Story.Told told =
                    content("c" + which).by("a" + which % topics).about("t" + which % topics, "u" + which % 7);
            Content content = which % 3 == 0
                    ? told.shopItem(null).costing(100L * (1 + which)).told()
                    : told.told();
            Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
            log.add(outcome("e" + i, ALICE, action, content, NOON.minusSeconds(random.nextInt(86_400))));
        }
        return log;
    }

    static ViewerState folded(List<Outcome> log) {
        ViewerState state = ViewerState.empty(ALICE);
        for (Outcome outcome : log) {
            state = state.after(outcome);
        }
        return state;
    }

    private static void assertSame(List<ViewerState.Keyed> some, List<ViewerState.Keyed> others) {
        assertThat(some)
                .extracting(ViewerState.Keyed::key)
                .containsExactlyInAnyOrderElementsOf(
                        others.stream().map(ViewerState.Keyed::key).toList());
        some.forEach(entry -> assertSame(entry.counts(), ViewerState.in(others, entry.key())));
    }

    private static void assertSame(ActionCounts one, ActionCounts other) {
        long now = NOON.toEpochMilli();
        for (Action action : ACTIONS) {
            for (HalfLife halfLife : HalfLife.values()) {
                assertThat(one.count(action, halfLife, now))
                        .isCloseTo(other.count(action, halfLife, now), within(1e-9));
            }
        }
    }
}
