package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.models.Artifact;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Heads;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Progress;
import io.tuijian.models.Registry;
import io.tuijian.models.Rows;
import io.tuijian.models.Scores;
import io.tuijian.models.ServingModel;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.World;
import io.tuijian.models.network.LearnerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngagementNetworkTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final Settings QUICK =
            new Settings(7, 2, 6, 64, List.of(16), .01, .15, 30, Set.of("context.hour_sin"), Settings.Tables.USUAL);

    @TempDir
    private Path folder;

    @Test
    void aPlantedSignalIsLearnedAndBeatsPopularity() {
        TrainingSet rows = Rows.planted(5000, 1);
        EngagementNetwork network =
                Trainer.train(rows.earlier(), QUICK, Progress.UNHEARD).frozen();
        assertThat(network.heads()).containsExactly(Action.LONG_VIEW, Action.LIKE);
        Evaluation evaluation = new Evaluation(rows.later());
        Scores scores = network.score(rows.later());
        Evaluation.Interval ahead =
                evaluation.gaucDifference(scores, new PopularityModel().score(rows.later()), Heads.HEADLINE, 1);
        assertThat(ahead.low()).isPositive();
        for (Action head : network.heads()) {
            assertThat(evaluation.head(scores, head).calibration())
                    .as("%s", head)
                    .isCloseTo(1, within(.15));
        }
        assertThat(scores.of(Action.HIDE))
                .as("an untrained head is popularity's")
                .isEqualTo(new PopularityModel().score(rows.later()).of(Action.HIDE));
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndAnotherSeedOthers() throws Exception {
        TrainingSet rows = Rows.planted(1500, 2).earlier();
        byte[] model = written(Trainer.train(rows, QUICK, Progress.UNHEARD), "one");
        assertThat(written(Trainer.train(rows, QUICK, Progress.UNHEARD), "two")).isEqualTo(model);
        assertThat(written(Trainer.train(rows, QUICK.withSeed(8), Progress.UNHEARD), "three"))
                .isNotEqualTo(model);
    }

    @Test
    void rowsWithoutEnoughPositivesCannotBeTrainedOn() {
        assertThatThrownBy(() -> Trainer.train(Rows.planted(30, 1).earlier(), QUICK, Progress.UNHEARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No action occurs 30 times in the rows to train on.");
    }

    @Test
    void whatIsUsuallyLeftOutIsAFeature() {
        assertThat(FeatureSet.ALL.names()).containsAll(Settings.USUAL.leftOut());
    }

    @Test
    void progressOnlyGrowsAndEndsAtOne() {
        List<Double> heard = new ArrayList<>();
        Trainer.train(Rows.planted(1000, 2).earlier(), QUICK, (step, done) -> heard.add(done));
        assertThat(heard).isSorted().last().isEqualTo(1.0);
    }

    @Test
    void whatWasTrainedIsPublishedMeasuredPromotedAndServed() {
        Registry registry = new Registry(folder);
        RankerTraining.Trained trained =
                RankerTraining.run(Rows.planted(5000, 1), NOW, registry, QUICK, Progress.UNHEARD);
        assertThat(trained.verdict().reasons()).isEmpty();
        assertThat(trained.promoted()).isTrue();
        assertThat(trained.metrics().get("ranker.gauc"))
                .isGreaterThan(trained.metrics().get("popularity.gauc"));
        Artifact artifact = registry.artifact("ranker", trained.version());
        assertThat(artifact.folder()).isDirectoryContaining("glob:**/{model.zip,features.json,metrics.json,card.md}");
        assertThat(artifact.metrics().path("ranker.gauc").asDouble())
                .isEqualTo(trained.metrics().get("ranker.gauc"));
        assertThat(artifact.metrics().at("/data/train/to").asText())
                .isLessThan(artifact.metrics().at("/data/test/from").asText());
        assertThat(artifact.usable().inputs().names())
                .hasSize(FeatureSet.ALL.names().size() - 1)
                .doesNotContain("context.hour_sin");
        assertThat(artifact.cardFile())
                .content()
                .contains(
                        "## Known limits",
                        "| LIKE |",
                        "`viewer_topic.lately`",
                        "| short videos | 2000 |",
                        "calibration.svg");
        assertThat(artifact.folder()).isDirectoryContaining("glob:**/{calibration.svg,learning.svg}");
        ServingModel serving = new ServingModel(registry, RankerTraining.MODEL, EngagementNetwork::read);
        assertThat(serving.version()).isEqualTo(trained.version());

        registry.rollback("ranker", NOW);
        RankerTraining.Trained again =
                RankerTraining.run(Rows.planted(5000, 1), NOW.plusSeconds(60), registry, QUICK, Progress.UNHEARD);
        assertThat(again.verdict().promoted()).isTrue();
        assertThat(again.promoted()).as("pinned by the rollback").isFalse();
    }

    @Test
    void aDamagedNetworkIsRefused() throws Exception {
        Registry registry = new Registry(folder);
        Registry.Draft draft = registry.draft("ranker", NOW);
        Learner learner = Trainer.train(Rows.planted(1000, 2).earlier(), QUICK, Progress.UNHEARD);
        learner.write(draft.artifact());
        Artifact artifact = draft.publish();
        byte[] whole = Files.readAllBytes(artifact.modelFile());
        Files.write(artifact.modelFile(), java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> EngagementNetwork.read(artifact)).isInstanceOf(UnusableArtifact.class);
        artifact.describe(
                LearnerState.FORMAT,
                learner.weights().inputs(),
                learner.weights().heads());
        assertThatThrownBy(() -> EngagementNetwork.read(artifact))
                .isInstanceOf(UnusableArtifact.class)
                .hasMessage("ranker 20261121-080000 is not usable: model.zip is not a network.");
    }

    @Test
    void servingSaysWhatWasMeasuredAlsoAfterReadingAndFromEightThreads() throws Exception {
        World world = new World(3);
        Learner trained = Trainer.train(world.collector.set().earlier(), QUICK, Progress.UNHEARD);
        Registry.Draft draft = new Registry(folder).draft("ranker", NOW);
        trained.write(draft.artifact());
        EngagementNetwork network = EngagementNetwork.read(draft.publish());
        assertThat(network.version()).isEqualTo("20261121-080000");
        assertThat(network.predict(List.of())).isEmpty();

        List<String> ids = world.contents.stream().map(Content::getId).toList();
        Context context = new Context(World.END, ZoneOffset.UTC, Surface.FOR_YOU, null, 0, null, null);
        world.replay.finish();
        List<FeatureInput> inputs =
                world.replay.store().load("v1", ids, context).inputs();
        List<Prediction> alone = network.predict(inputs);
        List<TrainingSet.Row> shown = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Content content = inputs.get(i).content();
            shown.add(new TrainingSet.Row(
                    "v1",
                    content.getId(),
                    content.getAuthorId(),
                    content.getKind(),
                    content.getTopics(),
                    "FOR_YOU",
                    World.END.toEpochMilli(),
                    0,
                    i,
                    1,
                    alone.get(i).features().dense(),
                    alone.get(i).features().recent(),
                    0,
                    Float.NaN,
                    new float[Heads.ALL.size()]));
        }
        TrainingSet seen = new TrainingSet(FeatureSet.ALL.names(), shown, World.END);
        float[] offline = network.score(seen).of(Action.LONG_VIEW);
        for (int i = 0; i < offline.length; i++) {
            assertThat(alone.get(i).probability(Action.LONG_VIEW)).isCloseTo(offline[i], within(1e-6));
        }
        assertThat(alone.get(1).probability(Action.LONG_VIEW))
                .as("viewer 1 finishes topic 1")
                .isGreaterThan(alone.get(0).probability(Action.LONG_VIEW));

        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Prediction>>> together = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                together.add(threads.submit(() -> network.predict(inputs)));
            }
            for (Future<List<Prediction>> one : together) {
                assertThat(one.get())
                        .extracting(Prediction::probabilities)
                        .isEqualTo(alone.stream().map(Prediction::probabilities).toList());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private byte[] written(Learner learner, String name) throws Exception {
        Artifact artifact = new Artifact("ranker", name, Files.createDirectories(folder.resolve(name)));
        learner.write(artifact);
        return Files.readAllBytes(artifact.modelFile());
    }
}
