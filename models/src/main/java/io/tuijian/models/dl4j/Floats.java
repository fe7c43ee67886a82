package io.tuijian.models.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Between arrays of Java and of the numeric library, copied in one go. */
final class Floats {
    private Floats() {}

    /** A matrix of these numbers, row by row; the array may be longer. */
    static INDArray matrix(float[] numbers, long rows, long columns) {
        INDArray matrix = Nd4j.createUninitialized(new long[] {rows, columns}, 'c');
        put(numbers, matrix);
        return matrix;
    }

    /** Overwrites a matrix that lies row by row. */
    static void put(float[] numbers, INDArray matrix) {
        pointer(matrix).put(numbers, 0, (int) matrix.length());
    }

    /** The numbers of a matrix, row by row. */
    static float[] rowByRow(INDArray matrix) {
        float[] numbers = new float[(int) matrix.length()];
        take(matrix, numbers);
        return numbers;
    }

    /** Copies the numbers of a matrix, row by row, to the beginning of an array. */
    static void take(INDArray matrix, float[] to) {
        boolean rowByRow = matrix.rank() == 1
                || matrix.rows() == 1
                || (matrix.stride(1) == 1 && matrix.stride(0) == matrix.columns());
        if (rowByRow) {
            pointer(matrix).get(to, 0, (int) matrix.length());
            return;
        }
        try (INDArray copy = matrix.dup('c')) {
            pointer(copy).get(to, 0, (int) copy.length());
        }
    }

    private static FloatPointer pointer(INDArray array) {
        return new FloatPointer(array.data().addressPointer());
    }
}
