package io.tuijian.models.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.ViewerState;
import io.tuijian.models.Auc;
import io.tuijian.models.Heads;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static TrainingSet.Row row(String viewer, String content, boolean longView, String... viewedLong) {
        List<ViewerState.Recent> recent = Stream.of(viewedLong)
                .map(id -> new ViewerState.Recent(
                        "e" + id, id, "a" + id, ContentKind.SHORT_VIDEO, List.of(), Action.LONG_VIEW, 0, 0))
                .toList();
        float[] popularity = new float[Heads.ALL.size()];
        return new TrainingSet.Row(
                viewer,
                content,
                "a" + content,
                ContentKind.SHORT_VIDEO,
                List.of(),
                "1",
                0,
                0,
                0,
                1,
                new float[0],
                recent,
                longView ? 1 << Heads.index(Heads.HEADLINE) : 0,
                Float.NaN,
                popularity);
    }

    /** Viewers and contents of two tastes; nobody and nothing is liked better on the whole. */
    private static List<TrainingSet.Row> tastes(int count, long seed) {
        Random random = new Random(seed);
        List<TrainingSet.Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int viewer = random.nextInt(40);
            int content = random.nextInt(40);
            boolean same = viewer % 2 == content % 2;
            rows.add(row("v" + viewer, "c" + content, random.nextDouble() < (same ? .8 : .2)));
        }
        return rows;
    }

    private static double auc(Baseline baseline) {
        baseline.learn(tastes(20_000, 1));
        List<TrainingSet.Row> rows = tastes(2_000, 2);
        float[] scores = new float[rows.size()];
        boolean[] labels = new boolean[rows.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = baseline.score(rows.get(i));
            labels[i] = rows.get(i).did(Heads.index(Heads.HEADLINE));
        }
        return Auc.of(scores, labels, IntStream.range(0, scores.length).toArray());
    }

    @Test
    void theMachineLearnsWhoLikesWhatAndTheRegressionCannot() {
        assertThat(auc(FactorisationMachine.of(7))).isGreaterThan(.7);
        assertThat(auc(FactorisationMachine.logisticRegression(7))).isBetween(.4, .6);
    }

    @Test
    void theSameSeedGivesTheSameScoresAndAnUnknownIdIsLeftOut() {
        FactorisationMachine one = FactorisationMachine.of(3);
        FactorisationMachine other = FactorisationMachine.of(3);
        one.learn(tastes(500, 4));
        other.learn(tastes(500, 4));
        TrainingSet.Row known = row("v1", "c1", false);
        assertThat(one.score(known)).isEqualTo(other.score(known));
        assertThat(one.score(row("v999", "c999", false))).isFinite();
    }

    @Test
    void neighboursPreferWhatTheSameViewersViewedLong() {
        Baseline neighbours = new ItemNeighbours();
        neighbours.learn(List.of(
                row("v1", "tea", true),
                row("v1", "cup", true),
                row("v2", "cup", true),
                row("v2", "tea", true),
                row("v3", "car", true),
                row("v3", "tea", false)));
        assertThat(neighbours.score(row("v9", "cup", false, "tea")))
                .isGreaterThan(neighbours.score(row("v9", "car", false, "tea")));
        assertThat(neighbours.score(row("v9", "unknown", false, "tea"))).isZero();
        assertThat(neighbours.score(row("v9", "cup", false))).isZero();
    }

    @Test
    void rulesKnowWhatComesAfterWhatAndHowSoon() {
        Baseline rules = new SequentialRules();
        rules.learn(List.of(
                row("v1", "part 1", true),
                row("v1", "part 2", true),
                row("v1", "part 3", true),
                row("v2", "part 1", true),
                row("v2", "part 2", true)));
        float next = rules.score(row("v9", "part 2", false, "part 1"));
        assertThat(next).isGreaterThan(rules.score(row("v9", "part 3", false, "part 1")));
        assertThat(rules.score(row("v9", "part 1", false, "part 2"))).isZero();
        assertThat(next).isGreaterThan(rules.score(row("v9", "part 2", false, "part 3", "part 1")));
    }
}
