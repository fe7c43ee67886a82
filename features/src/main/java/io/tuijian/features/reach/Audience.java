package io.tuijian.features.reach;

import java.util.Map;
import java.util.TreeMap;

/**
 * Who saw an author on one day, by attributes of the viewers: to be read through the rule of privacy alone. Immutable;
 * sums by any key, in any order.
 *
 * @param cities by the city that the page was asked from, {@link #UNKNOWN} without one
 * @param relations {@link #FOLLOWER} and {@link #OTHER}, as known when the sight was counted
 * @param viewers {@link #NEW} and {@link #RETURNING}: whether the viewer's first sight of the author was on the same
 *     day, as known when the sight was counted
 */
public record Audience(Map<String, Group> cities, Map<String, Group> relations, Map<String, Group> viewers) {
    public static final String UNKNOWN = "unknown";
    public static final String FOLLOWER = "follower";
    public static final String OTHER = "other";
    public static final String NEW = "new";
    public static final String RETURNING = "returning";

    public static final Audience NONE = new Audience(Map.of(), Map.of(), Map.of());

    /**
     * Viewers with something in common.
     *
     * @param viewers exact while few, then within 4.5 % in 95 % of cases
     */
    public record Group(long seen, Viewers viewers) {
        public Group plus(Group other) {
            return new Group(seen + other.seen, viewers.plus(other.viewers));
        }
    }

    public Audience plus(Audience other) {
        return new Audience(plus(cities, other.cities), plus(relations, other.relations), plus(viewers, other.viewers));
    }

    private static Map<String, Group> plus(Map<String, Group> some, Map<String, Group> others) {
        Map<String, Group> sum = new TreeMap<>(some);
        others.forEach((key, group) -> sum.merge(key, group, Group::plus));
        return sum;
    }
}
