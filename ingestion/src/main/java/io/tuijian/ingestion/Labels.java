package io.tuijian.ingestion;

import io.tuijian.schemas.Action;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of one example so far.
 *
 * @param counts how often each action counts
 * @param labelled whether anything beyond {@code SEEN} ever counted, even if taken back since
 * @param watchedMillis the longest watch
 * @param rows how many rows of this example were emitted
 * @param open whether the time of the first row has come
 * @param firstAt when the first row is due, 0 before the page has come; event time in epoch milliseconds
 * @param closeAt when the last row is final; before the page has come, when these labels are forgotten
 */
public record Labels(
        Map<Action, Integer> counts,
        boolean labelled,
        long watchedMillis,
        int rows,
        boolean open,
        long firstAt,
        long closeAt) {
    static final Labels NONE = new Labels(Map.of(), false, 0, 0, false, 0, 0);

    Labels after(Label label) {
        Map<Action, Integer> next = new EnumMap<>(Action.class);
        next.putAll(counts);
        next.merge(label.action(), label.weight(), Integer::sum);
        boolean watch = label.action() == Action.WATCH && label.weight() > 0;
        return new Labels(
                next,
                labelled || (label.weight() > 0 && label.action() != Action.SEEN),
                watch ? Math.max(watchedMillis, label.watchedMillis()) : watchedMillis,
                rows,
                open,
                firstAt,
                closeAt);
    }

    Labels due(long first, long close) {
        return new Labels(counts, labelled, watchedMillis, rows, open, first, close);
    }

    Labels opened() {
        return new Labels(counts, labelled, watchedMillis, rows, true, firstAt, closeAt);
    }

    Labels emitted() {
        return new Labels(counts, labelled, watchedMillis, rows + 1, open, firstAt, closeAt);
    }

    /** 1 for each action that counts at least once, by its name. */
    Map<String, Double> values() {
        Map<String, Double> values = new TreeMap<>();
        counts.forEach((action, count) -> {
            if (count > 0) {
                values.put(action.name(), 1.0);
            }
        });
        return values;
    }

    boolean saysTheSame(Labels other) {
        return watchedMillis == other.watchedMillis && values().equals(other.values());
    }
}
