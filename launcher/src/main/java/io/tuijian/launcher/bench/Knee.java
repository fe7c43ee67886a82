package io.tuijian.launcher.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How much a server can take: the highest rate at which it keeps up. Requests of a step arrive by chance at a given rate
 * whether or not earlier ones were answered, and each is timed from when it was due.
 */
final class Knee {
    private static final double SLOWEST_P99_MILLIS = 200;
    private static final double KEPT_UP = .95;
    private static final double MOST_BAD = .01;

    private Knee() {}

    /**
     * What came of one rate.
     *
     * @param offered requests a second that were due
     * @param achieved good answers a second until the end of the step
     * @param p50 milliseconds from when a request was due to its answer
     * @param p99 the same
     * @param bad share of the requests that failed or were answered by a degraded page
     */
    record Step(double offered, double achieved, double p50, double p99, double bad) {
        /** Whether the server kept up. */
        boolean holds() {
            return p99 <= SLOWEST_P99_MILLIS && achieved >= KEPT_UP * offered && bad <= MOST_BAD;
        }
    }

    /** The step with the highest offered rate that holds, if one does. */
    static Optional<Step> of(List<Step> steps) {
        return steps.stream().filter(Step::holds).max(Comparator.comparingDouble(Step::offered));
    }

    /**
     * The rate to try next: up by a tenth of the first guess while steps hold, down by a fifth while none has; once, the
     * middle between the highest that held and the lowest above it that did not. Empty when it is known well enough.
     *
     * @param guess requests a second that the server answered with all its time
     */
    static Optional<Double> next(double guess, List<Step> steps) {
        if (steps.isEmpty()) {
            return Optional.of(.5 * guess);
        }
        Optional<Step> held = of(steps);
        if (held.isEmpty()) {
            double lowest = steps.stream().mapToDouble(Step::offered).min().orElseThrow();
            return lowest <= .05 * guess ? Optional.empty() : Optional.of(.6 * lowest);
        }
        double highest = held.get().offered();
        double lowestAbove = steps.stream()
                .mapToDouble(Step::offered)
                .filter(rate -> rate > highest)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
        if (Double.isInfinite(lowestAbove)) {
            return Optional.of(highest + .1 * guess);
        }
        return lowestAbove - highest > .06 * guess ? Optional.of((highest + lowestAbove) / 2) : Optional.empty();
    }
}
