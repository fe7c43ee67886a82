package io.tuijian.models.retrieval;

/**
 * What viewers engaged with, as numbers of a {@link Catalogue}.
 *
 * @param of per viewer, oldest first where the order has a meaning; may be empty
 * @param ordered whether it has
 */
public record Histories(Catalogue catalogue, int[][] of, boolean ordered) {
    public int viewers() {
        return of.length;
    }

    /** How many engagements there are in all. */
    public long size() {
        long size = 0;
        for (int[] history : of) {
            size += history.length;
        }
        return size;
    }
}
