package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How well scores order each viewer's own rows and how true they are as probabilities, on one set of rows. Every figure
 * is computed from the rows and the scores alone; the same input gives the same figures.
 */
public final class Evaluation {
    private static final int NDCG_AT = 5;
    private static final int RESAMPLES = 400;

    /** The AUC of one score for all. */
    private static final double COIN = .5;

    private final TrainingSet rows;
    private final String groups;
    private final Groups viewers;
    private final Groups viewersAndSurfaces;

    public Evaluation(TrainingSet rows) {
        this(rows, "viewers", Groups.byViewer(rows), Groups.byViewerAndSurface(rows));
    }

    private Evaluation(TrainingSet rows, String groups, Groups viewers, Groups viewersAndSurfaces) {
        this.rows = rows;
        this.groups = groups;
        this.viewers = viewers;
        this.viewersAndSurfaces = viewersAndSurfaces;
    }

    /** Where pages have several items: each page stands for a viewer, so that only what was served together is compared. */
    public static Evaluation byPage(TrainingSet rows) {
        Groups pages = Groups.byPage(rows);
        return new Evaluation(rows, "pages", pages, pages);
    }

    /** The same way of judging on some of the rows. */
    Evaluation on(TrainingSet some) {
        return groups.equals("pages") ? byPage(some) : new Evaluation(some);
    }

    /** A 95 % interval around a figure; NaN where there is nothing to tell it from. */
    public record Interval(double low, double middle, double high) {}

    /**
     * The figures of one head; aucs are NaN where there are not both labels. Log loss and calibration count a row as
     * often as it stands for rows that were not kept.
     *
     * @param calibration what was predicted by what happened; NaN if nothing happened
     * @param predicted how many were predicted
     */
    public record Head(int positives, double auc, double gauc, double logLoss, double calibration, double predicted) {}

    public TrainingSet rows() {
        return rows;
    }

    /** What rows are compared within: viewers or pages. */
    public String groups() {
        return groups;
    }

    public int viewers() {
        return viewers.rows().length;
    }

    /** Viewers with both labels of this head: those that a GAUC is made of. */
    public int tellingViewers(Action action) {
        boolean[] labels = labels(action);
        return (int) Arrays.stream(viewers.rows())
                .filter(group -> {
                    int positives = positives(labels, group);
                    return positives > 0 && positives < group.length;
                })
                .count();
    }

    /** AUC of each viewer with both labels, averaged with the viewer's positives as weight. */
    public double gauc(Scores scores, Action action) {
        return gauc(scores.of(action), labels(action), judged(viewers, action));
    }

    /** The same among rows of one viewer on one surface, which is what a page has to order. */
    public double gaucWithinSurface(Scores scores, Action action) {
        return gauc(scores.of(action), labels(action), judged(viewersAndSurfaces, action));
    }

    /** nDCG@5 averaged over all viewers; one without a positive counts 0. */
    public double ndcg(Scores scores, Action action) {
        float[] values = scores.of(action);
        boolean[] labels = labels(action);
        double sum = 0;
        for (int[] group : viewers.rows()) {
            sum += ndcg(values, labels, group);
        }
        return sum / viewers.rows().length;
    }

    /** The figures of one head, over the rows that it applies to and where what came of them is known. */
    public Head head(Scores scores, Action action) {
        int head = Heads.index(action);
        float[] values = scores.of(action);
        boolean[] labels = labels(action);
        int[] judged = IntStream.range(0, values.length)
                .filter(row -> isJudged(row, head))
                .toArray();
        double loss = 0;
        double predicted = 0;
        double observed = 0;
        double counted = 0;
        for (int row : judged) {
            double weight = 1 / rows.row(row).sampleRate();
            double probability = Math.max(1e-7, Math.min(1 - 1e-7, values[row]));
            double label = rows.row(row).label(head);
            loss -= weight * (label * Math.log(probability) + (1 - label) * Math.log(1 - probability));
            predicted += weight * values[row];
            observed += weight * label;
            counted += weight;
        }
        return new Head(
                positives(labels, judged),
                Auc.of(values, labels, judged),
                gauc(values, labels, judged(viewers, action)),
                loss / counted,
                observed == 0 ? Double.NaN : predicted / observed,
                predicted);
    }

    private boolean isJudged(int row, int head) {
        return !Float.isNaN(rows.row(row).label(head));
    }

    private Groups judged(Groups groups, Action action) {
        int head = Heads.index(action);
        return new Groups(Arrays.stream(groups.rows())
                .map(group ->
                        Arrays.stream(group).filter(row -> isJudged(row, head)).toArray())
                .toArray(int[][]::new));
    }

    /**
     * All figures under the names of DESIGN.md §9: {@code <model>.gauc}, {@code <model>.ndcg@5}, {@code <model>.primary},
     * {@code <model>.gauc_within_surface} of the headline, and {@code <model>.<head>.auc} and so on per head with a
     * positive. A figure that cannot be told is absent.
     */
    public Map<String, Double> figures(String model, Scores scores) {
        Map<String, Double> figures = new TreeMap<>();
        double gauc = gauc(scores, Heads.HEADLINE);
        double ndcg = ndcg(scores, Heads.HEADLINE);
        put(figures, model + ".gauc", gauc);
        put(figures, model + ".ndcg@5", ndcg);
        put(figures, model + ".primary", (gauc + ndcg) / 2);
        put(figures, model + ".gauc_within_surface", gaucWithinSurface(scores, Heads.HEADLINE));
        for (Action action : Heads.ALL) {
            Head head = head(scores, action);
            if (head.positives() > 0) {
                String prefix = model + "." + action.name().toLowerCase(java.util.Locale.ROOT) + ".";
                put(figures, prefix + "auc", head.auc());
                put(figures, prefix + "gauc", head.gauc());
                put(figures, prefix + "log_loss", head.logLoss());
                put(figures, prefix + "calibration", head.calibration());
            }
        }
        return figures;
    }

    /**
     * How much higher the GAUC of one is than that of the other, with the 95 % interval over viewers drawn again with
     * replacement.
     */
    public Interval gaucDifference(Scores one, Scores other, Action action, long seed) {
        boolean[] labels = labels(action);
        double[] difference = new double[viewers()];
        double[] weight = new double[viewers()];
        int telling = 0;
        for (int[] group : viewers.rows()) {
            double auc = Auc.of(one.of(action), labels, group);
            if (!Double.isNaN(auc)) {
                difference[telling] = auc - Auc.of(other.of(action), labels, group);
                weight[telling++] = positives(labels, group);
            }
        }
        if (telling == 0) {
            return new Interval(Double.NaN, Double.NaN, Double.NaN);
        }
        Random random = new Random(seed);
        double[] resampled = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            double weights = 0;
            for (int draw = 0; draw < telling; draw++) {
                int viewer = random.nextInt(telling);
                sum += weight[viewer] * difference[viewer];
                weights += weight[viewer];
            }
            resampled[i] = sum / weights;
        }
        Arrays.sort(resampled);
        double sum = 0;
        double weights = 0;
        for (int viewer = 0; viewer < telling; viewer++) {
            sum += weight[viewer] * difference[viewer];
            weights += weight[viewer];
        }
        return new Interval(
                resampled[(int) (.025 * RESAMPLES)], sum / weights, resampled[(int) (.975 * RESAMPLES) - 1]);
    }

    /** The GAUC with the 95 % interval over viewers drawn again with replacement. */
    public Interval gaucInterval(Scores scores, Action action, long seed) {
        Interval above = gaucDifference(scores, Scores.empty(rows.size()), action, seed);
        return new Interval(COIN + above.low(), COIN + above.middle(), COIN + above.high());
    }

    /**
     * The same between models that were trained several times each: the mean over the trainings, with the 95 % interval
     * over viewers and trainings drawn again with replacement, so that it holds the chance of both.
     *
     * @param ones per training the scores of one
     * @param others per training, by the same seed, those of the other
     */
    public Interval gaucDifference(List<Scores> ones, List<Scores> others, Action action, long seed) {
        boolean[] labels = labels(action);
        int[][] telling = Arrays.stream(viewers.rows())
                .filter(group -> positives(labels, group) % group.length > 0)
                .toArray(int[][]::new);
        if (telling.length == 0) {
            return new Interval(Double.NaN, Double.NaN, Double.NaN);
        }
        int trainings = ones.size();
        double[] weight = Arrays.stream(telling)
                .mapToDouble(group -> positives(labels, group))
                .toArray();
        double[][] difference = new double[trainings][telling.length];
        for (int training = 0; training < trainings; training++) {
            for (int viewer = 0; viewer < telling.length; viewer++) {
                difference[training][viewer] = Auc.of(ones.get(training).of(action), labels, telling[viewer])
                        - Auc.of(others.get(training).of(action), labels, telling[viewer]);
            }
        }
        Random random = new Random(seed);
        double[] resampled = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            int[] drawn = random.ints(trainings, 0, trainings).toArray();
            resampled[i] = mean(
                    difference,
                    weight,
                    drawn,
                    random.ints(telling.length, 0, telling.length).toArray());
        }
        Arrays.sort(resampled);
        return new Interval(
                resampled[(int) (.025 * RESAMPLES)],
                mean(
                        difference,
                        weight,
                        IntStream.range(0, trainings).toArray(),
                        IntStream.range(0, telling.length).toArray()),
                resampled[(int) (.975 * RESAMPLES) - 1]);
    }

    private static double mean(double[][] difference, double[] weight, int[] trainings, int[] viewers) {
        double sum = 0;
        double weights = 0;
        for (int viewer : viewers) {
            double ofViewer = 0;
            for (int training : trainings) {
                ofViewer += difference[training][viewer];
            }
            sum += weight[viewer] * ofViewer / trainings.length;
            weights += weight[viewer];
        }
        return sum / weights;
    }

    private boolean[] labels(Action action) {
        int head = Heads.index(action);
        boolean[] labels = new boolean[rows.size()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = rows.row(row).did(head);
        }
        return labels;
    }

    private static double gauc(float[] scores, boolean[] labels, Groups groups) {
        double sum = 0;
        double weights = 0;
        for (int[] group : groups.rows()) {
            int positives = positives(labels, group);
            if (positives > 0 && positives < group.length) {
                sum += positives * Auc.of(scores, labels, group);
                weights += positives;
            }
        }
        return weights == 0 ? Double.NaN : sum / weights;
    }

    /** Tied rows share the gain of their places (McSherry and Najork, "Computing IR measures with ties", 2008). */
    static double ndcg(float[] scores, boolean[] labels, int[] group) {
        int positives = positives(labels, group);
        if (positives == 0) {
            return 0;
        }
        Integer[] order = IntStream.of(group).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
        double gain = 0;
        for (int from = 0; from < Math.min(NDCG_AT, order.length); ) {
            int to = from;
            int hits = 0;
            double places = 0;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                hits += labels[order[to]] ? 1 : 0;
                places += to < NDCG_AT ? discount(to) : 0;
                to++;
            }
            gain += places * hits / (to - from);
            from = to;
        }
        double ideal = 0;
        for (int place = 0; place < Math.min(NDCG_AT, positives); place++) {
            ideal += discount(place);
        }
        return gain / ideal;
    }

    private static double discount(int place) {
        return Math.log(2) / Math.log(place + 2.0);
    }

    private static int positives(boolean[] labels, int[] group) {
        int positives = 0;
        for (int row : group) {
            positives += labels[row] ? 1 : 0;
        }
        return positives;
    }

    private static void put(Map<String, Double> figures, String key, double value) {
        if (!Double.isNaN(value)) {
            figures.put(key, value);
        }
    }
}
