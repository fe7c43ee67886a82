package io.tuijian.features.reach;

import io.tuijian.features.Actions;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A document of reach that changes in place, event by event, in any order. Not thread-safe. */
public final class GrowingReach {
    private static final long MINUTE = 60_000;

    private final ReachDocument before;
    private final Reach.Sum reach = new Reach.Sum();
    private Map<String, Group> cities = Map.of();
    private Map<String, Group> relations = Map.of();
    private Map<String, Group> viewers = Map.of();
    private Map<Surface, long[]> minutes = Map.of();
    private String brandId;
    private long version;
    private boolean changed; // since it got its version

    /** Viewers with something in common, that become more. */
    private static final class Group {
        private long seen;
        private final Viewers.Union viewers = new Viewers.Union(Viewers.COARSE);
    }

    public GrowingReach(ReachDocument document) {
        before = new ReachDocument(
                document.level(),
                document.authorId(),
                document.contentId(),
                null,
                document.hour(),
                Reach.NONE,
                Audience.NONE,
                Pages.NONE,
                0);
        reach.add(document.reach());
        if (document.level() == Level.AUDIENCE_DAY) {
            cities = growing(document.audience().cities());
            relations = growing(document.audience().relations());
            viewers = growing(document.audience().viewers());
        } else if (document.level() == Level.PLATFORM_HOUR) {
            minutes = new EnumMap<>(Surface.class);
            document.pages().minutes().forEach((surface, counts) -> minutes.put(surface, counts.clone()));
        }
        brandId = document.brandId();
        version = document.version();
    }

    private static Map<String, Group> growing(Map<String, Audience.Group> groups) {
        Map<String, Group> growing = new TreeMap<>();
        groups.forEach((key, group) -> {
            Group own = new Group();
            own.seen = group.seen();
            own.viewers.add(group.viewers());
            growing.put(key, own);
        });
        return growing;
    }

    public void add(ReachEvent event) {
        changed = true;
        event.addTo(this);
    }

    void count(ReachEvent.Traced traced) {
        trace(traced.trace(), cell(traced.action(), traced.weight()));
    }

    void count(ReachEvent.Met met) {
        reach.meet(met.weight());
    }

    void count(ReachEvent.Followed followed) {
        reach.follow(followed.active() ? 1 : 0, followed.active() ? 0 : 1);
    }

    void count(ReachEvent.Page page) {
        int minute = (int) ((page.atMillis() - before.hour()) / MINUTE);
        minutes.computeIfAbsent(page.surface(), any -> new long[Pages.MINUTES])[minute]++;
    }

    void count(ReachEvent.Sampled sampled) {
        sampled.parts().forEach(part -> reach.estimate(part.stage(), part.key(), part.more()));
    }

    void count(ReachEvent.Touch touch) {
        Action action = touch.action();
        int weight = touch.weight();
        if (touch.brandId() != null && (brandId == null || brandId.compareTo(touch.brandId()) < 0)) {
            brandId = touch.brandId(); // if it ever changes within the period, the same one in any order
        }
        Cell cell = cell(action, weight);
        trace(touch.trace(), cell);
        if (action == null) {
            reach.served += weight;
            return;
        }
        if (touch.touchpoint() != null && !cell.isZero()) {
            reach.touchpoint(touch.touchpoint(), cell);
        }
        if (action == Action.SEEN) {
            reach.seen += weight;
            reach.viewer(touch.viewerId());
            return;
        }
        reach.act(action, weight);
        if (action == Action.WATCH) {
            reach.watch(touch.watchedMillis(), weight);
        }
        pay(action, weight, touch.money());
    }

    private void pay(Action action, int weight, ReachEvent.Money money) {
        if (money.currency() == null || money.amountMinor() == 0) {
            return;
        }
        if (action == Action.PURCHASE) {
            reach.sell(money.currency(), weight * money.amountMinor());
        } else if (action == Action.REFUND) {
            reach.refund(money.currency(), weight * money.amountMinor());
        }
        if (money.commissionMinor() != 0 && (action == Action.PURCHASE || action == Action.REFUND)) {
            int sign = action == Action.PURCHASE ? weight : -weight;
            reach.commission(money.currency(), sign * money.commissionMinor());
        }
    }

    private void trace(ReachEvent.Trace trace, Cell cell) {
        if (cell.isZero()) {
            return;
        }
        if (trace.surface() != null) {
            reach.surface(trace.surface(), cell);
        }
        if (trace.source() != null) {
            reach.source(trace.source(), cell);
        }
    }

    private static Cell cell(Action action, int weight) {
        return action == null
                ? new Cell(weight, 0, 0, 0)
                : new Cell(
                        0,
                        action == Action.SEEN ? weight : 0,
                        Actions.POSITIVE.contains(action) ? weight : 0,
                        action == Action.PURCHASE ? weight : 0);
    }

    void count(ReachEvent.Watched watched) {
        if (watched.city() != null) {
            see(cities, Reach.bounded(cities, watched.city()), watched.viewerId());
        }
        if (watched.relation() != null) {
            see(relations, watched.relation(), watched.viewerId());
        }
        if (watched.acquaintance() != null) {
            see(viewers, watched.acquaintance(), watched.viewerId());
        }
    }

    private static void see(Map<String, Group> groups, String key, String viewerId) {
        Group group = groups.computeIfAbsent(key, any -> new Group());
        group.seen++;
        group.viewers.add(viewerId);
    }

    /** How much memory it takes, in some hundred bytes. */
    public int entries() {
        int entries = reach.entries() + 2 * minutes.size();
        for (Map<String, Group> groups : List.of(cities, relations, viewers)) {
            for (Group group : groups.values()) {
                entries += 1 + group.viewers.entries();
            }
        }
        return entries;
    }

    /**
     * The document as it is now. If it has changed, its version is this moment in epoch milliseconds, and more than the
     * one before: above all that an earlier run of the job wrote, which may have counted more events than this one, in
     * another order, before it was killed.
     */
    public ReachDocument document(long nowMillis) {
        if (changed) {
            version = Math.max(version + 1, nowMillis);
            changed = false;
        }
        Map<Surface, long[]> pages = new EnumMap<>(Surface.class);
        minutes.forEach((surface, counts) -> pages.put(surface, counts.clone()));
        return new ReachDocument(
                before.level(),
                before.authorId(),
                before.contentId(),
                brandId,
                before.hour(),
                reach.reach(),
                new Audience(groups(cities), groups(relations), groups(viewers)),
                new Pages(pages),
                version);
    }

    private static Map<String, Audience.Group> groups(Map<String, Group> growing) {
        Map<String, Audience.Group> groups = new TreeMap<>();
        growing.forEach((key, group) -> groups.put(key, new Audience.Group(group.seen, group.viewers.viewers())));
        return groups;
    }
}
