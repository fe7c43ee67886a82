package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is known of a viewer: counts, in all and by kind, topic and author; what they thought of what they saw last;
 * and what they saw. Immutable. Unbounded parts do not depend on the order of events; bounded ones (topics, authors,
 * recent, seen) keep twice what they show, and evict by (event time, id): of topics and authors one half is the best
 * liked ones, the other half those met last.
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
        long updatedAtMillis) {

    /** How many topics and authors are shown; twice as many are kept. */
    public static final int TOP = 32;

    /** How many recent engagements are shown; twice as many are kept. */
    public static final int RECENT = 100;

    /** How many seen contents are kept. */
    public static final int SEEN = 1000;

    /** Counts of one topic, author or kind. */
    public record Keyed(String key, ActionCounts counts) {}

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

    private static final Comparator<Recent> NEWEST_FIRST =
            Comparator.comparingLong(Recent::atMillis).thenComparing(Recent::id).reversed();
    private static final Comparator<Seen> LAST_SEEN_FIRST = Comparator.comparingLong(Seen::atMillis)
            .thenComparing(Seen::contentId)
            .reversed();

    public static ViewerState empty(String viewerId) {
        return new ViewerState(
                viewerId, ActionCounts.NONE, List.of(), List.of(), List.of(), List.of(), List.of(), 0, 0);
    }

    /** What is shown of {@link #recent}: the newest {@link #RECENT}, newest first. */
    public List<Recent> latest() {
        return recent.subList(0, Math.min(recent.size(), RECENT));
    }

    public ViewerState after(Outcome outcome) {
        ActionCounts one = outcome.counted();
        List<Keyed> topics = byTopic;
        for (String topic : outcome.topics()) {
            topics = added(topics, topic, one, 2 * TOP);
        }
        return new ViewerState(
                viewerId,
                counts.plus(one),
                added(byKind, outcome.kind().name(), one, Integer.MAX_VALUE),
                topics,
                added(byAuthor, outcome.authorId(), one, 2 * TOP),
                remembered(outcome),
                sighted(outcome),
                events + 1,
                Math.max(updatedAtMillis, outcome.atMillis()));
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

    private static List<Keyed> added(List<Keyed> keyed, String key, ActionCounts one, int bound) {
        List<Keyed> next = new ArrayList<>(keyed.size() + 1);
        boolean found = false;
        for (Keyed entry : keyed) {
            boolean same = entry.key.equals(key);
            found |= same;
            next.add(same ? new Keyed(key, entry.counts.plus(one)) : entry);
        }
        if (!found) {
            next.add(new Keyed(key, one));
        }
        if (next.size() > bound) {
            next.remove(next.stream()
                    .sorted(BEST_LIKED_FIRST)
                    .skip(bound / 2)
                    .min(MET_LONGEST_AGO)
                    .orElseThrow());
        }
        return List.copyOf(next);
    }

    private static final Comparator<Keyed> MET_LONGEST_AGO =
            Comparator.<Keyed>comparingLong(entry -> entry.counts.asOfMillis()).thenComparing(Keyed::key);
    private static final Comparator<Keyed> BEST_LIKED_FIRST = Comparator.<Keyed>comparingDouble(
                    entry -> entry.counts.always(Action.LONG_VIEW) + entry.counts.always(Action.LIKE))
            .thenComparing(MET_LONGEST_AGO)
            .reversed();

    private List<Recent> remembered(Outcome outcome) {
        if (!Actions.TELLING.contains(outcome.action())) {
            return recent;
        }
        if (outcome.weight() < 0) {
            return recent.stream()
                    .filter(entry -> !entry.id.equals(outcome.id()))
                    .toList();
        }
        Recent entry = new Recent(
                outcome.id(),
                outcome.contentId(),
                outcome.authorId(),
                outcome.kind(),
                outcome.topics(),
                outcome.action(),
                outcome.atMillis(),
                outcome.watchedMillis());
        return inserted(recent, entry, NEWEST_FIRST, 2 * RECENT);
    }

    private List<Seen> sighted(Outcome outcome) {
        if (outcome.action() != Action.SEEN) {
            return seen;
        }
        List<Seen> others = new ArrayList<>(seen.size() + 1);
        long at = outcome.atMillis();
        for (Seen entry : seen) {
            if (entry.contentId.equals(outcome.contentId())) {
                at = Math.max(at, entry.atMillis);
            } else {
                others.add(entry);
            }
        }
        return inserted(others, new Seen(outcome.contentId(), at), LAST_SEEN_FIRST, SEEN);
    }

    private static <T> List<T> inserted(List<T> sorted, T entry, Comparator<T> order, int bound) {
        List<T> next = new ArrayList<>(sorted.size() + 1);
        int i = 0;
        while (i < sorted.size() && order.compare(sorted.get(i), entry) < 0) {
            next.add(sorted.get(i++));
        }
        next.add(entry);
        while (i < sorted.size() && next.size() < bound) {
            next.add(sorted.get(i++));
        }
        return List.copyOf(next.size() > bound ? next.subList(0, bound) : next);
    }
}
