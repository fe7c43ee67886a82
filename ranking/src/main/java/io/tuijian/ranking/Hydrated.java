package io.tuijian.ranking;

import io.tuijian.features.FeatureInput;
import io.tuijian.schemas.Content;

/** A candidate with all that is known of it. */
public record Hydrated(Candidate candidate, FeatureInput input) {
    public Content content() {
        return input.content();
    }

    /** What the content shows: of a repost, what it reposts itself, though that may be a repost too; else its own id. */
    public String originalId() {
        return originalId(content());
    }

    /** Whom the content is by in the end: of a repost, also of a repost of one, the author of what was reposted first. */
    public String originalAuthorId() {
        return originalAuthorId(content());
    }

    static String originalId(Content content) {
        String original = content.getOriginalId();
        return original == null ? content.getId() : original;
    }

    static String originalAuthorId(Content content) {
        String original = content.getOriginalAuthorId();
        return original == null ? content.getAuthorId() : original;
    }
}
