package io.tuijian.feedapi;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Visibility;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Who carried contents on: the public reposts and quotes of them by other authors, and the reposts of those. */
final class Reposts {
    /** Nobody follows a chain of reposts further; one that bites its tail ends there. */
    private static final int LONGEST_CHAIN = 20;

    private final Set<String> originals;
    private final Function<String, Content> contents;

    /**
     * @param contents a content by its id, or null
     */
    Reposts(Set<String> originals, Function<String, Content> contents) {
        this.originals = originals;
        this.contents = contents;
    }

    /** The ids of those among all contents, whatever became of them since; looks at each content once. */
    Set<String> among(Iterable<Content> all) {
        Set<String> found = new TreeSet<>();
        for (Content content : all) {
            if (content.getOriginalId() != null && isOne(content)) {
                found.add(content.getId());
            }
        }
        return found;
    }

    private boolean isOne(Content content) {
        if (content.getVisibility() != Visibility.PUBLIC || originals.contains(content.getId())) {
            return false;
        }
        Content carried = content;
        for (int i = 0; i < LONGEST_CHAIN && carried != null && carried.getOriginalId() != null; i++) {
            String originalId = carried.getOriginalId();
            carried = contents.apply(originalId);
            if (originals.contains(originalId)) {
                return carried != null && !carried.getAuthorId().equals(content.getAuthorId());
            }
        }
        return false;
    }
}
