package io.tuijian.launcher.tables;

import java.util.Arrays;

/**
 * How unevenly something is shared out: the curve of Lorenz and the coefficient of Gini (Lorenz 1905, Gini 1912).
 * Immutable.
 */
public final class Lorenz {
    private final double[] sorted;
    private final double total;

    private Lorenz(double[] sorted, double total) {
        this.sorted = sorted;
        this.total = total;
    }

    /**
     * @param shares what each has, those who have nothing included
     * @throws IllegalArgumentException if one is below 0 or there is nothing to share
     */
    public static Lorenz of(double[] shares) {
        double[] sorted = shares.clone();
        Arrays.sort(sorted);
        double total = Arrays.stream(sorted).sum();
        if (!(total > 0) || sorted[0] < 0) {
            throw new IllegalArgumentException("There is nothing to share, or somebody has less than nothing.");
        }
        return new Lorenz(sorted, total);
    }

    /** 0 if all have the same, near 1 if one has everything. */
    public double gini() {
        double weighted = 0;
        for (int i = 0; i < sorted.length; i++) {
            weighted += (2.0 * (i + 1) - sorted.length - 1) * sorted[i];
        }
        return weighted / (sorted.length * total);
    }

    /** What the given share of those who have most have together, as a share of all; at least one of them. */
    public double top(double share) {
        int most = Math.max(1, (int) Math.round(share * sorted.length));
        return Arrays.stream(sorted, Math.max(0, sorted.length - most), sorted.length)
                        .sum()
                / total;
    }

    /** The share of those with the least, from 0 to 1. */
    public double[] x() {
        double[] x = new double[sorted.length + 1];
        for (int i = 0; i <= sorted.length; i++) {
            x[i] = i / (double) sorted.length;
        }
        return x;
    }

    /** What they have together, as a share of all, from 0 to 1. */
    public double[] y() {
        double[] y = new double[sorted.length + 1];
        for (int i = 0; i < sorted.length; i++) {
            y[i + 1] = y[i] + sorted[i] / total;
        }
        return y;
    }
}
