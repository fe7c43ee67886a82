package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.features.reach.Pages;
import io.tuijian.ranking.Recipes;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How many pages might have shown a content: those on a surface for its kind while it was public and live, to the minute.
 * What pages there were is remembered for a while, recent hours shortly. Safe from many threads.
 */
final class EligiblePages {
    private static final long MINUTE = 60_000;
    private static final Duration RECENT = Duration.ofHours(2);
    private static final Duration KEPT = Duration.ofSeconds(5);
    private static final Duration KEPT_LONG = Duration.ofHours(6);
    private static final long MOST_HOURS = 24 * (2 + ReachQuestion.LONGEST.toDays());

    private final ReachIndex index;
    private final Cache<Long, Hour> hours =
            Caffeine.newBuilder().maximumSize(MOST_HOURS).build();

    EligiblePages(ReachIndex index) {
        this.index = index;
    }

    private record Hour(Pages pages, Map<Surface, Long> totals, long readAt) {
        static Hour of(Pages pages, long readAt) {
            Map<Surface, Long> totals = new EnumMap<>(Surface.class);
            pages.minutes().keySet().forEach(surface -> totals.put(surface, pages.count(surface, 0, 60)));
            return new Hour(pages, totals, readAt);
        }
    }

    /** The pages of a range of whole hours. Immutable. */
    static final class Range {
        private final long from;
        private final long to;
        private final Map<Long, Pages> pages;
        private final Map<Surface, NavigableMap<Long, Long>> before = new EnumMap<>(Surface.class);

        private Range(long from, long to, NavigableMap<Long, Hour> hours) {
            this.from = from;
            this.to = to;
            this.pages = new TreeMap<>();
            Map<Surface, Long> sums = new EnumMap<>(Surface.class);
            hours.forEach((at, hour) -> {
                pages.put(at, hour.pages);
                hour.totals.forEach((surface, total) -> {
                    before.computeIfAbsent(surface, any -> new TreeMap<>()).put(at, sums.getOrDefault(surface, 0L));
                    sums.merge(surface, total, Long::sum);
                });
            });
            sums.forEach((surface, sum) -> before.get(surface).put(Long.MAX_VALUE, sum));
        }

        /** Pages that might have shown one of these; nothing if none of them is for everybody. */
        OptionalLong of(Collection<Content> contents) {
            return contents.stream()
                    .filter(EligiblePages::isForEverybody)
                    .mapToLong(this::of)
                    .reduce(Long::sum);
        }

        private long of(Content content) {
            Instant begins =
                    content.getStartsAt() == null || content.getStartsAt().isBefore(content.getCreatedAt())
                            ? content.getCreatedAt()
                            : content.getStartsAt();
            long first = Math.max(from, begins.toEpochMilli());
            long last = content.getExpiresAt() == null
                    ? to
                    : Math.min(to, content.getExpiresAt().toEpochMilli());
            long sum = 0;
            if (first < last) {
                for (Surface surface : before.keySet()) {
                    if (shows(surface, content)) {
                        sum += until(surface, last) - until(surface, first);
                    }
                }
            }
            return sum;
        }

        /** Pages of this surface before this minute, of those of the range. */
        private long until(Surface surface, long at) {
            long hour = Math.floorDiv(at, ReachCover.HOUR) * ReachCover.HOUR;
            long sum = before.get(surface).ceilingEntry(hour).getValue();
            Pages inHour = pages.get(hour);
            return inHour == null ? sum : sum + inHour.count(surface, 0, (int) ((at - hour) / MINUTE));
        }
    }

    private static boolean shows(Surface surface, Content content) {
        Recipes.Recipe recipe = Recipes.ALL.get(surface);
        return recipe != null
                && (recipe.kinds().isEmpty() || recipe.kinds().contains(content.getKind()))
                && (surface != Surface.NEARBY || content.getCity() != null);
    }

    private static boolean isForEverybody(Content content) {
        return content.getVisibility() == Visibility.PUBLIC && content.getState() == ContentState.LIVE;
    }

    /** What was read while the hour ran, or soon after, is not all of it. */
    private static Duration kept(Hour hour, long at) {
        return hour.readAt < at + ReachCover.HOUR + RECENT.toMillis() ? KEPT : KEPT_LONG;
    }

    /** The pages of these whole hours. */
    Range range(long from, long to, Instant now) throws IOException {
        long nowMillis = now.toEpochMilli();
        long end = Math.min(to, nowMillis + ReachCover.HOUR);
        NavigableMap<Long, Hour> known = new TreeMap<>();
        long firstMissing = Long.MAX_VALUE;
        long lastMissing = Long.MIN_VALUE;
        for (long at = from; at < end; at += ReachCover.HOUR) {
            Hour hour = hours.getIfPresent(at);
            if (hour == null || nowMillis - hour.readAt > kept(hour, at).toMillis()) {
                firstMissing = Math.min(firstMissing, at);
                lastMissing = at;
            } else {
                known.put(at, hour);
            }
        }
        if (firstMissing <= lastMissing) {
            Map<Long, Pages> read = index.pages(firstMissing, lastMissing + ReachCover.HOUR);
            for (long at = firstMissing; at <= lastMissing; at += ReachCover.HOUR) {
                Hour hour = Hour.of(read.getOrDefault(at, Pages.NONE), nowMillis);
                hours.put(at, hour);
                known.put(at, hour);
            }
        }
        return new Range(from, to, known);
    }
}
