package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.Comparator;
import java.util.List;

/**
 * What is known of a viewer: counts, in all and by kind, topic and author; what they thought of what they saw last;
 * and what they saw. Immutable. Unbounded parts do not depend on the order of events; bounded ones (topics, authors,
 * recent, seen) keep twice what they show, and evict by (event time, id): of topics and authors one half is the best
 * liked ones, the other half those met last; of hides and reports the newest stay however old they are.
 *
 * @param firstAtMillis epoch milliseconds of the oldest event, 0 if there is none
 * @param usualPrices one per currency
 */
public record ViewerState(
        String viewerId,
        ActionCounts counts,
        List<Keyed> byKind,
        List<Keyed> byTopic,
        List<Keyed> byAuthor,
        List<Recent> recent,
        List<Seen> seen,
        long events,
        long updatedAtMillis,
        long firstAtMillis,
        List<UsualPrice> usualPrices) {

    /** How many topics and authors are shown; twice as many are kept. */
    public static final int TOP = 32;

    /** How many recent engagements are shown; twice as many are kept. */
    public static final int RECENT = 100;

    /** How many hides and reports are kept however much was liked since. */
    public static final int NEGATIVE = 50;

    /** How many seen contents are kept. */
    public static final int SEEN = 1000;

    /** In how many currencies usual prices are kept. */
    static final int CURRENCIES = 4;

    /** Counts of one topic, author or kind. */
    public record Keyed(String key, ActionCounts counts) {
        double liked() {
            return counts.always(Action.LONG_VIEW) + counts.always(Action.LIKE);
        }
    }

    /** One engagement of the recent sequence. */
    public record Recent(
            String id,
            String contentId,
            String authorId,
            ContentKind kind,
            List<String> topics,
            Action action,
            long atMillis,
            long watchedMillis) {}

    /** A content and when it was last seen. */
    public record Seen(String contentId, long atMillis) {}

    static final Comparator<Recent> NEWEST_FIRST =
            Comparator.comparingLong(Recent::atMillis).thenComparing(Recent::id).reversed();
    static final Comparator<Seen> LAST_SEEN_FIRST = Comparator.comparingLong(Seen::atMillis)
            .thenComparing(Seen::contentId)
            .reversed();

    public static ViewerState empty(String viewerId) {
        return new ViewerState(
                viewerId, ActionCounts.NONE, List.of(), List.of(), List.of(), List.of(), List.of(), 0, 0, 0, List.of());
    }

    /** What is shown of {@link #recent}: the newest {@link #RECENT}, newest first. */
    public List<Recent> latest() {
        return recent.subList(0, Math.min(recent.size(), RECENT));
    }

    public ViewerState after(Outcome outcome) {
        GrowingViewerState growing = new GrowingViewerState(this);
        growing.add(outcome);
        return growing.state();
    }

    /** The counts of this key, {@link ActionCounts#NONE} if it is not among them. */
    public static ActionCounts in(List<Keyed> keyed, String key) {
        for (Keyed entry : keyed) {
            if (entry.key.equals(key)) {
                return entry.counts;
            }
        }
        return ActionCounts.NONE;
    }
}
