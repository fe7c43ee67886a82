package io.tuijian.models.dl4j;

import io.tuijian.models.Weights;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/** The dense part of a network, of rectified layers, from the input of a layout to logits. Not thread-safe. */
final class Tower {
    private final MultiLayerNetwork network;
    private final MaskedCrossEntropy loss;

    private Tower(MultiLayerNetwork network) {
        this.network = network;
        OutputLayer last =
                (OutputLayer) network.getLayer(network.getnLayers() - 1).conf().getLayer();
        this.loss = (MaskedCrossEntropy) last.getLossFn();
    }

    /** With weights that the seed says. */
    static Tower fresh(int inputs, List<Integer> hidden, int outputs, long seed) {
        return new Tower(network(inputs, hidden, outputs, seed));
    }

    /** The network of these widths; its parameters are drawn. */
    static MultiLayerNetwork network(int inputs, List<Integer> hidden, int outputs, long seed) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.XAVIER)
                .updater(new NoOp())
                .list();
        int width = inputs;
        for (int next : hidden) {
            layers.layer(new DenseLayer.Builder()
                    .nIn(width)
                    .nOut(next)
                    .activation(Activation.RELU)
                    .build());
            width = next;
        }
        MultiLayerNetwork network = new MultiLayerNetwork(layers.layer(new OutputLayer.Builder(new MaskedCrossEntropy())
                        .nIn(width)
                        .nOut(outputs)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
        network.init();
        return network;
    }

    /** The network with these layers. */
    static MultiLayerNetwork network(List<Weights.Layer> layers) {
        int last = layers.size() - 1;
        List<Integer> hidden =
                layers.subList(0, last).stream().map(Weights.Layer::out).toList();
        MultiLayerNetwork network =
                network(layers.get(0).in(), hidden, layers.get(last).out(), 1);
        for (int i = 0; i <= last; i++) {
            Weights.Layer layer = layers.get(i);
            try (INDArray weights = Floats.matrix(layer.weights(), layer.in(), layer.out());
                    INDArray biases = Floats.matrix(layer.biases(), 1, layer.out())) {
                network.getParam(i + "_W").assign(weights);
                network.getParam(i + "_b").assign(biases);
            }
        }
        return network;
    }

    /** All parameters: per layer the weights, column by column, then the biases. */
    float[] parameters() {
        return Floats.rowByRow(network.params());
    }

    void set(float[] parameters) {
        Floats.put(parameters, network.params());
    }

    /**
     * The gradient of the loss, summed over rows and outputs.
     *
     * @param ofParameters takes that of the parameters
     * @return that of the input
     */
    INDArray gradient(INDArray x, INDArray labels, INDArray weights, float[] ofParameters) {
        Pair<Gradient, INDArray> gradients = network.calculateGradients(x, labels, null, weights);
        network.clearLayerMaskArrays();
        Floats.take(gradients.getFirst().gradient(), ofParameters);
        return gradients.getSecond();
    }

    /** Sum over the cells of the last gradient. */
    double loss() {
        return loss.loss();
    }

    /** How much the cells of the last gradient counted. */
    double weight() {
        return loss.weight();
    }

    /** The logits of these inputs, {@code rows × outputs}. */
    float[] logits(float[] x, int rows, int columns) {
        return logits(network, x, rows, columns);
    }

    static float[] logits(MultiLayerNetwork network, float[] x, int rows, int columns) {
        try (INDArray input = Floats.matrix(x, rows, columns);
                INDArray output = network.output(input)) {
            return Floats.rowByRow(output);
        }
    }
}
