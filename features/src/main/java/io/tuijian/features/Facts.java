package io.tuijian.features;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.util.List;

/** What the folds need to know of a content; durationMillis is 0 if unknown. */
public record Facts(String contentId, String authorId, ContentKind kind, List<String> topics, long durationMillis) {
    public static Facts of(Content content) {
        return new Facts(
                content.getId(),
                content.getAuthorId(),
                content.getKind(),
                content.getTopics(),
                content.getVideo() == null ? 0 : content.getVideo().getDurationMillis());
    }
}
