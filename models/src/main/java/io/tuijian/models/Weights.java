package io.tuijian.models;

import io.tuijian.models.network.LearnerState;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import java.util.List;
import java.util.Map;

/**
 * All that a ranking network knows, as plain arrays, to be read only: enough to score without the library that trained
 * it. A score is: the input of {@link Layout}; each layer in turn; per output the {@link Calibration} of the logit. An
 * output that is not among {@code heads} is not trained: popularity answers for it. What {@link Heads#applies} excludes
 * is 0.
 *
 * @param inputs the dense features, those of the viewer part first: {@code layout.viewerDense()} of them
 * @param recent how many of the viewer's last engagements count, newest first
 * @param outputs what each output of the last layer predicts
 * @param heads the outputs that are trained
 * @param tables one per slot
 * @param attention {@code width × width}, row by row: {@code query[i] = Σ attention[i × width + j] candidate[j]}
 * @param layers from input to logits
 */
public record Weights(
        Inputs inputs,
        Layout layout,
        int recent,
        List<Action> outputs,
        List<Action> heads,
        Map<Slot, FrozenTable> tables,
        float[] attention,
        List<Layer> layers,
        Calibration calibration) {

    /**
     * {@code y[o] = f(biases[o] + Σ x[i] weights[i × out + o])}, where f is max(0, ·), or nothing in the last layer.
     *
     * @param weights {@code in × out}, row by row
     */
    public record Layer(int in, int out, boolean rectified, float[] weights, float[] biases) {}

    /**
     * The weights of a published ranker.
     *
     * @throws UnusableArtifact if it is damaged or wants what is not known here
     */
    public static Weights read(Artifact artifact) {
        return LearnerState.read(artifact).weights();
    }
}
