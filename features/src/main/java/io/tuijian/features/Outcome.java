package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.List;

/**
 * One engagement that counts, with the facts of its content: the event of every fold.
 *
 * @param weight 1, or −1 for an engagement taken back
 * @param atMillis epoch milliseconds when it happened
 * @param watchedMillis what had been watched by then, 0 if nothing
 * @param durationMillis of the content, 0 if unknown
 * @param priceMinor of the content in minor units of its currency, 0 if it has no price
 * @param currency ISO 4217, empty if the content has no price
 */
public record Outcome(
        String id,
        String viewerId,
        String contentId,
        String authorId,
        ContentKind kind,
        List<String> topics,
        Action action,
        int weight,
        long atMillis,
        long watchedMillis,
        long durationMillis,
        long priceMinor,
        String currency) {

    /** Epoch milliseconds from which it could be known: what was watched had to be watched first. */
    public long knownAtMillis() {
        return atMillis + watchedMillis;
    }

    /** This outcome alone, counted. Only {@code WATCH} adds watch time, so that it is added once. */
    ActionCounts counted() {
        boolean watch = action == Action.WATCH;
        return ActionCounts.of(action, atMillis, weight, watch ? watchedMillis : 0, watch ? durationMillis : 0);
    }
}
