package io.tuijian.models.retrieval;

import java.util.Arrays;

/** A square matrix of which each row holds few numbers; filled row by row. */
final class SparseRows {
    private final int[][] columns;
    private final float[][] values;

    SparseRows(int rows) {
        columns = new int[rows][];
        values = new float[rows][];
    }

    /** Keeps the largest of a dense row. */
    void put(int row, float[] dense, int[] filled, int count, int most) {
        int[] kept = Arrays.copyOf(filled, count);
        if (count > most) {
            float[] sorted = new float[count];
            for (int i = 0; i < count; i++) {
                sorted[i] = dense[filled[i]];
            }
            Arrays.sort(sorted);
            float least = sorted[count - most];
            int n = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < count && n < most; i++) {
                    float value = dense[filled[i]];
                    if (pass == 0 ? value > least : value == least) {
                        kept[n++] = filled[i];
                    }
                }
            }
            kept = Arrays.copyOf(kept, most);
        }
        columns[row] = kept;
        values[row] = new float[kept.length];
        for (int i = 0; i < kept.length; i++) {
            values[row][i] = dense[kept[i]];
        }
    }

    /** Adds a multiple of a row. */
    void add(int row, float weight, float[] to) {
        int[] at = columns[row];
        float[] value = values[row];
        for (int i = 0; i < at.length; i++) {
            to[at[i]] += weight * value[i];
        }
    }

    int[] columns(int row) {
        return columns[row];
    }

    float[] values(int row) {
        return values[row];
    }

    SparseRows transposed() {
        int[] counts = new int[columns.length];
        for (int[] row : columns) {
            for (int column : row) {
                counts[column]++;
            }
        }
        SparseRows transposed = new SparseRows(columns.length);
        for (int row = 0; row < counts.length; row++) {
            transposed.columns[row] = new int[counts[row]];
            transposed.values[row] = new float[counts[row]];
        }
        for (int row = columns.length - 1; row >= 0; row--) {
            for (int i = 0; i < columns[row].length; i++) {
                int column = columns[row][i];
                int at = --counts[column];
                transposed.columns[column][at] = row;
                transposed.values[column][at] = values[row][i];
            }
        }
        return transposed;
    }
}
