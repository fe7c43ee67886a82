package io.tuijian.models.tables;

/** Vectors by id, row 0 being what ids without one of their own share. */
public interface Vectors {
    /** The row of the id with this hash, 0 if it has none. */
    int row(long hash);

    /** All vectors, row by row, not to be changed. */
    float[] vectors();

    /** How many rows there are, the shared one included. */
    int size();
}
