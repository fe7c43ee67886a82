package io.tuijian.launcher.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.models.Artifact;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Scores;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pupil whose lessons can be counted: how often each viewer saw each topic, and watched long. */
final class TasteTable implements Pupil {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONG_VIEW = Heads.index(Action.LONG_VIEW);
    private static final double PRIOR = .3;

    /** Of viewer and topic. */
    record Met(double seen, double watched) {
        double probability() {
            return (watched + 2 * PRIOR) / (seen + 2);
        }
    }

    private final Map<String, Met> met = new TreeMap<>();

    static final School SCHOOL = new School() {
        @Override
        public Settings settings() {
            return Settings.USUAL;
        }

        @Override
        public Pupil fresh(TrainingSet rows) {
            return new TasteTable();
        }

        @Override
        public TasteTable of(Artifact artifact) {
            artifact.usable();
            TasteTable table = new TasteTable();
            try {
                JSON.readTree(artifact.modelFile().toFile())
                        .properties()
                        .forEach(entry -> table.met.put(
                                entry.getKey(),
                                new Met(
                                        entry.getValue().get("seen").asDouble(),
                                        entry.getValue().get("watched").asDouble())));
                return table;
            } catch (IOException e) {
                throw new UnusableArtifact("no table", e);
            }
        }

        @Override
        public OfflineModel read(Artifact artifact) {
            return of(artifact).model(artifact.version());
        }
    };

    @Override
    public double learn(TrainingSet rows, TrainingSet corrected, TrainingSet before) {
        double loss = 0;
        for (TrainingSet.Row row : rows.rows()) {
            double probability = of(row.viewerId(), row.topics()).probability();
            loss -= Math.log(row.did(LONG_VIEW) ? probability : 1 - probability);
            add(row, 1);
        }
        corrected.rows().forEach(row -> add(row, 1));
        before.rows().forEach(row -> add(row, -1));
        return loss / rows.size();
    }

    private void add(TrainingSet.Row row, int sign) {
        met.merge(
                key(row.viewerId(), row.topics()),
                new Met(sign, row.did(LONG_VIEW) ? sign : 0),
                (a, b) -> new Met(a.seen + b.seen, a.watched + b.watched));
    }

    private Met of(String viewer, List<String> topics) {
        return met.getOrDefault(key(viewer, topics), new Met(0, 0));
    }

    private static String key(String viewer, List<String> topics) {
        return viewer + ' ' + topics;
    }

    /** How many examples it knows of. */
    double seen() {
        return met.values().stream().mapToDouble(Met::seen).sum();
    }

    /** How many of them were watched long. */
    double watched() {
        return met.values().stream().mapToDouble(Met::watched).sum();
    }

    double probability(String viewer, String topic) {
        return of(viewer, List.of(topic)).probability();
    }

    @Override
    public void calibrate(TrainingSet rows) {}

    @Override
    public void write(Artifact artifact) throws IOException {
        JSON.writeValue(artifact.modelFile().toFile(), met);
        artifact.describe(
                "table",
                new Inputs(List.of(new Inputs.Input(FeatureSet.ALL.names().get(0), 0, 1, 0, 1))),
                List.of(Action.LONG_VIEW));
    }

    private OfflineModel model(String version) {
        return new OfflineModel() {
            @Override
            public Scores score(TrainingSet rows) {
                Scores scores = new PopularityModel().score(rows);
                for (int row = 0; row < rows.size(); row++) {
                    TrainingSet.Row of = rows.row(row);
                    scores.of(Action.LONG_VIEW)[row] =
                            (float) of(of.viewerId(), of.topics()).probability();
                }
                return scores;
            }

            @Override
            public List<Prediction> predict(List<FeatureInput> inputs) {
                List<Prediction> predictions = new ArrayList<>();
                for (Prediction popular : new PopularityModel().predict(inputs)) {
                    FeatureInput input = inputs.get(predictions.size());
                    Map<Action, Double> probabilities = new EnumMap<>(popular.probabilities());
                    probabilities.put(
                            Action.LONG_VIEW,
                            of(input.viewer().viewerId(), input.content().getTopics())
                                    .probability());
                    predictions.add(new Prediction(popular.features(), probabilities));
                }
                return predictions;
            }

            private Met of(String viewer, List<String> topics) {
                return TasteTable.this.of(viewer, topics);
            }

            @Override
            public String version() {
                return version;
            }
        };
    }
}
