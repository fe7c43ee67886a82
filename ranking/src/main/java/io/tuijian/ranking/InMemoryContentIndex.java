package io.tuijian.ranking;

import io.tuijian.features.ContentState;
import io.tuijian.features.HalfLife;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The last resort: answers from the contents in this process's memory, by a scan, when the real index is down. */
public final class InMemoryContentIndex implements ContentIndex {
    private final InMemoryFeatureStore store;
    private final Supplier<Optional<Retrieval>> retrieval;

    /** One that cannot tell what is nearest. */
    public InMemoryContentIndex(InMemoryFeatureStore store) {
        this(store, Optional::empty);
    }

    /**
     * @param retrieval the model of this moment, which computes the vectors of all contents for each query
     */
    public InMemoryContentIndex(InMemoryFeatureStore store, Supplier<Optional<Retrieval>> retrieval) {
        this.store = store;
        this.retrieval = retrieval;
    }

    @Override
    public List<Answer> search(List<ContentQuery> queries) {
        return queries.stream().map(this::answer).toList();
    }

    private Answer answer(ContentQuery query) {
        Comparator<Content> order =
                switch (query.order()) {
                    case TREND -> Comparator.comparingDouble(this::trend).reversed();
                    case NEWEST -> Comparator.comparing(Content::getCreatedAt).reversed();
                    case SHUFFLED ->
                        Comparator.comparingInt(
                                content -> Integer.reverse(content.getId().hashCode() * 0x9E3779B9));
                    case NEAREST -> nearest(query);
                };
        return order == null
                ? new Answer(List.of(), true)
                : new Answer(
                        matching(query)
                                .sorted(order.thenComparing(Content::getId))
                                .limit(query.limit())
                                .map(Content::getId)
                                .toList(),
                        false);
    }

    private Stream<Content> matching(ContentQuery query) {
        return StreamSupport.stream(store.contents().spliterator(), false)
                .filter(content ->
                        query.topics().isEmpty() || content.getTopics().stream().anyMatch(query.topics()::contains))
                .filter(content -> query.authors().isEmpty() || query.authors().contains(content.getAuthorId()))
                .filter(content -> query.kinds().isEmpty() || query.kinds().contains(content.getKind()))
                .filter(content -> query.cities().isEmpty()
                        || content.getCity() != null && query.cities().contains(content.getCity()));
    }

    /** Null if the model of that version is not here, or fails. */
    private Comparator<Content> nearest(ContentQuery query) {
        Optional<Retrieval> now = retrieval.get();
        if (now.isEmpty() || !now.get().model().version().equals(query.near().version())) {
            return null;
        }
        VectorModel model = now.get().model();
        Map<String, Float> products = new HashMap<>();
        try {
            matching(query)
                    .forEach(content ->
                            products.put(content.getId(), dot(query.near().vector(), model.contentVector(content))));
        } catch (RuntimeException e) { // a model may fail, and the other queries are answered all the same
            return null;
        }
        return Comparator.<Content>comparingDouble(content -> products.getOrDefault(content.getId(), 0f))
                .reversed();
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private double trend(Content content) {
        ContentState state = store.contentState(content.getId());
        return state.counts().count(Action.LONG_VIEW, HalfLife.WEEK, state.updatedAtMillis());
    }
}
