package io.tuijian.models;

import io.tuijian.features.Features;
import io.tuijian.schemas.Action;
import java.util.Map;

/**
 * What a model saw of a candidate and how likely it thinks each action is.
 *
 * @param probabilities in [0, 1]; that of {@link Action#WATCH} is the expected share of the duration that is watched; an
 *     action that the model has no head for is absent
 */
public record Prediction(Features features, Map<Action, Double> probabilities) {
    /** The probability of this action, 0 if the model has no head for it. */
    public double probability(Action action) {
        return probabilities instanceof HeadProbabilities heads
                ? heads.of(action)
                : probabilities.getOrDefault(action, 0.0);
    }
}
