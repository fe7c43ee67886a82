package io.tuijian.features;

import io.tuijian.schemas.Action;
import java.util.Arrays;
import java.util.Map;

/** Counts at one moment, as formulas ask for them. Not thread-safe. */
public final class Tally {
    /** How many sights what is usual is worth. */
    public static final double PRIOR_WEIGHT = 10;

    /** How often each action follows a sight before anyone acted: about the average of short video. */
    private static final double[] USUAL = usual(Map.ofEntries(
            Map.entry(Action.OPEN, .4),
            Map.entry(Action.LONG_VIEW, .3),
            Map.entry(Action.FINISH, .14),
            Map.entry(Action.LIKE, .017),
            Map.entry(Action.PROFILE, .018),
            Map.entry(Action.COMMENT, .0025),
            Map.entry(Action.FAVORITE, .002),
            Map.entry(Action.FOLLOW, .0015),
            Map.entry(Action.SHARE, .001),
            Map.entry(Action.HIDE, .001),
            Map.entry(Action.CART, .001),
            Map.entry(Action.PURCHASE, .0005)));

    private final ActionCounts counts;
    private final long now;
    private double[] left;

    Tally(ActionCounts counts, long nowMillis) {
        this.counts = counts;
        this.now = nowMillis;
    }

    private static double[] usual(Map<Action, Double> rates) {
        double[] usual = new double[Action.values().length];
        Arrays.fill(usual, Double.NaN);
        rates.forEach((action, rate) -> usual[action.ordinal()] = rate);
        return usual;
    }

    static double usual(Action action) {
        return USUAL[action.ordinal()];
    }

    public double count(Action action) {
        return counts.always(action);
    }

    public double count(Action action, HalfLife halfLife) {
        if (left == null) {
            left = counts.left(now);
        }
        return counts.sum(action, halfLife) * left[halfLife.ordinal()];
    }

    /** ln(1 + count). */
    public double log(Action action) {
        return log(count(action));
    }

    /** ln(1 + decayed count). */
    public double log(Action action, HalfLife halfLife) {
        return log(count(action, halfLife));
    }

    /** Times per sight, drawn to what is usual of the action. */
    public double rate(Action action) {
        return rate(action, usual(action));
    }

    /** Times per sight, drawn to this rate. */
    public double rate(Action action, double drawnTo) {
        return rate(count(action), count(Action.SEEN), drawnTo);
    }

    /** The same of decayed counts. */
    public double rate(Action action, HalfLife halfLife) {
        return rate(count(action, halfLife), count(Action.SEEN, halfLife), usual(action));
    }

    /** Times per sight without the share that another tally has in both, drawn to what is usual of the action. */
    public double rateWithout(Tally part, Action action) {
        return rate(
                count(action) - part.count(action),
                Math.max(0, count(Action.SEEN) - part.count(Action.SEEN)),
                usual(action));
    }

    private static double rate(double did, double seen, double drawnTo) {
        return (Math.max(0, did) + PRIOR_WEIGHT * drawnTo) / (seen + PRIOR_WEIGHT);
    }

    /** Watched time per duration of what was watched, drawn to one half as if a minute had been shown. */
    public double watchedFraction() {
        return watchedFraction(.5);
    }

    /** The same, drawn to this fraction. */
    public double watchedFraction(double drawnTo) {
        double minute = 60_000;
        return Math.min(2, (counts.watchedMillis() + drawnTo * minute) / (counts.durationMillis() + minute));
    }

    /** Mean seconds, drawn to ten as if ten things had been watched. */
    public double watchedSeconds() {
        return mean(counts.watchedMillis());
    }

    /** Mean duration in seconds of what was watched, drawn to ten as if ten things had been watched. */
    public double watchedDurations() {
        return mean(counts.durationMillis());
    }

    private double mean(double millis) {
        double seconds = 10;
        return (millis / 1e3 + PRIOR_WEIGHT * seconds) / (Math.max(0, count(Action.WATCH)) + PRIOR_WEIGHT);
    }

    /** ln of sights of the hour per sight of the day. */
    public double trend() {
        return Math.log((count(Action.SEEN, HalfLife.HOUR) + .1) / (count(Action.SEEN, HalfLife.DAY) + 1));
    }

    /** ln of an action per day at half-life 1 d per the same at half-life 7 d, drawn to 0 by one a day. */
    public double slope(Action action) {
        double lately = Math.max(0, count(action, HalfLife.DAY));
        double usually = Math.max(0, count(action, HalfLife.WEEK)) / 7;
        return Math.log((lately + 1) / (usually + 1));
    }

    /** Long views and twice the likes less thrice the hides of the hour, ln(1 + n) with sign. */
    public double lately() {
        double balance = count(Action.LONG_VIEW, HalfLife.HOUR)
                + 2 * count(Action.LIKE, HalfLife.HOUR)
                - 3 * count(Action.HIDE, HalfLife.HOUR);
        return Math.signum(balance) * log(Math.abs(balance));
    }

    /** ln(1 + hours since the newest event), 0 if there is none. */
    public double rest() {
        return counts.isEmpty() ? 0 : log(hours(now - counts.asOfMillis()));
    }

    public static double hours(long millis) {
        return Math.max(0, millis) / 3_600_000.0;
    }

    /** ln(1 + n), 0 for what is below. */
    public static double log(double n) {
        return Math.log(1 + Math.max(0, n)); // not log1p: slower, and it differs only near 0
    }
}
