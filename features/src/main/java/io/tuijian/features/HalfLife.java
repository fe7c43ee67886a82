package io.tuijian.features;

import java.time.Duration;

/** How fast a count forgets. */
public enum HalfLife {
    ALWAYS(null),
    HOUR(Duration.ofHours(1)),
    DAY(Duration.ofDays(1)),
    WEEK(Duration.ofDays(7)),
    MONTH(Duration.ofDays(30));

    private final double perMilli;

    HalfLife(Duration duration) {
        this.perMilli = duration == null ? 0 : Math.log(2) / duration.toMillis();
    }

    /** What is left, in (0, 1], of a count after so many milliseconds; 1 for {@link #ALWAYS}. */
    public double left(long millis) {
        return perMilli == 0 ? 1 : Math.exp(-perMilli * millis);
    }
}
