package io.tuijian.features;

import io.tuijian.schemas.Content;
import java.util.List;
import java.util.Map;

/**
 * What a model sees of one candidate, and nothing else: dense numbers in the order of the {@link FeatureSet}, ids by
 * slot, and the viewer's recent sequence (one list shared by a whole page). Ids are put together when they are asked
 * for: a network looks them up in the candidate itself.
 */
public final class Features {
    private final float[] dense;
    private final FeatureInput input;

    Features(float[] dense, FeatureInput input) {
        this.dense = dense;
        this.input = input;
    }

    /** In the order of {@link FeatureSet#names}; not to be changed. */
    public float[] dense() {
        return dense;
    }

    /** The viewer's last engagements, newest first. */
    public List<ViewerState.Recent> recent() {
        return input.viewer().latest();
    }

    /** The ids of this candidate by slot: viewer, content, author, topic, kind, city. */
    public Map<String, List<String>> ids() {
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
