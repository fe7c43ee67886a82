package io.tuijian.launcher.population;

/**
 * A simulated viewer and what they are like, which the product never sees.
 *
 * @param index from 0
 * @param city index into {@link City#ALL}
 * @param activity relative number of sessions, mean about 1
 * @param topics with an opinion, as indices; favourites first
 * @param opinions of these topics, in units of utility
 * @param kinds liking of posts, short videos and shop items, in units of utility
 * @param budgetMinor the price that is neither cheap nor dear to them, in fen
 * @param positionBias the exponent of examination, see {@link Behaviour#examination}
 * @param patience divides the fatigue of a session
 * @param owlHours by how many hours their day lags behind the clock
 */
public record Viewer(
        int index,
        long key,
        int city,
        double activity,
        short[] topics,
        float[] opinions,
        float[] kinds,
        long budgetMinor,
        double positionBias,
        double patience,
        double owlHours) {
    private static final String PREFIX = "vs";

    public String id() {
        return PREFIX + index;
    }

    static int indexOf(String id) {
        return Seeds.index(id, PREFIX);
    }
}
