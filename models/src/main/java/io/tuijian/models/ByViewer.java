package io.tuijian.models;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How well scores order the rows of each viewer, viewer by viewer, so that figures of several scores of the same rows can
 * be averaged, compared pairwise and drawn again with replacement. A viewer's rows are all of theirs, or, for
 * {@link #withinSurface}, those of one surface at a time.
 *
 * @param positives the weight of each viewer in the GAUC: rows with the label, 0 without rows of both labels
 * @param auc 0 where there are not both labels
 * @param ndcg nDCG@5, 0 without a row with the label
 */
public record ByViewer(double[] positives, double[] auc, double[] ndcg) {
    private static final int RESAMPLES = 1000;
    private static final int HEADLINE = Heads.index(Heads.HEADLINE);

    /** Of one score per row, by the headline's label. */
    public static ByViewer of(TrainingSet rows, float[] scores) {
        return of(rows, scores, Groups.byViewer(rows));
    }

    /** The same among rows of one viewer on one surface, which is what a page has to order. */
    public static ByViewer withinSurface(TrainingSet rows, float[] scores) {
        return of(rows, scores, Groups.byViewerAndSurface(rows));
    }

    private static ByViewer of(TrainingSet rows, float[] scores, Groups groups) {
        if (scores.length != rows.size()) {
            throw new IllegalArgumentException(scores.length + " scores for " + rows.size() + " rows");
        }
        boolean[] labels = new boolean[rows.size()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = rows.row(row).did(HEADLINE);
        }
        int[][] viewers = groups.rows();
        ByViewer by = new ByViewer(new double[viewers.length], new double[viewers.length], new double[viewers.length]);
        for (int viewer = 0; viewer < viewers.length; viewer++) {
            double area = Auc.of(scores, labels, viewers[viewer]);
            if (!Double.isNaN(area)) {
                by.auc[viewer] = area;
                for (int row : viewers[viewer]) {
                    by.positives[viewer] += labels[row] ? 1 : 0;
                }
            }
            by.ndcg[viewer] = Evaluation.ndcg(scores, labels, viewers[viewer]);
        }
        return by;
    }

    /** The mean of several scores of the same rows, viewer by viewer. */
    public static ByViewer mean(List<ByViewer> several) {
        ByViewer first = several.get(0);
        ByViewer mean = new ByViewer(first.positives, new double[first.auc.length], new double[first.ndcg.length]);
        for (ByViewer one : several) {
            for (int viewer = 0; viewer < mean.auc.length; viewer++) {
                mean.auc[viewer] += one.auc[viewer] / several.size();
                mean.ndcg[viewer] += one.ndcg[viewer] / several.size();
            }
        }
        return mean;
    }

    /** Viewers with rows of both labels: those that a GAUC is made of. */
    public int telling() {
        return (int) Arrays.stream(positives).filter(weight -> weight > 0).count();
    }

    /** The mean AUC, weighted by positives; NaN if no viewer has both labels. */
    public double gauc() {
        double sum = 0;
        double weights = 0;
        for (int viewer = 0; viewer < auc.length; viewer++) {
            sum += positives[viewer] * auc[viewer];
            weights += positives[viewer];
        }
        return sum / weights;
    }

    /** The mean over all viewers. */
    public double ndcgAt5() {
        return Arrays.stream(ndcg).average().orElse(Double.NaN);
    }

    /** The mean of {@link #gauc} and {@link #ndcgAt5}. */
    public double primary() {
        return (gauc() + ndcgAt5()) / 2;
    }

    /** {@link #primary} with its 95 % interval over viewers drawn again with replacement. */
    public Evaluation.Interval interval(long seed) {
        return interval(null, seed);
    }

    /** How much higher {@link #primary} is than that of another of the same rows, with its 95 % interval. */
    public Evaluation.Interval above(ByViewer other, long seed) {
        return interval(other, seed);
    }

    private Evaluation.Interval interval(ByViewer less, long seed) {
        double[] weighted = new double[auc.length];
        double[] gain = new double[auc.length];
        for (int viewer = 0; viewer < auc.length; viewer++) {
            weighted[viewer] = positives[viewer] * (auc[viewer] - (less == null ? 0 : less.auc[viewer]));
            gain[viewer] = ndcg[viewer] - (less == null ? 0 : less.ndcg[viewer]);
        }
        Random random = new Random(seed);
        double[] resampled = new double[RESAMPLES];
        for (int sample = 0; sample < RESAMPLES; sample++) {
            double areas = 0;
            double weights = 0;
            double gains = 0;
            for (int draw = 0; draw < auc.length; draw++) {
                int viewer = random.nextInt(auc.length);
                areas += weighted[viewer];
                weights += positives[viewer];
                gains += gain[viewer];
            }
            resampled[sample] = (areas / weights + gains / auc.length) / 2;
        }
        Arrays.sort(resampled);
        double middle = less == null ? primary() : primary() - less.primary();
        return new Evaluation.Interval(
                resampled[(int) (.025 * RESAMPLES)], middle, resampled[(int) (.975 * RESAMPLES) - 1]);
    }
}
