package io.tuijian.feedapi;

import java.time.Duration;

/**
 * What the replicated feature store may hold; beyond, what was written longest ago goes first.
 *
 * @param viewerBytes the states of viewers, as bytes
 * @param contents how many contents, and states of contents
 * @param authors how many states of authors
 * @param unchanged states not written for this long are forgotten; contents and relations never are
 */
public record StoreLimits(long viewerBytes, long contents, long authors, Duration unchanged) {
    private static final long CONTENT_BYTES = 2_000;
    private static final long AUTHOR_BYTES = 1_000;

    /** A quarter of the heap for viewers, a quarter for contents, a sixteenth for authors; 90 days. */
    public static StoreLimits ofHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        return new StoreLimits(heap / 4, heap / 4 / CONTENT_BYTES, heap / 16 / AUTHOR_BYTES, Duration.ofDays(90));
    }
}
