package io.tuijian.ranking;

/** Numbers that must lie within bounds, and the one sentence that says so if one does not. */
final class Bounds {
    private Bounds() {}

    static double within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    name + " is not within " + plain(least) + " to " + plain(most) + ": " + plain(value));
        }
        return value;
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
