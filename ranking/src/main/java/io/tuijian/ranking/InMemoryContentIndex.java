package io.tuijian.ranking;

import io.tuijian.features.ContentState;
import io.tuijian.features.HalfLife;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/** The last resort: answers from the contents in this process's memory, by a scan, when the real index is down. */
public final class InMemoryContentIndex implements ContentIndex {
    private final InMemoryFeatureStore store;

    public InMemoryContentIndex(InMemoryFeatureStore store) {
        this.store = store;
    }

    @Override
    public List<Answer> search(List<ContentQuery> queries) {
        return queries.stream().map(query -> new Answer(matching(query), false)).toList();
    }

    private List<String> matching(ContentQuery query) {
        return StreamSupport.stream(store.contents().spliterator(), false)
                .filter(content ->
                        query.topics().isEmpty() || content.getTopics().stream().anyMatch(query.topics()::contains))
                .filter(content -> query.authors().isEmpty() || query.authors().contains(content.getAuthorId()))
                .filter(content -> query.kinds().isEmpty() || query.kinds().contains(content.getKind()))
                .filter(content -> query.cities().isEmpty()
                        || content.getCity() != null && query.cities().contains(content.getCity()))
                .sorted(order(query.order()))
                .limit(query.limit())
                .map(Content::getId)
                .toList();
    }

    private Comparator<Content> order(ContentQuery.Order order) {
        Comparator<Content> best =
                switch (order) {
                    case TREND -> Comparator.comparingDouble(this::trend).reversed();
                    case NEWEST -> Comparator.comparing(Content::getCreatedAt).reversed();
                    case SHUFFLED ->
                        Comparator.comparingInt(
                                content -> Integer.reverse(content.getId().hashCode() * 0x9E3779B9));
                };
        return best.thenComparing(Content::getId);
    }

    private double trend(Content content) {
        ContentState state = store.contentState(content.getId());
        return state.counts().count(Action.LONG_VIEW, HalfLife.WEEK, state.updatedAtMillis());
    }
}
