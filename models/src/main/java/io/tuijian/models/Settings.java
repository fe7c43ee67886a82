package io.tuijian.models;

import java.util.List;

/**
 * How to train.
 *
 * @param members networks from different seeds that become one; more of them differ less from seed to seed
 * @param epochs at most so many; fewer when the later slice stops improving
 * @param hidden width of each hidden layer
 * @param learningRate of the first step; it falls to 0 along a line
 * @param stopShare share of the time trained on, at its end, that decides when to stop
 * @param minPositives a head with fewer positives is not trained
 */
public record Settings(
        long seed,
        int members,
        int epochs,
        int batch,
        List<Integer> hidden,
        double learningRate,
        double stopShare,
        int minPositives) {
    public static final Settings USUAL = new Settings(17, 4, 4, 1024, List.of(128, 32), .003, .12, 30);

    public Settings withSeed(long seed) {
        return new Settings(seed, members, epochs, batch, hidden, learningRate, stopShare, minPositives);
    }
}
