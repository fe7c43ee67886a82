package io.tuijian.features;

import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * A viewer state that changes in place: the fold of {@link ViewerState}. What it has handed out stays as it was. Not
 * thread-safe.
 */
public final class GrowingViewerState {
    private static final Comparator<ViewerState.Keyed> MET_LONGEST_AGO = Comparator.<ViewerState.Keyed>comparingLong(
                    entry -> entry.counts().asOfMillis())
            .thenComparing(ViewerState.Keyed::key);

    private final String viewerId;
    private ActionCounts counts;
    private boolean own; // these counts have not been handed out
    private final Counted byKind;
    private final Counted byTopic;
    private final Counted byAuthor;
    private final List<ViewerState.Recent> recent;
    private final List<ViewerState.Seen> seen;
    private long events;
    private long updatedAtMillis;
    private long firstAtMillis;
    private List<UsualPrice> usualPrices;

    public GrowingViewerState(ViewerState from) {
        viewerId = from.viewerId();
        counts = from.counts();
        byKind = new Counted(from.byKind(), Integer.MAX_VALUE);
        byTopic = new Counted(from.byTopic(), 2 * ViewerState.TOP);
        byAuthor = new Counted(from.byAuthor(), 2 * ViewerState.TOP);
        recent = new ArrayList<>(from.recent());
        seen = new ArrayList<>(from.seen());
        events = from.events();
        updatedAtMillis = from.updatedAtMillis();
        firstAtMillis = from.firstAtMillis();
        usualPrices = from.usualPrices();
    }

    public void add(Outcome outcome) {
        ActionCounts one = outcome.counted();
        if (!own) {
            counts = counts.copy();
            own = true;
        }
        counts.add(one);
        byKind.add(outcome.kind().name(), one);
        for (String topic : outcome.topics()) {
            byTopic.add(topic, one);
        }
        byAuthor.add(outcome.authorId(), one);
        remember(outcome);
        sight(outcome);
        price(outcome);
        updatedAtMillis = Math.max(updatedAtMillis, outcome.atMillis());
        firstAtMillis = events == 0 ? outcome.atMillis() : Math.min(firstAtMillis, outcome.atMillis());
        events++;
    }

    /** The state, to keep. */
    public ViewerState state() {
        ViewerState state = glimpse();
        own = false;
        byKind.handedOut();
        byTopic.handedOut();
        byAuthor.handedOut();
        return state;
    }

    /** The state, to be read before the next event is added. */
    public ViewerState glimpse() {
        return new ViewerState(
                viewerId,
                counts,
                byKind.list(),
                byTopic.list(),
                byAuthor.list(),
                List.copyOf(recent),
                List.copyOf(seen),
                events,
                updatedAtMillis,
                firstAtMillis,
                usualPrices);
    }

    /** How many entries its lists have. */
    public int size() {
        return byKind.size + byTopic.size + byAuthor.size + recent.size() + seen.size();
    }

    /** Counts by key, in the order in which the keys came. */
    private static final class Counted {
        private final int bound;
        private ViewerState.Keyed[] entries;
        private boolean[] own;
        private int size;

        Counted(List<ViewerState.Keyed> from, int bound) {
            this.bound = bound;
            entries = from.toArray(new ViewerState.Keyed[0]);
            size = entries.length;
            own = new boolean[size];
        }

        void add(String key, ActionCounts one) {
            int at = 0;
            while (at < size && !entries[at].key().equals(key)) {
                at++;
            }
            if (at == size) {
                append(new ViewerState.Keyed(key, one));
                return;
            }
            if (!own[at]) {
                entries[at] = new ViewerState.Keyed(
                        entries[at].key(), entries[at].counts().copy());
                own[at] = true;
            }
            entries[at].counts().add(one);
        }

        private void append(ViewerState.Keyed entry) {
            if (size == entries.length) {
                int length = Math.max(size + 1, Math.min(bound, size + size / 2 + 1));
                entries = Arrays.copyOf(entries, length);
                own = Arrays.copyOf(own, length);
            }
            entries[size] = entry;
            own[size] = false;
            size++;
            while (size > bound) {
                remove(evicted(bound / 2));
            }
        }

        /** The one met longest ago of those that so many others are liked better than. */
        private int evicted(int better) {
            int evicted = -1;
            for (int i = 0; i < size; i++) {
                if ((evicted < 0 || MET_LONGEST_AGO.compare(entries[i], entries[evicted]) < 0)
                        && likedBetter(entries[i]) >= better) {
                    evicted = i;
                }
            }
            return evicted;
        }

        private int likedBetter(ViewerState.Keyed than) {
            int better = 0;
            double liked = than.liked();
            for (int i = 0; i < size; i++) {
                int order = Double.compare(entries[i].liked(), liked);
                better += order > 0 || (order == 0 && MET_LONGEST_AGO.compare(entries[i], than) > 0) ? 1 : 0;
            }
            return better;
        }

        private void remove(int at) {
            size--;
            System.arraycopy(entries, at + 1, entries, at, size - at);
            System.arraycopy(own, at + 1, own, at, size - at);
            entries[size] = null;
        }

        List<ViewerState.Keyed> list() {
            return List.of(size == entries.length ? entries : Arrays.copyOf(entries, size));
        }

        void handedOut() {
            Arrays.fill(own, false);
        }
    }

    private void price(Outcome outcome) {
        if (outcome.priceMinor() <= 0 || !Actions.POSITIVE.contains(outcome.action())) {
            return;
        }
        UsualPrice one = UsualPrice.of(outcome.currency(), outcome.priceMinor(), outcome.atMillis(), outcome.weight());
        List<UsualPrice> next = new ArrayList<>(usualPrices);
        int at = 0;
        while (at < next.size() && !next.get(at).currency().equals(one.currency())) {
            at++;
        }
        if (at < next.size()) {
            next.set(at, next.get(at).plus(one));
        } else {
            next.add(one);
        }
        if (next.size() > ViewerState.CURRENCIES) {
            next.remove(Collections.min(
                    next, Comparator.comparingLong(UsualPrice::asOfMillis).thenComparing(UsualPrice::currency)));
        }
        usualPrices = List.copyOf(next);
    }

    private void remember(Outcome outcome) {
        if (!Actions.TELLING.contains(outcome.action())) {
            return;
        }
        if (outcome.weight() < 0) {
            recent.removeIf(entry -> entry.id().equals(outcome.id()));
            return;
        }
        ViewerState.Recent entry = new ViewerState.Recent(
                outcome.id(),
                outcome.contentId(),
                outcome.authorId(),
                outcome.kind(),
                outcome.topics(),
                outcome.action(),
                outcome.atMillis(),
                outcome.watchedMillis());
        insert(recent, entry, ViewerState.NEWEST_FIRST, Integer.MAX_VALUE);
        forgetOpinions();
    }

    /** Of those too old to be recent only the newest that say "less of it" stay. */
    private void forgetOpinions() {
        int bound = 2 * ViewerState.RECENT;
        if (recent.size() <= bound) {
            return;
        }
        int negative = 0;
        if (recent.size() > bound + 1 || isNegative(recent.get(bound))) {
            for (ViewerState.Recent entry : recent) {
                negative += isNegative(entry) ? 1 : 0;
            }
        }
        for (int i = recent.size() - 1; i >= bound; i--) {
            if (!isNegative(recent.get(i))) {
                recent.remove(i);
            } else if (negative > ViewerState.NEGATIVE) {
                recent.remove(i);
                negative--;
            }
        }
    }

    private static boolean isNegative(ViewerState.Recent entry) {
        return Actions.NEGATIVE.contains(entry.action());
    }

    private void sight(Outcome outcome) {
        if (outcome.action() != Action.SEEN) {
            return;
        }
        int before = 0;
        while (before < seen.size() && !seen.get(before).contentId().equals(outcome.contentId())) {
            before++;
        }
        long at = outcome.atMillis();
        if (before < seen.size()) {
            at = Math.max(at, seen.remove(before).atMillis());
        }
        insert(seen, new ViewerState.Seen(outcome.contentId(), at), ViewerState.LAST_SEEN_FIRST, ViewerState.SEEN);
    }

    /** Puts the entry in its place in the sorted list, which is cut at the bound. */
    private static <T> void insert(List<T> sorted, T entry, Comparator<T> order, int bound) {
        int at = 0;
        while (at < sorted.size() && order.compare(sorted.get(at), entry) < 0) {
            at++;
        }
        sorted.add(at, entry);
        if (sorted.size() > bound) {
            sorted.remove(bound);
        }
    }
}
