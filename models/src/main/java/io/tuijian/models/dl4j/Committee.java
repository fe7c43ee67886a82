package io.tuijian.models.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/** Networks of one shape laid side by side in one, whose logits are the mean of theirs. */
final class Committee {
    private Committee() {}

    static MultiLayerNetwork of(List<MultiLayerNetwork> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("A committee has at least one member.");
        }
        if (members.size() == 1) {
            return members.get(0);
        }
        int layers = members.get(0).getnLayers();
        MultiLayerNetwork together = new MultiLayerNetwork(configuration(members));
        together.init();
        for (int layer = 0; layer < layers; layer++) {
            boolean last = layer == layers - 1;
            INDArray weights = together.getParam(layer + "_W");
            INDArray biases = together.getParam(layer + "_b");
            weights.assign(0);
            biases.assign(0);
            for (int member = 0; member < members.size(); member++) {
                INDArray w = members.get(member).getParam(layer + "_W");
                INDArray b = members.get(member).getParam(layer + "_b");
                long row = layer == 0 ? 0 : member * w.rows();
                long column = last ? 0 : member * w.columns();
                double share = last ? 1.0 / members.size() : 1;
                weights.get(
                                NDArrayIndex.interval(row, row + w.rows()),
                                NDArrayIndex.interval(column, column + w.columns()))
                        .addi(w.mul(share));
                biases.get(NDArrayIndex.all(), NDArrayIndex.interval(column, column + w.columns()))
                        .addi(b.mul(share));
            }
        }
        return together;
    }

    private static MultiLayerConfiguration configuration(List<MultiLayerNetwork> members) {
        int layers = members.get(0).getnLayers();
        NeuralNetConfiguration.ListBuilder together =
                new NeuralNetConfiguration.Builder().updater(new NoOp()).list();
        for (int layer = 0; layer < layers; layer++) {
            FeedForwardLayer one = (FeedForwardLayer)
                    members.get(0).getLayerWiseConfigurations().getConf(layer).getLayer();
            long in = layer == 0 ? one.getNIn() : one.getNIn() * members.size();
            together.layer(
                    layer == layers - 1
                            ? new OutputLayer.Builder(new LossBinaryXENT())
                                    .nIn(in)
                                    .nOut(one.getNOut())
                                    .activation(Activation.SIGMOID)
                                    .build()
                            : new DenseLayer.Builder()
                                    .nIn(in)
                                    .nOut(one.getNOut() * members.size())
                                    .activation(Activation.RELU)
                                    .build());
        }
        return together.build();
    }
}
