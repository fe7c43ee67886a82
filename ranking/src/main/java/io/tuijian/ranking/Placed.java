package io.tuijian.ranking;

import java.util.List;
import java.util.Map;

/**
 * A content at its position.
 *
 * @param position 0-based across the pages of the feed
 * @param factors all that multiplied its score, those of the mixing included
 * @param propensity the probability of this content at this position, given those before it and whose turn it was, in
 *     (0, 1]; 1 if there was no other; null if nothing is drawn on this surface
 * @param turn the guaranteed share whose turn it was, or {@code drawn} if a better one was left; null if it simply was
 *     the best
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

    /** As the next page of the feed is told of it. */
    public FeedRequest.Earlier earlier() {
        Hydrated hydrated = content.hydrated();
        return new FeedRequest.Earlier(
                content.contentId(),
                hydrated.originalAuthorId(),
                hydrated.content().getKind(),
                hydrated.originalId(),
                fingerprint(),
                turn);
    }

    /** Of what it says, by which near-duplicates are known; {@link Fingerprint#NONE} if it says too little. */
    public long fingerprint() {
        return Fingerprint.of(content.hydrated().content().getText());
    }

    public String source() {
        return content.hydrated().candidate().sources().get(0);
    }
}
