package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a head promised against what came: the judged rows in ten parts of as many rows, in the order of the promise. */
public final class Bins {
    private static final int PARTS = 10;
    private static final double TWO_SIDED = 1.96;

    private Bins() {}

    /**
     * One part. A row counts as often as it stands for rows that were not kept.
     *
     * @param predicted mean of what was predicted
     * @param observed share of those to whom it happened; of {@code WATCH} the mean share watched
     * @param count rows, each counted once
     */
    public record Bin(double predicted, double observed, long count) {
        /** How far, by chance, the observed share may be from what is to be expected: half of its 95 % interval. */
        public double chance() {
            return TWO_SIDED * Math.sqrt(observed * (1 - observed) / count);
        }
    }

    /** How far promises are from what came, on average over rows; NaN without parts. */
    public static double gap(List<Bin> bins) {
        double apart = 0;
        long rows = 0;
        for (Bin bin : bins) {
            apart += bin.count() * Math.abs(bin.predicted() - bin.observed());
            rows += bin.count();
        }
        return rows == 0 ? Double.NaN : apart / rows;
    }

    /** The parts that have rows, the smallest promise first; empty if what came of no row is known. */
    public static List<Bin> of(TrainingSet rows, Scores scores, Action action) {
        int head = Heads.index(action);
        float[] promised = scores.of(action);
        List<Integer> order = IntStream.range(0, rows.size())
                .filter(row -> !Float.isNaN(rows.row(row).label(head)))
                .boxed()
                .sorted(Comparator.comparing(row -> promised[row]))
                .toList();
        List<Bin> bins = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            List<Integer> some = order.subList(cut(part, order.size()), cut(part + 1, order.size()));
            if (!some.isEmpty()) {
                bins.add(bin(some, rows, promised, head));
            }
        }
        return bins;
    }

    private static int cut(int part, int size) {
        return (int) ((long) part * size / PARTS);
    }

    private static Bin bin(List<Integer> some, TrainingSet rows, float[] promised, int head) {
        double predicted = 0;
        double observed = 0;
        double weights = 0;
        for (int row : some) {
            double weight = 1 / rows.row(row).sampleRate();
            predicted += weight * promised[row];
            observed += weight * rows.row(row).label(head);
            weights += weight;
        }
        return new Bin(predicted / weights, observed / weights, some.size());
    }
}
