package io.tuijian.models.network;

/**
 * Finds {@code a, b} so that {@code a z + b} of logits z are true (Platt, "Probabilistic outputs for support vector
 * machines", 1999), drawn to a given pair as if by earlier rows: with few rows it stays where it was drawn to.
 */
final class Platt {
    private static final int STEPS = 30;
    private static final double MOST = 20;

    /** How little a and b usually differ from what they are drawn to: rates drift about as much from day to day. */
    private static final double DEVIATION_A = .1;

    private static final double DEVIATION_B = .2;

    private double a;
    private double b;

    /** @param cells of logits, labels and weights to look at; weights of 0 do not count */
    Platt(float[] logits, float[] labels, float[] weights, int[] cells, double drawnA, double drawnB) {
        a = drawnA;
        b = drawnB;
        for (int step = 0; step < STEPS; step++) {
            double ofA = (a - drawnA) / (DEVIATION_A * DEVIATION_A);
            double ofB = (b - drawnB) / (DEVIATION_B * DEVIATION_B);
            double aa = 1 / (DEVIATION_A * DEVIATION_A);
            double bb = 1 / (DEVIATION_B * DEVIATION_B);
            double ab = 0;
            for (int cell : cells) {
                double z = Math.max(-MOST, Math.min(MOST, logits[cell]));
                double probability = 1 / (1 + Math.exp(-(a * z + b)));
                double off = weights[cell] * (probability - labels[cell]);
                double curve = weights[cell] * probability * (1 - probability);
                ofA += off * z;
                ofB += off;
                aa += curve * z * z;
                ab += curve * z;
                bb += curve;
            }
            double determinant = aa * bb - ab * ab;
            double byA = (bb * ofA - ab * ofB) / determinant;
            double byB = (aa * ofB - ab * ofA) / determinant;
            double most = Math.max(Math.abs(byA), Math.abs(byB));
            double damped = most > 1 ? 1 / most : 1;
            a = Math.max(.1, a - damped * byA);
            b -= damped * byB;
            if (most < 1e-6) {
                return;
            }
        }
    }

    double a() {
        return a;
    }

    double b() {
        return b;
    }
}
