package io.tuijian.ranking;

import io.tuijian.schemas.ContentKind;
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
 */
public record ContentQuery(
        Set<String> topics, Set<String> authors, Set<ContentKind> kinds, Set<String> cities, Order order, int limit) {

    /** TREND: seen and liked, with decay. NEWEST: by creation. SHUFFLED: in a stable random order. */
    public enum Order {
        TREND,
        NEWEST,
        SHUFFLED
    }

    public static ContentQuery best(Order order, int limit) {
        return new ContentQuery(Set.of(), Set.of(), Set.of(), Set.of(), order, limit);
    }

    public ContentQuery ofTopics(Set<String> some) {
        return new ContentQuery(some, authors, kinds, cities, order, limit);
    }

    public ContentQuery by(Set<String> someAuthors) {
        return new ContentQuery(topics, someAuthors, kinds, cities, order, limit);
    }

    public ContentQuery ofKinds(Set<ContentKind> some) {
        return new ContentQuery(topics, authors, some, cities, order, limit);
    }

    public ContentQuery in(Set<String> someCities) {
        return new ContentQuery(topics, authors, kinds, someCities, order, limit);
    }

    public ContentQuery atMost(int count) {
        return new ContentQuery(topics, authors, kinds, cities, order, count);
    }
}
