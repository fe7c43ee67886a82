package io.tuijian.features.reach;

/** What the fates of sampled feeds tell of the way to a page, each in total and by key. */
public enum Stage {
    /** Proposed; by source, of which a candidate may have several. */
    RETRIEVED,
    /** Taken out by a filter; by rule. */
    REMOVED,
    /** Scored: was served or outranked; without keys. */
    RANKED,
    /** Scored, but others came first; by rule. */
    OUTRANKED,
    /** Shown because of a rule less not shown because of it; by rule, the total has no meaning. */
    SPLIT
}
