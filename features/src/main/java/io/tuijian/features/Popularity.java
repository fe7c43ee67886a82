package io.tuijian.features;

import io.tuijian.schemas.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** How well a content is liked, as numbers that stay comparable in an index without being rewritten. */
public final class Popularity {
    private static final long EPOCH = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    private static final double DAY = Duration.ofDays(1).toMillis();
    private static final Action[] WEIGHED =
            Arrays.stream(Action.values()).filter(action -> weight(action) != 0).toArray(Action[]::new);

    /** What a new content has on its side: this much of a long view, when it was created. */
    private static final double PRIOR = 0.5;

    private Popularity() {}

    /** Weighted count with a half-life of a week, as of its newest event; 0 or more. */
    public static double popularity(ActionCounts counts) {
        return Math.max(0, weighted(counts, HalfLife.WEEK));
    }

    /**
     * Forward decay (Cormode et al., ICDE 2009): log2 of the weighted count with a half-life of a day, plus the days
     * until then. At any later moment t the decayed count is {@code 2^(trend - days(t))}, so that contents compare by
     * trend alone, whenever each was written. Days count from 2020, to spare the index's float the digits.
     */
    public static double trend(ActionCounts counts, long createdAtMillis) {
        double created = days(createdAtMillis) + log2(PRIOR);
        double count = weighted(counts, HalfLife.DAY);
        if (count <= 0) {
            return created;
        }
        double earned = days(counts.asOfMillis()) + log2(count);
        double greater = Math.max(created, earned);
        return greater + log2(1 + Math.pow(2, Math.min(created, earned) - greater));
    }

    private static double weighted(ActionCounts counts, HalfLife halfLife) {
        double sum = 0;
        for (Action action : WEIGHED) { // of every content, when Elasticsearch is down
            sum += weight(action) * counts.count(action, halfLife, counts.asOfMillis());
        }
        return sum;
    }

    private static double weight(Action action) {
        return switch (action) {
            case LONG_VIEW -> 1;
            case FINISH -> 0.5;
            case LIKE, COMMENT, FAVORITE, CART -> 2;
            case SHARE, FOLLOW -> 3;
            case PURCHASE, GIFT -> 5;
            case HIDE -> -2;
            case REPORT -> -5;
            case SEEN, OPEN, WATCH, PROFILE, RATE, QUESTION, REFUND, CLAIM, REDEEM, UNKNOWN -> 0;
        };
    }

    private static double days(long millis) {
        return (millis - EPOCH) / DAY;
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
