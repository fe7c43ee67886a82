package io.tuijian.ranking;

import io.tuijian.features.Context;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A wish for the next page of a feed.
 *
 * @param id of the feed; all pages of one scroll share it
 * @param limit how many items, 1 to 100
 * @param earlier what the earlier pages of this feed hold, in order of position
 * @param servedLately contents served to this viewer within the last half hour, seen or not
 */
public record FeedRequest(
        String id, String viewerId, int limit, Context context, List<Earlier> earlier, Set<String> servedLately) {

    /** An item of an earlier page; the author is the original one. */
    public record Earlier(String contentId, String authorId, ContentKind kind) {}

    public Instant now() {
        return context.now();
    }

    public Surface surface() {
        return context.surface();
    }
}
