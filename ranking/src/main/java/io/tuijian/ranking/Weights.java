package io.tuijian.ranking;

import io.tuijian.schemas.Action;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What each action is worth on a page: bounded.
 *
 * @param byAction each in [−100, 100]
 */
public record Weights(Map<Action, Double> byAction) {
    public static final Weights DEFAULT = new Weights(Map.ofEntries(
            Map.entry(Action.OPEN, 0.3),
            Map.entry(Action.LONG_VIEW, 1.0),
            Map.entry(Action.FINISH, 0.5),
            Map.entry(Action.LIKE, 4.0),
            Map.entry(Action.COMMENT, 5.0),
            Map.entry(Action.SHARE, 6.0),
            Map.entry(Action.FAVORITE, 4.0),
            Map.entry(Action.FOLLOW, 8.0),
            Map.entry(Action.PROFILE, 1.0),
            Map.entry(Action.PURCHASE, 10.0),
            Map.entry(Action.HIDE, -10.0)));

    public Weights {
        byAction.forEach((action, weight) -> {
            if (!(Math.abs(weight) <= 100)) {
                throw new IllegalArgumentException("the weight of " + action + " is not within -100 to 100: " + weight);
            }
        });
        Map<Action, Double> inOrder = new EnumMap<>(Action.class); // so that sums round alike in every process
        inOrder.putAll(byAction);
        byAction = Collections.unmodifiableMap(inOrder);
    }

    /** Σ weight × P(action), at least a hair above zero so that factors keep their meaning. */
    double worth(io.tuijian.models.Prediction prediction) {
        double worth = 0;
        for (Map.Entry<Action, Double> weight : byAction.entrySet()) {
            worth += weight.getValue() * prediction.probability(weight.getKey());
        }
        return Math.max(1e-6, worth);
    }
}
