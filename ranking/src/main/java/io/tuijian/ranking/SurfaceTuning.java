package io.tuijian.ranking;

import io.tuijian.schemas.ContentKind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What can be changed about one surface: bounded.
 *
 * @param weights what each action is worth
 * @param tasteStrength what a liking of its topics, and one of its author, multiplies a content by at most, 1 to 3; 1
 *     for nothing
 * @param authorDecay what a content counts for each of its author's among the last nineteen, in (0, 1]; 1 for none
 * @param topicDecay what a content counts for each of its topic's on the page, in (0, 1]; 1 for none
 * @param mostOfTen of any ten items at most so many of a kind, 0 to 10 each; no entry for no limit
 * @param newContentShare of positions that are promised to new content, in [0, 0.5]
 * @param smallAuthorShare of positions that are promised to small authors, in [0, 0.5]
 * @param temperature with which positions are drawn: chances are in proportion to score^(1/temperature); in [0, 1],
 *     0 for none drawn
 * @param drawnFrom so many of the best that are allowed, 1 to 100
 */
public record SurfaceTuning(
        Weights weights,
        double tasteStrength,
        double authorDecay,
        double topicDecay,
        Map<ContentKind, Integer> mostOfTen,
        double newContentShare,
        double smallAuthorShare,
        double temperature,
        int drawnFrom) {
    private static final double USUAL_TASTE = 1.25;

    /** Of a surface for one purpose. */
    public static final SurfaceTuning DEFAULT =
            new SurfaceTuning(Weights.DEFAULT, USUAL_TASTE, 0.6, 0.9, Map.of(), 0.05, 0.05, 0.05, 20);

    /** Of the surface where all kinds meet. */
    static final SurfaceTuning MIXED = new SurfaceTuning(
            Weights.DEFAULT,
            USUAL_TASTE,
            0.6,
            0.9,
            Map.of(ContentKind.SHOP_ITEM, 1, ContentKind.POST, 2),
            0.1,
            0.05,
            0.05,
            20);

    /** Where the viewer chose whom to see: the best first, and nothing between. */
    static final SurfaceTuning CHOSEN = new SurfaceTuning(Weights.DEFAULT, USUAL_TASTE, 1, 1, Map.of(), 0, 0, 0, 1);

    public SurfaceTuning {
        Bounds.within("tasteStrength", tasteStrength, 1, 3);
        decay("authorDecay", authorDecay);
        decay("topicDecay", topicDecay);
        mostOfTen.forEach((kind, most) -> Bounds.within("mostOfTen of " + kind, most, 0, 10));
        Bounds.within("newContentShare", newContentShare, 0, 0.5);
        Bounds.within("smallAuthorShare", smallAuthorShare, 0, 0.5);
        Bounds.within("temperature", temperature, 0, 1);
        Bounds.within("drawnFrom", drawnFrom, 1, 100);
        Map<ContentKind, Integer> inOrder = new EnumMap<>(ContentKind.class);
        inOrder.putAll(mostOfTen);
        mostOfTen = Collections.unmodifiableMap(inOrder);
    }

    private static void decay(String name, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is not above 0 and at most 1: " + value);
        }
    }

    /** The same with other weights. */
    public SurfaceTuning with(Weights other) {
        return new SurfaceTuning(
                other,
                tasteStrength,
                authorDecay,
                topicDecay,
                mostOfTen,
                newContentShare,
                smallAuthorShare,
                temperature,
                drawnFrom);
    }

    /** The same, where nothing is drawn: always the best. */
    public SurfaceTuning undrawn() {
        return new SurfaceTuning(
                weights,
                tasteStrength,
                authorDecay,
                topicDecay,
                mostOfTen,
                newContentShare,
                smallAuthorShare,
                0,
                drawnFrom);
    }
}
