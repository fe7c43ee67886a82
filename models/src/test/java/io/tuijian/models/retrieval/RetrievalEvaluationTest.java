package io.tuijian.models.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrievalEvaluationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void figuresAreThoseOfSortingEverything(long seed) {
        Random random = new Random(seed);
        int items = 3 + random.nextInt(80);
        Split split = split(random, items);
        float[][] scores = new float[split.hidden().length][items];
        for (float[] row : scores) {
            for (int item = 0; item < items; item++) {
                row[item] = item * 1e-4f + random.nextInt(5); // no ties, which would be ordered by chance
            }
        }
        RetrievalEvaluation.Found found = new RetrievalEvaluation(split, seed).of((history, to) -> {
            int viewer = IntStream.range(0, split.hidden().length)
                    .filter(one -> split.known().of()[one] == history)
                    .findFirst()
                    .orElseThrow();
            System.arraycopy(scores[viewer], 0, to, 0, items);
        });
        for (int length : RetrievalEvaluation.AT) {
            assertThat(found.mean("hr@" + length)).isCloseTo(naive(split, scores, length, 0), within(1e-9));
            assertThat(found.mean("ndcg@" + length)).isCloseTo(naive(split, scores, length, 1), within(1e-9));
            assertThat(found.mean("recall@" + length)).isCloseTo(naive(split, scores, length, 2), within(1e-9));
        }
        RetrievalEvaluation.Interval interval = found.interval("hr@10", seed);
        assertThat(interval.middle()).isBetween(interval.low(), interval.high());
    }

    /** What has the same score is not told by its number: the mean over orders is what chance finds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void equalScoresFindWhatChanceFinds(long seed) {
        int items = 200;
        int[][] known = new int[2000][];
        int[][] hidden = new int[2000][];
        for (int viewer = 0; viewer < known.length; viewer++) {
            known[viewer] = new int[] {viewer % items};
            hidden[viewer] = new int[] {(viewer + 1 + viewer / items) % items};
        }
        Split split = Split.of(histories(items, known), hidden);
        assertThat(new RetrievalEvaluation(split, seed)
                        .of((history, scores) -> {})
                        .mean("hr@20"))
                .isCloseTo(.1, within(.03));
    }

    private static double naive(Split split, float[][] scores, int length, int measure) {
        double sum = 0;
        int viewers = 0;
        for (int viewer = 0; viewer < split.hidden().length; viewer++) {
            float[] mine = scores[viewer];
            List<Integer> known =
                    Arrays.stream(split.known().of()[viewer]).boxed().toList();
            List<Integer> hidden = Arrays.stream(split.hidden()[viewer]).boxed().toList();
            if (hidden.isEmpty()) {
                continue;
            }
            viewers++;
            List<Integer> list =
                    new ArrayList<>(IntStream.range(0, mine.length).boxed().toList());
            list.removeAll(known);
            list.sort(Comparator.comparing(item -> -mine[item]));
            list = list.subList(0, Math.min(length, list.size()));
            double gain = 0;
            double ideal = 0;
            int hits = 0;
            for (int place = 0; place < length; place++) {
                double worth = 1 / (Math.log(place + 2) / Math.log(2));
                ideal += place < hidden.size() ? worth : 0;
                if (place < list.size() && hidden.contains(list.get(place))) {
                    gain += worth;
                    hits++;
                }
            }
            sum += measure == 0 ? Math.min(1, hits) : measure == 1 ? gain / ideal : hits / (double) hidden.size();
        }
        return sum / viewers;
    }

    private static Split split(Random random, int items) {
        int[][] known = new int[30][];
        int[][] hidden = new int[30][];
        for (int viewer = 0; viewer < 30; viewer++) {
            known[viewer] = random.ints(random.nextInt(6), 0, items).toArray();
            hidden[viewer] = random.ints(random.nextInt(8), 0, items).toArray();
        }
        hidden[0] = new int[] {0};
        known[0] = new int[] {1};
        return Split.of(histories(items, known), hidden);
    }

    private static Histories histories(int items, int[][] known) {
        return new Histories(
                Catalogue.ofIds(
                        IntStream.range(0, items).mapToObj(item -> "i" + item).toList()),
                known,
                true);
    }
}
