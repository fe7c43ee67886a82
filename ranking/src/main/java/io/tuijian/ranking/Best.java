package io.tuijian.ranking;

import io.tuijian.schemas.Content;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * The best of all that it was offered, in bounded space: never more than the query wants, nor than may be of one author
 * or, if it wants one of each, of one topic. Whatever the order of the offers, it ends with the same.
 */
final class Best {
    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble(Hit::worth).reversed().thenComparing(Hit::contentId);

    private final ContentQuery query;
    private final ToDoubleFunction<Content> nearness;
    private final int mostOfOne;
    private final TreeSet<Hit> hits = new TreeSet<>(BEST_FIRST);
    private final Map<String, TreeSet<Hit>> byOne = new HashMap<>();
    private Hit offered;
    private boolean failed;

    private record Hit(double worth, String contentId, String one) {}

    /**
     * @param nearness greater is nearer; null if that cannot be told
     */
    Best(ContentQuery query, ToDoubleFunction<Content> nearness, int mostOfAnAuthor) {
        this.query = query;
        this.nearness = nearness;
        this.mostOfOne = query.onePerTopic() ? 1 : mostOfAnAuthor;
        this.failed = query.order() == ContentQuery.Order.NEAREST && nearness == null;
    }

    /** True if the order cannot be told of some content. */
    boolean failed() {
        return failed;
    }

    /** True if this content matches and would be among the best so far; then {@link #take} takes it. */
    boolean hasRoomFor(Looked looked) {
        if (failed || !looked.matches(query)) {
            return false;
        }
        double worth = worth(looked);
        if (failed || hits.size() >= query.limit() && worth < hits.last().worth) {
            return false;
        }
        offered = new Hit(worth, looked.content().getId(), one(looked.content()));
        TreeSet<Hit> same = byOne.get(offered.one);
        return (hits.size() < query.limit() || isBetterThan(hits.last()))
                && (same == null || same.size() < mostOfOne || isBetterThan(same.last()));
    }

    private double worth(Looked looked) {
        try {
            return switch (query.order()) {
                case TREND -> looked.trend();
                case NEWEST -> looked.content().getCreatedAt().toEpochMilli();
                case SHUFFLED -> turn(looked.random());
                case NEAREST -> nearness.applyAsDouble(looked.content());
            };
        } catch (RuntimeException e) { // a model may fail, and the other queries are answered all the same
            failed = true;
            return 0;
        }
    }

    /** What lies below the beginning comes before what lies above. */
    private double turn(float random) {
        return random <= (float) query.from() ? 2 + random : random;
    }

    private boolean isBetterThan(Hit hit) {
        return BEST_FIRST.compare(offered, hit) < 0;
    }

    void take() {
        TreeSet<Hit> same = byOne.computeIfAbsent(offered.one, one -> new TreeSet<>(BEST_FIRST));
        if (same.size() >= mostOfOne) {
            hits.remove(same.pollLast());
        }
        same.add(offered);
        hits.add(offered);
        if (hits.size() > query.limit()) {
            Hit worst = hits.pollLast();
            TreeSet<Hit> like = byOne.get(worst.one);
            like.remove(worst);
            if (like.isEmpty()) {
                byOne.remove(worst.one);
            }
        }
    }

    /** Content ids, best first. */
    List<String> ids() {
        return hits.stream().map(Hit::contentId).toList();
    }

    private String one(Content content) {
        if (!query.onePerTopic()) {
            return Hydrated.originalAuthorId(content);
        }
        return content.getTopics().isEmpty() ? "" : content.getTopics().get(0);
    }
}
