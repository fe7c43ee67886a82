package io.tuijian.models.retrieval;

import java.util.Arrays;

/**
 * The baseline of who is liked by the same viewers: cosine between contents, a content's hundred nearest speak for it. In
 * order, the last ten of a history count, each over its place from the end; without order, all of it alike.
 */
public final class ItemNeighbours implements Recommender {
    private static final int NEAREST = 100;
    private static final int LAST = 10;

    /** A viewer of more engagements than this says little of each; only so many are counted. */
    private static final int MOST_OF_A_VIEWER = 2000;

    private final SparseRows neighbours;
    private final boolean ordered;

    public ItemNeighbours(Histories histories) {
        ordered = histories.ordered();
        int items = histories.catalogue().size();
        Occurrences occurrences = Occurrences.of(histories);
        SparseRows nearest = new SparseRows(items);
        float[] row = new float[items];
        int[] filled = new int[items];
        for (int item = 0; item < items; item++) {
            int count = 0;
            for (int i = occurrences.from(item); i < occurrences.to(item); i++) {
                int[] history = histories.of()[occurrences.viewer(i)];
                for (int place = 0; place < Math.min(history.length, MOST_OF_A_VIEWER); place++) {
                    int other = history[place];
                    if (other != item) {
                        if (row[other] == 0) {
                            filled[count++] = other;
                        }
                        row[other]++;
                    }
                }
            }
            for (int i = 0; i < count; i++) {
                row[filled[i]] /= (float) Math.sqrt((double) occurrences.count(item) * occurrences.count(filled[i]));
            }
            Arrays.sort(filled, 0, count);
            nearest.put(item, row, filled, count, NEAREST);
            for (int i = 0; i < count; i++) {
                row[filled[i]] = 0;
            }
        }
        neighbours = nearest.transposed();
    }

    @Override
    public void score(int[] history, float[] scores) {
        for (int age = 1; age <= (ordered ? Math.min(LAST, history.length) : history.length); age++) {
            neighbours.add(history[history.length - age], ordered ? 1f / age : 1, scores);
        }
    }
}
