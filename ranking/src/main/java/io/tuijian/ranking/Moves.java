package io.tuijian.ranking;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Which rules of the mixing moved an item: the same candidates are mixed once more without each rule that had a hand in
 * the page. Made for one page. Not thread-safe.
 */
final class Moves {
    private final Remix remix;
    private final Map<Signal, Map<String, Integer>> positions = new EnumMap<>(Signal.class);

    /** The page of the same candidates under a surface that is tuned otherwise. */
    interface Remix {
        List<Placed> under(UnaryOperator<SurfaceTuning> otherwise);
    }

    Moves(Remix remix) {
        this.remix = remix;
    }

    /** The rule without which this item would stand further down or not at all; null if there is none. */
    Signal lifted(Placed item) {
        if (item.turn() == null) {
            return null;
        }
        Signal rule = Signal.of(item.turn()).orElseThrow();
        return position(rule, item) > item.position() ? rule : null;
    }

    /** True if this item would stand further up, had its author nothing else on the page. */
    boolean isSpread(Placed item) {
        return item.factors().containsKey(Mixer.AUTHOR_DECAY)
                && position(Signal.AUTHOR_SPREAD, item) < item.position();
    }

    /** Where an item would stand without this rule. */
    private int position(Signal rule, Placed item) {
        Map<String, Integer> without = positions.computeIfAbsent(rule, any -> {
            Map<String, Integer> byId = new HashMap<>();
            remix.under(tuning -> without(rule, tuning))
                    .forEach(one -> byId.put(one.content().contentId(), one.position()));
            return byId;
        });
        return without.getOrDefault(item.content().contentId(), Integer.MAX_VALUE);
    }

    private static SurfaceTuning without(Signal rule, SurfaceTuning it) {
        return new SurfaceTuning(
                it.weights(),
                rule == Signal.AUTHOR_SPREAD ? 1 : it.authorDecay(),
                it.topicDecay(),
                it.mostOfTen(),
                rule == Signal.NEW_CONTENT ? 0 : it.newContentShare(),
                rule == Signal.SMALL_AUTHOR ? 0 : it.smallAuthorShare(),
                rule == Signal.DRAWN ? 0 : it.temperature(),
                it.drawnFrom());
    }
}
