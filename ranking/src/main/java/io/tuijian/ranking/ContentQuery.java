package io.tuijian.ranking;

import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.VectorField;
import java.util.Set;

/**
 * What a source asks of the content index: live contents that match every non-empty set, best first.
 *
 * @param topics any of these, if not empty
 * @param authors any of these, if not empty
 * @param kinds any of these, if not empty
 * @param cities any of these, if not empty
 * @param order what best means
 * @param limit at most so many
 * @param near where NEAREST is measured from, null for the other orders
 */
public record ContentQuery(
        Set<String> topics,
        Set<String> authors,
        Set<ContentKind> kinds,
        Set<String> cities,
        Order order,
        int limit,
        Near near) {

    /**
     * TREND: seen and liked, with decay. NEWEST: by creation. SHUFFLED: in a stable random order. NEAREST: by the dot
     * product with a vector.
     */
    public enum Order {
        TREND,
        NEWEST,
        SHUFFLED,
        NEAREST
    }

    /**
     * A place among the contents' vectors of one model version.
     *
     * @param field of the index that holds these vectors
     * @param version whose vectors they are; those of another are passed over
     * @param vector not to be changed
     */
    public record Near(VectorField field, String version, float[] vector) {}

    public static ContentQuery best(Order order, int limit) {
        return new ContentQuery(Set.of(), Set.of(), Set.of(), Set.of(), order, limit, null);
    }

    /** What is nearest to a viewer under this model. */
    public static ContentQuery nearest(Retrieval retrieval, float[] viewer, int limit) {
        Near near = new Near(retrieval.field(), retrieval.model().version(), viewer);
        return new ContentQuery(Set.of(), Set.of(), Set.of(), Set.of(), Order.NEAREST, limit, near);
    }

    public ContentQuery ofTopics(Set<String> some) {
        return new ContentQuery(some, authors, kinds, cities, order, limit, near);
    }

    public ContentQuery by(Set<String> someAuthors) {
        return new ContentQuery(topics, someAuthors, kinds, cities, order, limit, near);
    }

    public ContentQuery ofKinds(Set<ContentKind> some) {
        return new ContentQuery(topics, authors, some, cities, order, limit, near);
    }

    public ContentQuery in(Set<String> someCities) {
        return new ContentQuery(topics, authors, kinds, someCities, order, limit, near);
    }

    public ContentQuery atMost(int count) {
        return new ContentQuery(topics, authors, kinds, cities, order, count, near);
    }
}
