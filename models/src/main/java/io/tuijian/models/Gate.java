package io.tuijian.models;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether a version may be served: it is whole, wants only known inputs, answers a request as it scores the row
 * of it, orders later rows no worse than what is served and than popularity beyond noise, and means what its
 * probabilities say. A rule that cannot be judged is broken.
 */
public final class Gate {
    /** Fewer viewers with both labels than this tell nothing. */
    public static final int TELLING_VIEWERS = 30;

    /** Mean predicted per mean observed: a factor that later days may be off, beside what chance allows. */
    private static final double OFF = 1.5;

    private static final double SIGMAS = 4;
    private static final long SEED = 2;

    /** How far apart two ways to compute the same probability may be. */
    private static final float SAME = 1e-4f;

    private final Artifact.Reader offline;
    private final Artifact.Reader served;

    public Gate(Artifact.Reader reader) {
        this(reader, reader);
    }

    /**
     * @param offline reads the model that is judged by its scores of rows
     * @param served reads the model that a server would answer with
     */
    public Gate(Artifact.Reader offline, Artifact.Reader served) {
        this.offline = offline;
        this.served = served;
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
        OfflineModel answers;
        try {
            model = offline.read(candidate);
            answers = served.read(candidate);
        } catch (UnusableArtifact e) {
            checks.add(new Verdict.Check("Usable", false, e.getMessage()));
            return new Verdict(checks);
        }
        checks.add(new Verdict.Check("Usable", true, "whole, and every input is known"));
        checks.add(servedAsJudged(model, answers, later.rows()));
        int telling = later.tellingViewers(Heads.HEADLINE);
        checks.add(new Verdict.Check(
                "EnoughViewers",
                telling >= TELLING_VIEWERS,
                telling + " later " + later.groups() + " with both labels, at least " + TELLING_VIEWERS));
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

    private static Verdict.Check servedAsJudged(OfflineModel judged, OfflineModel served, TrainingSet later) {
        float most = 0;
        String where = "";
        for (List<FeatureInput> page : Probes.of(later)) {
            List<Prediction> answers = served.predict(page);
            List<TrainingSet.Row> rows = new ArrayList<>();
            for (int i = 0; i < page.size(); i++) {
                rows.add(Probes.row(page.get(i), answers.get(i).features()));
            }
            Scores scores = judged.score(new TrainingSet(FeatureSet.ALL.names(), rows, later.judgedFrom()));
            for (Action action : Heads.ALL) {
                for (int i = 0; i < page.size(); i++) {
                    float apart = Math.abs((float) answers.get(i).probability(action) - scores.of(action)[i]);
                    if (Float.isNaN(apart) || apart > most) {
                        most = Float.isNaN(apart) ? Float.POSITIVE_INFINITY : apart;
                        where = " (" + action + ")";
                    }
                }
            }
        }
        return new Verdict.Check(
                "ServedAsJudged",
                most <= SAME,
                String.format(
                        Locale.ROOT, "answers to requests and scores of rows differ by at most %.1e%s", most, where));
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
        double expected = Double.isNaN(head.calibration()) ? head.predicted() : head.calibration() * head.positives();
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
