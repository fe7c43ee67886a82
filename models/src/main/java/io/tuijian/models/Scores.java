package io.tuijian.models;

import io.tuijian.schemas.Action;

/** Probabilities by head (in the order of {@link Heads#ALL}) and row. */
public record Scores(float[][] byHead) {
    static Scores empty(int rows) {
        return new Scores(new float[Heads.ALL.size()][rows]);
    }

    /** One per row; the action is one of {@link Heads#ALL}. */
    public float[] of(Action action) {
        return byHead[Heads.index(action)];
    }
}
