package io.tuijian.ingestion;

import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What operators tell of themselves; the README of this module lists the names. */
final class Metrics {
    private static final int WINDOW = 1_000;

    private Metrics() {}

    /** Durations in milliseconds: the quantiles of the last thousand. */
    static Histogram millis(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
    }
}
