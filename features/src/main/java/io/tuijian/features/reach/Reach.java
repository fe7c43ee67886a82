package io.tuijian.features.reach;

import io.tuijian.schemas.Action;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a content reached, without decay: how often it was served and seen, what viewers did, watched and spent, and
 * how many they were. Immutable; sums by any key, in any order.
 *
 * @param actions counts of all that viewers did except {@code SEEN}
 * @param salesMinor gross, by currency, in minor units
 * @param refundsMinor by currency, in minor units
 * @param viewers who saw it
 */
public record Reach(
        long served,
        long seen,
        Map<Action, Long> actions,
        long watchedMillis,
        Map<String, Long> salesMinor,
        Map<String, Long> refundsMinor,
        Viewers viewers) {

    public static final Reach NONE = new Reach(0, 0, Map.of(), 0, Map.of(), Map.of(), Viewers.NONE);

    /** How often viewers did this. */
    public long count(Action action) {
        return action == Action.SEEN ? seen : actions.getOrDefault(action, 0L);
    }

    public Reach after(Touch touch) {
        Action action = touch.action();
        if (action == null) {
            return new Reach(served + touch.weight(), seen, actions, watchedMillis, salesMinor, refundsMinor, viewers);
        }
        if (action == Action.SEEN) {
            return new Reach(
                    served,
                    seen + touch.weight(),
                    actions,
                    watchedMillis,
                    salesMinor,
                    refundsMinor,
                    viewers.plus(touch.viewerId()));
        }
        long money = touch.weight() * touch.amountMinor();
        Map<Action, Long> counted = new EnumMap<>(Action.class);
        counted.putAll(actions);
        counted.merge(action, (long) touch.weight(), Long::sum);
        return new Reach(
                served,
                seen,
                counted,
                watchedMillis + touch.weight() * touch.watchedMillis(),
                action == Action.PURCHASE ? plus(salesMinor, touch.currency(), money) : salesMinor,
                action == Action.REFUND ? plus(refundsMinor, touch.currency(), money) : refundsMinor,
                viewers);
    }

    public Reach plus(Reach other) {
        Sum sum = new Sum();
        sum.add(this);
        sum.add(other);
        return sum.reach();
    }

    private static Map<String, Long> plus(Map<String, Long> amounts, String currency, long amount) {
        if (currency == null || amount == 0) {
            return amounts;
        }
        Map<String, Long> next = new TreeMap<>(amounts);
        next.merge(currency, amount, Long::sum);
        return next;
    }

    /** Adds up many; not thread-safe. */
    public static final class Sum {
        private long served;
        private long seen;
        private final Map<Action, Long> actions = new EnumMap<>(Action.class);
        private long watchedMillis;
        private final Map<String, Long> salesMinor = new TreeMap<>();
        private final Map<String, Long> refundsMinor = new TreeMap<>();
        private final Viewers.Union viewers = new Viewers.Union();

        public void add(Reach reach) {
            served += reach.served;
            seen += reach.seen;
            reach.actions.forEach((action, count) -> actions.merge(action, count, Long::sum));
            watchedMillis += reach.watchedMillis;
            reach.salesMinor.forEach((currency, amount) -> salesMinor.merge(currency, amount, Long::sum));
            reach.refundsMinor.forEach((currency, amount) -> refundsMinor.merge(currency, amount, Long::sum));
            viewers.add(reach.viewers);
        }

        public Reach reach() {
            return new Reach(
                    served,
                    seen,
                    new EnumMap<>(actions),
                    watchedMillis,
                    new TreeMap<>(salesMinor),
                    new TreeMap<>(refundsMinor),
                    viewers.viewers());
        }
    }
}
