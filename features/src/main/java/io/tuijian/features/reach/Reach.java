package io.tuijian.features.reach;

import io.tuijian.features.Actions;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a content or an author reached, without decay: how often they were served and seen, what viewers did, watched
 * and spent, how many they were, and what fell away before. Immutable; sums by any key, in any order.
 *
 * @param actions counts of all that viewers did except {@code SEEN}
 * @param watches how long each watch was
 * @param salesMinor gross, by currency, in minor units
 * @param refundsMinor by currency, in minor units
 * @param commissionMinor by currency, in minor units: of sales less refunds, at the item's rate at the time
 * @param viewers who saw it
 * @param newViewers of whom it was the first sight of the author
 * @param followersGained of the author, not by a content
 * @param surfaces by surface, as far as it is known; {@code bought} as everywhere
 * @param sources by the source that proposed what was served; what viewers did, as far as their page is known
 * @param touchpoints by where viewers did it, in their client's words; {@code served} is always 0
 * @param estimates from sampled feeds, by stage and key, in total under {@link #ALL}
 */
public record Reach(
        long served,
        long seen,
        Map<Action, Long> actions,
        long watchedMillis,
        WatchTimes watches,
        Map<String, Long> salesMinor,
        Map<String, Long> refundsMinor,
        Map<String, Long> commissionMinor,
        Viewers viewers,
        long newViewers,
        long followersGained,
        long followersLost,
        Map<Surface, Cell> surfaces,
        Map<String, Cell> sources,
        Map<String, Cell> touchpoints,
        Map<Stage, Map<String, Estimate>> estimates) {

    /** The key of the total of a stage. */
    public static final String ALL = "*";

    /** Touchpoints and cities beyond {@link #MOST_KEYS} of one document. */
    public static final String OTHERS = "others";

    static final int MOST_KEYS = 200;

    public static final Reach NONE = new Sum().reach();

    /** How often viewers did this. */
    public long count(Action action) {
        return action == Action.SEEN ? seen : actions.getOrDefault(action, 0L);
    }

    /** How often viewers did anything positive beyond seeing it. */
    public long engaged() {
        return Actions.POSITIVE.stream().mapToLong(this::count).sum();
    }

    /** Served, seen and done together. Of each author's day the index can sum it up, and so tell how far it is. */
    public long counted() {
        return served
                + seen
                + actions.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The total of this stage. */
    public Estimate estimate(Stage stage) {
        return estimates.getOrDefault(stage, Map.of()).getOrDefault(ALL, Estimate.NONE);
    }

    /** This stage by source or rule. */
    public Map<String, Estimate> estimatesBy(Stage stage) {
        Map<String, Estimate> by = new TreeMap<>(estimates.getOrDefault(stage, Map.of()));
        by.remove(ALL);
        return by;
    }

    public Reach plus(Reach other) {
        Sum sum = new Sum();
        sum.add(this);
        sum.add(other);
        return sum.reach();
    }

    /** Adds up many; not thread-safe. */
    public static final class Sum {
        long served;
        long seen;
        private Map<Action, Long> actions = Map.of();
        private long watchedMillis;
        private final WatchTimes.Sum watches = new WatchTimes.Sum();
        private Map<String, Long> salesMinor = Map.of();
        private Map<String, Long> refundsMinor = Map.of();
        private Map<String, Long> commissionMinor = Map.of();
        private final Viewers.Union viewers = new Viewers.Union();
        private long newViewers;
        private long followersGained;
        private long followersLost;
        private Map<Surface, Cell> surfaces = Map.of();
        private Map<String, Cell> sources = Map.of();
        private Map<String, Cell> touchpoints = Map.of();
        private Map<Stage, Map<String, Estimate>> estimates = Map.of();

        public void add(Reach reach) {
            served += reach.served;
            seen += reach.seen;
            reach.actions.forEach(this::act);
            watchedMillis += reach.watchedMillis;
            watches.add(reach.watches);
            reach.salesMinor.forEach(this::sell);
            reach.refundsMinor.forEach(this::refund);
            reach.commissionMinor.forEach(this::commission);
            viewers.add(reach.viewers);
            newViewers += reach.newViewers;
            followersGained += reach.followersGained;
            followersLost += reach.followersLost;
            reach.surfaces.forEach(this::surface);
            reach.sources.forEach(this::source);
            reach.touchpoints.forEach(this::touchpoint);
            reach.estimates.forEach((stage, by) -> by.forEach((key, estimate) -> estimate(stage, key, estimate)));
        }

        void act(Action action, long count) {
            if (actions.isEmpty()) {
                actions = new EnumMap<>(Action.class);
            }
            actions.merge(action, count, Long::sum);
        }

        void watch(long millis, int weight) {
            watchedMillis += weight * millis;
            watches.add(millis, weight);
        }

        void sell(String currency, long amount) {
            salesMinor = growing(salesMinor);
            salesMinor.merge(currency, amount, Long::sum);
        }

        void refund(String currency, long amount) {
            refundsMinor = growing(refundsMinor);
            refundsMinor.merge(currency, amount, Long::sum);
        }

        void commission(String currency, long amount) {
            commissionMinor = growing(commissionMinor);
            commissionMinor.merge(currency, amount, Long::sum);
        }

        void viewer(String viewerId) {
            viewers.add(viewerId);
        }

        void meet(int newViewers) {
            this.newViewers += newViewers;
        }

        void follow(int gained, int lost) {
            followersGained += gained;
            followersLost += lost;
        }

        void surface(Surface surface, Cell more) {
            if (surfaces.isEmpty()) {
                surfaces = new EnumMap<>(Surface.class);
            }
            surfaces.merge(surface, more, Cell::plus);
        }

        void source(String source, Cell more) {
            sources = growing(sources);
            sources.merge(source, more, Cell::plus);
        }

        void touchpoint(String touchpoint, Cell more) {
            touchpoints = growing(touchpoints);
            touchpoints.merge(bounded(touchpoints, touchpoint), more, Cell::plus);
        }

        void estimate(Stage stage, String key, Estimate more) {
            if (estimates.isEmpty()) {
                estimates = new EnumMap<>(Stage.class);
            }
            estimates.computeIfAbsent(stage, any -> new TreeMap<>()).merge(key, more, Estimate::plus);
        }

        /** Most documents have nothing of most kinds, and many are held at once. */
        private static <V> Map<String, V> growing(Map<String, V> map) {
            return map.isEmpty() ? new TreeMap<>() : map;
        }

        private static <V> Map<String, V> copy(Map<String, V> map) {
            return map.isEmpty() ? Map.of() : new TreeMap<>(map);
        }

        /** Its share of what is held in memory. */
        int entries() {
            return 5
                    + (actions.size() + watches.size()) / 4
                    + viewers.entries()
                    + surfaces.size()
                    + sources.size()
                    + touchpoints.size()
                    + estimates.values().stream().mapToInt(Map::size).sum() / 2;
        }

        public Reach reach() {
            Map<Stage, Map<String, Estimate>> copies = new EnumMap<>(Stage.class);
            estimates.forEach((stage, by) -> copies.put(stage, new TreeMap<>(by)));
            return new Reach(
                    served,
                    seen,
                    actions.isEmpty() ? Map.of() : new EnumMap<>(actions),
                    watchedMillis,
                    watches.watchTimes(),
                    copy(salesMinor),
                    copy(refundsMinor),
                    copy(commissionMinor),
                    viewers.viewers(),
                    newViewers,
                    followersGained,
                    followersLost,
                    surfaces.isEmpty() ? Map.of() : new EnumMap<>(surfaces),
                    copy(sources),
                    copy(touchpoints),
                    copies);
        }
    }

    /** This key, or {@link #OTHERS} if there are too many already: clients choose them. */
    static String bounded(Map<String, ?> keys, String key) {
        return keys.size() < MOST_KEYS || keys.containsKey(key) ? key : OTHERS;
    }
}
