package io.tuijian.models.retrieval;

import java.util.Arrays;

/**
 * The baseline of what follows what: content b has 1/d for each time it came d places after content a, over the square
 * root of all that came after a; a history adds the rules of its contents, each over its place from the end. Much as in
 * Ludewig and Jannach, "Evaluation of session-based recommendation algorithms", 2018.
 */
public final class SequentialRules implements Recommender {
    /** How far a rule reaches, in engagements. */
    static final int REACH = 50;

    /** How many rules each content keeps. */
    private static final int MOST = 2000;

    private final SparseRows rules;

    public SequentialRules(Histories histories) {
        int items = histories.catalogue().size();
        Occurrences occurrences = Occurrences.of(histories);
        rules = new SparseRows(items);
        float[] row = new float[items];
        int[] filled = new int[items];
        for (int item = 0; item < items; item++) {
            int count = row(histories, occurrences, item, row, filled);
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += row[filled[i]];
            }
            float share = (float) (1 / Math.sqrt(Math.max(1, sum)));
            for (int i = 0; i < count; i++) {
                row[filled[i]] *= share;
            }
            rules.put(item, row, filled, count, MOST);
            for (int i = 0; i < count; i++) {
                row[filled[i]] = 0;
            }
        }
    }

    /** Fills a row with the rules of a content; returns how many there are, their places in ascending order. */
    static int row(Histories histories, Occurrences occurrences, int item, float[] row, int[] filled) {
        int count = 0;
        for (int i = occurrences.from(item); i < occurrences.to(item); i++) {
            int[] of = histories.of()[occurrences.viewer(i)];
            int place = occurrences.place(i);
            for (int next = place + 1; next < Math.min(of.length, place + REACH + 1); next++) {
                if (row[of[next]] == 0) {
                    filled[count++] = of[next];
                }
                row[of[next]] += 1f / (next - place);
            }
        }
        Arrays.sort(filled, 0, count);
        return count;
    }

    @Override
    public void score(int[] history, float[] scores) {
        for (int age = 1; age <= Math.min(REACH, history.length); age++) {
            rules.add(history[history.length - age], 1f / age, scores);
        }
    }
}
