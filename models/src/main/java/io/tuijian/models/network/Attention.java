package io.tuijian.models.network;

/**
 * A candidate looks at what the viewer did last: with the candidate's vector c and the engagements' vectors e, each of
 * {@code width} numbers, the shares are the softmax over e of {@code (A c)·e / √width} and the outcome is the mean of e
 * weighed by them; 0 without engagements (scaled dot-product attention of Vaswani et al., "Attention is all you need",
 * 2017, with one matrix: that of the keys is folded into that of the query, that of the values into the next layer).
 */
final class Attention {
    private final int width;
    private final float scale;
    private final float[] backward;

    Attention(int width) {
        this.width = width;
        this.scale = (float) (1 / Math.sqrt(Math.max(1, width)));
        this.backward = new float[width];
    }

    /**
     * @param matrix A, row by row
     * @param c holds the candidate's vector from {@code cAt} on
     * @param e holds the engagements' vectors, those from number {@code from} to before {@code to} being the viewer's
     * @param query takes A c from {@code queryAt} on
     * @param shares takes the share of each engagement at its number
     * @param out takes the outcome from {@code outAt} on
     */
    void forward(
            float[] matrix,
            float[] c,
            int cAt,
            float[] e,
            int from,
            int to,
            float[] query,
            int queryAt,
            float[] shares,
            float[] out,
            int outAt) {
        for (int i = 0; i < width; i++) {
            float sum = 0;
            for (int j = 0; j < width; j++) {
                sum += matrix[i * width + j] * c[cAt + j];
            }
            query[queryAt + i] = sum;
            out[outAt + i] = 0;
        }
        float highest = Float.NEGATIVE_INFINITY;
        for (int k = from; k < to; k++) {
            float score = 0;
            for (int i = 0, at = k * width; i < width; i++) {
                score += query[queryAt + i] * e[at + i];
            }
            shares[k] = score * scale;
            highest = Math.max(highest, shares[k]);
        }
        float total = 0;
        for (int k = from; k < to; k++) {
            shares[k] = (float) Math.exp(shares[k] - highest);
            total += shares[k];
        }
        for (int k = from; k < to; k++) {
            float share = shares[k] / total;
            shares[k] = share;
            for (int i = 0, at = k * width; i < width; i++) {
                out[outAt + i] += share * e[at + i];
            }
        }
    }

    /**
     * Adds to the gradients of A, c and e what the gradient of the outcome, from {@code outAt} on in {@code gradient},
     * makes of them. The other arguments are those of {@link #forward}, after it.
     */
    void backward(
            float[] matrix,
            float[] c,
            int cAt,
            float[] e,
            int from,
            int to,
            float[] query,
            int queryAt,
            float[] shares,
            float[] gradient,
            int outAt,
            float[] ofMatrix,
            float[] ofC,
            int ofCAt,
            float[] ofE) {
        if (from == to) {
            return;
        }
        float mean = 0;
        for (int k = from; k < to; k++) {
            float along = 0;
            for (int i = 0, at = k * width; i < width; i++) {
                along += gradient[outAt + i] * e[at + i];
            }
            mean += shares[k] * along;
        }
        java.util.Arrays.fill(backward, 0);
        for (int k = from; k < to; k++) {
            int at = k * width;
            float along = 0;
            for (int i = 0; i < width; i++) {
                along += gradient[outAt + i] * e[at + i];
            }
            float share = shares[k];
            float ofScore = share * (along - mean) * scale;
            for (int i = 0; i < width; i++) {
                ofE[at + i] += share * gradient[outAt + i] + ofScore * query[queryAt + i];
                backward[i] += ofScore * e[at + i];
            }
        }
        for (int i = 0; i < width; i++) {
            float ofQuery = backward[i];
            for (int j = 0; j < width; j++) {
                ofMatrix[i * width + j] += ofQuery * c[cAt + j];
                ofC[ofCAt + j] += ofQuery * matrix[i * width + j];
            }
        }
    }
}
