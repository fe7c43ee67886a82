package io.tuijian.feedapi;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/**
 * What each viewer was served within the last half hour, whether they saw it or not: at most {@link #MOST_ITEMS} each,
 * of more the first served are forgotten first. Written before a page is answered. Safe from many threads.
 */
interface ServedMemory {
    Duration LASTS = Duration.ofMinutes(30);
    int MOST_ITEMS = 500;

    /**
     * What was served lately.
     *
     * @param complete false if some of it could not be read
     */
    record Lately(Set<String> contentIds, boolean complete) {}

    Lately lately(String viewerId, Instant now);

    /** False if it could not be written; a page is answered all the same. */
    boolean remember(String viewerId, Collection<String> contentIds, Instant now);
}
