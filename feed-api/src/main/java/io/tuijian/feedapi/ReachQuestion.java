package io.tuijian.feedapi;

import io.javalin.http.Context;
import io.tuijian.features.reach.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is asked about reach.
 *
 * @param from inclusive
 * @param to exclusive; at most {@link #LONGEST} later
 * @param previous whether the period of the same length before it is asked for, too
 * @param now when it is asked
 */
record ReachQuestion(Instant from, Instant to, Granularity granularity, By by, boolean previous, Instant now) {
    static final Duration LONGEST = Duration.ofDays(400);
    static final Duration LONGEST_BY_HOUR = Duration.ofDays(100);
    private static final Duration USUAL = Duration.ofDays(14);

    /** The width of a step in the series; days are in UTC. */
    enum Granularity {
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS);

        private final ChronoUnit unit;

        Granularity(ChronoUnit unit) {
            this.unit = unit;
        }

        /** When the step begins that holds this, in epoch milliseconds. */
        long of(long at) {
            return Instant.ofEpochMilli(at)
                    .atOffset(ZoneOffset.UTC)
                    .truncatedTo(unit)
                    .toInstant()
                    .toEpochMilli();
        }

        String word() {
            return ReachQuestion.word(this);
        }
    }

    /** What the total is broken down by. */
    enum By {
        NOTHING,
        CONTENT,
        SURFACE,
        SOURCE,
        KIND,
        TOUCHPOINT,
        CITY,
        RELATION,
        VIEWERS;

        /** What tells nothing about viewers, and can be told of one content. */
        static final Set<By> OF_CONTENT = Set.of(NOTHING, SURFACE, SOURCE, TOUCHPOINT);

        /** True if it is an attribute of viewers. */
        boolean isPersonal() {
            return this == CITY || this == RELATION || this == VIEWERS;
        }

        String word() {
            return ReachQuestion.word(this);
        }
    }

    /** What this request asks; ends it with 400 if that cannot be answered. */
    static ReachQuestion of(Context ctx, Instant now, Set<By> allowed) {
        Instant to = Requests.time(ctx, "to", now);
        Instant from = Requests.time(ctx, "from", to.minus(USUAL));
        List<Granularity> steps = List.of(Granularity.values());
        Granularity granularity = named(ctx, "granularity", steps, Granularity.DAY);
        By by = named(
                ctx, "by", Arrays.stream(By.values()).filter(allowed::contains).toList(), By.NOTHING);
        String compare = ctx.queryParam("compare");
        if (compare != null && !compare.equals("previous")) {
            throw Problem.malformed("compare must be previous.");
        }
        return new ReachQuestion(from, to, granularity, by, compare != null, now).checked();
    }

    private ReachQuestion checked() {
        if (!from.isBefore(to)) {
            throw Problem.malformed("from must be before to.");
        }
        Duration length = Duration.between(from, to);
        if (length.compareTo(LONGEST) > 0) {
            throw Problem.malformed("from and to must be at most " + LONGEST.toDays() + " days apart.");
        }
        if (granularity == Granularity.HOUR && length.compareTo(LONGEST_BY_HOUR) > 0) {
            throw Problem.malformed(
                    "By the hour, from and to must be at most " + LONGEST_BY_HOUR.toDays() + " days apart.");
        }
        return this;
    }

    private static <E extends Enum<E>> E named(Context ctx, String parameter, List<E> values, E otherwise) {
        String word = ctx.queryParam(parameter);
        if (word == null) {
            return otherwise;
        }
        return values.stream()
                .filter(value -> word(value).equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Problem.malformed(parameter + " must be one of "
                        + values.stream().map(ReachQuestion::word).collect(Collectors.joining(", ")) + "."));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The documents of the range. */
    ReachCover cover() {
        return cover(from, to);
    }

    /** The documents of the period before: as many whole hours, and none of them twice. */
    ReachCover coverBefore() {
        long begin = Level.AUTHOR_HOUR.beginOf(from.toEpochMilli());
        long end = Level.AUTHOR_HOUR.beginOf(to.toEpochMilli() - 1) + ReachCover.HOUR;
        return cover(Instant.ofEpochMilli(2 * begin - end), Instant.ofEpochMilli(begin));
    }

    private ReachCover cover(Instant begin, Instant end) {
        return granularity == Granularity.HOUR ? ReachCover.hourly(begin, end) : ReachCover.of(begin, end, now);
    }
}
