package io.tuijian.ingestion;

import java.io.Serializable;
import java.time.Duration;

/**
 * How often a changed key is emitted, in milliseconds.
 *
 * @param live the least time between two emissions of one key
 * @param catchUp how long at most a change waits for further ones when its event came long ago
 * @param behind how long ago it has to have come for that
 */
public record Pace(long live, long catchUp, long behind) implements Serializable {
    /** States: at once, then at most every 100 ms. */
    public static final Pace STATES = of(Duration.ofMillis(100), Duration.ofSeconds(30));

    /** Documents: at once, then at most once a second. */
    public static final Pace DOCUMENTS = of(Duration.ofSeconds(1), Duration.ofSeconds(5));

    private static Pace of(Duration live, Duration catchUp) {
        return new Pace(
                live.toMillis(), catchUp.toMillis(), Duration.ofSeconds(10).toMillis());
    }

    boolean isLive(long cameMillis, long nowMillis) {
        return nowMillis - cameMillis <= behind;
    }

    /** How long a change by an event that came long ago waits: no longer than it already has. */
    long patience(long cameMillis, long nowMillis) {
        return Math.min(catchUp, nowMillis - cameMillis);
    }
}
