package io.tuijian.launcher.tables;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Values as people read them: thousands apart, four digits that count, the same in every country. */
final class Numbers {
    private static final int DIGITS = 4;
    private static final double MOST_PLAIN = 1e15;
    private static final double LEAST_PLAIN = 1e-4;
    private static final String NOTHING = "–";

    private Numbers() {}

    static String text(Object value) {
        if (value == null) {
            return NOTHING;
        }
        if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
            return text(((Number) value).doubleValue());
        }
        if (value instanceof Number whole) {
            return String.format(Locale.ROOT, "%,d", whole);
        }
        return value instanceof TemporalAccessor ? value.toString().replace('T', ' ') : value.toString();
    }

    static String percent(Object value) {
        return value instanceof Number share && !Double.isNaN(share.doubleValue())
                ? String.format(Locale.ROOT, "%.1f %%", 100 * share.doubleValue())
                : NOTHING;
    }

    private static String text(double value) {
        if (Double.isNaN(value)) {
            return NOTHING;
        }
        double size = Math.abs(value);
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "-∞";
        }
        if (size >= MOST_PLAIN || size != 0 && size < LEAST_PLAIN) {
            return String.format(Locale.ROOT, "%." + (DIGITS - 1) + "e", value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS));
        if (rounded.scale() <= 0) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int decimals = Math.max(0, rounded.stripTrailingZeros().scale());
        return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
    }
}
