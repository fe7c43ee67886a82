package io.tuijian.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.ActionCounts;
import io.tuijian.features.HalfLife;
import io.tuijian.features.UsualPrice;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares states with those of the replay: what has no bound to 1e-9; what has one exactly where the bound was not
 * reached, else the share that both have is added up.
 */
final class StateCheck {
    private static final double PRECISION = 1e-9;
    private final Map<String, Integer> opinions;
    private long compared;
    private long bounded;
    private double common;
    private double least = 1;

    /**
     * @param opinions how many entries at most each viewer's recent sequence ever got
     */
    StateCheck(Map<String, Integer> opinions) {
        this.opinions = opinions;
    }

    void same(ViewerState actual, ViewerState wanted) {
        String id = wanted.viewerId();
        assertThat(actual.events()).as(id).isEqualTo(wanted.events());
        assertThat(actual.updatedAtMillis()).as(id).isEqualTo(wanted.updatedAtMillis());
        assertThat(actual.firstAtMillis()).as(id).isEqualTo(wanted.firstAtMillis());
        prices(id, actual.usualPrices(), wanted.usualPrices());
        same(id, actual.counts(), wanted.counts());
        keyed(id + " by kind", actual.byKind(), wanted.byKind(), Integer.MAX_VALUE);
        keyed(id + " by topic", actual.byTopic(), wanted.byTopic(), 2 * ViewerState.TOP);
        keyed(id + " by author", actual.byAuthor(), wanted.byAuthor(), 2 * ViewerState.TOP);
        boolean reached = opinions.getOrDefault(id, 0) > 2 * ViewerState.RECENT;
        some(id + " recent", actual.recent(), wanted.recent(), reached);
        some(id + " seen", actual.seen(), wanted.seen(), wanted.seen().size() >= ViewerState.SEEN);
    }

    void same(String id, ActionCounts actual, ActionCounts wanted) {
        compared++;
        assertThat(actual.asOfMillis()).as(id).isEqualTo(wanted.asOfMillis());
        assertThat(actual.watchedMillis()).as(id).isEqualTo(wanted.watchedMillis());
        assertThat(actual.durationMillis()).as(id).isEqualTo(wanted.durationMillis());
        for (Action action : Action.values()) {
            for (HalfLife halfLife : HalfLife.values()) {
                double count = wanted.count(action, halfLife, wanted.asOfMillis());
                close(id, actual.count(action, halfLife, wanted.asOfMillis()), count);
            }
        }
    }

    private static void prices(String id, List<UsualPrice> actual, List<UsualPrice> wanted) {
        Map<String, UsualPrice> mine = actual.stream().collect(Collectors.toMap(UsualPrice::currency, it -> it));
        assertThat(mine).as(id).hasSameSizeAs(wanted);
        for (UsualPrice price : wanted) {
            UsualPrice got = mine.get(price.currency());
            assertThat(got.asOfMillis()).as(id).isEqualTo(price.asOfMillis());
            close(id + " prices", got.count(), price.count());
            close(id + " prices", got.sumOfLogs(), price.sumOfLogs());
            close(id + " prices", got.sumOfSquares(), price.sumOfSquares());
        }
    }

    private static void close(String id, double got, double wanted) {
        double precision = PRECISION * Math.max(1, Math.abs(wanted));
        if (Math.abs(got - wanted) > precision) {
            assertThat(got).as(id).isCloseTo(wanted, within(precision));
        }
    }

    private void keyed(String id, List<ViewerState.Keyed> actual, List<ViewerState.Keyed> wanted, int bound) {
        Map<String, ActionCounts> mine = byKey(actual);
        Map<String, ActionCounts> theirs = byKey(wanted);
        if (wanted.size() < bound) {
            assertThat(mine.keySet()).as(id).isEqualTo(theirs.keySet());
            theirs.forEach((key, counts) -> same(id + " " + key, mine.get(key), counts));
        } else {
            overlap(mine.keySet(), theirs.keySet());
        }
    }

    private static Map<String, ActionCounts> byKey(List<ViewerState.Keyed> keyed) {
        return keyed.stream().collect(Collectors.toMap(ViewerState.Keyed::key, ViewerState.Keyed::counts));
    }

    private <T> void some(String id, List<T> actual, List<T> wanted, boolean reached) {
        if (reached) {
            overlap(new HashSet<>(actual), new HashSet<>(wanted));
        } else {
            assertThat(new HashSet<>(actual)).as(id).isEqualTo(new HashSet<>(wanted));
            assertThat(actual).as(id).hasSameSizeAs(wanted);
        }
    }

    private void overlap(Set<?> actual, Collection<?> wanted) {
        long both = wanted.stream().filter(actual::contains).count();
        double share = wanted.isEmpty() ? 1 : both / (double) wanted.size();
        bounded++;
        common += share;
        least = Math.min(least, share);
    }

    String summary() {
        return String.format(
                java.util.Locale.ROOT,
                "%,d counts equal to %.0e; %,d bounded parts had reached their bound: %.2f %% the same, at least %.1f %%",
                compared,
                PRECISION,
                bounded,
                100 * (bounded == 0 ? 1 : common / bounded),
                100 * least);
    }
}
