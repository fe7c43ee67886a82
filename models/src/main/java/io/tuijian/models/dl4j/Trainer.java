package io.tuijian.models.dl4j;

import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Progress;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Trains a network on rows with a step that shrinks to nothing, keeping the weights that did best on the latest of them. The same rows and settings give
 * the same weights.
 */
public final class Trainer {
    private static final int PATIENCE = 2;

    private Trainer() {}

    /**
     * Trains on rows that are all before what the model will be judged on.
     *
     * @throws IllegalArgumentException if no head has enough positives
     */
    public static EngagementNetwork train(TrainingSet rows, Settings settings, Progress progress) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("There is nothing to train on.");
        }
        Instant stop = rows.after(1 - settings.stopShare());
        TrainingSet fit = rows.knownBefore(stop);
        List<Action> heads = Heads.ALL.stream()
                .filter(action -> fit.positives(action) >= settings.minPositives())
                .toList();
        if (heads.isEmpty()) {
            throw new IllegalArgumentException(
                    "No action occurs " + settings.minPositives() + " times in the rows to train on.");
        }
        Inputs inputs = Inputs.of(fit);
        Table training = Table.of(fit, inputs, heads);
        Table later = Table.of(rows.servedFrom(stop), inputs, heads);
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(
                settings,
                inputs.size(),
                heads.size(),
                settings.epochs() * ((training.rows + settings.batch() - 1) / settings.batch())));
        network.init();

        int[] order = new int[training.rows];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        Random random = new Random(settings.seed());
        INDArray best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int epoch = 0, since = 0; epoch < settings.epochs() && since < PATIENCE; epoch++) {
            shuffle(order, random);
            for (int from = 0; from < order.length; from += settings.batch()) {
                training.fit(network, order, from, Math.min(order.length, from + settings.batch()));
                progress.at(
                        "training",
                        (epoch + Math.min(1.0, (from + settings.batch()) / (double) order.length)) / settings.epochs());
            }
            double loss = later.loss(network);
            since++;
            if (best == null || loss < least) {
                best = network.params().dup();
                least = loss;
                since = 0;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("Training came to no epoch.");
        }
        network.setParams(best);
        progress.at("training", 1);
        return new EngagementNetwork("unpublished", inputs, heads, network);
    }

    private static MultiLayerConfiguration configuration(Settings settings, int inputs, int heads, int iterations) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(settings.seed())
                .weightInit(WeightInit.XAVIER)
                .updater(new Adam(new PolySchedule(ScheduleType.ITERATION, settings.learningRate(), 1, iterations + 1)))
                .list();
        int width = inputs;
        for (int hidden : settings.hidden()) {
            layers.layer(new DenseLayer.Builder()
                    .nIn(width)
                    .nOut(hidden)
                    .activation(Activation.RELU)
                    .build());
            width = hidden;
        }
        return layers.layer(new OutputLayer.Builder(new LossBinaryXENT())
                        .nIn(width)
                        .nOut(heads)
                        .activation(Activation.SIGMOID)
                        .build())
                .build();
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    /** Rows as the network takes them: standardised inputs and a 0 or 1 per head, flat. */
    private record Table(float[] inputs, float[] labels, int rows, int width, int heads) {
        static Table of(TrainingSet set, Inputs inputs, List<Action> heads) {
            float[] standard = new float[set.size() * inputs.size()];
            float[] labels = new float[set.size() * heads.size()];
            int[] positions = inputs.positions(set.names());
            for (int row = 0; row < set.size(); row++) {
                inputs.standardise(set.row(row).dense(), positions, standard, row * inputs.size());
                for (int head = 0; head < heads.size(); head++) {
                    labels[row * heads.size() + head] = set.row(row).did(Heads.index(heads.get(head))) ? 1 : 0;
                }
            }
            return new Table(standard, labels, set.size(), inputs.size(), heads.size());
        }

        void fit(MultiLayerNetwork network, int[] order, int from, int to) {
            float[] x = new float[(to - from) * width];
            float[] y = new float[(to - from) * heads];
            for (int i = from; i < to; i++) {
                System.arraycopy(inputs, order[i] * width, x, (i - from) * width, width);
                System.arraycopy(labels, order[i] * heads, y, (i - from) * heads, heads);
            }
            try (INDArray input = Nd4j.create(x, new long[] {to - from, width}, 'c');
                    INDArray label = Nd4j.create(y, new long[] {to - from, heads}, 'c')) {
                network.fit(input, label);
            }
        }

        /** Mean log loss over rows and heads; NaN without rows. */
        double loss(MultiLayerNetwork network) {
            double sum = 0;
            for (int from = 0; from < rows; from += 4096) {
                int to = Math.min(rows, from + 4096);
                float[] x = Arrays.copyOfRange(inputs, from * width, to * width);
                float[] p;
                try (INDArray input = Nd4j.create(x, new long[] {to - from, width}, 'c');
                        INDArray output = network.output(input)) {
                    p = EngagementNetwork.floats(output);
                }
                for (int i = 0; i < p.length; i++) {
                    double likely = labels[from * heads + i] > 0 ? p[i] : 1 - p[i];
                    sum -= Math.log(Math.max(1e-7, likely));
                }
            }
            return sum / rows / heads;
        }
    }
}
