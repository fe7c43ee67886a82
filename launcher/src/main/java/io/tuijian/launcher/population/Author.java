package io.tuijian.launcher.population;

/**
 * A simulated author; the most followed are the KOLs.
 *
 * @param index from 0, the most followed first
 * @param city index into {@link City#ALL}
 * @param niche the topics they publish about, as indices, the main one first
 * @param quality in units of utility, shared by all they publish
 * @param publishing relative number of publications
 * @param shopShare the share of shop items among what they publish
 */
public record Author(
        int index,
        long key,
        int city,
        boolean kol,
        short[] niche,
        double quality,
        double publishing,
        double shopShare) {
    private static final String PREFIX = "as";

    public String id() {
        return PREFIX + index;
    }

    static int indexOf(String id) {
        return Seeds.index(id, PREFIX);
    }
}
