package io.tuijian.launcher.evaluate;

import io.tuijian.models.ByViewer;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The search for leaks: when whole outcomes are permuted over the entire log, counted and learned anew, nothing can be
 * ordered better than at random, unless a row sees its own outcome or what depends on it.
 */
final class Leaks {
    /** How far the mean over the permutations may be from a random order. */
    static final double ALLOWED = .003;

    private final List<Trial> trials = new ArrayList<>();

    /** One permutation: primaries on the same permuted rows, that of the random order as expected. */
    record Trial(double ranker, double random) {
        double above() {
            return ranker - random;
        }
    }

    static Trial trial(ExposureLog log, Protocol protocol, LocalDate judgedFrom, boolean surface, long seed) {
        return trial(log, protocol, judgedFrom, surface, seed, Contest.settings(seed));
    }

    static Trial trial(
            ExposureLog log, Protocol protocol, LocalDate judgedFrom, boolean surface, long seed, Settings settings) {
        ProtocolRows.Split rows = ProtocolRows.of(log.permuted(seed), protocol, judgedFrom);
        Contest contest = new Contest(surface ? rows : rows.withoutSurface());
        TrainingSet later = rows.later();
        return new Trial(
                ByViewer.of(later, contest.ranker(settings)).primary(),
                ByViewer.of(later, contest.atRandom()).primary());
    }

    void add(Trial trial) {
        trials.add(trial);
    }

    double meanAbove() {
        return trials.stream().mapToDouble(Trial::above).average().orElseThrow();
    }

    /** The standard error of the mean, NaN of a single trial. */
    private double error() {
        double mean = meanAbove();
        double squares = trials.stream()
                .mapToDouble(trial -> (trial.above() - mean) * (trial.above() - mean))
                .sum();
        return Math.sqrt(squares / (trials.size() - 1) / trials.size());
    }

    boolean found() {
        return Math.abs(meanAbove()) > ALLOWED;
    }

    String last() {
        Trial last = trials.get(trials.size() - 1);
        return String.format(Locale.ROOT, "ranker %.4f, random %.4f: %+.4f", last.ranker, last.random, last.above());
    }

    String verdict() {
        return String.format(
                Locale.ROOT,
                "%s: on %d permuted logs the ranker's primary is %+.4f above random on average (standard error %.4f); %.3f is"
                        + " allowed.",
                found() ? "A leak" : "No leak found",
                trials.size(),
                meanAbove(),
                error(),
                ALLOWED);
    }

    Map<String, Object> figures() {
        Map<String, Object> figures = new TreeMap<>();
        figures.put("permuted.trials", trials.size());
        figures.put("permuted.mean_above_random", meanAbove());
        if (trials.size() > 1) {
            figures.put("permuted.standard_error", error());
        }
        figures.put("permuted.allowed", ALLOWED);
        for (int i = 0; i < trials.size(); i++) {
            figures.put("permuted.ranker.primary.seed" + (i + 1), trials.get(i).ranker);
            figures.put("permuted.random.primary.seed" + (i + 1), trials.get(i).random);
        }
        return figures;
    }
}
