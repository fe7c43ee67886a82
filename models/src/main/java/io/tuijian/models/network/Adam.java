package io.tuijian.models.network;

/** Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015) over a flat array, with decay of what it moves. */
public final class Adam {
    private static final double FIRST = .9;
    private static final double SECOND = .999;
    private static final float TINY = 1e-8f;

    private Adam() {}

    /**
     * One step.
     *
     * @param moments of the gradient: as many first ones as there are values, then as many second ones
     * @param step counted from 1
     * @param scale of the gradient, for instance 1 per number of rows
     */
    public static void step(
            float[] values,
            float[] moments,
            float[] gradient,
            double scale,
            long step,
            double learningRate,
            double decay) {
        int n = values.length;
        float rate = (float) (learningRate * Math.sqrt(1 - Math.pow(SECOND, step)) / (1 - Math.pow(FIRST, step)));
        float kept = (float) (1 - learningRate * decay);
        float by = (float) scale;
        for (int i = 0; i < n; i++) {
            float g = gradient[i] * by;
            float first = (float) FIRST * moments[i] + (float) (1 - FIRST) * g;
            float second = (float) SECOND * moments[n + i] + (float) (1 - SECOND) * g * g;
            moments[i] = first;
            moments[n + i] = second;
            values[i] = kept * values[i] - rate * first / ((float) Math.sqrt(second) + TINY);
        }
    }
}
