package io.tuijian.models.dl4j;

import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Progress;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
    private static final int ROWS_AT_ONCE = 4096;

    /** How many positives the later rows need before their rate outweighs that of the earlier ones. */
    private static final double DOUBT = 10;

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
                .filter(action -> action != Action.WATCH)
                .filter(action -> fit.positives(action) >= settings.minPositives())
                .toList();
        if (heads.isEmpty()) {
            throw new IllegalArgumentException(
                    "No action occurs " + settings.minPositives() + " times in the rows to train on.");
        }
        Inputs inputs = Inputs.of(fit, settings.leftOut());
        Table training = Table.of(fit, inputs, heads);
        Table later = Table.of(rows.servedFrom(stop), inputs, heads);
        List<MultiLayerNetwork> members = new ArrayList<>();
        for (int member = 0; member < settings.members(); member++) {
            members.add(member(training, later, settings, member, progress));
        }
        progress.at("training", 1);
        MultiLayerNetwork together = Committee.of(members);
        settle(together, later);
        return new EngagementNetwork("unpublished", inputs, heads, together);
    }

    /** Moves each head's bias so that it predicts as much as happened in the later rows; less so the rarer it is. */
    private static void settle(MultiLayerNetwork network, Table later) {
        INDArray biases = network.getParam(network.getnLayers() - 1 + "_b");
        double[] happened = new double[later.heads];
        double[] predicted = new double[later.heads];
        later.each(network, (cell, probability) -> {
            happened[cell % later.heads] += later.labels[cell];
            predicted[cell % later.heads] += probability;
        });
        for (int head = 0; head < later.heads; head++) {
            double shift = Math.log((happened[head] + DOUBT) / (predicted[head] + DOUBT));
            biases.putScalar(head, biases.getDouble(head) + shift);
        }
    }

    private static MultiLayerNetwork member(
            Table training, Table later, Settings settings, int member, Progress progress) {
        long seed = settings.seed() * 1000 + member;
        int batches = (training.rows + settings.batch() - 1) / settings.batch();
        int total = settings.members() * settings.epochs() * batches;
        MultiLayerNetwork network = new MultiLayerNetwork(
                configuration(settings, seed, training.width, training.heads, settings.epochs() * batches));
        network.init();
        int[] order = IntStream.range(0, training.rows).toArray();
        Random random = new Random(seed);
        INDArray best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int epoch = 0, since = 0; epoch < settings.epochs() && since < PATIENCE; epoch++) {
            shuffle(order, random);
            for (int batch = 0; batch < batches; batch++) {
                int from = batch * settings.batch();
                training.fit(network, order, from, Math.min(order.length, from + settings.batch()));
                int done = (member * settings.epochs() + epoch) * batches + batch + 1;
                progress.at("training", done / (double) total);
            }
            double loss = later.loss(network);
            since++;
            if (best == null || loss < least) {
                best = network.params().dup();
                least = loss;
                since = 0;
            }
        }
        network.setParams(best);
        return network;
    }

    private static MultiLayerConfiguration configuration(
            Settings settings, long seed, int inputs, int heads, int iterations) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(seed)
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
            double[] sum = new double[1];
            each(network, (cell, probability) -> {
                double likely = labels[cell] > 0 ? probability : 1 - probability;
                sum[0] -= Math.log(Math.max(1e-7, likely));
            });
            return sum[0] / rows / heads;
        }

        /** Every row and head with what the network says of it. */
        void each(MultiLayerNetwork network, Said said) {
            for (int from = 0; from < rows; from += ROWS_AT_ONCE) {
                int to = Math.min(rows, from + ROWS_AT_ONCE);
                float[] x = Arrays.copyOfRange(inputs, from * width, to * width);
                float[] probabilities;
                try (INDArray input = Nd4j.create(x, new long[] {to - from, width}, 'c');
                        INDArray output = network.output(input)) {
                    probabilities = EngagementNetwork.floats(output);
                }
                for (int i = 0; i < probabilities.length; i++) {
                    said.of(from * heads + i, probabilities[i]);
                }
            }
        }
    }

    private interface Said {
        /** @param cell row × heads + head */
        void of(int cell, double probability);
    }
}
