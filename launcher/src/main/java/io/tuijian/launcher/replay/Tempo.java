package io.tuijian.launcher.replay;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Holds a replay back to a multiple of real time. */
public final class Tempo {
    private final double speed;
    private long firstMillis;
    private long beganNanos;
    private boolean begun;

    /**
     * @param speed how much faster than it happened; infinite for as fast as it goes
     */
    public Tempo(double speed) {
        this.speed = speed;
    }

    /** Returns when it is time for what happened then; at once if that has passed. */
    public void await(Instant at) {
        if (Double.isInfinite(speed)) {
            return;
        }
        if (!begun) {
            begun = true;
            firstMillis = at.toEpochMilli();
            beganNanos = System.nanoTime();
        }
        double dueNanos = (at.toEpochMilli() - firstMillis) / speed * 1e6;
        long wait = (long) dueNanos - (System.nanoTime() - beganNanos);
        if (wait > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while replaying.", e);
            }
        }
    }
}
