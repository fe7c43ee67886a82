package io.tuijian.ranking;

import io.tuijian.models.Prediction;
import java.util.Map;

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
}
