package io.tuijian.models.dl4j;

import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.models.network.Batch;
import io.tuijian.models.network.Front;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How fast a learner learns, beside two floors on the same batches: the library's own gradients of the tower alone, and
 * the bare matrix products of them. Round by round in turn, so that all three meet the same machine.
 */
public final class LearningSpeed {
    private static final int ROUNDS = 5;

    private final TrainingSet rows;
    private final Settings settings;
    private final Learner learner;
    private final List<Prepared> batches = new ArrayList<>();
    private final MultiLayerNetwork network;
    private final List<Weights.Layer> layers;

    /** A batch whose input is filled. */
    private record Prepared(INDArray x, INDArray labels, INDArray weights) {}

    /** Rows per second, the median of rounds. */
    public record Speeds(double whole, double bare, double products) {}

    /** Learns from the rows once, to have vectors to learn with. */
    public LearningSpeed(TrainingSet rows, Settings settings) {
        this.rows = rows;
        this.settings = settings;
        Inputs inputs = Inputs.of(rows, Set.of());
        this.learner = Learner.fresh(settings, inputs);
        learner.learn(rows);
        Weights weights = learner.weights();
        this.layers = weights.layers();
        this.network = Tower.network(layers);
        Layout layout = weights.layout();
        int[] positions = weights.inputs().positions(rows.names());
        Front front = new Front(layout, weights.attention());
        for (int from = 0; from < rows.size(); from += settings.batch()) {
            Batch batch = new Batch(layout, weights.inputs(), weights.outputs(), weights.recent());
            batch.fill(rows.rows().subList(from, Math.min(rows.size(), from + settings.batch())), positions, true);
            front.forward(batch, weights.tables(), null);
            batches.add(new Prepared(
                    Floats.matrix(batch.x(), batch.rows(), layout.size()),
                    Floats.matrix(batch.labels(), batch.rows(), Heads.ALL.size()),
                    Floats.matrix(batch.weights(), batch.rows(), Heads.ALL.size())));
        }
    }

    /** Measures for some seconds. */
    public Speeds measure() {
        double[] whole = new double[ROUNDS];
        double[] bare = new double[ROUNDS];
        double[] products = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            double[] seconds = {
                seconds(() -> learner.learn(rows)), seconds(this::gradients), seconds(this::multiply),
            };
            if (round >= 0) {
                whole[round] = rows.size() / seconds[0];
                bare[round] = rows.size() / seconds[1];
                products[round] = rows.size() / seconds[2];
            }
        }
        return new Speeds(median(whole), median(bare), median(products));
    }

    private void gradients() {
        for (Prepared batch : batches) {
            network.calculateGradients(batch.x, batch.labels, null, batch.weights)
                    .getSecond()
                    .close();
            network.clearLayerMaskArrays();
        }
    }

    private void multiply() {
        List<INDArray> weights = new ArrayList<>();
        List<INDArray> activations = new ArrayList<>();
        List<INDArray> ofWeights = new ArrayList<>();
        for (Weights.Layer layer : layers) {
            weights.add(Floats.matrix(layer.weights(), layer.in(), layer.out()));
            ofWeights.add(Nd4j.createUninitialized(new long[] {layer.in(), layer.out()}, 'f'));
            activations.add(Nd4j.createUninitialized(new long[] {settings.batch(), layer.out()}, 'f'));
        }
        INDArray ofInput = Nd4j.createUninitialized(
                new long[] {settings.batch(), layers.get(0).in()}, 'f');
        for (Prepared batch : batches) {
            if (batch.x.rows() < settings.batch()) {
                continue;
            }
            for (int i = 0; i < layers.size(); i++) {
                Nd4j.gemm(
                        i == 0 ? batch.x : activations.get(i - 1),
                        weights.get(i),
                        activations.get(i),
                        false,
                        false,
                        1,
                        0);
            }
            for (int i = layers.size() - 1; i >= 0; i--) {
                Nd4j.gemm(
                        i == 0 ? batch.x : activations.get(i - 1),
                        activations.get(i),
                        ofWeights.get(i),
                        true,
                        false,
                        1,
                        0);
                Nd4j.gemm(
                        activations.get(i),
                        weights.get(i),
                        i == 0 ? ofInput : activations.get(i - 1),
                        false,
                        true,
                        1,
                        0);
            }
        }
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
