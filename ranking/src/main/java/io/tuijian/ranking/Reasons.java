package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.ViewerState;
import io.tuijian.ranking.Absences.Absence;
import io.tuijian.ranking.Recipes.Recipe;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** What is liked in all stands behind what is liked in particular, of which it is made. */
    private static final Comparator<Support> STRONGEST_FIRST = Comparator.comparing(
                    (Support support) -> support.signal == Signal.SIMILAR)
            .thenComparing(Comparator.comparingDouble(Support::fall).reversed())
            .thenComparing(Support::signal);

    private final Viewing viewing;
    private final Scorer scorer;
    private final Proposals proposals;
    private final Function<String, Content> contents;
    private final Moves moves;
    private final Map<ViewerState, Absences> absences = new IdentityHashMap<>();

    /**
     * @param scorer of the page
     * @param recipe of its surface
     * @param contents by id, null for unknown
     */
    Reasons(Viewing viewing, Scorer scorer, Recipe recipe, Function<String, Content> contents, Moves moves) {
        this.viewing = viewing;
        this.scorer = scorer;
        this.proposals = new Proposals(viewing, recipe);
        this.contents = contents;
        this.moves = moves;
    }

    /** A signal that holds an item up, and by how much: it falls so far without. */
    private record Support(Reason reason, Signal signal, double fall) {}

    /** An absence that only a new score can judge. */
    private record Doubt(int item, Absence absence) {}

    /**
     * Each item with its reasons.
     *
     * @param outranked what could have been served instead
     */
    List<Placed> explain(List<Placed> items, List<ScoredContent> outranked) {
        boolean plenty = isPlenty(items, outranked);
        List<List<Support>> supports = new ArrayList<>(items.size());
        List<Doubt> doubts = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Hydrated it = items.get(i).content().hydrated();
            List<Support> certain = new ArrayList<>(4);
            for (Absence absence : absences(it).of(it)) {
                if (isGone(absence, it, plenty)) {
                    certain.add(new Support(absence.reason(), absence.signal(), Double.POSITIVE_INFINITY));
                } else {
                    doubts.add(new Doubt(i, absence));
                }
            }
            supports.add(certain);
        }
        weigh(items, doubts, supports);
        List<Placed> explained = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Placed above = i == 0 ? null : items.get(i - 1);
            explained.add(items.get(i).because(reasons(items.get(i), above, supports.get(i))));
        }
        return explained;
    }

    /** True if the page would be full without any one item, so that no source would have to reach further. */
    private boolean isPlenty(List<Placed> items, List<ScoredContent> outranked) {
        int limit = viewing.request().limit();
        Set<String> authors = new HashSet<>();
        outranked.forEach(content -> authors.add(content.hydrated().originalAuthorId()));
        return items.size() == limit && authors.size() >= limit;
    }

    /** From the state that the item was scored with, which is another if the viewer did something meanwhile. */
    private Absences absences(Hydrated it) {
        FeatureInput input = it.input();
        return absences.computeIfAbsent(
                input.viewer(),
                viewer -> new Absences(
                        new Viewing(
                                viewing.request(), viewer, input.relations(), viewing.retrieval(), viewing.promised()),
                        contents));
    }

    /** True if without this the item would not have been found, or might not be shown. */
    private boolean isGone(Absence absence, Hydrated it, boolean plenty) {
        FeedRequest request = viewing.request();
        Viewing without = absence.viewing();
        return absence.signal().isSought()
                && (!Guarantees.allow(request.viewerId(), it.content(), without.relations(), contents, request.now())
                        || !proposals.mayCome(it, without, plenty));
    }

    /** Scores all that is in doubt at once, what is of one viewer side by side. */
    private void weigh(List<Placed> items, List<Doubt> doubts, List<List<Support>> supports) {
        if (doubts.isEmpty()) {
            return;
        }
        Map<Viewing, Integer> order = new IdentityHashMap<>();
        doubts.forEach(doubt -> order.putIfAbsent(doubt.absence.viewing(), order.size()));
        doubts.sort(Comparator.comparingInt(doubt -> order.get(doubt.absence.viewing())));
        double[] scores = scorer.scores(
                doubts.stream().map(doubt -> doubt.absence.input()).toList());
        for (int i = 0; i < scores.length; i++) {
            Absence absence = doubts.get(i).absence;
            int item = doubts.get(i).item;
            double fall = Math.log(items.get(item).content().score() / scores[i]);
            if (fall > LEAST_FALL) {
                supports.get(item).add(new Support(absence.reason(), absence.signal(), fall));
            }
        }
    }

    /** The rule that lifted it, what holds it up, the strongest first, and if there is room the rule that holds it down. */
    private List<Reason> reasons(Placed item, Placed above, List<Support> supports) {
        List<Reason> reasons = new ArrayList<>(MOST);
        Signal rule = moves.lifted(item);
        if (rule != null) {
            reasons.add(rule.about(""));
        }
        supports.sort(STRONGEST_FIRST);
        supports.stream().limit(MOST - reasons.size()).map(Support::reason).forEach(reasons::add);
        if (reasons.isEmpty()) {
            reasons.add(Signal.BEST_FOUND.about(""));
        }
        if (reasons.size() < MOST && above != null && moves.isSpread(item, above)) {
            reasons.add(Signal.AUTHOR_SPREAD.about(
                    item.content().hydrated().content().getAuthorId()));
        }
        return List.copyOf(reasons);
    }
}
