package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final TrainingSet ROWS = Rows.planted(4000, 3);
    private static final Function<TrainingSet.Row, Float> TRUE =
            row -> sigmoid(row.dense()[Rows.SHARED] + 2 * row.dense()[Rows.PLANTED] - 1);
    private static final Function<TrainingSet.Row, Float> NOISE = row -> .35f + .1f * sigmoid(row.dense()[0]);

    @TempDir
    private Path folder;

    private Artifact candidate;

    @BeforeEach
    void publish() {
        candidate = Published.version(new Registry(folder), NOW);
    }

    private Verdict judge(Function<TrainingSet.Row, Float> says, OfflineModel serving) {
        Gate gate = new Gate(artifact -> {
            artifact.usable();
            return Published.saying(artifact.version(), says);
        });
        return gate.judge(candidate, new Evaluation(ROWS.later()), serving);
    }

    @Test
    void aTrueModelIsPromoted() {
        Verdict verdict = judge(TRUE, new PopularityModel());
        assertThat(verdict.reasons()).isEmpty();
        assertThat(verdict.promoted()).isTrue();
        assertThat(verdict.table()).contains("| NotWorseThanPopularity | yes | GAUC +", "| Calibrated.LONG_VIEW | yes");
    }

    @Test
    void aModelWorseThanPopularityIsRefused() {
        assertThat(judge(NOISE, new PopularityModel()).reasons())
                .singleElement()
                .asString()
                .startsWith("NotWorseThanPopularity");
    }

    @Test
    void aModelWorseThanTheServingOneIsRefused() {
        Function<TrainingSet.Row, Float> worse =
                row -> sigmoid(row.dense()[Rows.SHARED] + .5f * row.dense()[Rows.PLANTED] - 1);
        assertThat(judge(worse, new PopularityModel()).promoted()).isTrue();
        assertThat(judge(worse, Published.saying("20261120-080000", TRUE)).reasons())
                .singleElement()
                .asString()
                .startsWith("NotWorseThanServing")
                .endsWith("20261120-080000");
    }

    @Test
    void theSameModelAgainIsNotWorse() {
        assertThat(judge(TRUE, Published.saying("20261120-080000", TRUE)).promoted())
                .isTrue();
    }

    @Test
    void aMiscalibratedModelIsRefused() {
        assertThat(judge(row -> TRUE.apply(row) / 3, new PopularityModel()).reasons())
                .singleElement()
                .asString()
                .startsWith("Calibrated.LONG_VIEW");
        assertThat(judge(row -> Float.NaN, new PopularityModel()).promoted()).isFalse();
    }

    @Test
    void aTruncatedFileAndAnUnknownInputAreRefused() {
        Published.truncate(candidate);
        assertThat(judge(TRUE, new PopularityModel()).reasons())
                .singleElement()
                .asString()
                .contains("truncated");
        candidate = Published.version(new Registry(folder), NOW, "viewer.shoe_size");
        assertThat(judge(TRUE, new PopularityModel()).reasons())
                .singleElement()
                .asString()
                .contains("viewer.shoe_size");
    }

    @Test
    void aModelThatAnswersOtherThanItScoresIsRefused() {
        Gate gate = new Gate(
                artifact -> Published.saying(artifact.version(), TRUE),
                artifact -> Published.saying(artifact.version(), row -> TRUE.apply(row) + .001f));
        assertThat(gate.judge(candidate, new Evaluation(ROWS.later()), new PopularityModel())
                        .reasons())
                .singleElement()
                .asString()
                .startsWith("ServedAsJudged")
                .contains("1.0e-03 (LONG_VIEW)");
        Gate broken = new Gate(
                artifact -> Published.saying(artifact.version(), TRUE),
                artifact -> Published.saying(artifact.version(), row -> Float.NaN));
        assertThat(broken.judge(candidate, new Evaluation(ROWS.later()), new PopularityModel())
                        .reasons())
                .anyMatch(reason -> reason.startsWith("ServedAsJudged"));
    }

    @Test
    void rowsServedTogetherAreComparedByPage() {
        assertThat(Evaluation.byPage(ROWS.later()).tellingViewers(Heads.HEADLINE))
                .isZero();
        Verdict verdict = new Gate(artifact -> Published.saying(artifact.version(), TRUE))
                .judge(candidate, Evaluation.byPage(ROWS.later()), new PopularityModel());
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("0 later pages with both labels"));
    }

    @Test
    void tooFewViewersProveNothing() {
        TrainingSet few = Rows.planted(100, 4);
        Gate gate = new Gate(artifact -> Published.saying(artifact.version(), TRUE));
        assertThat(gate.judge(candidate, new Evaluation(few.later()), new PopularityModel())
                        .reasons())
                .anyMatch(reason -> reason.startsWith("EnoughViewers"));
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }
}
