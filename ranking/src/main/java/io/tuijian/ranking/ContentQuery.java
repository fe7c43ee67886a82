package io.tuijian.ranking;

import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.VectorField;
import java.time.Instant;
import java.util.Set;

/**
 * What a source asks of the content index: live contents that match every non-empty set and every bound, best first.
 * Unless authors are asked for, only public ones: the others are proposed by those who are close to their authors.
 *
 * @param topics any of these, if not empty
 * @param authors any of these, if not empty
 * @param kinds any of these, if not empty
 * @param cities any of these, if not empty
 * @param groups published in any of these, if not empty
 * @param since created then or later, null for any time
 * @param mostSights seen so often at most, null for any number
 * @param onePerTopic only the best of those with the same first topic
 * @param order what best means
 * @param limit at most so many
 * @param from where a SHUFFLED order begins, from 0 to 1; what lies above comes after what lies below
 * @param near where NEAREST is measured from, null for the other orders
 */
public record ContentQuery(
        Set<String> topics,
        Set<String> authors,
        Set<ContentKind> kinds,
        Set<String> cities,
        Set<String> groups,
        Instant since,
        Integer mostSights,
        boolean onePerTopic,
        Order order,
        int limit,
        double from,
        Near near) {

    /**
     * TREND: seen and liked, with decay. NEWEST: by creation. SHUFFLED: in a stable random order, downwards
     * from where it begins and then from the top, so that nothing is out of reach. NEAREST: by
     * the dot product with a vector. Ties are broken by id.
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

    public ContentQuery {
        topics = Set.copyOf(topics);
        authors = Set.copyOf(authors);
        kinds = Set.copyOf(kinds);
        cities = Set.copyOf(cities);
        groups = Set.copyOf(groups);
    }

    private ContentQuery(Order order, int limit, double from, Near near) {
        this(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, null, false, order, limit, from, near);
    }

    public static ContentQuery best(Order order, int limit) {
        return new ContentQuery(order, limit, 1, null);
    }

    /** In a stable random order that begins somewhere from 0 to 1. */
    public static ContentQuery shuffled(double from, int limit) {
        return new ContentQuery(Order.SHUFFLED, limit, from, null);
    }

    /** The same from the top of its order. */
    public ContentQuery fromTop() {
        return new ContentQuery(
                topics, authors, kinds, cities, groups, since, mostSights, onePerTopic, order, limit, 1, near);
    }

    /** What is nearest to a viewer under this model. */
    public static ContentQuery nearest(Retrieval retrieval, float[] viewer, int limit) {
        Near near = new Near(retrieval.field(), retrieval.model().version(), viewer);
        return new ContentQuery(Order.NEAREST, limit, 1, near);
    }

    public ContentQuery ofTopics(Set<String> some) {
        return new ContentQuery(
                some, authors, kinds, cities, groups, since, mostSights, onePerTopic, order, limit, from, near);
    }

    public ContentQuery by(Set<String> some) {
        return new ContentQuery(
                topics, some, kinds, cities, groups, since, mostSights, onePerTopic, order, limit, from, near);
    }

    public ContentQuery ofKinds(Set<ContentKind> some) {
        return new ContentQuery(
                topics, authors, some, cities, groups, since, mostSights, onePerTopic, order, limit, from, near);
    }

    public ContentQuery in(Set<String> some) {
        return new ContentQuery(
                topics, authors, kinds, some, groups, since, mostSights, onePerTopic, order, limit, from, near);
    }

    public ContentQuery ofGroups(Set<String> some) {
        return new ContentQuery(
                topics, authors, kinds, cities, some, since, mostSights, onePerTopic, order, limit, from, near);
    }

    public ContentQuery since(Instant moment) {
        return new ContentQuery(
                topics, authors, kinds, cities, groups, moment, mostSights, onePerTopic, order, limit, from, near);
    }

    public ContentQuery seenAtMost(int times) {
        return new ContentQuery(
                topics, authors, kinds, cities, groups, since, times, onePerTopic, order, limit, from, near);
    }

    public ContentQuery bestOfEachTopic() {
        return new ContentQuery(
                topics, authors, kinds, cities, groups, since, mostSights, true, order, limit, from, near);
    }
}
