package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aucEqualsCountingEveryPair(long seed) {
        Random random = new Random(seed);
        int count = 1 + random.nextInt(60);
        float[] scores = new float[count];
        boolean[] labels = new boolean[count];
        for (int i = 0; i < count; i++) {
            scores[i] = (random.nextInt(12) - 6) / 4f;
            labels[i] = random.nextBoolean();
        }
        int[] rows = IntStream.range(0, count).toArray();
        assertThat(Auc.of(scores, labels, rows)).isCloseTo(pairs(scores, labels, rows), within(1e-12));
    }

    @Test
    void bothZerosAreOneScoreAndOneLabelAloneHasNoAuc() {
        assertThat(Auc.of(new float[] {0f, -0f}, new boolean[] {true, false}, new int[] {0, 1}))
                .isEqualTo(.5);
        assertThat(Auc.of(new float[] {1, 2}, new boolean[] {true, true}, new int[] {0, 1}))
                .isNaN();
        assertThat(Auc.of(new float[0], new boolean[0], new int[0])).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void gaucEqualsTheObviousLoop(long seed) {
        Random random = new Random(seed);
        List<TrainingSet.Row> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(Rows.row("v" + random.nextInt(40), "" + random.nextInt(3), i, random.nextInt(3) == 0));
        }
        TrainingSet set = new TrainingSet(List.of(), rows, Instant.EPOCH);
        Scores scores = Scores.empty(300);
        boolean[] labels = new boolean[300];
        Map<String, List<Integer>> viewers = new LinkedHashMap<>();
        Map<String, List<Integer>> pairs = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            scores.of(Action.LONG_VIEW)[i] = random.nextInt(20) / 20f;
            TrainingSet.Row row = set.row(i);
            labels[i] = row.did(Heads.index(Action.LONG_VIEW));
            viewers.computeIfAbsent(row.viewerId(), v -> new ArrayList<>()).add(i);
            pairs.computeIfAbsent(row.viewerId() + " " + row.surface(), v -> new ArrayList<>())
                    .add(i);
        }
        Evaluation evaluation = new Evaluation(set);
        assertThat(evaluation.gauc(scores, Action.LONG_VIEW)).isCloseTo(gauc(scores, labels, viewers), within(1e-12));
        assertThat(evaluation.gaucWithinSurface(scores, Action.LONG_VIEW))
                .isCloseTo(gauc(scores, labels, pairs), within(1e-12));
    }

    @Test
    void aViewerWithoutPositivesCountsZeroInNdcgAndTiesShareTheirPlaces() {
        TrainingSet set = new TrainingSet(
                List.of(),
                List.of(
                        Rows.row("alice", "0", 0, true),
                        Rows.row("alice", "0", 1, false),
                        Rows.row("bob", "0", 2, false)),
                Instant.EPOCH);
        Scores tied = Scores.empty(3);
        double second = Math.log(2) / Math.log(3);
        assertThat(new Evaluation(set).ndcg(tied, Action.LONG_VIEW)).isCloseTo((1 + second) / 2 / 2, within(1e-12));
        Scores right = Scores.empty(3);
        right.of(Action.LONG_VIEW)[0] = 1;
        assertThat(new Evaluation(set).ndcg(right, Action.LONG_VIEW)).isCloseTo(.5, within(1e-12));
    }

    @Test
    void aHeadWithoutPositivesReportsNoMetric() {
        TrainingSet set = Rows.planted(500, 1);
        Map<String, Double> figures = new Evaluation(set).figures("popularity", new PopularityModel().score(set));
        assertThat(figures)
                .containsKeys(
                        "popularity.gauc",
                        "popularity.ndcg@5",
                        "popularity.primary",
                        "popularity.gauc_within_surface",
                        "popularity.like.auc",
                        "popularity.long_view.calibration")
                .doesNotContainKeys("popularity.purchase.auc", "popularity.purchase.log_loss");
        assertThat(figures.get("popularity.primary"))
                .isCloseTo((figures.get("popularity.gauc") + figures.get("popularity.ndcg@5")) / 2, within(1e-12));
    }

    @Test
    void theIntervalHoldsTheDifferenceAndIsTheSameEachTime() {
        TrainingSet set = Rows.planted(3000, 2);
        Evaluation evaluation = new Evaluation(set);
        Scores one = Published.saying("one", row -> row.dense()[Rows.PLANTED]).score(set);
        Scores other = new PopularityModel().score(set);
        Evaluation.Interval interval = evaluation.gaucDifference(one, other, Action.LONG_VIEW, 5);
        assertThat(interval.middle())
                .isCloseTo(
                        evaluation.gauc(one, Action.LONG_VIEW) - evaluation.gauc(other, Action.LONG_VIEW),
                        within(1e-12))
                .isStrictlyBetween(interval.low(), interval.high());
        assertThat(interval.low()).isPositive();
        assertThat(evaluation.gaucDifference(one, other, Action.LONG_VIEW, 5)).isEqualTo(interval);
    }

    private static double gauc(Scores scores, boolean[] labels, Map<String, List<Integer>> groups) {
        double sum = 0;
        double weights = 0;
        for (List<Integer> group : groups.values()) {
            int[] rows = group.stream().mapToInt(i -> i).toArray();
            double auc = pairs(scores.of(Action.LONG_VIEW), labels, rows);
            if (!Double.isNaN(auc)) {
                long positives = group.stream().filter(i -> labels[i]).count();
                sum += positives * auc;
                weights += positives;
            }
        }
        return sum / weights;
    }

    private static double pairs(float[] scores, boolean[] labels, int[] rows) {
        double above = 0;
        int pairs = 0;
        for (int positive : rows) {
            for (int negative : rows) {
                if (labels[positive] && !labels[negative]) {
                    pairs++;
                    above += scores[positive] > scores[negative] ? 1 : scores[positive] == scores[negative] ? .5 : 0;
                }
            }
        }
        return pairs == 0 ? Double.NaN : above / pairs;
    }
}
