package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether a version may be served: it is whole, wants only known inputs, orders later rows no worse than what is
 * served and than popularity beyond noise, and means what its probabilities say. A rule that cannot be judged is broken.
 */
public final class Gate {
    /** Fewer viewers with both labels than this tell nothing. */
    static final int TELLING_VIEWERS = 30;

    /** Mean predicted per mean observed: a factor that later days may be off, beside what chance allows. */
    private static final double OFF = 1.5;

    private static final double SIGMAS = 4;
    private static final long SEED = 2;

    private final Artifact.Reader reader;

    public Gate(Artifact.Reader reader) {
        this.reader = reader;
    }

    /**
     * Judges an artifact as it lies there.
     *
     * @param later rows after those it was trained on
     * @param serving what is served now
     */
    public Verdict judge(Artifact candidate, Evaluation later, OfflineModel serving) {
        List<Verdict.Check> checks = new ArrayList<>();
        OfflineModel model;
        try {
            model = reader.read(candidate);
        } catch (UnusableArtifact e) {
            checks.add(new Verdict.Check("Usable", false, e.getMessage()));
            return new Verdict(checks);
        }
        checks.add(new Verdict.Check("Usable", true, "whole, and every input is known"));
        int telling = later.tellingViewers(Heads.HEADLINE);
        checks.add(new Verdict.Check(
                "EnoughViewers",
                telling >= TELLING_VIEWERS,
                telling + " later viewers with both labels, at least " + TELLING_VIEWERS));
        Scores scores = model.score(later.rows());
        PopularityModel popularity = new PopularityModel();
        checks.add(notWorse("NotWorseThanPopularity", later, scores, popularity));
        if (!serving.version().equals(PopularityModel.VERSION)) {
            checks.add(notWorse("NotWorseThanServing", later, scores, serving));
        }
        for (Action action : candidate.usable().heads()) {
            calibrated(later.head(scores, action), action, checks);
        }
        return new Verdict(List.copyOf(checks));
    }

    private static Verdict.Check notWorse(String rule, Evaluation later, Scores scores, OfflineModel other) {
        Evaluation.Interval difference = later.gaucDifference(scores, other.score(later.rows()), Heads.HEADLINE, SEED);
        return new Verdict.Check(
                rule,
                difference.high() >= 0,
                String.format(
                        Locale.ROOT,
                        "GAUC %+.4f [%+.4f, %+.4f] against %s",
                        difference.middle(),
                        difference.low(),
                        difference.high(),
                        other.version()));
    }

    private static void calibrated(Evaluation.Head head, Action action, List<Verdict.Check> checks) {
        double expected = Double.isNaN(head.calibration()) ? 0 : head.calibration() * head.positives();
        double chance = SIGMAS * Math.sqrt(Math.max(1, head.positives()));
        boolean kept = Double.isFinite(head.logLoss())
                && expected <= OFF * head.positives() + chance
                && expected >= head.positives() / OFF - chance;
        checks.add(new Verdict.Check(
                "Calibrated." + action.name(),
                kept,
                String.format(
                        Locale.ROOT,
                        "predicts %.0f where %d happened (%.2f)",
                        expected,
                        head.positives(),
                        head.calibration())));
    }
}
