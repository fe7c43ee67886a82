package io.tuijian.features.reach;

/**
 * How many viewers two audiences have in common, by inclusion and exclusion: |A ∩ B| = |A| + |B| − |A ∪ B|. Exact where
 * their union is counted one by one.
 *
 * @param viewers between 0 and the smaller audience
 * @param error half the width of an interval that holds the truth in at least 95 % of cases: the errors of the three
 *     sketches, added as if they had nothing in common; what they have in common cancels, so that it is rather too wide
 */
public record Overlap(long viewers, long error) {
    /** The standard error of a merged CPC sketch of k rows is ln 2 / √k of its estimate. */
    private static final double TWO_SIDED_95 = 1.96 * Math.log(2) / Math.sqrt(1 << Viewers.FINE);

    public static Overlap of(Viewers one, Viewers other) {
        long a = one.count();
        long b = other.count();
        long union = one.plus(other).count();
        long viewers = Math.max(0, Math.min(a + b - union, Math.min(a, b)));
        return new Overlap(viewers, Math.round(Math.hypot(Math.hypot(error(a), error(b)), error(union))));
    }

    private static double error(long count) {
        return count <= Viewers.EXACT ? 0 : count * TWO_SIDED_95;
    }
}
