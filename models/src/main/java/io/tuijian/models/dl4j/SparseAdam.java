package io.tuijian.models.dl4j;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Rows of weights, of which a step moves only those that it touched (Kingma and Ba, "Adam", 2015; lazily, as is usual for
 * embeddings). Not thread-safe.
 */
final class SparseAdam {
    private static final double FIRST = .9;
    private static final double SECOND = .999;
    private static final float LEAST = 1e-8f;

    /** So many touched rows are worth a second thread. */
    private static final int WORTH_IT = 512;

    final float[] values;
    private final int width;
    private final float[] gradients;
    private final float[] means;
    private final float[] squares;
    private final int[] touched;
    private final boolean[] isTouched;
    private int count;
    private int steps;

    SparseAdam(int rows, int width) {
        this.width = width;
        values = new float[Math.multiplyExact(rows, width)];
        gradients = new float[values.length];
        means = new float[values.length];
        squares = new float[values.length];
        touched = new int[rows];
        isTouched = new boolean[rows];
    }

    /** Normal numbers in the first columns, 0 in the others. */
    void fill(SplittableRandom random, double spread, int columns) {
        for (int row = 0; row < touched.length; row++) {
            for (int k = 0; k < columns; k++) {
                values[row * width + k] = (float) (spread * random.nextGaussian());
            }
        }
    }

    /** Adds a multiple of so many numbers of an array to the gradient of a row. */
    void add(int row, float[] gradient, int offset, float weight) {
        if (!isTouched[row]) {
            isTouched[row] = true;
            touched[count++] = row;
        }
        int at = row * width;
        for (int k = 0; k < width; k++) {
            gradients[at + k] += weight * gradient[offset + k];
        }
    }

    /** Moves the touched rows against their gradients, and forgets the gradients. */
    void update(double rate, double decay) {
        steps++;
        float step = (float) (rate * Math.sqrt(1 - Math.pow(SECOND, steps)) / (1 - Math.pow(FIRST, steps)));
        float shrink = (float) (1 - rate * decay);
        IntStream parts = IntStream.range(0, count < WORTH_IT ? 1 : 2);
        int size = count;
        int cut = count < WORTH_IT ? count : count / 2;
        parts.parallel().forEach(part -> update(part == 0 ? 0 : cut, part == 0 ? cut : size, step, shrink));
        count = 0;
    }

    private void update(int from, int to, float step, float shrink) {
        for (int i = from; i < to; i++) {
            int row = touched[i];
            isTouched[row] = false;
            for (int k = row * width; k < row * width + width; k++) {
                float gradient = gradients[k];
                means[k] = (float) FIRST * means[k] + (float) (1 - FIRST) * gradient;
                squares[k] = (float) SECOND * squares[k] + (float) (1 - SECOND) * gradient * gradient;
                values[k] = shrink * values[k] - step * means[k] / ((float) Math.sqrt(squares[k]) + LEAST);
            }
            Arrays.fill(gradients, row * width, row * width + width, 0);
        }
    }
}
