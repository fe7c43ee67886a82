package io.tuijian.feedapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tuijian.features.reach.Cell;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What was reached in a period, as clients see it.
 *
 * @param contentId of one content alone
 * @param previous of the period before, if asked for
 * @param contents the most seen ones, if asked for
 * @param groups by what was asked for, the largest first
 * @param hidden of groups of viewers alone: what may not be told of them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReachAnswer(
        String authorId,
        String contentId,
        String from,
        String to,
        String granularity,
        ReachFigures total,
        ReachFigures previous,
        List<Step> series,
        List<OfContent> contents,
        List<Group> groups,
        Hidden hidden,
        List<Stage> funnel,
        List<Split> split) {

    /** @param at when the step begins */
    record Step(String at, @JsonUnwrapped ReachFigures figures) {}

    /** Text and kind are null of what is not known here any more. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OfContent(
            String contentId,
            String text,
            String kind,
            @JsonUnwrapped ReachFigures figures) {}

    /**
     * One of those that the total is broken down into; what is not counted for such groups is null.
     *
     * @param bought purchases
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Group(String key, Long served, long seen, Long engaged, Long bought) {
        static final Comparator<Group> MOST_SEEN_FIRST =
                Comparator.comparingLong((Group group) -> -group.seen).thenComparing(Group::key);

        static Group of(String key, Cell cell) {
            return new Group(key, cell.served(), cell.seen(), cell.engaged(), cell.bought());
        }

        static Group seen(String key, long seen) {
            return new Group(key, null, seen, null, null);
        }
    }

    /**
     * @param groups hidden, of each day, added up over days
     * @param seen by those in them
     * @param from of the first whole day that is told of
     * @param to exclusive
     */
    record Hidden(long groups, long seen, String from, String to) {}

    /**
     * @param value null if not known
     * @param error half of the 95 % interval, 0 if all were counted
     * @param by where it came from or which rule took it
     */
    record Stage(String stage, Double value, double error, Map<String, Part> by) {}

    record Part(double value, double error) {}

    /**
     * What a rule gave (or, below 0, cost).
     *
     * @param text for people
     */
    record Split(String rule, double value, double error, String text) {}
}
