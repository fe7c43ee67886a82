package io.tuijian.models.dl4j;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Cross entropy of logits with labels in [0, 1], each cell counted as often as the mask says: a missing or impossible
 * label has a 0 there. The layer before has no activation. Remembers the loss whose gradient was asked for last.
 */
final class MaskedCrossEntropy implements ILossFunction {
    private static final long serialVersionUID = 1;

    private double loss;
    private double weight;

    /** Sum over the cells of the last gradient. */
    double loss() {
        return loss;
    }

    /** How much the cells of the last gradient counted. */
    double weight() {
        return weight;
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
        float[] z = Floats.rowByRow(logits);
        float[] y = Floats.rowByRow(labels);
        float[] m = Floats.rowByRow(mask);
        loss = 0;
        weight = 0;
        for (int cell = 0; cell < z.length; cell++) {
            if (m[cell] == 0) {
                z[cell] = 0;
                continue;
            }
            double e = Math.exp(-Math.abs(z[cell]));
            double probability = z[cell] >= 0 ? 1 / (1 + e) : e / (1 + e);
            loss += m[cell] * (Math.max(z[cell], 0) - z[cell] * y[cell] + Math.log(1 + e));
            weight += m[cell];
            z[cell] = m[cell] * (float) (probability - y[cell]);
        }
        return Floats.matrix(z, logits.rows(), logits.columns());
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
        computeGradient(labels, logits, activation, mask);
        return average ? loss / logits.rows() : loss;
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
        throw new UnsupportedOperationException("Nobody asks for the loss of each row.");
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
        INDArray gradient = computeGradient(labels, logits, activation, mask);
        return new Pair<>(average ? loss / logits.rows() : loss, gradient);
    }

    @Override
    public String name() {
        return "MaskedCrossEntropy";
    }
}
