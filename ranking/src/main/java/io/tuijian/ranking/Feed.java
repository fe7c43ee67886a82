package io.tuijian.ranking;

import java.util.List;

/**
 * One page, and what became of everything else.
 *
 * @param items in order of position
 * @param removed by the filters, each with its rule
 * @param outranked passed the filters, scored, and did not make this page, best first
 * @param degraded what was missing while it was built
 */
public record Feed(
        String id, List<Placed> items, List<Removed> removed, List<ScoredContent> outranked, List<String> degraded) {}
