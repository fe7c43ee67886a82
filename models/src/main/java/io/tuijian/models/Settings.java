package io.tuijian.models;

import java.util.List;

/**
 * How to train.
 *
 * @param epochs at most so many; fewer when the later slice stops improving
 * @param hidden width of each hidden layer
 * @param learningRate of the first step; it falls to 0 along a line
 * @param stopShare share of the time trained on, at its end, that decides when to stop
 * @param minPositives a head with fewer positives is not trained
 */
public record Settings(
        long seed,
        int epochs,
        int batch,
        List<Integer> hidden,
        double learningRate,
        double stopShare,
        int minPositives) {
    public static final Settings USUAL = new Settings(17, 4, 512, List.of(256, 64), .003, .12, 30);

    public Settings withSeed(long seed) {
        return new Settings(seed, epochs, batch, hidden, learningRate, stopShare, minPositives);
    }
}
