package io.tuijian.ranking;

import java.util.List;
import java.util.Map;

/**
 * A content at its position.
 *
 * @param position 0-based across the pages of the feed
 * @param factors all that multiplied its score, those of the mixing included
 * @param propensity the probability of this content at this position, given those before it; null if nothing was drawn
 * @param turn the guaranteed share or draw whose turn it was, null if it simply was the best
 * @param reasons the strongest first
 */
public record Placed(
        ScoredContent content,
        int position,
        double score,
        Map<String, Double> factors,
        Double propensity,
        String turn,
        List<Reason> reasons) {
    /** The same with these reasons. */
    Placed because(List<Reason> why) {
        return new Placed(content, position, score, factors, propensity, turn, why);
    }

    public String source() {
        return content.hydrated().candidate().sources().get(0);
    }
}
