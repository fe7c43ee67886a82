package io.tuijian.ranking;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Popularity;
import io.tuijian.features.reach.StableHash;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Visibility;
import java.util.Set;

/** The content that is looked at right now, with what the index would know of it, each found out when it is asked for. */
final class Looked {
    private final InMemoryFeatureStore store;
    private Content content;
    private double trend;
    private float random;
    private long sights;

    Looked(InMemoryFeatureStore store) {
        this.store = store;
    }

    void at(Content next) {
        content = next;
        trend = Double.NaN;
        random = Float.NaN;
        sights = -1;
    }

    Content content() {
        return content;
    }

    boolean isLive() {
        return content.getState() == ContentState.LIVE;
    }

    boolean matches(ContentQuery query) {
        return (query.kinds().isEmpty() || query.kinds().contains(content.getKind()))
                && (query.authors().isEmpty()
                        ? content.getVisibility() == Visibility.PUBLIC
                        : query.authors().contains(content.getAuthorId()))
                && (query.topics().isEmpty() || isAbout(query.topics()))
                && (query.cities().isEmpty()
                        || content.getCity() != null && query.cities().contains(content.getCity()))
                && (query.groups().isEmpty()
                        || content.getGroupId() != null && query.groups().contains(content.getGroupId()))
                && (query.since() == null || !content.getCreatedAt().isBefore(query.since()))
                && (query.mostSights() == null || sights() <= query.mostSights());
    }

    private boolean isAbout(Set<String> topics) {
        for (String topic : content.getTopics()) {
            if (topics.contains(topic)) {
                return true;
            }
        }
        return false;
    }

    double trend() {
        if (Double.isNaN(trend)) {
            trend = (float) Popularity.trend(
                    store.contentState(content.getId()).counts(),
                    content.getCreatedAt().toEpochMilli());
        }
        return trend;
    }

    float random() {
        if (Float.isNaN(random)) {
            random = (float) StableHash.fraction(content.getId());
        }
        return random;
    }

    private long sights() {
        if (sights < 0) {
            sights = Math.round(store.contentState(content.getId()).counts().always(Action.SEEN));
        }
        return sights;
    }
}
