package io.tuijian.launcher.population;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/** How much goes on at each hour of the day, as in the log of KuaiRand-Pure (hours of China, share of impressions). */
final class Rhythm {
    private static final double[] BY_HOUR = {
        0.037, 0.023, 0.015, 0.009, 0.008, 0.010, 0.018, 0.027, 0.034, 0.040, 0.046, 0.052, //
        0.059, 0.056, 0.051, 0.052, 0.056, 0.060, 0.056, 0.055, 0.056, 0.061, 0.064, 0.058
    };
    private static final double MOST = 0.064;

    private Rhythm() {}

    /** Relative to the busiest hour, at this moment for somebody whose day lags by some hours. */
    static double at(long millis, ZoneRules zone, double lagHours) {
        int offset = zone.getOffset(Instant.ofEpochMilli(millis)).getTotalSeconds();
        double hours = (millis / 1000.0 + offset) / 3600 - lagHours;
        return BY_HOUR[(int) Math.floorMod((long) Math.floor(hours), 24L)] / MOST;
    }

    /** The same for a whole country. */
    static double at(long millis) {
        return at(millis, ZoneId.of("Asia/Shanghai").getRules(), 0);
    }
}
