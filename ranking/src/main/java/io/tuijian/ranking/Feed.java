package io.tuijian.ranking;

import java.util.List;
import java.util.Map;

/**
 * One page, and what became of everything else.
 *
 * @param versions of what it was scored with
 * @param items in order of position
 * @param removed by the filters, each with its rule
 * @param outranked passed the filters, scored, and did not make this page, best first
 * @param degraded what was missing while it was built
 * @param without if it was asked for, the page as it would be without each rule that parts it from what it is, now or on
 *     an earlier page
 */
public record Feed(
        String id,
        Versions versions,
        List<Placed> items,
        List<Removed> removed,
        List<ScoredContent> outranked,
        List<String> degraded,
        Map<SplitRule, List<Placed>> without) {
    /**
     * One each for the whole page.
     *
     * @param model that scored
     * @param tuning with which it was mixed
     * @param retrieval of the model that placed the viewer among the contents, null if there was none
     * @param temperature with which positions were drawn, null if none was
     */
    public record Versions(String model, String tuning, String retrieval, Double temperature) {}
}
