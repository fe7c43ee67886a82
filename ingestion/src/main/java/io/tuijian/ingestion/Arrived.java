package io.tuijian.ingestion;

import io.tuijian.schemas.Engagement;

/** A valid engagement, still as its original bytes, with what routes it. */
public record Arrived(String viewerId, String contentId, long atMillis, Raw raw) {
    static Arrived of(Engagement engagement, Raw raw) {
        return new Arrived(
                engagement.getViewerId(),
                engagement.getContentId(),
                engagement.getAt().toEpochMilli(),
                raw);
    }
}
