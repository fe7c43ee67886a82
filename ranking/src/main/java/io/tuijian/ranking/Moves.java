package io.tuijian.ranking;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which rules of the mixing moved an item: the same candidates are mixed once more without each rule that had a hand in
 * the page. Made for one page. Not thread-safe.
 */
final class Moves {
    private final FeedRequest request;
    private final Tuning tuning;
    private final Function<Tuning, List<Placed>> mix;
    private final Map<Signal, Map<String, Integer>> positions = new EnumMap<>(Signal.class);

    /**
     * @param tuning that the page was mixed with
     * @param mix mixes the same candidates with another
     */
    Moves(FeedRequest request, Tuning tuning, Function<Tuning, List<Placed>> mix) {
        this.request = request;
        this.tuning = tuning;
        this.mix = mix;
    }

    /** The rule without which this item would stand further down or not at all; null if there is none. */
    Signal lifted(Placed item) {
        if (item.turn() == null) {
            return null;
        }
        Signal rule = Signal.of(item.turn()).orElseThrow();
        return position(rule, item) > item.position() ? rule : null;
    }

    /**
     * True if this item would stand further up if an author might fill the page.
     *
     * @param above what stands right above it: without its author's decay it has to beat that
     */
    boolean isSpread(Placed item, Placed above) {
        Hydrated hydrated = item.content().hydrated();
        boolean own = hydrated.originalAuthorId().equals(hydrated.content().getAuthorId());
        double decay = item.factors().getOrDefault(Mixer.AUTHOR_DECAY, 1.0);
        return own
                && decay != 1
                && item.score() / decay > above.score()
                && position(Signal.AUTHOR_SPREAD, item) < item.position();
    }

    /** Where an item would stand without this rule. */
    private int position(Signal rule, Placed item) {
        Map<String, Integer> without = positions.computeIfAbsent(rule, any -> {
            Map<String, Integer> byId = new HashMap<>();
            SurfaceTuning otherwise = without(rule, tuning.of(request.surface()));
            mix.apply(tuning.with(request.surface(), otherwise))
                    .forEach(one -> byId.put(one.content().contentId(), one.position()));
            return byId;
        });
        return without.getOrDefault(item.content().contentId(), Integer.MAX_VALUE);
    }

    /** The same, where this rule does nothing; of the spread of authors their decay alone, for the cap is no number. */
    static SurfaceTuning without(Signal rule, SurfaceTuning it) {
        return new SurfaceTuning(
                it.weights(),
                it.tasteStrength(),
                rule == Signal.AUTHOR_SPREAD ? 1 : it.authorDecay(),
                it.topicDecay(),
                it.mostOfTen(),
                rule == Signal.NEW_CONTENT ? 0 : it.newContentShare(),
                rule == Signal.SMALL_AUTHOR ? 0 : it.smallAuthorShare(),
                rule == Signal.DRAWN ? 0 : it.temperature(),
                it.drawnFrom());
    }
}
