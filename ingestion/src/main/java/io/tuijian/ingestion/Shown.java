package io.tuijian.ingestion;

import io.tuijian.schemas.ContentKind;
import java.util.List;

/**
 * An item of a page, on its way to become an example.
 *
 * @param id of the example
 * @param kind null until the content is known, as are the topics
 * @param windowMillis how long labels are waited for after serving
 * @param featureNames apart from the row, since all items of all pages of a release have the same
 * @param row the example without what is known of its content, feature names and labels, as the bytes of its topic; not to be changed
 */
public record Shown(
        String id,
        String viewerId,
        String contentId,
        ContentKind kind,
        long windowMillis,
        long servedAtMillis,
        List<String> featureNames,
        byte[] row,
        List<String> topics,
        long durationMillis) {
    Shown of(Sort sort) {
        return new Shown(
                id,
                viewerId,
                contentId,
                sort.kind(),
                sort.windowMillis(),
                servedAtMillis,
                featureNames,
                row,
                sort.topics(),
                sort.durationMillis());
    }

    /**
     * What an example needs to know of a content.
     *
     * @param topics null if a savepoint of an earlier release knew only the kind
     * @param durationMillis 0 without a duration
     */
    public record Sort(ContentKind kind, long windowMillis, List<String> topics, long durationMillis) {}
}
