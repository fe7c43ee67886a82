package io.tuijian.launcher.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one kind, each kept; percentiles by nearest rank. */
final class Latencies {
    private final List<Long> nanos = new ArrayList<>();

    synchronized void add(long duration) {
        nanos.add(duration);
    }

    synchronized int count() {
        return nanos.size();
    }

    /** In milliseconds, to a tenth; the share is in (0, 1]. Not a number if nothing was measured. */
    synchronized double percentile(double share) {
        if (nanos.isEmpty()) {
            return Double.NaN;
        }
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        int rank = (int) Math.ceil(share * sorted.size());
        return Math.round(sorted.get(Math.max(0, rank - 1)) / 1e5) / 10.0;
    }

    /** Puts {@code NAME.p50}, {@code .p90}, {@code .p99}, {@code .max} and {@code .samples}. */
    void report(String name, Figures figures) {
        figures.put(name + ".p50", percentile(0.5));
        figures.put(name + ".p90", percentile(0.9));
        figures.put(name + ".p99", percentile(0.99));
        figures.put(name + ".max", percentile(1));
        figures.put(name + ".samples", count());
    }
}
