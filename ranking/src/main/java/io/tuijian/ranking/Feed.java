package io.tuijian.ranking;

import java.util.List;

/**
 * One page, and what became of everything else.
 *
 * @param versions of what it was scored with
 * @param items in order of position
 * @param removed by the filters, each with its rule
 * @param outranked passed the filters, scored, and did not make this page, best first
 * @param degraded what was missing while it was built
 */
public record Feed(
        String id,
        Versions versions,
        List<Placed> items,
        List<Removed> removed,
        List<ScoredContent> outranked,
        List<String> degraded) {
    /** Of the model and the weights, one each for the whole page. */
    public record Versions(String model, String weights) {}
}
