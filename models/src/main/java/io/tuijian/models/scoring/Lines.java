package io.tuijian.models.scoring;

/**
 * Loops over arrays from their first number on, each with one array written, so that the compiler of the virtual machine
 * makes vector instructions of them. That holds only for this shape: no offsets, no branches, no calls but those of
 * {@link Math} that have an instruction.
 */
final class Lines {
    /** Below this e^x counts as e^-20, which is 2e-9. */
    private static final float LEAST = -20;

    /** e^x is the sixteenth power of e^(x / 16), and that is a series around the middle of what x / 16 can be. */
    private static final float PART = 1 / 16f;

    private static final float MIDDLE = LEAST * PART / 2;
    private static final float C0 = (float) Math.exp(MIDDLE);
    private static final float C1 = C0;
    private static final float C2 = C1 / 2;
    private static final float C3 = C2 / 3;
    private static final float C4 = C3 / 4;
    private static final float C5 = C4 / 5;
    private static final float C6 = C5 / 6;
    private static final float C7 = C6 / 7;
    private static final float C8 = C7 / 8;

    private Lines() {}

    /** {@code a[i] = max(0, a[i] + b[i])}. */
    static void addAndRectify(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            a[i] = Math.max(0, a[i] + b[i]);
        }
    }

    /** {@code a[i] = max(0, a[i] + b)}. */
    static void addAndRectify(float[] a, float b, int count) {
        for (int i = 0; i < count; i++) {
            a[i] = Math.max(0, a[i] + b);
        }
    }

    static void add(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            a[i] += b[i];
        }
    }

    static void add(float[] a, float b, int count) {
        for (int i = 0; i < count; i++) {
            a[i] += b;
        }
    }

    /** {@code a[i] = a[i] × factor + addend}. */
    static void scale(float[] a, float factor, float addend, int count) {
        for (int i = 0; i < count; i++) {
            a[i] = Math.fma(factor, a[i], addend);
        }
    }

    /** {@code a[i] += b[i] × factor}. */
    static void addTimes(float[] a, float[] b, float factor, int count) {
        for (int i = 0; i < count; i++) {
            a[i] = Math.fma(factor, b[i], a[i]);
        }
    }

    static void highest(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            a[i] = Math.max(a[i], b[i]);
        }
    }

    static void divide(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            a[i] /= b[i];
        }
    }

    /** {@code a[i] = e^(a[i] − b[i])}, where b[i] is at least a[i]; within 2e-6 of its size, and never below 2e-9. */
    static void exponential(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            float x = Math.fma(Math.max(LEAST, a[i] - b[i]), PART, -MIDDLE);
            float y = Math.fma(x, Math.fma(x, Math.fma(x, Math.fma(x, C8, C7), C6), C5), C4);
            y = Math.fma(x, Math.fma(x, Math.fma(x, Math.fma(x, y, C3), C2), C1), C0);
            y *= y;
            y *= y;
            y *= y;
            a[i] = y * y;
        }
    }

    /** {@code a[i] = 1 / (1 + e^-a[i])}, within 3e-6 of its size down to 2e-9; {@code of} and {@code zeros} are room and zeros. */
    static void logistic(float[] a, float[] of, float[] zeros, int count) {
        for (int i = 0; i < count; i++) {
            of[i] = -Math.abs(a[i]);
        }
        for (int i = 0; i < count; i++) {
            a[i] = Math.min(0, a[i]);
        }
        exponential(of, zeros, count);
        exponential(a, zeros, count);
        for (int i = 0; i < count; i++) {
            a[i] = a[i] / (1 + of[i]);
        }
    }
}
