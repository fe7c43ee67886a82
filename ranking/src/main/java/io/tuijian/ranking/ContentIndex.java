package io.tuijian.ranking;

import java.util.List;

/** Proposes contents. What it says may be stale: it never decides who may see what. Safe from many threads. */
public interface ContentIndex {
    /**
     * All queries in one round trip.
     *
     * @return an answer per query, in the same order
     * @throws Unavailable if none could be answered in time
     */
    List<Answer> search(List<ContentQuery> queries) throws Unavailable;

    /** Content ids, best first; those that were found, perhaps none, if this query failed. */
    record Answer(List<String> contentIds, boolean failed) {}

    /** The index did not answer in time, or at all. */
    final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
