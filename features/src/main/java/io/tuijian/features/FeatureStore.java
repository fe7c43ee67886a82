package io.tuijian.features;

import io.tuijian.schemas.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The newest known state of viewers, contents, authors and relations, read once per request. */
public interface FeatureStore {
    /**
     * One batched read.
     *
     * @return an input per known content, in the order asked; contents never heard of are named apart
     */
    Loaded load(String viewerId, List<String> contentIds, Context context);

    /** The viewer alone, {@link ViewerState#empty} if never heard of. */
    ViewerState viewer(String viewerId);

    /** The content as last published, or null. */
    Content content(String contentId);

    Relations relations();

    /**
     * @param unknown contents never heard of
     * @param viewerAge how long before {@code now} the viewer last did something that is counted here; zero for a new
     *     viewer
     */
    record Loaded(List<FeatureInput> inputs, Set<String> unknown, Duration viewerAge) {}

    /** How old a value of this event time is. */
    static Duration age(long updatedAtMillis, Instant now) {
        return updatedAtMillis == 0 ? Duration.ZERO : Duration.between(Instant.ofEpochMilli(updatedAtMillis), now);
    }
}
