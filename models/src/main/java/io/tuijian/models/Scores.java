package io.tuijian.models;

import io.tuijian.schemas.Action;

/** Probabilities by head (in the order of {@link Heads#ALL}) and row. */
public record Scores(float[][] byHead) {
    static Scores empty(int rows) {
        return new Scores(new float[Heads.ALL.size()][rows]);
    }

    /** Of the headline alone, one per row; 0 for all other heads. */
    public static Scores ofHeadline(float[] scores) {
        float[][] byHead = new float[Heads.ALL.size()][scores.length];
        byHead[Heads.index(Heads.HEADLINE)] = scores.clone();
        return new Scores(byHead);
    }

    /** Those of these rows, in this order. */
    Scores at(int[] rows) {
        Scores some = empty(rows.length);
        for (int head = 0; head < byHead.length; head++) {
            for (int i = 0; i < rows.length; i++) {
                some.byHead[head][i] = byHead[head][rows[i]];
            }
        }
        return some;
    }

    /** One per row; the action is one of {@link Heads#ALL}. */
    public float[] of(Action action) {
        return byHead[Heads.index(action)];
    }
}
