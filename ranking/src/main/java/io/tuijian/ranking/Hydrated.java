package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.schemas.Content;

/** A candidate with all that is known of it. */
public record Hydrated(Candidate candidate, FeatureInput input) {
    public Content content() {
        return input.content();
    }

    /** What the content is in the end: of a repost, what is reposted. */
    public String originalId() {
        String original = content().getOriginalId();
        return original == null ? content().getId() : original;
    }

    /** Whom the content is by in the end: of a repost, the author of what is reposted. */
    public String originalAuthorId() {
        String original = content().getOriginalAuthorId();
        return original == null ? content().getAuthorId() : original;
    }
}
