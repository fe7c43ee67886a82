package io.tuijian.features;

import io.tuijian.schemas.Action;
import java.util.Arrays;

/**
 * Counts per action with every {@link HalfLife}: exponentially decayed sums after Cormode et al., "Forward decay"
 * (ICDE 2009), all as of the newest event. Immutable and sparse; adding is commutative and associative up to
 * rounding, so the order of events does not matter and partial counts merge.
 */
public final class ActionCounts {
    private static final HalfLife[] HALF_LIVES = HalfLife.values();
    private static final int WIDTH = HALF_LIVES.length;

    public static final ActionCounts NONE = new ActionCounts(Long.MIN_VALUE, new Action[0], new double[0], 0, 0);

    private final long asOfMillis;
    private final Action[] actions;
    private final double[] sums;
    private final double watchedMillis;
    private final double durationMillis;

    private ActionCounts(
            long asOfMillis, Action[] actions, double[] sums, double watchedMillis, double durationMillis) {
        this.asOfMillis = asOfMillis;
        this.actions = actions;
        this.sums = sums;
        this.watchedMillis = watchedMillis;
        this.durationMillis = durationMillis;
    }

    /** One event: {@code weight} is 1, or −1 for an event taken back. */
    public static ActionCounts of(Action action, long atMillis, double weight, long watched, long duration) {
        double[] sums = new double[WIDTH];
        Arrays.fill(sums, weight);
        return new ActionCounts(atMillis, new Action[] {action}, sums, weight * watched, weight * duration);
    }

    /** Both together, as of the newer of the two. */
    public ActionCounts plus(ActionCounts other) {
        if (actions.length == 0) {
            return other;
        }
        if (other.actions.length == 0) {
            return this;
        }
        long asOf = Math.max(asOfMillis, other.asOfMillis);
        double[] mine = left(asOf);
        double[] theirs = other.left(asOf);
        Action[] union = union(actions, other.actions);
        double[] total = new double[union.length * WIDTH];
        for (int i = 0, a = 0, b = 0; i < union.length; i++) {
            boolean inMine = a < actions.length && actions[a] == union[i];
            boolean inTheirs = b < other.actions.length && other.actions[b] == union[i];
            for (int h = 0; h < WIDTH; h++) {
                total[i * WIDTH + h] = (inMine ? sums[a * WIDTH + h] * mine[h] : 0)
                        + (inTheirs ? other.sums[b * WIDTH + h] * theirs[h] : 0);
            }
            a += inMine ? 1 : 0;
            b += inTheirs ? 1 : 0;
        }
        return new ActionCounts(
                asOf, union, total, watchedMillis + other.watchedMillis, durationMillis + other.durationMillis);
    }

    private double[] left(long asOf) {
        double[] left = new double[WIDTH];
        for (HalfLife halfLife : HALF_LIVES) {
            left[halfLife.ordinal()] = asOf == asOfMillis ? 1 : halfLife.left(asOf - asOfMillis);
        }
        return left;
    }

    private static Action[] union(Action[] a, Action[] b) {
        if (Arrays.equals(a, b)) {
            return a;
        }
        Action[] merged = new Action[a.length + b.length];
        int n = 0;
        for (int i = 0, j = 0; i < a.length || j < b.length; ) {
            if (j == b.length || (i < a.length && a[i].compareTo(b[j]) <= 0)) {
                if (j < b.length && a[i] == b[j]) {
                    j++;
                }
                merged[n++] = a[i++];
            } else {
                merged[n++] = b[j++];
            }
        }
        return Arrays.copyOf(merged, n);
    }

    /** How often, without decay; 0 if never. */
    public double always(Action action) {
        int i = Arrays.binarySearch(actions, action);
        return i < 0 ? 0 : sums[i * WIDTH];
    }

    /** The decayed count as of {@code nowMillis}; a moment before the newest event counts as that event's time. */
    public double count(Action action, HalfLife halfLife, long nowMillis) {
        int i = Arrays.binarySearch(actions, action);
        if (i < 0) {
            return 0;
        }
        double sum = sums[i * WIDTH + halfLife.ordinal()];
        return nowMillis <= asOfMillis ? sum : sum * halfLife.left(nowMillis - asOfMillis);
    }

    /** Epoch milliseconds of the newest event, {@link Long#MIN_VALUE} if there is none. */
    public long asOfMillis() {
        return asOfMillis;
    }

    /** Sum of what was watched, in milliseconds, without decay. */
    public double watchedMillis() {
        return watchedMillis;
    }

    /** Sum of the durations of what was watched, in milliseconds, without decay. */
    public double durationMillis() {
        return durationMillis;
    }

    public boolean isEmpty() {
        return actions.length == 0;
    }

    Action[] actions() {
        return actions;
    }

    double sum(int index, HalfLife halfLife) {
        return sums[index * WIDTH + halfLife.ordinal()];
    }

    static ActionCounts restored(
            long asOfMillis, Action[] actions, double[] sums, double watchedMillis, double durationMillis) {
        return actions.length == 0 ? NONE : new ActionCounts(asOfMillis, actions, sums, watchedMillis, durationMillis);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActionCounts counts
                && asOfMillis == counts.asOfMillis
                && Arrays.equals(actions, counts.actions)
                && Arrays.equals(sums, counts.sums)
                && watchedMillis == counts.watchedMillis
                && durationMillis == counts.durationMillis;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(asOfMillis) + Arrays.hashCode(sums);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < actions.length; i++) {
            text.append(i == 0 ? "" : ", ").append(actions[i]).append(": ").append(sums[i * WIDTH]);
        }
        return text.append('}').toString();
    }
}
