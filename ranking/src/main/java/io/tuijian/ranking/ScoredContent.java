package io.tuijian.ranking;

import io.tuijian.models.Prediction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A candidate with its score.
 *
 * @param score Σ weight × P(action) times every factor
 * @param factors the multiplicative factors by rule; absent = 1
 */
public record ScoredContent(Hydrated hydrated, Prediction prediction, double score, Map<String, Double> factors) {
    public String contentId() {
        return hydrated.candidate().contentId();
    }

    /** True if it counts less for what the viewer hid or reported. */
    boolean isLowered() {
        return factors.containsKey(Scorer.LESS_OF_TOPIC) || factors.containsKey(Scorer.LESS_OF_AUTHOR);
    }

    /** The same had the viewer hidden or reported nothing like it. */
    ScoredContent unlowered() {
        if (!isLowered()) {
            return this;
        }
        Map<String, Double> others = new LinkedHashMap<>(factors);
        double less = Optional.ofNullable(others.remove(Scorer.LESS_OF_TOPIC)).orElse(1.0)
                * Optional.ofNullable(others.remove(Scorer.LESS_OF_AUTHOR)).orElse(1.0);
        return new ScoredContent(hydrated, prediction, score / less, others);
    }
}
