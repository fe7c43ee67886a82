package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.ranking.Absences.Absence;
import io.tuijian.ranking.Recipes.Recipe;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The strongest true reasons why an item is here. A signal is a reason only if the item falls without it: it would score
 * less, or nothing would have proposed it, or it might not be shown. The stronger it falls, the stronger the reason. Made
 * for one page. Not thread-safe.
 */
final class Reasons {
    /** At most so many reasons per item. */
    private static final int MOST = 3;

    /** A fall by less is none: natural logarithm of score per score. */
    static final double LEAST_FALL = Math.log(1.01);

    private final Viewing viewing;
    private final Scorer scorer;
    private final Absences absences;
    private final Proposals proposals;

    /**
     * @param scorer of the page
     * @param recipe of its surface
     * @param contents by id, null for unknown
     */
    Reasons(Viewing viewing, Scorer scorer, Recipe recipe, Function<String, Content> contents) {
        this.viewing = viewing;
        this.scorer = scorer;
        this.absences = new Absences(viewing, contents);
        this.proposals = new Proposals(viewing, recipe);
    }

    /** A reason and how much its item falls without it. */
    private record Weighed(Reason reason, double fall) {}

    /** An absence that only a new score can judge. */
    private record Asked(int item, Absence absence) {}

    /**
     * Each item with its reasons.
     *
     * @param outranked how many more could have been served
     */
    List<Placed> explain(List<Placed> items, int outranked) {
        boolean plenty = outranked >= viewing.request().limit();
        List<List<Weighed>> found = new ArrayList<>(items.size());
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Hydrated it = items.get(i).content().hydrated();
            List<Weighed> certain = new ArrayList<>(4);
            for (Absence absence : absences.of(it)) {
                if (isGone(absence, it, plenty)) {
                    certain.add(new Weighed(absence.reason(), Double.POSITIVE_INFINITY));
                } else {
                    asked.add(new Asked(i, absence));
                }
            }
            found.add(certain);
        }
        weigh(items, asked, found);
        List<Placed> explained = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Placed item = items.get(i);
            explained.add(item.because(strongest(found.get(i))));
        }
        return explained;
    }

    /** True if without this the item would not have been found, or might not be shown. */
    private boolean isGone(Absence absence, Hydrated it, boolean plenty) {
        Viewing without = absence.viewing();
        if (!absence.isSought()) {
            return false;
        }
        return !Guarantees.allow(
                        viewing.request().viewerId(),
                        it.content(),
                        without.relations(),
                        viewing.request().now())
                || !proposals.mayCome(it, without, plenty);
    }

    /** Scores all that is asked at once, those of one viewer side by side. */
    private void weigh(List<Placed> items, List<Asked> asked, List<List<Weighed>> found) {
        Map<Viewing, Integer> order = new IdentityHashMap<>();
        asked.forEach(one -> order.putIfAbsent(one.absence.viewing(), order.size()));
        asked.sort(Comparator.comparingInt(one -> order.get(one.absence.viewing())));
        List<FeatureInput> inputs =
                asked.stream().map(one -> one.absence.input()).toList();
        double[] scores = inputs.isEmpty() ? new double[0] : scorer.scores(inputs);
        for (int i = 0; i < scores.length; i++) {
            Asked one = asked.get(i);
            double fall = Math.log(items.get(one.item).content().score() / scores[i]);
            if (fall > LEAST_FALL) {
                found.get(one.item).add(new Weighed(one.absence.reason(), fall));
            }
        }
    }

    /** What is liked in all stands behind what is liked in particular, of which it is made. */
    private static List<Reason> strongest(List<Weighed> found) {
        if (found.isEmpty()) {
            return List.of(Signal.BEST_FOUND.about(""));
        }
        return found.stream()
                .sorted(Comparator.comparing((Weighed one) -> one.reason.code().equals(Signal.SIMILAR.code()))
                        .thenComparing(Comparator.comparingDouble(Weighed::fall).reversed()))
                .limit(MOST)
                .map(Weighed::reason)
                .toList();
    }
}
