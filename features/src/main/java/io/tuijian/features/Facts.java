package io.tuijian.features;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.util.List;

/** What the folds need to know of a content; durationMillis is 0 if unknown. */
public record Facts(String contentId, String authorId, ContentKind kind, List<String> topics, long durationMillis) {
    /** An engagement with an author rather than a content carries the author's id, {@code a…}, in the content's place. */
    public static boolean isAuthor(String contentId) {
        return contentId.startsWith("a");
    }

    /** The facts of an engagement with an author. */
    public static Facts ofAuthor(String authorId) {
        return new Facts(authorId, authorId, ContentKind.UNKNOWN, List.of(), 0);
    }

    public static Facts of(Content content) {
        return new Facts(
                content.getId(),
                content.getAuthorId(),
                content.getKind(),
                content.getTopics(),
                content.getVideo() == null ? 0 : content.getVideo().getDurationMillis());
    }
}
