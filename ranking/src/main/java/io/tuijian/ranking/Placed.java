package io.tuijian.ranking;

import java.util.List;
import java.util.Map;

/**
 * A content at its position.
 *
 * @param position 0-based across the pages of the feed
 * @param factors all that multiplied its score, those of the mixing included
 */
public record Placed(
        ScoredContent content, int position, double score, Map<String, Double> factors, List<Reason> reasons) {
    public String source() {
        return content.hydrated().candidate().sources().get(0);
    }
}
