package io.tuijian.models;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Artifacts without a network, and models that say what a test wants. */
final class Published {
    private Published() {}

    static Artifact version(Registry registry, Instant now) {
        return version(registry, now, FeatureSet.ALL.names().get(0));
    }

    static Artifact version(Registry registry, Instant now, String wants) {
        return version(registry, "ranker", now, wants);
    }

    static Artifact ofModel(Registry registry, String model, Instant now) {
        return version(registry, model, now, FeatureSet.ALL.names().get(0));
    }

    private static Artifact version(Registry registry, String model, Instant now, String wants) {
        Registry.Draft draft = registry.draft(model, now);
        try {
            Files.writeString(draft.artifact().modelFile(), "weights of " + now);
            Files.writeString(draft.artifact().metricsFile(), "{\"ranker.gauc\": 0.6, \"data\": {}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        draft.artifact()
                .describe("test", new Inputs(List.of(new Inputs.Input(wants, 0, 1, -1, 1))), List.of(Action.LONG_VIEW));
        return draft.publish();
    }

    static void truncate(Artifact artifact) {
        try {
            Files.writeString(artifact.modelFile(), "weig");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads any whole artifact as a model that says one number. */
    static OfflineModel read(Artifact artifact) {
        artifact.usable();
        return saying(artifact.version(), row -> .3f);
    }

    /** A model whose long view probability is this function of a row, and popularity's for the rest. */
    static OfflineModel saying(String version, Function<TrainingSet.Row, Float> longView) {
        return new OfflineModel() {
            @Override
            public Scores score(TrainingSet rows) {
                Scores scores = new PopularityModel().score(rows);
                for (int row = 0; row < rows.size(); row++) {
                    scores.of(Action.LONG_VIEW)[row] = longView.apply(rows.row(row));
                }
                return scores;
            }

            @Override
            public List<Prediction> predict(List<FeatureInput> inputs) {
                List<Prediction> predictions = new ArrayList<>();
                for (Prediction popular : new PopularityModel().predict(inputs)) {
                    Map<Action, Double> probabilities = new EnumMap<>(popular.probabilities());
                    TrainingSet.Row row = Probes.row(inputs.get(predictions.size()), popular.features());
                    probabilities.put(Action.LONG_VIEW, (double) longView.apply(row));
                    predictions.add(new Prediction(popular.features(), probabilities));
                }
                return predictions;
            }

            @Override
            public String version() {
                return version;
            }
        };
    }
}
