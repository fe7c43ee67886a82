package io.tuijian.feedapi;

import io.tuijian.features.reach.Level;
import java.time.Duration;
import java.time.Instant;

/**
 * Which documents make up a range: those of whole days inside it, and those of hours at its edges. Hours count whole: the
 * first is the one that holds {@code from}, the last the one before {@code to}, or in which {@code to} lies. All in epoch
 * milliseconds, ends exclusive; a part may be empty.
 *
 * @param from begins the hours before the first whole day
 * @param firstDay begins the whole days
 * @param lastDay ends them
 * @param to ends the hours after the last whole day
 */
record ReachCover(long from, long firstDay, long lastDay, long to) {
    static final long HOUR = Duration.ofHours(1).toMillis();
    static final long DAY = Duration.ofDays(1).toMillis();

    /**
     * @param now the day of this moment counts as whole if the range reaches it: nothing of it can lie later
     */
    static ReachCover of(Instant from, Instant to, Instant now) {
        long begin = Level.AUTHOR_HOUR.beginOf(from.toEpochMilli());
        long end = Level.AUTHOR_HOUR.beginOf(to.toEpochMilli() - 1) + HOUR;
        long firstDay = Math.floorDiv(begin + DAY - 1, DAY) * DAY;
        long lastDay = Math.floorDiv(end, DAY) * DAY;
        if (end > now.toEpochMilli() && now.toEpochMilli() >= lastDay) {
            lastDay += DAY;
        }
        if (firstDay >= lastDay) {
            return new ReachCover(begin, end, end, end);
        }
        return new ReachCover(begin, firstDay, lastDay, Math.max(lastDay, end));
    }

    /** The same range in hours alone. */
    static ReachCover hourly(Instant from, Instant to) {
        long begin = Level.AUTHOR_HOUR.beginOf(from.toEpochMilli());
        long end = Level.AUTHOR_HOUR.beginOf(to.toEpochMilli() - 1) + HOUR;
        return new ReachCover(begin, end, end, end);
    }

    /** Whole days alone, from the first that begins in the range to the last that ended a while ago; may be none. */
    static ReachCover settled(Instant from, Instant to, Instant now, Duration ago) {
        ReachCover days = of(from, to, to.plusMillis(DAY)); // as if none were today
        long last = Math.floorDiv(now.minus(ago).toEpochMilli(), DAY) * DAY;
        long end = Math.max(days.firstDay, Math.min(days.lastDay, last));
        return new ReachCover(days.firstDay, days.firstDay, end, end);
    }

    boolean hasDays() {
        return firstDay < lastDay;
    }

    boolean isWholeDays() {
        return from == firstDay && lastDay == to;
    }

    /** True if nothing of it is left out of these days. */
    boolean isWithin(ReachCover days) {
        return isWholeDays() && from >= days.firstDay && to <= days.lastDay;
    }
}
