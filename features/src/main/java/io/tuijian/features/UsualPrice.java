package io.tuijian.features;

/**
 * What the items that a viewer took to cost in one currency: exponentially decayed sums over the natural logarithm of
 * the price in minor units, half-life 30 d, all as of the newest event. Adding is commutative and associative up to
 * rounding, so the order of events does not matter and parts merge.
 */
public record UsualPrice(String currency, long asOfMillis, double count, double sumOfLogs, double sumOfSquares) {
    /** How many imagined items at the price asked about, each a factor e off, stand beside those met. */
    private static final double PRIOR_WEIGHT = 2;

    /** One item; {@code weight} is −1 for an engagement taken back. */
    public static UsualPrice of(String currency, long priceMinor, long atMillis, double weight) {
        double log = Math.log(priceMinor);
        return new UsualPrice(currency, atMillis, weight, weight * log, weight * log * log);
    }

    /** Both together, as of the newer of the two; the currency is the same. */
    public UsualPrice plus(UsualPrice other) {
        long asOf = Math.max(asOfMillis, other.asOfMillis);
        double mine = HalfLife.MONTH.left(asOf - asOfMillis);
        double theirs = HalfLife.MONTH.left(asOf - other.asOfMillis);
        return new UsualPrice(
                currency,
                asOf,
                mine * count + theirs * other.count,
                mine * sumOfLogs + theirs * other.sumOfLogs,
                mine * sumOfSquares + theirs * other.sumOfSquares);
    }

    /** ln of this price per the usual one, drawn to 0 as if two items had been met at this price. */
    public double above(long priceMinor, long nowMillis) {
        double left = left(nowMillis);
        double met = Math.max(0, left * count);
        return met == 0 ? 0 : (met * Math.log(priceMinor) - left * sumOfLogs) / (met + PRIOR_WEIGHT);
    }

    /** {@link #above} in standard deviations of what was met, drawn to 1 as if two items had been met that far off. */
    public double deviations(long priceMinor, long nowMillis) {
        double left = left(nowMillis);
        double met = Math.max(0, left * count);
        double spread = met == 0 ? 0 : left * (sumOfSquares - sumOfLogs * sumOfLogs / count);
        return above(priceMinor, nowMillis) / Math.sqrt((Math.max(0, spread) + PRIOR_WEIGHT) / (met + PRIOR_WEIGHT));
    }

    /** The mean natural logarithm of the prices met, in minor units; not a number if none was. */
    public double meanOfLogs() {
        return sumOfLogs / count;
    }

    private double left(long nowMillis) {
        return nowMillis <= asOfMillis ? 1 : HalfLife.MONTH.left(nowMillis - asOfMillis);
    }
}
