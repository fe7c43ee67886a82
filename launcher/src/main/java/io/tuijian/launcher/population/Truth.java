package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is true of a simulated population and what the product can only learn. For benches and tests, never for the
 * product. Safe from many threads.
 */
public final class Truth {
    private final Population population;

    Truth(Population population) {
        this.population = population;
    }

    /**
     * What a viewer is like.
     *
     * @param topics opinions by topic id, in units of utility; what is missing is 0
     * @param kinds liking by kind, in units of utility
     * @param budgetMinor the price that is neither cheap nor dear, in fen
     * @param positionBias the exponent of examination
     */
    public record Taste(
            Map<String, Double> topics, Map<ContentKind, Double> kinds, long budgetMinor, double positionBias) {}

    /**
     * How much the viewer would like the content; 0 is lukewarm, a standard deviation is about 1.
     *
     * @throws IllegalArgumentException if either is not of this population
     */
    public double utility(String viewer, String content) {
        return Behaviour.utility(population.viewer(viewer), population.content(content));
    }

    /** The same by index, quickly. */
    public double utility(int viewer, int content) {
        return Behaviour.utility(
                population.viewers().get(viewer), population.contents().get(content));
    }

    /**
     * The probability that the viewer, at the beginning of a session, does this with the content at this position.
     *
     * @param position 0-based across the pages of one cursor
     */
    public double probability(String viewer, String content, Action action, int position) {
        return probability(viewer, content, action, Situation.fresh(position));
    }

    /** The same anywhere in a session. Of {@code FOLLOW}, given that the viewer does not follow the author yet. */
    public double probability(String viewer, String content, Action action, Situation situation) {
        return Behaviour.probability(population.viewer(viewer), population.content(content), action, situation);
    }

    /** The probability that the viewer looks at this position at all. */
    public double examination(String viewer, int position) {
        return Behaviour.examination(population.viewer(viewer), position);
    }

    public Taste taste(String viewer) {
        Viewer of = population.viewer(viewer);
        Map<String, Double> topics = new LinkedHashMap<>();
        for (int i = 0; i < of.topics().length; i++) {
            topics.put(population.topics().get(of.topics()[i]), (double) of.opinions()[i]);
        }
        Map<ContentKind, Double> kinds = new LinkedHashMap<>();
        for (ContentKind kind : new ContentKind[] {ContentKind.POST, ContentKind.SHORT_VIDEO, ContentKind.SHOP_ITEM}) {
            kinds.put(kind, (double) of.kinds()[Behaviour.kind(kind)]);
        }
        return new Taste(topics, kinds, of.budgetMinor(), of.positionBias());
    }
}
