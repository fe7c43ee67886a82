package io.tuijian.models.retrieval;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How well recommenders find what is hidden among all contents of the catalogue, those that the viewer knows left out.
 * Contents with the same score stand in an order drawn once by chance. The same input gives the same figures.
 */
public final class RetrievalEvaluation {
    /** The lengths of lists that are judged. */
    public static final int[] AT = {5, 10, 20, 50};

    private static final int RESAMPLES = 400;
    private static final int AT_ONCE = 32;

    private final Split split;
    private final int[] viewers;
    private final int[] places;

    public RetrievalEvaluation(Split split, long seed) {
        this(split, split.asked(), seed);
    }

    private RetrievalEvaluation(Split split, int[] viewers, long seed) {
        this.split = split;
        this.viewers = viewers;
        this.places = shuffled(split.known().catalogue().size(), new Random(seed));
    }

    /** The same over at most so many of the viewers, drawn by chance. */
    public static RetrievalEvaluation sampled(Split split, int most, long seed) {
        int[] viewers = split.asked();
        int[] order = shuffled(viewers.length, new Random(seed));
        int[] drawn = IntStream.range(0, Math.min(most, viewers.length))
                .map(i -> viewers[order[i]])
                .sorted()
                .toArray();
        return new RetrievalEvaluation(split, drawn, seed);
    }

    /** How one measure is written, for instance {@code ndcg@10}. */
    public enum Measure {
        HR,
        NDCG,
        RECALL;

        String at(int length) {
            return name().toLowerCase(java.util.Locale.ROOT) + "@" + length;
        }
    }

    /** A 95 % interval around a figure, over viewers drawn again with replacement. */
    public record Interval(double low, double middle, double high) {}

    /** What each viewer's list was worth, by measure. */
    public record Found(Map<String, double[]> byMeasure) {
        /** The mean over viewers; NaN if there are none. */
        public double mean(String measure) {
            return Arrays.stream(byMeasure.get(measure)).average().orElse(Double.NaN);
        }

        /** The means under the names {@code <model>.<measure>@<length>}. */
        public Map<String, Double> figures(String model) {
            Map<String, Double> figures = new TreeMap<>();
            byMeasure.keySet().forEach(measure -> figures.put(model + "." + measure, mean(measure)));
            return figures;
        }

        public Interval interval(String measure, long seed) {
            return interval(byMeasure.get(measure), seed);
        }

        /** How much better this found than the other did, for the same viewers. */
        public Interval ahead(Found other, String measure, long seed) {
            double[] mine = byMeasure.get(measure);
            double[] theirs = other.byMeasure.get(measure);
            return interval(
                    IntStream.range(0, mine.length)
                            .mapToDouble(i -> mine[i] - theirs[i])
                            .toArray(),
                    seed);
        }

        private static Interval interval(double[] values, long seed) {
            if (values.length == 0) {
                return new Interval(Double.NaN, Double.NaN, Double.NaN);
            }
            Random random = new Random(seed);
            double[] means = new double[RESAMPLES];
            for (int i = 0; i < RESAMPLES; i++) {
                double sum = 0;
                for (int draw = 0; draw < values.length; draw++) {
                    sum += values[random.nextInt(values.length)];
                }
                means[i] = sum / values.length;
            }
            Arrays.sort(means);
            return new Interval(
                    means[(int) (.025 * RESAMPLES)],
                    Arrays.stream(values).average().orElseThrow(),
                    means[(int) (.975 * RESAMPLES) - 1]);
        }
    }

    /** How many viewers are judged by. */
    public int viewers() {
        return viewers.length;
    }

    /** Ranks all contents for every viewer. */
    public Found of(Recommender recommender) {
        int items = split.known().catalogue().size();
        int longest = Math.min(AT[AT.length - 1], items);
        double[][][] values = new double[Measure.values().length][AT.length][viewers.length];
        IntStream.range(0, (viewers.length + AT_ONCE - 1) / AT_ONCE).parallel().forEach(block -> {
            int from = block * AT_ONCE;
            int[][] histories = new int[Math.min(AT_ONCE, viewers.length - from)][];
            for (int i = 0; i < histories.length; i++) {
                histories[i] = split.known().of()[viewers[from + i]];
            }
            float[][] scores = new float[histories.length][items];
            recommender.score(histories, scores);
            for (int i = 0; i < histories.length; i++) {
                for (int known : histories[i]) {
                    scores[i][known] = Float.NEGATIVE_INFINITY;
                }
                judge(best(scores[i], longest), split.hidden()[viewers[from + i]], values, from + i);
            }
        });
        Map<String, double[]> byMeasure = new TreeMap<>();
        for (Measure measure : Measure.values()) {
            for (int length = 0; length < AT.length; length++) {
                byMeasure.put(measure.at(AT[length]), values[measure.ordinal()][length]);
            }
        }
        return new Found(byMeasure);
    }

    private static void judge(int[] list, int[] hidden, double[][][] values, int viewer) {
        int[] wanted = hidden.clone();
        Arrays.sort(wanted);
        int hits = 0;
        double gain = 0;
        int length = 0;
        for (int place = 0; place <= list.length; place++) {
            while (length < AT.length && (place == AT[length] || place == list.length)) {
                double ideal = 0;
                for (int i = 0; i < Math.min(AT[length], wanted.length); i++) {
                    ideal += discount(i);
                }
                values[Measure.HR.ordinal()][length][viewer] = hits > 0 ? 1 : 0;
                values[Measure.NDCG.ordinal()][length][viewer] = gain / ideal;
                values[Measure.RECALL.ordinal()][length][viewer] = hits / (double) wanted.length;
                length++;
            }
            if (place < list.length && Arrays.binarySearch(wanted, list[place]) >= 0) {
                hits++;
                gain += discount(place);
            }
        }
    }

    private static double discount(int place) {
        return Math.log(2) / Math.log(place + 2.0);
    }

    /** The best so many, the best first, by a heap whose root is the worst kept. What is masked is never among them. */
    private int[] best(float[] scores, int most) {
        int[] heap = new int[most];
        int size = 0;
        for (int item = 0; item < scores.length; item++) {
            if (scores[item] == Float.NEGATIVE_INFINITY || Float.isNaN(scores[item])) {
                continue;
            }
            if (size < most) {
                int at = size++;
                while (at > 0 && before(scores, heap[(at - 1) / 2], item)) {
                    heap[at] = heap[(at - 1) / 2];
                    at = (at - 1) / 2;
                }
                heap[at] = item;
            } else if (before(scores, item, heap[0])) {
                sink(scores, heap, size, item);
            }
        }
        int[] best = new int[size];
        while (size > 0) {
            best[size - 1] = heap[0];
            sink(scores, heap, --size, heap[size]);
        }
        return best;
    }

    private void sink(float[] scores, int[] heap, int size, int item) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && before(scores, heap[child], heap[child + 1])) {
                child++;
            }
            if (!before(scores, item, heap[child])) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = item;
    }

    private boolean before(float[] scores, int one, int other) {
        return scores[one] > scores[other] || (scores[one] == scores[other] && places[one] < places[other]);
    }

    private static int[] shuffled(int count, Random random) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
