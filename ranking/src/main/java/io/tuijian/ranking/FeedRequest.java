package io.tuijian.ranking;

import io.tuijian.features.Context;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A wish for the next page of a feed.
 *
 * @param id of the feed; all pages of one scroll share it
 * @param limit how many items, 1 to 100
 * @param earlier what the earlier pages of this feed hold, in order of position
 * @param servedLately contents served to this viewer within the last half hour, seen or not
 * @param without if it is asked what the feed would hold without each rule: of those without which it would hold
 *     something else up to here, what that is, in order of position
 */
public record FeedRequest(
        String id,
        String viewerId,
        int limit,
        Context context,
        List<Earlier> earlier,
        Set<String> servedLately,
        Optional<Map<SplitRule, List<Earlier>>> without) {
    /** One that does not ask what would be without a rule. */
    public FeedRequest(
            String id, String viewerId, int limit, Context context, List<Earlier> earlier, Set<String> servedLately) {
        this(id, viewerId, limit, context, earlier, servedLately, Optional.empty());
    }

    /**
     * An item of an earlier page.
     *
     * @param authorId whom it is by in the end
     * @param originalId what it reposts itself, though that may be a repost too; its own id if nothing
     * @param fingerprint of what it says, by which near-duplicates are known; 0 if it says too little
     * @param turn the guaranteed share or draw whose turn it was, null if it simply was the best
     */
    public record Earlier(
            String contentId, String authorId, ContentKind kind, String originalId, long fingerprint, String turn) {
        /** One that reposts nothing, says little, and simply was the best. */
        public Earlier(String contentId, String authorId, ContentKind kind) {
            this(contentId, authorId, kind, contentId, 0, null);
        }
    }

    public Instant now() {
        return context.now();
    }

    public Surface surface() {
        return context.surface();
    }
}
