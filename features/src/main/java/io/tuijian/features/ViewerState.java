package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * What is known of a viewer: counts, in all and by kind, topic and author; what they thought of what they saw last;
 * and what they saw. Immutable. Unbounded parts do not depend on the order of events; bounded ones (topics, authors,
 * recent, seen) keep twice what they show, and evict by (event time, id): of topics and authors one half is the best
 * liked ones, the other half those met last.
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

    /** How many seen contents are kept. */
    public static final int SEEN = 1000;

    /** In how many currencies usual prices are kept. */
    static final int CURRENCIES = 4;

    /** Counts of one topic, author or kind. */
    public record Keyed(String key, ActionCounts counts) {
        private double liked() {
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

    private static final Comparator<Recent> NEWEST_FIRST =
            Comparator.comparingLong(Recent::atMillis).thenComparing(Recent::id).reversed();
    private static final Comparator<Seen> LAST_SEEN_FIRST = Comparator.comparingLong(Seen::atMillis)
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
                Math.max(updatedAtMillis, outcome.atMillis()),
                events == 0 ? outcome.atMillis() : Math.min(firstAtMillis, outcome.atMillis()),
                priced(outcome));
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
        int size = keyed.size();
        int at = 0;
        while (at < size && !keyed.get(at).key.equals(key)) {
            at++;
        }
        if (at < size) {
            Keyed[] next = keyed.toArray(new Keyed[0]);
            next[at] = new Keyed(key, next[at].counts.plus(one));
            return List.of(next);
        }
        Keyed[] next = keyed.toArray(new Keyed[size + 1]);
        next[size] = new Keyed(key, one);
        return List.of(size < bound ? next : without(next, evicted(next, bound / 2)));
    }

    /** The one met longest ago of those that so many others are liked better than. */
    private static Keyed evicted(Keyed[] keyed, int better) {
        Keyed evicted = null;
        for (Keyed entry : keyed) {
            if ((evicted == null || MET_LONGEST_AGO.compare(entry, evicted) < 0)
                    && likedBetter(keyed, entry) >= better) {
                evicted = entry;
            }
        }
        return evicted;
    }

    private static int likedBetter(Keyed[] keyed, Keyed than) {
        int better = 0;
        double liked = than.liked();
        for (Keyed entry : keyed) {
            int order = Double.compare(entry.liked(), liked);
            better += order > 0 || (order == 0 && MET_LONGEST_AGO.compare(entry, than) > 0) ? 1 : 0;
        }
        return better;
    }

    private static Keyed[] without(Keyed[] keyed, Keyed evicted) {
        Keyed[] others = new Keyed[keyed.length - 1];
        int n = 0;
        for (Keyed entry : keyed) {
            if (entry != evicted) {
                others[n++] = entry;
            }
        }
        return others;
    }

    private static final Comparator<Keyed> MET_LONGEST_AGO =
            Comparator.<Keyed>comparingLong(entry -> entry.counts.asOfMillis()).thenComparing(Keyed::key);

    private List<UsualPrice> priced(Outcome outcome) {
        if (outcome.priceMinor() <= 0 || !Actions.POSITIVE.contains(outcome.action())) {
            return usualPrices;
        }
        UsualPrice one = UsualPrice.of(outcome.currency(), outcome.priceMinor(), outcome.atMillis(), outcome.weight());
        List<UsualPrice> next = new ArrayList<>(usualPrices);
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).currency().equals(one.currency())) {
                next.set(i, next.get(i).plus(one));
                return List.copyOf(next);
            }
        }
        next.add(one);
        if (next.size() > CURRENCIES) {
            next.remove(Collections.min(
                    next, Comparator.comparingLong(UsualPrice::asOfMillis).thenComparing(UsualPrice::currency)));
        }
        return List.copyOf(next);
    }

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
        return inserted(recent, recent.size(), entry, NEWEST_FIRST, 2 * RECENT);
    }

    private List<Seen> sighted(Outcome outcome) {
        if (outcome.action() != Action.SEEN) {
            return seen;
        }
        int before = 0;
        while (before < seen.size() && !seen.get(before).contentId.equals(outcome.contentId())) {
            before++;
        }
        long at = before == seen.size() ? outcome.atMillis() : Math.max(outcome.atMillis(), seen.get(before).atMillis);
        return inserted(seen, before, new Seen(outcome.contentId(), at), LAST_SEEN_FIRST, SEEN);
    }

    /** The sorted list with the entry in its place, without what stood at the index {@code gone}, cut at the bound. */
    @SuppressWarnings("unchecked")
    private static <T> List<T> inserted(List<T> sorted, int gone, T entry, Comparator<T> order, int bound) {
        int size = sorted.size();
        Object[] next = new Object[Math.min(bound, gone < size ? size : size + 1)];
        int i = 0;
        int n = 0;
        while (i < size && n < next.length && order.compare(sorted.get(i), entry) < 0) {
            if (i != gone) {
                next[n++] = sorted.get(i);
            }
            i++;
        }
        if (n < next.length) {
            next[n++] = entry;
        }
        while (n < next.length) {
            if (i != gone) {
                next[n++] = sorted.get(i);
            }
            i++;
        }
        return (List<T>) List.of(next);
    }
}
