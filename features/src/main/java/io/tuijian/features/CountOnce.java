package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which engagements of one viewer count: the same id counts once; a like, follow or favorite once per content
 * until undone; a sight, long view or finish once per impression (viewer, feed, content; engagements without a feed
 * share one); any positive action with a content implies a sight. Opinions ({@link Actions#TELLING}) can be taken back, and an undo that
 * overtakes its original still takes it back.
 */
public final class CountOnce {
    /** What one viewer's earlier engagements left behind: keys with a value each. */
    public interface Ledger {
        /** The value of this key, or null. */
        String get(String key);

        void put(String key, String value);

        void remove(String key);
    }

    /** An engagement that counts. */
    public record Counted(
            String id,
            String viewerId,
            String contentId,
            Action action,
            int weight,
            long atMillis,
            long watchedMillis) {
        /** The same with the facts of its content. */
        public Outcome of(Facts facts) {
            return new Outcome(
                    id,
                    viewerId,
                    contentId,
                    facts.authorId(),
                    facts.kind(),
                    facts.topics(),
                    action,
                    weight,
                    atMillis,
                    watchedMillis,
                    facts.durationMillis(),
                    facts.priceMinor(),
                    facts.currency());
        }
    }

    private CountOnce() {}

    /** A ledger in memory. */
    public static Ledger inMemory() {
        Map<String, String> entries = new HashMap<>();
        return new Ledger() {
            @Override
            public String get(String key) {
                return entries.get(key);
            }

            @Override
            public void put(String key, String value) {
                entries.put(key, value);
            }

            @Override
            public void remove(String key) {
                entries.remove(key);
            }
        };
    }

    /** What counts because of this engagement, given the viewer's ledger, which is brought up to date. */
    public static List<Counted> counted(Ledger ledger, Engagement engagement) {
        String id = engagement.getId();
        if (ledger.get("id " + id) != null) {
            return List.of();
        }
        ledger.put("id " + id, "");
        if (engagement.getUndoes() != null) {
            return undone(ledger, engagement);
        }
        List<Counted> counted = new ArrayList<>(2);
        Action action = engagement.getAction();
        if (Actions.POSITIVE.contains(action)
                && !Facts.isAuthor(engagement.getContentId())
                && firstOfImpression(ledger, engagement, Action.SEEN)) {
            counted.add(counted(id + "#SEEN", engagement, Action.SEEN, 0));
        }
        if (Actions.TELLING.contains(action) && engagement.getContentId().equals(ledger.get("undone " + id))) {
            return counted; // taken back before it came; that it was seen stays true
        }
        if (Actions.ONCE_PER_IMPRESSION.contains(action) && !firstOfImpression(ledger, engagement, action)) {
            return counted;
        }
        if (Actions.ONCE.contains(action)) {
            String once = "once " + action + ' ' + engagement.getContentId();
            if (ledger.get(once) != null) {
                return counted;
            }
            ledger.put(once, id);
        }
        long watched = engagement.getWatchedMillis() == null ? 0 : engagement.getWatchedMillis();
        Counted it = counted(id, engagement, action, watched);
        if (Actions.TELLING.contains(action)) {
            ledger.put("did " + id, it.atMillis + " " + it.watchedMillis + " " + action + " " + it.contentId);
        }
        counted.add(it);
        return counted;
    }

    private static boolean firstOfImpression(Ledger ledger, Engagement engagement, Action action) {
        String feed = engagement.getFeedId() == null ? "" : engagement.getFeedId();
        String key = action + " " + feed + ' ' + engagement.getContentId();
        if (ledger.get(key) != null) {
            return false;
        }
        ledger.put(key, "");
        return true;
    }

    private static Counted counted(String id, Engagement engagement, Action action, long watchedMillis) {
        return new Counted(
                id,
                engagement.getViewerId(),
                engagement.getContentId(),
                action,
                1,
                engagement.getAt().toEpochMilli(),
                watchedMillis);
    }

    private static List<Counted> undone(Ledger ledger, Engagement engagement) {
        String original = engagement.getUndoes();
        String did = ledger.get("did " + original);
        if (did == null) {
            ledger.put("undone " + original, engagement.getContentId());
            return List.of();
        }
        String[] parts = did.split(" ", 4);
        if (!parts[3].equals(engagement.getContentId())) {
            return List.of(); // its facts would be those of another content
        }
        ledger.remove("did " + original);
        Action action = Action.valueOf(parts[2]);
        ledger.remove("once " + action + ' ' + parts[3]);
        return List.of(new Counted(
                original,
                engagement.getViewerId(),
                parts[3],
                action,
                -1,
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1])));
    }
}
