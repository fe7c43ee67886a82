package io.tuijian.models;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
 * @param tables how ids become vectors
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
        Set<String> leftOut,
        Tables tables) {
    /** Names are kept in alphabetical order: equal settings read the same in every process. */
    public Settings {
        hidden = List.copyOf(hidden);
        leftOut = Collections.unmodifiableSet(new TreeSet<>(leftOut));
    }

    /**
     * How ids become vectors.
     *
     * @param width numbers per vector
     * @param recent how many of the viewer's last engagements the candidate attends to
     * @param admitted occurrences from which an id has a vector of its own; before, it shares its slot's
     * @param rows at most so many vectors per slot
     * @param keptDays a vector unused for so long is dropped
     * @param learningRate of row-wise Adagrad
     * @param decay share of its length that a vector loses per update, per unit of learning rate
     * @param hidden probability with which a training row hides an id, so that unknown ids are an ordinary input
     */
    public record Tables(
            int width,
            int recent,
            int admitted,
            int rows,
            int keptDays,
            double learningRate,
            double decay,
            double hidden) {
        public static final Tables USUAL = new Tables(8, 20, 10, 1_000_000, 60, .02, .01, .1);
    }

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

    public static final Settings USUAL =
            new Settings(17, 1, 4, 1024, List.of(128, 32), .003, .12, 120, TELLS_THE_TIME, Tables.USUAL);

    public Settings withSeed(long seed) {
        return new Settings(
                seed, members, epochs, batch, hidden, learningRate, stopShare, minPositives, leftOut, tables);
    }

    /** The same from another seed and without other features. */
    public Settings of(long seed, Set<String> leftOut) {
        return new Settings(
                seed, members, epochs, batch, hidden, learningRate, stopShare, minPositives, leftOut, tables);
    }

    public Settings withTables(Tables tables) {
        return new Settings(
                seed, members, epochs, batch, hidden, learningRate, stopShare, minPositives, leftOut, tables);
    }
}
