package io.tuijian.models;

import io.tuijian.schemas.ContentKind;
import java.util.Arrays;

/**
 * Per output and kind of content, what makes a logit {@code z} a true one: {@code a z + b}. Indexed by output ×
 * {@link #KINDS} + ordinal of the kind.
 */
public record Calibration(float[] a, float[] b) {
    public static final int KINDS = ContentKind.values().length;

    /** Changes nothing. */
    public static Calibration identity(int outputs) {
        float[] a = new float[outputs * KINDS];
        Arrays.fill(a, 1);
        return new Calibration(a, new float[a.length]);
    }

    /** The probability that this logit of this output means for this kind. */
    public float probability(int output, ContentKind kind, float logit) {
        int cell = output * KINDS + kind.ordinal();
        return (float) (1 / (1 + Math.exp(-(a[cell] * logit + b[cell]))));
    }
}
