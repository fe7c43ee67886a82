package io.tuijian.features;

import io.tuijian.schemas.Content;
import java.util.List;
import java.util.Map;

/**
 * What a model sees of one candidate, and nothing else: dense numbers in the order of the {@link FeatureSet}, ids by
 * slot, and the viewer's recent sequence (one list shared by a whole page).
 */
public record Features(float[] dense, Map<String, List<String>> ids, List<ViewerState.Recent> recent) {

    /** The ids of this candidate by slot: viewer, content, author, topic, kind, city. */
    static Map<String, List<String>> ids(FeatureInput input) {
        Content content = input.content();
        return Map.of(
                "viewer", List.of(input.viewer().viewerId()),
                "content", List.of(content.getId()),
                "author", List.of(content.getAuthorId()),
                "topic", content.getTopics(),
                "kind", List.of(content.getKind().name()),
                "city", content.getCity() == null ? List.of() : List.of(content.getCity()));
    }
}
