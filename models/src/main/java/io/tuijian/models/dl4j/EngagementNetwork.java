package io.tuijian.models.dl4j;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.models.Artifact;
import io.tuijian.models.Calibration;
import io.tuijian.models.Heads;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Scores;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.models.network.Batch;
import io.tuijian.models.network.Front;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A trained ranking network, scored by the library that trained it: what every faster scorer has to agree with. Heads
 * that were not trained are popularity's. Safe from many threads: each scores with its own copy of the network.
 */
public final class EngagementNetwork implements OfflineModel {
    private static final int ROWS_AT_ONCE = 2048;

    private final String version;
    private final Weights weights;
    private final FeatureSet set;
    private final int[] positions;
    private final int[] headOf;
    private final ThreadLocal<Own> own;

    /** What one thread scores with. */
    private record Own(MultiLayerNetwork network, Batch batch, Front front) {}

    public EngagementNetwork(String version, Weights weights) {
        this(version, weights, FeatureSet.ALL);
    }

    /** @param set what it finds its inputs in */
    EngagementNetwork(String version, Weights weights, FeatureSet set) {
        this.version = version;
        this.weights = weights;
        this.set = set;
        this.positions = weights.inputs().positions(set.names());
        this.headOf = weights.outputs().stream()
                .mapToInt(action -> weights.heads().contains(action) ? Heads.index(action) : -1)
                .toArray();
        MultiLayerNetwork network = Tower.network(weights.layers());
        this.own = ThreadLocal.withInitial(() -> {
            synchronized (network) {
                return new Own(
                        network.clone(),
                        new Batch(weights.layout(), weights.inputs(), weights.outputs(), weights.recent()),
                        new Front(weights.layout(), weights.attention()));
            }
        });
    }

    /**
     * Reads a published network.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or wants what is not known here
     */
    public static EngagementNetwork read(Artifact artifact) {
        return new EngagementNetwork(artifact.version(), Weights.read(artifact));
    }

    @Override
    public List<Prediction> predict(List<FeatureInput> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        List<Features> features = set.of(candidates);
        Own mine = own.get();
        mine.batch.clear(candidates.size());
        float[][] byHead = new float[Heads.ALL.size()][candidates.size()];
        for (int i = 0; i < candidates.size(); i++) {
            FeatureInput candidate = candidates.get(i);
            Content content = candidate.content();
            mine.batch.add(
                    features.get(i).dense(),
                    positions,
                    candidate.viewer().viewerId(),
                    candidate.context().surface().name(),
                    content.getId(),
                    content.getAuthorId(),
                    content.getKind(),
                    content.getTopics(),
                    features.get(i).recent(),
                    candidate.context().now().toEpochMilli(),
                    0);
            float[] popularity = PopularityModel.byHead(candidate.contentState(), candidate.author());
            for (int head = 0; head < byHead.length; head++) {
                byHead[head][i] = Heads.applies(Heads.ALL.get(head), content.getKind()) ? popularity[head] : 0;
            }
        }
        score(mine, byHead, 0, i -> candidates.get(i).content().getKind());
        List<Prediction> predictions = new ArrayList<>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            Map<Action, Double> probabilities = new EnumMap<>(Action.class);
            for (int head = 0; head < byHead.length; head++) {
                probabilities.put(Heads.ALL.get(head), (double) byHead[head][i]);
            }
            predictions.add(new Prediction(features.get(i), probabilities));
        }
        return predictions;
    }

    @Override
    public Scores score(TrainingSet rows) {
        Scores scores = new PopularityModel().score(rows);
        int[] at = weights.inputs().positions(rows.names());
        Own mine = own.get();
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            int first = from;
            mine.batch.fill(rows.rows().subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE)), at, false);
            score(mine, scores.byHead(), from, i -> rows.row(first + i).kind());
        }
        return scores;
    }

    /** Overwrites what the trained heads say of the rows of the batch, from row {@code from} on. */
    private void score(Own mine, float[][] byHead, int from, IntFunction<ContentKind> kinds) {
        mine.front.forward(mine.batch, weights.tables(), null);
        int rows = mine.batch.rows();
        float[] logits = Tower.logits(
                mine.network, mine.batch.x(), rows, weights.layout().size());
        Calibration calibration = weights.calibration();
        for (int row = 0; row < rows; row++) {
            ContentKind kind = kinds.apply(row);
            for (int output = 0; output < headOf.length; output++) {
                if (headOf[output] >= 0 && Heads.applies(weights.outputs().get(output), kind)) {
                    byHead[headOf[output]][from + row] =
                            calibration.probability(output, kind, logits[row * headOf.length + output]);
                }
            }
        }
    }

    /**
     * What the tower alone makes of whole inputs.
     *
     * @param x {@code layout.size()} numbers per row
     * @return a logit per row and output, before calibration
     */
    public float[] logits(float[] x, int rows) {
        return Tower.logits(own.get().network, x, rows, weights.layout().size());
    }

    /** All that it knows. */
    public Weights weights() {
        return weights;
    }

    /** The heads that were trained. */
    public List<Action> heads() {
        return weights.heads();
    }

    @Override
    public String version() {
        return version;
    }
}
