package io.tuijian.ranking;

import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.schemas.RelationKind;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who asks, and what is known of them.
 *
 * @param retrieval the model of this request that places the viewer among the contents, if there is one
 * @param promised what is new, by the tuning of this request
 */
public record Viewing(
        FeedRequest request,
        ViewerState viewer,
        Relations relations,
        Optional<Retrieval> retrieval,
        Tuning.Promised promised) {
    public Set<String> followed() {
        return targets(RelationKind.FOLLOW);
    }

    /** Both say so. */
    public Set<String> friends() {
        return targets(RelationKind.FRIEND).stream()
                .filter(other -> relations.friends(request.viewerId(), other, request.now()))
                .collect(Collectors.toSet());
    }

    public Set<String> subscribed() {
        return targets(RelationKind.SUBSCRIBE);
    }

    public Set<String> groups() {
        return targets(RelationKind.JOIN_GROUP);
    }

    public Set<String> followedTopics() {
        return targets(RelationKind.FOLLOW_TOPIC);
    }

    /** True if there is nothing to go by but the request itself. */
    public boolean isStranger() {
        return Taste.of(viewer).topics(1).isEmpty()
                && followed().isEmpty()
                && followedTopics().isEmpty();
    }

    private Set<String> targets(RelationKind kind) {
        return relations.targets(request.viewerId(), kind, request.now());
    }
}
