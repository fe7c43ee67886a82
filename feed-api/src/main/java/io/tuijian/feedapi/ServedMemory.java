package io.tuijian.feedapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What each viewer was served within the last half hour, whether they saw it or not. Bounded; safe from many threads. */
final class ServedMemory {
    private static final Duration MEMORY = Duration.ofMinutes(30);
    private static final int MOST_VIEWERS = 100_000;
    private static final int MOST_ITEMS = 500;

    private final Cache<String, Map<String, Instant>> served = Caffeine.newBuilder()
            .maximumSize(MOST_VIEWERS)
            .expireAfterWrite(MEMORY)
            .build();

    void remember(String viewerId, Collection<String> contentIds, Instant now) {
        served.asMap().compute(viewerId, (id, old) -> {
            Map<String, Instant> next = new LinkedHashMap<>();
            if (old != null) {
                old.forEach((content, at) -> {
                    if (at.plus(MEMORY).isAfter(now)) {
                        next.put(content, at);
                    }
                });
            }
            for (String content : contentIds) {
                next.remove(content); // served again, it is the newest
                next.put(content, now);
            }
            while (next.size() > MOST_ITEMS) {
                next.remove(next.keySet().iterator().next());
            }
            return next;
        });
    }

    Set<String> lately(String viewerId, Instant now) {
        Map<String, Instant> all = served.getIfPresent(viewerId);
        if (all == null) {
            return Set.of();
        }
        Set<String> lately = ConcurrentHashMap.newKeySet();
        all.forEach((content, at) -> {
            if (at.plus(MEMORY).isAfter(now)) {
                lately.add(content);
            }
        });
        return lately;
    }
}
