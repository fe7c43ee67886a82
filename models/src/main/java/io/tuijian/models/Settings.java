package io.tuijian.models;

import java.util.List;
import java.util.Set;

/**
 * How to train.
 *
 * @param members networks from different seeds that become one; more of them differ less from seed to seed
 * @param epochs at most so many; fewer when the later slice stops improving
 * @param hidden width of each hidden layer
 * @param learningRate of the first step; it falls to 0 along a line
 * @param stopShare share of the time trained on, at its end, that decides when to stop
 * @param minPositives a head with fewer positives is not trained
 * @param leftOut features that the model does not ask for
 */
public record Settings(
        long seed,
        int members,
        int epochs,
        int batch,
        List<Integer> hidden,
        double learningRate,
        double stopShare,
        int minPositives,
        Set<String> leftOut) {
    /** What tells the time more than the taste, as RATIONALE.md says. */
    private static final Set<String> TELLS_THE_TIME = Set.of(
            "viewer.long_view_rate.week",
            "viewer.watched_seconds",
            "viewer.activity.hour",
            "viewer.slope",
            "viewer.tenure",
            "viewer_author.rest",
            "viewer_topic.rest",
            "viewer_content.is_new",
            "context.weekday_sin",
            "context.weekday_cos");

    public static final Settings USUAL = new Settings(17, 4, 4, 1024, List.of(128, 32), .003, .12, 30, TELLS_THE_TIME);

    public Settings withSeed(long seed) {
        return new Settings(seed, members, epochs, batch, hidden, learningRate, stopShare, minPositives, leftOut);
    }
}
