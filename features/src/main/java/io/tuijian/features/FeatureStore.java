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
     * What was read. Each input tells the age of its values.
     *
     * @param unknown contents never heard of
     * @param viewerAge how long before {@code now} the viewer last did something that is counted here; zero for a new
     *     viewer
     * @param missing the topics whose states could not be read now, so that they are empty in the inputs
     * @param behind for how long the store may have missed changes: since it last knew that it had read all
     */
    record Loaded(
            List<FeatureInput> inputs, Set<String> unknown, Duration viewerAge, Set<String> missing, Duration behind) {
        /** All of it read, up to now. */
        public Loaded(List<FeatureInput> inputs, Set<String> unknown, Duration viewerAge) {
            this(inputs, unknown, viewerAge, Set.of(), Duration.ZERO);
        }
    }

    /** How old a value of this event time is. */
    static Duration age(long updatedAtMillis, Instant now) {
        return updatedAtMillis == 0 ? Duration.ZERO : Duration.between(Instant.ofEpochMilli(updatedAtMillis), now);
    }
}
