package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A served memory in this process. Of a viewer of whom it may not know all, because pages of the last half hour are from
 * before it began or it had to forget someone, it first asks the timelines.
 */
final class InMemoryServedMemory implements ServedMemory {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryServedMemory.class);
    private static final int MOST_VIEWERS = 100_000;

    /** After the timelines did not answer nobody asks them for this long. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final Past past;
    private final Cache<String, Known> byViewer;
    private volatile Instant knowsAllFrom;
    private volatile Instant restsUntil = Instant.MIN;
    private volatile boolean knowsTheNewest;

    /** What was served before this process knew. */
    interface Past {
        /** When each content was served to this viewer last, of those served after {@code since}. */
        Map<String, Instant> servedAfter(String viewerId, Instant since, Instant now) throws IOException;

        /** When anyone was served anything last, of the same; null if nobody was. */
        Instant newest(Instant since, Instant now) throws IOException;
    }

    /** When each content was served last; {@code whole} once the past is in it. */
    private record Known(Map<String, Instant> served, boolean whole) {
        private static final Known NOTHING = new Known(Map.of(), false);

        Known and(Map<String, Instant> more, boolean nowWhole, Instant now) {
            Map<String, Instant> all = new HashMap<>(served);
            more.forEach((content, at) -> all.merge(content, at, (one, other) -> one.isAfter(other) ? one : other));
            all.values().removeIf(at -> !at.plus(LASTS).isAfter(now));
            if (all.size() > MOST_ITEMS) {
                all.keySet()
                        .retainAll(all.entrySet().stream()
                                .sorted(Map.Entry.<String, Instant>comparingByValue()
                                        .reversed())
                                .limit(MOST_ITEMS)
                                .map(Map.Entry::getKey)
                                .collect(Collectors.toSet()));
            }
            return new Known(all, whole || nowWhole);
        }

        Set<String> lately(Instant now) {
            return served.entrySet().stream()
                    .filter(one -> one.getValue().plus(LASTS).isAfter(now))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    InMemoryServedMemory(Past past, Instant startedAt) {
        this(past, startedAt, MOST_VIEWERS);
    }

    InMemoryServedMemory(Past past, Instant startedAt, int mostViewers) {
        this.past = past;
        this.knowsAllFrom = startedAt.plus(LASTS);
        this.byViewer = Caffeine.newBuilder()
                .maximumSize(mostViewers)
                .expireAfterWrite(LASTS)
                .executor(Runnable::run)
                .evictionListener((String viewerId, Known known, RemovalCause cause) -> forgot(known, cause))
                .build();
    }

    /** As long as what was forgotten would have counted, anyone unknown may be the one who was forgotten. */
    private void forgot(Known known, RemovalCause cause) {
        if (cause != RemovalCause.SIZE || known == null) {
            return;
        }
        known.served.values().stream()
                .max(Comparator.naturalOrder())
                .map(newest -> newest.plus(LASTS))
                .filter(until -> until.isAfter(knowsAllFrom))
                .ifPresent(until -> knowsAllFrom = until);
    }

    @Override
    public Lately lately(String viewerId, Instant now) {
        Known known = byViewer.asMap().getOrDefault(viewerId, Known.NOTHING);
        if (known.whole || !now.isBefore(knowsAllFrom)) {
            return new Lately(known.lately(now), true);
        }
        if (now.isBefore(restsUntil)) {
            return new Lately(known.lately(now), false);
        }
        try {
            if (!knowsTheNewest) {
                Instant newest = past.newest(now.minus(LASTS), now);
                knowsAllFrom = newest == null ? now : newest.plus(LASTS);
                knowsTheNewest = true;
            }
            if (!now.isBefore(knowsAllFrom)) {
                return new Lately(known.lately(now), true);
            }
            Map<String, Instant> before = past.servedAfter(viewerId, now.minus(LASTS), now);
            return new Lately(put(viewerId, before, true, now).lately(now), true);
        } catch (IOException e) {
            restsUntil = now.plus(REST);
            LOG.warn("what was served before the start cannot be read: {}", e.getMessage());
            return new Lately(known.lately(now), false);
        }
    }

    @Override
    public boolean remember(String viewerId, Collection<String> contentIds, Instant now) {
        Map<String, Instant> page = new HashMap<>();
        contentIds.forEach(id -> page.put(id, now));
        put(viewerId, page, false, now);
        return true;
    }

    private Known put(String viewerId, Map<String, Instant> more, boolean whole, Instant now) {
        return byViewer.asMap()
                .compute(viewerId, (id, old) -> (old == null ? Known.NOTHING : old).and(more, whole, now));
    }
}
