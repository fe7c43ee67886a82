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
import org.nd4j.linalg.api.buffer.DataType;
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
    private final List<MultiLayerNetwork> networks = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();

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
        Layout layout = weights.layout();
        int outputs = weights.outputs().size();
        for (int member = 0; member < settings.members(); member++) {
            networks.add(Tower.network(layout.size(), settings.hidden(), outputs, member));
        }
        int in = layout.size();
        for (int out : settings.hidden()) {
            shapes.add(new int[] {in, out});
            in = out;
        }
        shapes.add(new int[] {in, outputs});
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
            for (MultiLayerNetwork network : networks) {
                network.calculateGradients(batch.x, batch.labels, null, batch.weights)
                        .getSecond()
                        .close();
                network.clearLayerMaskArrays();
            }
        }
    }

    private void multiply() {
        List<INDArray> weights = new ArrayList<>();
        List<INDArray> activations = new ArrayList<>();
        List<INDArray> ofWeights = new ArrayList<>();
        for (int[] shape : shapes) {
            weights.add(Nd4j.rand(shape).castTo(DataType.FLOAT));
            ofWeights.add(Nd4j.createUninitialized(new long[] {shape[0], shape[1]}, 'f'));
            activations.add(Nd4j.createUninitialized(new long[] {settings.batch(), shape[1]}, 'f'));
        }
        INDArray ofInput = Nd4j.createUninitialized(new long[] {settings.batch(), shapes.get(0)[0]}, 'f');
        for (Prepared batch : batches) {
            if (batch.x.rows() < settings.batch()) {
                continue;
            }
            for (int member = 0; member < settings.members(); member++) {
                INDArray in = batch.x;
                for (int i = 0; i < weights.size(); i++) {
                    Nd4j.gemm(in, weights.get(i), activations.get(i), false, false, 1, 0);
                    in = activations.get(i);
                }
                for (int i = weights.size() - 1; i >= 0; i--) {
                    INDArray of = activations.get(i);
                    Nd4j.gemm(i == 0 ? batch.x : activations.get(i - 1), of, ofWeights.get(i), true, false, 1, 0);
                    Nd4j.gemm(of, weights.get(i), i == 0 ? ofInput : activations.get(i - 1), false, true, 1, 0);
                }
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
