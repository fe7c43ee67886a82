package io.tuijian.ranking;

import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.RelationKind;
import java.util.Set;

/** Who asks, and what is known of them. */
public record Viewing(FeedRequest request, ViewerState viewer, Relations relations) {
    public Set<String> followed() {
        return relations.targets(request.viewerId(), RelationKind.FOLLOW, request.now());
    }
}
