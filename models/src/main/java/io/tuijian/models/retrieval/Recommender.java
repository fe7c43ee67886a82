package io.tuijian.models.retrieval;

/** Scores every content of a catalogue for a history. Safe from many threads. */
@FunctionalInterface
public interface Recommender {
    /**
     * Adds a score per content, the higher the better.
     *
     * @param history numbers of contents, oldest first
     * @param scores filled with zeros, one per content
     */
    void score(int[] history, float[] scores);

    /** The same for several histories at once, which may be faster. */
    default void score(int[][] histories, float[][] scores) {
        for (int i = 0; i < histories.length; i++) {
            score(histories[i], scores[i]);
        }
    }
}
