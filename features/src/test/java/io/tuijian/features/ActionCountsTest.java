package io.tuijian.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ActionCountsTest {
    private static final double ROUNDING = 1e-9;
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long NOON = Story.NOON.toEpochMilli();
    private static final List<Action> ACTIONS = List.of(Action.SEEN, Action.WATCH, Action.LIKE, Action.HIDE);

    private record Event(Action action, long at, int weight, long watched, long duration) {
        ActionCounts counts() {
            return ActionCounts.of(action, at, weight, watched, duration);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void adding_is_commutative(long seed) {
        List<Event> events = events(seed);
        ActionCounts some = sum(events.subList(0, events.size() / 3));
        ActionCounts others = sum(events.subList(events.size() / 3, events.size()));
        assertSame(some.plus(others), others.plus(some));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void adding_is_associative(long seed) {
        List<Event> events = events(seed);
        int third = events.size() / 3;
        ActionCounts a = sum(events.subList(0, third));
        ActionCounts b = sum(events.subList(third, 2 * third));
        ActionCounts c = sum(events.subList(2 * third, events.size()));
        assertSame(a.plus(b).plus(c), a.plus(b.plus(c)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void in_any_order_the_counts_are_what_the_definition_says(long seed) {
        List<Event> events = events(seed);
        Random random = new Random(~seed);
        List<Event> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, random);
        long now = NOON + (long) (random.nextDouble() * 90 * DAY);
        ActionCounts counts = sum(shuffled);
        for (Action action : ACTIONS) {
            assertThat(counts.always(action))
                    .as("%s always", action)
                    .isCloseTo(naive(events, action, HalfLife.ALWAYS, now), within(ROUNDING));
            for (HalfLife halfLife : HalfLife.values()) {
                assertThat(counts.count(action, halfLife, now))
                        .as("%s with half-life %s", action, halfLife)
                        .isCloseTo(naive(events, action, halfLife, now), within(ROUNDING));
            }
        }
        assertThat(counts.watchedMillis())
                .isEqualTo(
                        events.stream().mapToDouble(e -> e.weight * e.watched).sum());
        assertThat(counts.durationMillis())
                .isEqualTo(
                        events.stream().mapToDouble(e -> e.weight * e.duration).sum());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void what_was_added_can_be_taken_away(long seed) {
        List<Event> events = events(seed);
        ActionCounts part = sum(events.subList(0, events.size() / 3));
        ActionCounts rest = sum(events.subList(events.size() / 3, events.size()));
        ActionCounts left = rest.plus(part).minus(part);
        for (Action action : ACTIONS) {
            for (HalfLife halfLife : HalfLife.values()) {
                assertThat(left.count(action, halfLife, NOON + DAY))
                        .as("%s with half-life %s", action, halfLife)
                        .isCloseTo(rest.count(action, halfLife, NOON + DAY), within(ROUNDING));
            }
        }
        assertThat(left.watchedMillis()).isEqualTo(rest.watchedMillis());
        assertThat(left.durationMillis()).isEqualTo(rest.durationMillis());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void an_undo_cancels_its_original_whatever_happened_between(long seed) {
        List<Event> events = events(seed);
        Event like = new Event(Action.LIKE, NOON - 3 * DAY, 1, 0, 0);
        Event unlike = new Event(Action.LIKE, like.at, -1, 0, 0);
        ActionCounts without = sum(events);
        ActionCounts with = like.counts().plus(without).plus(unlike.counts());
        assertSame(without.plus(new Event(Action.LIKE, like.at, 0, 0, 0).counts()), with);
    }

    @Test
    void a_late_event_counts_for_what_its_age_leaves_of_it() {
        ActionCounts counts = ActionCounts.of(Action.LIKE, NOON, 1, 0, 0)
                .plus(ActionCounts.of(Action.LIKE, NOON - HOUR, 1, 0, 0))
                .plus(ActionCounts.of(Action.SEEN, NOON - 2 * HOUR, 1, 0, 0));
        assertThat(counts.count(Action.LIKE, HalfLife.HOUR, NOON)).isCloseTo(1.5, within(ROUNDING));
        assertThat(counts.count(Action.SEEN, HalfLife.HOUR, NOON)).isCloseTo(.25, within(ROUNDING));
        assertThat(counts.always(Action.LIKE)).isEqualTo(2);
        assertThat(counts.asOfMillis()).isEqualTo(NOON);
    }

    @Test
    void a_count_halves_with_each_half_life() {
        ActionCounts counts = ActionCounts.of(Action.LIKE, NOON, 8, 0, 0);
        assertThat(counts.count(Action.LIKE, HalfLife.HOUR, NOON + 2 * HOUR)).isCloseTo(2, within(ROUNDING));
        assertThat(counts.count(Action.LIKE, HalfLife.DAY, NOON + 3 * DAY)).isCloseTo(1, within(ROUNDING));
        assertThat(counts.count(Action.LIKE, HalfLife.WEEK, NOON + 7 * DAY)).isCloseTo(4, within(ROUNDING));
        assertThat(counts.count(Action.LIKE, HalfLife.MONTH, NOON + 30 * DAY)).isCloseTo(4, within(ROUNDING));
        assertThat(counts.count(Action.LIKE, HalfLife.ALWAYS, NOON + 1000 * DAY))
                .isEqualTo(8);
    }

    @Test
    void asked_for_a_moment_before_the_newest_event_it_answers_as_of_that_event() {
        ActionCounts counts = ActionCounts.of(Action.LIKE, NOON, 1, 0, 0);
        assertThat(counts.count(Action.LIKE, HalfLife.HOUR, NOON - DAY)).isEqualTo(1);
    }

    @Test
    void nothing_added_changes_nothing() {
        ActionCounts counts = ActionCounts.of(Action.LIKE, NOON, 1, 0, 0);
        assertThat(ActionCounts.NONE.plus(counts)).isEqualTo(counts);
        assertThat(counts.plus(ActionCounts.NONE)).isEqualTo(counts);
        assertThat(ActionCounts.NONE.plus(ActionCounts.NONE).isEmpty()).isTrue();
        assertThat(ActionCounts.NONE.always(Action.LIKE)).isZero();
        assertThat(ActionCounts.NONE.count(Action.LIKE, HalfLife.HOUR, NOON)).isZero();
    }

    /** Some events within 60 days before noon, many of them late, some in the same millisecond, some taken back. */
    private static List<Event> events(long seed) {
        Random random = new Random(seed);
        List<Event> events = new ArrayList<>();
        for (int i = random.nextInt(60) + 1; i > 0; i--) {
            long at = random.nextInt(10) == 0 ? NOON : NOON - (long) (random.nextDouble() * 60 * DAY);
            Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
            int weight = random.nextInt(8) == 0 ? -1 : 1;
            boolean watch = action == Action.WATCH;
            events.add(new Event(action, at, weight, watch ? random.nextInt(60_000) : 0, watch ? 30_000 : 0));
        }
        return events;
    }

    private static ActionCounts sum(List<Event> events) {
        return events.stream().map(Event::counts).reduce(ActionCounts.NONE, ActionCounts::plus);
    }

    /** The definition: every event halves once per half-life since. */
    private static double naive(List<Event> events, Action action, HalfLife halfLife, long now) {
        double sum = 0;
        for (Event event : events) {
            if (event.action == action) {
                sum += event.weight * Math.pow(.5, (now - event.at) / lifetime(halfLife));
            }
        }
        return sum;
    }

    private static double lifetime(HalfLife halfLife) {
        return switch (halfLife) {
            case ALWAYS -> Double.POSITIVE_INFINITY;
            case HOUR -> HOUR;
            case DAY -> DAY;
            case WEEK -> 7 * DAY;
            case MONTH -> 30 * DAY;
        };
    }

    private static void assertSame(ActionCounts one, ActionCounts other) {
        assertThat(one.asOfMillis()).isEqualTo(other.asOfMillis());
        assertThat(one.watchedMillis()).isEqualTo(other.watchedMillis());
        assertThat(one.durationMillis()).isEqualTo(other.durationMillis());
        for (Action action : Action.values()) {
            for (HalfLife halfLife : HalfLife.values()) {
                for (long now : new long[] {NOON - 30 * DAY, NOON, NOON + DAY}) {
                    assertThat(one.count(action, halfLife, now))
                            .as("%s with half-life %s", action, halfLife)
                            .isCloseTo(other.count(action, halfLife, now), within(ROUNDING));
                }
            }
        }
    }
}
