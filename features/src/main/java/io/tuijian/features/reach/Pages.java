package io.tuijian.features.reach;

import io.tuijian.schemas.Surface;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many pages were served in an hour, by surface and minute of the hour. Immutable.
 *
 * @param minutes sixty numbers a surface; not to be changed
 */
public record Pages(Map<Surface, long[]> minutes) {
    public static final Pages NONE = new Pages(Map.of());
    static final int MINUTES = 60;

    /** How many pages of this surface, in the minutes from (inclusive) to (exclusive) of the hour. */
    public long count(Surface surface, int from, int to) {
        long[] counts = minutes.get(surface);
        return counts == null ? 0 : Arrays.stream(counts, from, to).sum();
    }

    public Pages plus(Pages other) {
        Map<Surface, long[]> sum = new EnumMap<>(Surface.class);
        sum.putAll(minutes);
        other.minutes.forEach((surface, more) -> sum.merge(surface, more, Pages::plus));
        return new Pages(sum);
    }

    private static long[] plus(long[] some, long[] others) {
        long[] sum = some.clone();
        for (int i = 0; i < MINUTES; i++) {
            sum[i] += others[i];
        }
        return sum;
    }
}
