package io.tuijian.models.scoring;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Numbers outside of the heap, where OpenBLAS multiplies them as matrices, row by row, without copying them first. Not
 * thread-safe while it is written.
 */
final class OffHeap {
    private static final int CACHE_LINE = 64;

    private final FloatBuffer buffer;
    private final FloatPointer pointer;

    OffHeap(int size) {
        int lines = size * Float.BYTES / CACHE_LINE + 2; // a slice ends at a whole line, too
        ByteBuffer bytes = ByteBuffer.allocateDirect(lines * CACHE_LINE);
        buffer = bytes.alignedSlice(CACHE_LINE).order(ByteOrder.nativeOrder()).asFloatBuffer();
        pointer = new FloatPointer(buffer);
    }

    OffHeap(float[] numbers) {
        this(numbers.length);
        put(0, numbers, 0, numbers.length);
    }

    void put(int at, float[] from, int offset, int count) {
        buffer.put(at, from, offset, count);
    }

    void get(int at, float[] to, int count) {
        buffer.get(at, to, 0, count);
    }

    /** Where a matrix begins that is a part of these numbers. */
    FloatPointer from(int at) {
        return new FloatPointer(pointer).position(at);
    }

    /** {@code c = a b}, with a of m × k, b of k × n; the strides are from row to row. */
    static void multiply(
            int m,
            int n,
            int k,
            FloatPointer a,
            int strideA,
            FloatPointer b,
            int strideB,
            FloatPointer c,
            int strideC) {
        openblas.cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, strideA, b, strideB, 0, c, strideC);
    }

    /** {@code c = a bᵀ}, with a of m × k, b of n × k. */
    static void multiplyByTransposed(
            int m,
            int n,
            int k,
            FloatPointer a,
            int strideA,
            FloatPointer b,
            int strideB,
            FloatPointer c,
            int strideC) {
        openblas.cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, strideA, b, strideB, 0, c, strideC);
    }

    /** {@code c = aᵀ bᵀ}, with a of k × m, b of n × k. */
    static void transposedMultiplyByTransposed(
            int m,
            int n,
            int k,
            FloatPointer a,
            int strideA,
            FloatPointer b,
            int strideB,
            FloatPointer c,
            int strideC) {
        openblas.cblas_sgemm(CblasRowMajor, CblasTrans, CblasTrans, m, n, k, 1, a, strideA, b, strideB, 0, c, strideC);
    }

    /** {@code c = aᵀ b}, with a of k × m, b of k × n. */
    static void transposedMultiply(
            int m,
            int n,
            int k,
            FloatPointer a,
            int strideA,
            FloatPointer b,
            int strideB,
            FloatPointer c,
            int strideC) {
        openblas.cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1, a, strideA, b, strideB, 0, c, strideC);
    }
}
