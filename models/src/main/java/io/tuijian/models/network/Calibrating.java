package io.tuijian.models.network;

import io.tuijian.models.Calibration;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Makes logits true per output, and then per kind of content, drawn to what holds for the output in all. */
public final class Calibrating {
    private Calibrating() {}

    /**
     * @param logits {@code rows × outputs}, as are labels and weights
     * @param kind the ordinal of the kind of each row's content
     */
    public static Calibration of(float[] logits, float[] labels, float[] weights, int outputs, IntUnaryOperator kind) {
        Calibration calibration = Calibration.identity(outputs);
        int rows = logits.length / outputs;
        for (int output = 0; output < outputs; output++) {
            int first = output;
            int[] cells = IntStream.range(0, rows)
                    .map(row -> row * outputs + first)
                    .filter(cell -> weights[cell] > 0)
                    .toArray();
            Platt all = new Platt(logits, labels, weights, cells, 1, 0);
            for (int k = 0; k < Calibration.KINDS; k++) {
                int one = k;
                int[] ofKind = IntStream.of(cells)
                        .filter(cell -> kind.applyAsInt(cell / outputs) == one)
                        .toArray();
                boolean alone = ofKind.length == cells.length;
                Platt found = alone ? all : new Platt(logits, labels, weights, ofKind, all.a(), all.b());
                calibration.a()[output * Calibration.KINDS + k] = (float) found.a();
                calibration.b()[output * Calibration.KINDS + k] = (float) found.b();
            }
        }
        return calibration;
    }
}
