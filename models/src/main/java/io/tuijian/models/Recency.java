package io.tuijian.models;

/** How long ago an engagement was, in the few steps that a network tells apart. */
public final class Recency {
    private static final long MINUTE = 60_000;

    /** The engagement was at most so long ago, in milliseconds; one more step for all that is older. */
    private static final long[] UP_TO = {
        MINUTE,
        10 * MINUTE,
        60 * MINUTE,
        6 * 60 * MINUTE,
        24 * 60 * MINUTE,
        3 * 24 * 60 * MINUTE,
        7 * 24 * 60 * MINUTE,
        30 * 24 * 60 * MINUTE
    };

    /** How many steps there are. */
    public static final int STEPS = UP_TO.length + 1;

    private Recency() {}

    /** From 0, just now, to {@link #STEPS} − 1. Its decimal digits are the id in {@link io.tuijian.models.tables.Slot#RECENCY}. */
    public static int step(long nowMillis, long atMillis) {
        long ago = nowMillis - atMillis;
        int step = 0;
        while (step < UP_TO.length && ago > UP_TO[step]) {
            step++;
        }
        return step;
    }
}
