package io.tuijian.models.dl4j;

import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.Recommender;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import io.tuijian.models.retrieval.Spectrum;
import io.tuijian.models.retrieval.Split;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Learns from histories with settings that they choose themselves: of each history a part is hidden, the settings and the
 * number of rounds that find it best are taken, then how much co-occurrence counts beside what was learned; and with them
 * all of the histories is learned from.
 */
public final class RetrievalTuning {
    private static final int JUDGES = 4000;
    private static final int PATIENCE = 3;
    private static final int MOST_LOOKS = 20;
    private static final int PROBES = 200;
    private static final int MOST_ROUNDS = 60;

    /** Directions of co-occurrence. */
    private static final int RANK = 128;

    private static final double USUAL_SHARE = .06;
    private static final double[] SHARES = {0, .015, .03, .06, .125, .25, .5, 1};

    /** How much of the time may go into choosing. */
    private static final double CHOOSING = .5;

    private final long seed;
    private final Duration limit;
    private final Consumer<String> told;

    /**
     * @param limit what was learned by then is what comes out
     * @param told hears a line per step
     */
    public RetrievalTuning(long seed, Duration limit, Consumer<String> told) {
        this.seed = seed;
        this.limit = limit;
        this.told = told;
    }

    /** What came of it: the settings with the rounds that were best, and what they found of the hidden part. */
    public record Tuned(RetrievalModel model, RetrievalSettings settings, int rounds, double share, double validated) {}

    private record Choice(RetrievalSettings settings, int rounds, double validated, RetrievalModel model) {}

    /**
     * Chooses and learns.
     *
     * @throws IllegalArgumentException if no history has two different contents
     */
    public Tuned tune(Histories histories) {
        long began = System.nanoTime();
        Split split = Split.validation(histories, seed);
        RetrievalEvaluation judge = RetrievalEvaluation.sampled(split, JUDGES, seed);
        List<RetrievalSettings> candidates = candidates(histories);
        Choice best =
                new Choice(candidates.get(0), Math.max(1, candidates.get(0).rounds() / 2), Double.NaN, null);
        double share = USUAL_SHARE;
        if (judge.viewers() > 0 && hasExamples(split.known())) {
            for (int i = 0; i < candidates.size(); i++) {
                double until = CHOOSING * limit.toNanos() * (i + 1) / candidates.size();
                Choice choice = judged(split.known(), candidates.get(i), judge, began, until);
                told.accept(String.format(
                        Locale.ROOT,
                        "choice %d of %d: %d rounds find %.4f of what was hidden to choose by",
                        i + 1,
                        candidates.size(),
                        choice.rounds(),
                        choice.validated()));
                if (!(choice.validated() <= best.validated())) {
                    best = choice;
                }
            }
            Spectrum spectrum = Spectrum.of(split.known(), RANK, seed);
            double found = Double.NEGATIVE_INFINITY;
            for (double tried : SHARES) {
                double with = measure(
                        histories,
                        judge.of(joined(best.model(), spectrum, split.known(), tried)
                                .over(histories.catalogue())));
                if (with > found) {
                    found = with;
                    share = tried;
                }
            }
            best = new Choice(best.settings(), best.rounds(), found, null);
            told.accept(String.format(
                    Locale.ROOT, "with co-occurrence at %.3f of the weight of what was learned: %.4f", share, found));
        }
        TwoTowerTrainer trainer = new TwoTowerTrainer(histories, best.settings());
        int rounds = 0;
        while (rounds < best.rounds() && System.nanoTime() - began < limit.toNanos()) {
            trainer.round(done -> {});
            rounds++;
        }
        RetrievalModel model =
                joined(trainer.model("unpublished"), Spectrum.of(histories, RANK, seed), histories, share);
        told.accept(String.format(
                Locale.ROOT,
                "learned from all in %d rounds, %.0f s in all",
                rounds,
                (System.nanoTime() - began) / 1e9));
        return new Tuned(model, best.settings(), rounds, share, best.validated());
    }

    /** Both together; the share is how much the spectrum's scores vary for each unit that the learned ones do. */
    private RetrievalModel joined(RetrievalModel learned, Spectrum spectrum, Histories histories, double share) {
        if (spectrum.rank() == 0 || share == 0) {
            return learned;
        }
        RetrievalModel both = learned.joined(spectrum, histories.catalogue(), 1);
        int items = histories.catalogue().size();
        Recommender one = learned.over(histories.catalogue());
        Recommender other = both.over(histories.catalogue());
        double alone = 0;
        double added = 0;
        int step = Math.max(1, histories.viewers() / PROBES);
        for (int viewer = 0; viewer < histories.viewers(); viewer += step) {
            float[] scores = new float[items];
            float[] more = new float[items];
            one.score(histories.of()[viewer], scores);
            other.score(histories.of()[viewer], more);
            for (int item = 0; item < items; item++) {
                more[item] -= scores[item];
            }
            alone += variance(scores);
            added += variance(more);
        }
        float weight = (float) (share * Math.sqrt(alone / Math.max(1e-12, added)));
        return learned.joined(spectrum, histories.catalogue(), weight);
    }

    private static double variance(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += value * value;
        }
        return squares / values.length - sum / values.length * (sum / values.length);
    }

    private Choice judged(
            Histories known, RetrievalSettings settings, RetrievalEvaluation judge, long began, double until) {
        TwoTowerTrainer trainer = new TwoTowerTrainer(known, settings);
        Choice best = new Choice(settings, 1, Double.NEGATIVE_INFINITY, null);
        int every = Math.max(1, settings.rounds() / MOST_LOOKS);
        for (int round = 1, since = 0; round <= settings.rounds() && since < PATIENCE; round++) {
            trainer.round(share -> {});
            boolean late = System.nanoTime() - began > until;
            if (round % every == 0 || late) {
                RetrievalModel model = trainer.model("unpublished");
                double found = measure(known, judge.of(model.over(known.catalogue())));
                since = found > best.validated() ? 0 : since + 1;
                best = found > best.validated() ? new Choice(settings, round, found, model) : best;
            }
            if (late) {
                break;
            }
        }
        return best;
    }

    /** What settings are chosen by. */
    private static double measure(Histories histories, RetrievalEvaluation.Found found) {
        return histories.ordered()
                ? (found.mean("ndcg@10") + found.mean("hr@10")) / 2
                : (found.mean("ndcg@20") + found.mean("recall@20")) / 2;
    }

    private static boolean hasExamples(Histories histories) {
        return Arrays.stream(histories.of())
                .anyMatch(history -> Arrays.stream(history).distinct().limit(2).count() == 2);
    }

    /** What there is to choose from. */
    private List<RetrievalSettings> candidates(Histories histories) {
        RetrievalSettings usual = histories.ordered() ? RetrievalSettings.ORDERED : RetrievalSettings.ORDERLESS;
        long passes = histories.ordered() ? histories.size() / TwoTowerTrainer.ROUND : 1;
        int rounds = (int) Math.max(usual.rounds(), Math.min(MOST_ROUNDS, passes * usual.rounds()));
        return List.of(usual.withSeed(seed).withRounds(rounds));
    }
}
