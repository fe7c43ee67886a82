package io.tuijian.models;

import java.util.Arrays;

/** Area under the ROC curve: how often a positive is scored above a negative, ties counting half. */
public final class Auc {
    private Auc() {}

    /** Over these rows, from rank sums (Mann and Whitney, 1947); NaN without a positive or without a negative. */
    public static double of(float[] scores, boolean[] labels, int[] rows) {
        long[] sorted = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            sorted[i] = (long) ordered(scores[rows[i]]) << 32 | rows[i];
        }
        Arrays.sort(sorted);
        long positives = 0;
        double below = 0;
        long negatives = 0;
        for (int i = 0; i < sorted.length; ) {
            long score = sorted[i] >> 32;
            long tiedPositives = 0;
            long tiedNegatives = 0;
            for (; i < sorted.length && sorted[i] >> 32 == score; i++) {
                if (labels[(int) sorted[i]]) {
                    tiedPositives++;
                } else {
                    tiedNegatives++;
                }
            }
            below += tiedPositives * (negatives + tiedNegatives / 2.0);
            positives += tiedPositives;
            negatives += tiedNegatives;
        }
        return positives == 0 || negatives == 0 ? Double.NaN : below / ((double) positives * negatives);
    }

    /** An int that sorts like the float; both zeros are one. */
    private static int ordered(float score) {
        int bits = Float.floatToIntBits(score + 0f);
        return bits < 0 ? ~bits | Integer.MIN_VALUE : bits;
    }
}
