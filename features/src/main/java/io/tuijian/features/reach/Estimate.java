package io.tuijian.features.reach;

/**
 * A total over all feeds, estimated from those that were sampled (Horvitz and Thompson, "A Generalization of Sampling
 * Without Replacement From a Finite Universe", 1952, for independent draws): unbiased, as is its variance. Sums of
 * estimates of disjoint feeds are estimates.
 */
public record Estimate(double value, double variance) {
    public static final Estimate NONE = new Estimate(0, 0);

    private static final double TWO_SIDED_95 = 1.959964;

    /** What a feed adds to the estimate that was sampled with this probability and now has {@code now} rather than {@code before}. */
    public static Estimate of(double rate, double before, double now) {
        return new Estimate((now - before) / rate, (1 - rate) / (rate * rate) * (now * now - before * before));
    }

    /** With this more variance, because what a feed has was itself a sample. */
    public Estimate within(double variance) {
        return new Estimate(value, this.variance + variance);
    }

    public Estimate plus(Estimate other) {
        return new Estimate(value + other.value, variance + other.variance);
    }

    /** Half the width of the interval that holds the truth in 95 % of cases, by the normal approximation. */
    public double error95() {
        return TWO_SIDED_95 * Math.sqrt(Math.max(0, variance));
    }
}
