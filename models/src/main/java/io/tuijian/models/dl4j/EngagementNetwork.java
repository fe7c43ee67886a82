package io.tuijian.models.dl4j;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.models.Artifact;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Scores;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A multi-layer network on standardised dense features with a sigmoid per trained head; the other heads are
 * popularity's. Safe from many threads: each scores with its own copy of the network.
 */
public final class EngagementNetwork implements OfflineModel {
    static final String FORMAT = "dl4j-multilayer-1";

    private static final int ROWS_AT_ONCE = 4096;

    private final String version;
    private final Inputs inputs;
    private final List<Action> heads;
    private final MultiLayerNetwork network;
    private final int[] positions;
    private final ThreadLocal<MultiLayerNetwork> own;

    EngagementNetwork(String version, Inputs inputs, List<Action> heads, MultiLayerNetwork network) {
        this.version = version;
        this.inputs = inputs;
        this.heads = List.copyOf(heads);
        this.network = network;
        this.positions = inputs.positions(FeatureSet.ALL.names());
        this.own = ThreadLocal.withInitial(() -> {
            synchronized (network) {
                return network.clone();
            }
        });
    }

    /**
     * Reads a published network.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or wants what is not known here
     */
    public static EngagementNetwork read(Artifact artifact) {
        Artifact.Description description = artifact.usable();
        if (!FORMAT.equals(description.format())) {
            throw artifact.unusable("its format " + description.format() + " is not " + FORMAT, null);
        }
        try {
            MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(
                    artifact.modelFile().toFile(), false);
            return new EngagementNetwork(artifact.version(), description.inputs(), description.heads(), network);
        } catch (IOException | RuntimeException e) {
            throw artifact.unusable("model.zip is not a network", e);
        }
    }

    /** Writes {@code model.zip} and {@code features.json}. */
    public void write(Artifact artifact) throws IOException {
        ModelSerializer.writeModel(network, artifact.modelFile().toFile(), false);
        artifact.describe(FORMAT, inputs, heads);
    }

    @Override
    public List<Prediction> predict(List<FeatureInput> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        List<Features> features = FeatureSet.ALL.of(candidates);
        float[] standard = new float[candidates.size() * inputs.size()];
        for (int i = 0; i < candidates.size(); i++) {
            inputs.standardise(features.get(i).dense(), positions, 0, inputs.size(), standard, i * inputs.size());
        }
        float[] outputs = outputs(standard, candidates.size());
        List<Prediction> predictions = new ArrayList<>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            FeatureInput candidate = candidates.get(i);
            float[] popularity = PopularityModel.byHead(candidate.contentState(), candidate.author());
            Map<Action, Double> probabilities = new EnumMap<>(Action.class);
            for (int head = 0; head < popularity.length; head++) {
                probabilities.put(Heads.ALL.get(head), (double) popularity[head]);
            }
            for (int output = 0; output < heads.size(); output++) {
                probabilities.put(heads.get(output), (double) outputs[i * heads.size() + output]);
            }
            predictions.add(new Prediction(features.get(i), probabilities));
        }
        return predictions;
    }

    @Override
    public Scores score(TrainingSet rows) {
        Scores scores = new PopularityModel().score(rows);
        int[] at = inputs.positions(rows.names());
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            int count = Math.min(ROWS_AT_ONCE, rows.size() - from);
            float[] standard = new float[count * inputs.size()];
            for (int i = 0; i < count; i++) {
                inputs.standardise(rows.row(from + i).dense(), at, 0, inputs.size(), standard, i * inputs.size());
            }
            float[] outputs = outputs(standard, count);
            for (int output = 0; output < heads.size(); output++) {
                float[] head = scores.of(heads.get(output));
                for (int i = 0; i < count; i++) {
                    head[from + i] = outputs[i * heads.size() + output];
                }
            }
        }
        return scores;
    }

    private float[] outputs(float[] standard, int count) {
        try (INDArray input = Nd4j.create(standard, new long[] {count, inputs.size()}, 'c');
                INDArray output = own.get().output(input)) {
            return floats(output);
        }
    }

    /** All weights, in the network's order. */
    public float[] weights() {
        return floats(network.params());
    }

    MultiLayerNetwork network() {
        return network;
    }

    static float[] floats(INDArray array) {
        try (INDArray copy = array.dup('c')) {
            return copy.data().asFloat();
        }
    }

    /** The heads that were trained, in the order of the network's outputs. */
    public List<Action> heads() {
        return heads;
    }

    public Inputs inputs() {
        return inputs;
    }

    @Override
    public String version() {
        return version;
    }
}
