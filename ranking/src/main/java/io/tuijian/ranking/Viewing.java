package io.tuijian.ranking;

import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.schemas.RelationKind;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks, and what is known of them.
 *
 * @param retrieval the model of this request that places the viewer among the contents, if there is one
 */
public record Viewing(FeedRequest request, ViewerState viewer, Relations relations, Optional<Retrieval> retrieval) {
    public Set<String> followed() {
        return relations.targets(request.viewerId(), RelationKind.FOLLOW, request.now());
    }
}
