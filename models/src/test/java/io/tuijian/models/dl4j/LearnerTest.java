package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.FeatureSet;
import io.tuijian.features.ViewerState;
import io.tuijian.models.Artifact;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Scores;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnerTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Settings.Tables TABLES = new Settings.Tables(8, 20, 2, 1000, 30, .05, 0, .02);
    private static final Settings SETTINGS = new Settings(3, 1, 1, 64, List.of(16), .01, .1, 20, Set.of(), TABLES);

    @TempDir
    private Path folder;

    /** Viewers who look long at what has the topic of what they looked at last; features say nothing. */
    private static TrainingSet tastes(int count, long seed) {
        Random random = new Random(seed);
        List<TrainingSet.Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int taste = random.nextInt(4);
            int shown = random.nextInt(4);
            boolean likes = taste == shown ? random.nextInt(10) > 0 : random.nextInt(10) == 0;
            rows.add(row(i, "c" + (4 * random.nextInt(20) + shown), shown, ContentKind.SHORT_VIDEO, taste, likes));
        }
        return new TrainingSet(FeatureSet.ALL.names(), rows, at(count));
    }

    private static TrainingSet.Row row(
            int minute, String content, int topic, ContentKind kind, int taste, boolean likes) {
        List<ViewerState.Recent> recent =
                List.of(recent("e1", taste, at(minute - 1)), recent("e2", (taste + 1) % 4, at(minute - 5000)));
        return new TrainingSet.Row(
                "v" + minute % 50,
                content,
                "a" + topic,
                kind,
                List.of("t" + topic),
                "FOR_YOU",
                at(minute).toEpochMilli(),
                at(minute).toEpochMilli(),
                minute % 7,
                1,
                new float[FeatureSet.ALL.names().size()],
                recent,
                likes ? 1 << Heads.index(Action.LONG_VIEW) : 0,
                likes ? .8f : .1f,
                new float[Heads.ALL.size()]);
    }

    private static ViewerState.Recent recent(String id, int topic, Instant at) {
        return new ViewerState.Recent(
                id,
                "c" + topic,
                "a" + topic,
                ContentKind.SHORT_VIDEO,
                List.of("t" + topic),
                Action.LONG_VIEW,
                at.toEpochMilli(),
                0);
    }

    private static Instant at(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    private static Learner fresh(TrainingSet rows) {
        return Learner.fresh(SETTINGS, Inputs.of(rows, Set.of()));
    }

    @Test
    void whatTheViewerDidLastSaysWhatTheyLike() {
        TrainingSet rows = tastes(12_000, 1);
        Learner learner = fresh(rows);
        double first = learner.learn(rows);
        double second = learner.learn(rows);
        assertThat(second).isLessThan(first);
        TrainingSet others = tastes(2000, 2);
        EngagementNetwork network = learner.frozen();
        Scores scores = network.score(others);
        Evaluation evaluation = new Evaluation(others);
        assertThat(evaluation.head(scores, Action.LONG_VIEW).auc()).isGreaterThan(.8);
        assertThat(evaluation.head(scores, Action.WATCH).calibration()).isCloseTo(1, within(.2));
        assertThat(network.weights().tables().get(Slot.CONTENT).row("c1")).isPositive();
        assertThat(network.weights().tables().get(Slot.CONTENT).row("never met"))
                .isZero();
    }

    @Test
    void aLearnerGoesOnFromItsArtifactAsIfItHadNotStopped() throws Exception {
        TrainingSet one = tastes(500, 1);
        TrainingSet two = tastes(500, 2);
        Learner learner = fresh(one);
        learner.learn(one);
        learner.calibrate(one);
        Artifact artifact = artifact("one");
        learner.write(artifact);
        Learner again = Learner.of(artifact);
        learner.learn(two);
        again.learn(two);
        assertThat(again.weights()).usingRecursiveComparison().isEqualTo(learner.weights());
    }

    @Test
    void whatIsFrozenDoesNotLearnOn() {
        TrainingSet rows = tastes(500, 1);
        Learner learner = fresh(rows);
        learner.learn(rows);
        EngagementNetwork network = learner.frozen();
        float[] before = network.score(rows).of(Action.LONG_VIEW).clone();
        learner.learn(rows);
        assertThat(network.score(rows).of(Action.LONG_VIEW)).isEqualTo(before);
    }

    @Test
    void whatCannotHappenIsPredictedZeroAndNotLearnedFrom() {
        TrainingSet videos = tastes(600, 1);
        List<TrainingSet.Row> posts = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            posts.add(row(i, "c" + i % 30, 1, ContentKind.POST, i % 4, i % 2 == 0));
        }
        TrainingSet rows = new TrainingSet(videos.names(), posts, at(600));
        Learner learner = fresh(videos);
        learner.learn(videos);
        assertThat(learner.weights().heads()).contains(Action.WATCH);
        Scores scores = learner.frozen().score(rows);
        assertThat(scores.of(Action.WATCH)).containsOnly(0);
        assertThat(scores.of(Action.PURCHASE)).containsOnly(0);
        assertThat(scores.of(Action.LONG_VIEW)).doesNotContain(0);
        Evaluation.Head watch = new Evaluation(rows).head(scores, Action.WATCH);
        assertThat(watch.positives()).isZero();
    }

    @Test
    void aTruncatedModelIsRefused() throws Exception {
        TrainingSet rows = tastes(200, 1);
        Learner learner = fresh(rows);
        learner.learn(rows);
        Artifact artifact = artifact("one");
        learner.write(artifact);
        byte[] whole = Files.readAllBytes(artifact.modelFile());
        Files.write(artifact.modelFile(), Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(() -> Learner.of(artifact))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessageContaining("truncated");
        artifact.describe(
                io.tuijian.models.network.LearnerState.FORMAT,
                learner.weights().inputs(),
                learner.weights().heads());
        assertThatThrownBy(() -> Learner.of(artifact))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessage("ranker one is not usable: model.zip is not a network.");
    }

    private Artifact artifact(String name) throws Exception {
        return new Artifact("ranker", name, Files.createDirectories(folder.resolve(name)));
    }
}
