package io.tuijian.models.dl4j;

import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import io.tuijian.models.retrieval.Split;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Learns from histories with settings that they choose themselves: of each history a part is hidden, the settings and the
 * number of rounds that find it best are taken, and with them all of the histories is learned from.
 */
public final class RetrievalTuning {
    private static final int JUDGES = 4000;
    private static final int PATIENCE = 3;
    private static final int MOST_LOOKS = 20;

    /** How much of the time may go into choosing. */
    private static final double CHOOSING = .6;

    private final long seed;
    private final Duration limit;
    private final Consumer<String> told;
    private final Runnable after;

    /**
     * @param limit what was learned by then is what comes out
     * @param told hears a line per step
     */
    public RetrievalTuning(long seed, Duration limit, Consumer<String> told, Runnable after) {
        this.seed = seed;
        this.limit = limit;
        this.told = told;
        this.after = after;
    }

    /** What came of it: the settings with the rounds that were best, and what they found of the hidden part. */
    public record Tuned(RetrievalModel model, RetrievalSettings settings, int rounds, double validated) {}

    private record Choice(RetrievalSettings settings, int rounds, double validated) {}

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
                new Choice(candidates.get(0), Math.max(1, candidates.get(0).rounds() / 2), Double.NaN);
        if (judge.viewers() > 0 && hasExamples(split.known())) {
            for (int i = 0; i < candidates.size(); i++) {
                double until = CHOOSING * limit.toNanos() * (i + 1) / candidates.size();
                Choice choice = judged(split.known(), candidates.get(i), judge, began, until);
                tell(choice, "found by choice " + (i + 1) + " of " + candidates.size());
                if (!(choice.validated() <= best.validated())) {
                    best = choice;
                }
            }
        }
        TwoTowerTrainer trainer = new TwoTowerTrainer(histories, best.settings());
        for (int round = 0; round < best.rounds() && System.nanoTime() - began < limit.toNanos(); round++) {
            trainer.round(share -> {});
        }
        tell(best, "learned from all");
        return new Tuned(trainer.model("unpublished"), best.settings(), best.rounds(), best.validated());
    }

    private Choice judged(
            Histories known, RetrievalSettings settings, RetrievalEvaluation judge, long began, double until) {
        TwoTowerTrainer trainer = new TwoTowerTrainer(known, settings);
        Choice best = new Choice(settings, 1, Double.NEGATIVE_INFINITY);
        int every = Math.max(1, settings.rounds() / MOST_LOOKS);
        for (int round = 1, since = 0; round <= settings.rounds() && since < PATIENCE; round++) {
            trainer.round(share -> {});
            boolean late = System.nanoTime() - began > until;
            if (round % every == 0 || late) {
                double found =
                        measure(known, judge.of(trainer.model("unpublished").over(known.catalogue())));
                since = found > best.validated() ? 0 : since + 1;
                best = found > best.validated() ? new Choice(settings, round, found) : best;
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
        return List.of(usual.withSeed(seed));
    }

    private void tell(Choice choice, String what) {
        told.accept(String.format(
                Locale.ROOT,
                "%s: %d rounds, forgotten %.1f, dropout %.1f, found %.4f",
                what,
                choice.rounds(),
                choice.settings().forgotten(),
                choice.settings().dropout(),
                choice.validated()));
        after.run();
    }
}
