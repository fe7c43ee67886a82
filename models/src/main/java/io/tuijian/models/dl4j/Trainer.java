package io.tuijian.models.dl4j;

import io.tuijian.models.Epoch;
import io.tuijian.models.Inputs;
import io.tuijian.models.Progress;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Trains a network on rows with a step that shrinks to nothing, and keeps what did best on the latest of them, where it is
 * also calibrated. The same rows and settings give the same weights.
 */
public final class Trainer {
    private static final int PATIENCE = 2;

    private Trainer() {}

    /**
     * Trains on rows that are all before what the model will be judged on.
     *
     * @throws IllegalArgumentException if no head has enough positives
     */
    public static Learner train(TrainingSet rows, Settings settings, Progress progress) {
        return train(rows, settings, progress, epoch -> {});
    }

    /** The same; tells of each pass when it is over. */
    public static Learner train(TrainingSet rows, Settings settings, Progress progress, Consumer<Epoch> heard) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("There is nothing to train on.");
        }
        Instant stop = rows.after(1 - settings.stopShare());
        TrainingSet fit = rows.knownBefore(stop);
        TrainingSet later = rows.servedFrom(stop);
        Inputs inputs = Inputs.of(fit, settings.leftOut());
        Learner learner = Learner.fresh(settings, inputs);
        learner.meet(fit.rows());
        if (learner.weights().heads().isEmpty()) {
            throw new IllegalArgumentException(
                    "No action occurs " + settings.minPositives() + " times in the rows to train on.");
        }
        int[] positions = learner.weights().inputs().positions(fit.names());
        int batches = (fit.size() + settings.batch() - 1) / settings.batch();
        double total = settings.epochs() * (double) batches;
        List<TrainingSet.Row> order = new ArrayList<>(fit.rows());
        Random random = new Random(settings.seed());
        Learner best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int epoch = 0, since = 0; epoch < settings.epochs() && since < PATIENCE; epoch++, since++) {
            Collections.shuffle(order, random);
            int before = epoch * batches;
            double learned = learner.pass(
                    order,
                    positions,
                    batch -> {
                        progress.at("training", (before + batch) / total);
                        return 1 - (before + batch) / (total + 1);
                    },
                    false);
            double loss = learner.loss(later);
            heard.accept(new Epoch(learned, loss));
            if (best == null || loss < least) {
                best = learner.copy();
                least = loss;
                since = -1;
            }
        }
        best.calibrate(later);
        progress.at("training", 1);
        return best;
    }
}
