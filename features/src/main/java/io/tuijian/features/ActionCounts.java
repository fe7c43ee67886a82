package io.tuijian.features;

import io.tuijian.schemas.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;

/**
 * Counts per action with every {@link HalfLife}: exponentially decayed sums after Cormode et al., "Forward decay"
 * (ICDE 2009), all as of the newest event. Sparse, and immutable but for {@link #add}; adding is commutative and associative up to
 * rounding, so the order of events does not matter and partial counts merge.
 */
public final class ActionCounts {
    private static final HalfLife[] HALF_LIVES = HalfLife.values();
    private static final int WIDTH = HALF_LIVES.length;
    private static final Action[] ACTIONS = Action.values();

    public static final ActionCounts NONE = new ActionCounts(Long.MIN_VALUE, 0, new double[0], 0, 0);

    private long asOfMillis;
    /** A bit per ordinal of an action that is counted; its sums stand in the same order. */
    private int actions;

    private double[] sums;
    private double watchedMillis;
    private double durationMillis;

    private ActionCounts(long asOfMillis, int actions, double[] sums, double watchedMillis, double durationMillis) {
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
        return new ActionCounts(atMillis, bit(action), sums, weight * watched, weight * duration);
    }

    /** Both together, as of the newer of the two. */
    public ActionCounts plus(ActionCounts other) {
        if (actions == 0) {
            return other;
        }
        if (other.actions == 0) {
            return this;
        }
        ActionCounts sum = copy();
        sum.add(other);
        return sum;
    }

    /** What is left without a part of them, up to rounding; as of the same event. */
    public ActionCounts minus(ActionCounts part) {
        double[] negated = part.sums.clone();
        for (int i = 0; i < negated.length; i++) {
            negated[i] = -negated[i];
        }
        return plus(
                new ActionCounts(part.asOfMillis, part.actions, negated, -part.watchedMillis, -part.durationMillis));
    }

    ActionCounts copy() {
        return new ActionCounts(asOfMillis, actions, sums.clone(), watchedMillis, durationMillis);
    }

    /** Adds in place: for whoever copied these counts and has not yet handed them out. */
    void add(ActionCounts other) {
        if (other.actions == 0) {
            return;
        }
        long asOf = Math.max(asOfMillis, other.asOfMillis);
        if (asOf != asOfMillis) {
            if (actions != 0) {
                decay(left(asOf));
            }
            asOfMillis = asOf;
        }
        if ((actions | other.actions) != actions) {
            widen(actions | other.actions);
        }
        double[] left = asOf == other.asOfMillis ? null : other.left(asOf);
        int from = 0;
        for (int rest = other.actions; rest != 0; rest &= rest - 1) {
            int to = WIDTH * index(actions, Integer.lowestOneBit(rest));
            for (int h = 0; h < WIDTH; h++) {
                sums[to + h] += left == null ? other.sums[from + h] : other.sums[from + h] * left[h];
            }
            from += WIDTH;
        }
        watchedMillis += other.watchedMillis;
        durationMillis += other.durationMillis;
    }

    private void decay(double[] left) {
        for (int i = 0; i < sums.length; i += WIDTH) {
            for (int h = 0; h < WIDTH; h++) {
                sums[i + h] *= left[h];
            }
        }
    }

    private void widen(int union) {
        double[] wider = new double[Integer.bitCount(union) * WIDTH];
        int from = 0;
        for (int rest = actions; rest != 0; rest &= rest - 1) {
            System.arraycopy(sums, from, wider, WIDTH * index(union, Integer.lowestOneBit(rest)), WIDTH);
            from += WIDTH;
        }
        sums = wider;
        actions = union;
    }

    /** What is left of each half-life's counts at this moment; all of it before the newest event or if there is none. */
    double[] left(long nowMillis) {
        double[] left = new double[WIDTH];
        for (HalfLife halfLife : HALF_LIVES) {
            left[halfLife.ordinal()] = nowMillis <= asOfMillis || isEmpty() ? 1 : halfLife.left(nowMillis - asOfMillis);
        }
        return left;
    }

    private static int bit(Action action) {
        return 1 << action.ordinal();
    }

    /** How many of these actions come before this one. */
    private static int index(int actions, int bit) {
        return Integer.bitCount(actions & (bit - 1));
    }

    /** How often, without decay; 0 if never. */
    public double always(Action action) {
        return sum(action, HalfLife.ALWAYS);
    }

    /** The decayed count as of {@code nowMillis}; a moment before the newest event counts as that event's time. */
    public double count(Action action, HalfLife halfLife, long nowMillis) {
        double sum = sum(action, halfLife);
        return nowMillis <= asOfMillis || isEmpty() ? sum : sum * halfLife.left(nowMillis - asOfMillis);
    }

    /** The decayed count as of the newest event. */
    double sum(Action action, HalfLife halfLife) {
        int bit = bit(action);
        return (actions & bit) == 0 ? 0 : sums[index(actions, bit) * WIDTH + halfLife.ordinal()];
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
        return actions == 0;
    }

    /** The actions that are counted, by ordinal. */
    List<Action> actions() {
        List<Action> list = new ArrayList<>(Integer.bitCount(actions));
        for (int rest = actions; rest != 0; rest &= rest - 1) {
            list.add(ACTIONS[Integer.numberOfTrailingZeros(rest)]);
        }
        return list;
    }

    /** Counts as they were, with the sums of one action after those of another, in any order. */
    static ActionCounts restored(
            long asOfMillis, Action[] list, double[] sums, double watchedMillis, double durationMillis) {
        int actions = 0;
        for (Action action : list) {
            actions |= bit(action);
        }
        double[] total = new double[Integer.bitCount(actions) * WIDTH];
        for (int i = 0; i < list.length; i++) {
            int to = WIDTH * index(actions, bit(list[i]));
            for (int h = 0; h < WIDTH; h++) {
                total[to + h] += sums[i * WIDTH + h];
            }
        }
        return actions == 0 ? NONE : new ActionCounts(asOfMillis, actions, total, watchedMillis, durationMillis);
    }

    /** Writes the fields of {@code ActionCountsState}. */
    void write(Encoder out) throws IOException {
        out.writeLong(asOfMillis);
        out.writeArrayStart();
        out.setItemCount(Integer.bitCount(actions));
        int from = 0;
        for (int rest = actions; rest != 0; rest &= rest - 1) {
            out.startItem();
            out.writeEnum(Integer.numberOfTrailingZeros(rest));
            for (int h = 0; h < WIDTH; h++) {
                out.writeDouble(sums[from++]);
            }
        }
        out.writeArrayEnd();
        out.writeDouble(watchedMillis);
        out.writeDouble(durationMillis);
    }

    /** What {@link #write} wrote. */
    static ActionCounts read(Decoder in) throws IOException {
        long asOf = in.readLong();
        int actions = 0;
        double[] sums = new double[0];
        int to = 0;
        for (long items = in.readArrayStart(); items > 0; items = in.arrayNext()) {
            if (items > ACTIONS.length) {
                throw new AvroRuntimeException(items + " actions");
            }
            sums = Arrays.copyOf(sums, to + (int) items * WIDTH);
            for (long i = 0; i < items; i++) {
                int bit = 1 << in.readEnum();
                if (bit <= actions) {
                    throw new AvroRuntimeException("actions that are not in order");
                }
                actions |= bit;
                for (int h = 0; h < WIDTH; h++) {
                    sums[to++] = in.readDouble();
                }
            }
        }
        double watched = in.readDouble();
        double duration = in.readDouble();
        return actions == 0 ? NONE : new ActionCounts(asOf, actions, sums, watched, duration);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActionCounts counts
                && asOfMillis == counts.asOfMillis
                && actions == counts.actions
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
        for (Action action : actions()) {
            text.append(text.length() == 1 ? "" : ", ")
                    .append(action)
                    .append(": ")
                    .append(always(action));
        }
        return text.append('}').toString();
    }
}
