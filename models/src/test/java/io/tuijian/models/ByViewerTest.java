package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByViewerTest {
    private static float[] random(TrainingSet rows, long seed) {
        Random random = new Random(seed);
        float[] scores = new float[rows.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(20) / 20f;
        }
        return scores;
    }

    private static Scores headline(float[] scored) {
        Scores scores = Scores.empty(scored.length);
        System.arraycopy(scored, 0, scores.of(Heads.HEADLINE), 0, scored.length);
        return scores;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void figuresAreThoseOfTheEvaluation(long seed) {
        TrainingSet rows = Rows.planted(600, seed);
        float[] scored = random(rows, seed);
        Evaluation evaluation = new Evaluation(rows);
        ByViewer by = ByViewer.of(rows, scored);
        assertThat(by.gauc()).isCloseTo(evaluation.gauc(headline(scored), Heads.HEADLINE), within(1e-12));
        assertThat(by.ndcgAt5()).isCloseTo(evaluation.ndcg(headline(scored), Heads.HEADLINE), within(1e-12));
        assertThat(by.telling()).isEqualTo(evaluation.tellingViewers(Heads.HEADLINE));
        assertThat(ByViewer.withinSurface(rows, scored).gauc())
                .isCloseTo(evaluation.gaucWithinSurface(headline(scored), Heads.HEADLINE), within(1e-12));
    }

    @Test
    void oneScoreForAllIsTheMeanOfRandomOrders() {
        TrainingSet rows = Rows.planted(600, 1);
        ByViewer tied = ByViewer.of(rows, new float[rows.size()]);
        double sum = 0;
        for (int seed = 0; seed < 200; seed++) {
            float[] scores = new float[rows.size()];
            Random random = new Random(seed);
            for (int i = 0; i < scores.length; i++) {
                scores[i] = random.nextFloat();
            }
            sum += ByViewer.of(rows, scores).primary() / 200;
        }
        assertThat(tied.gauc()).isCloseTo(.5, within(1e-12));
        assertThat(tied.primary()).isCloseTo(sum, within(.005));
    }

    @Test
    void anIntervalHoldsItsMiddleAndNothingIsAboveItself() {
        TrainingSet rows = Rows.planted(2000, 3);
        ByViewer by = ByViewer.of(rows, random(rows, 3));
        Evaluation.Interval interval = by.interval(1);
        assertThat(interval.middle()).isEqualTo(by.primary()).isBetween(interval.low(), interval.high());
        assertThat(by.above(by, 1)).isEqualTo(new Evaluation.Interval(0, 0, 0));
        assertThat(ByViewer.mean(List.of(by, by)).primary()).isCloseTo(by.primary(), within(1e-12));
    }

    @Test
    void scoresOfOtherRowsAreRefused() {
        assertThatThrownBy(() -> ByViewer.of(Rows.planted(100, 1), new float[99]))
                .hasMessage("99 scores for 100 rows");
    }
}
