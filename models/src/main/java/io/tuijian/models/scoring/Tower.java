package io.tuijian.models.scoring;

import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Calibration;
import io.tuijian.models.Heads;
import io.tuijian.models.Layout;
import io.tuijian.models.Weights;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.ContentKind;
import java.util.Arrays;
import java.util.List;

/**
 * Weights laid out for {@link Room}. What the first layer multiplies with is split by the parts of {@link Layout}, since
 * a request multiplies most of them once. Immutable.
 */
final class Tower {
    final Layout layout;
    final int width;
    final int recent;

    /** Numbers per candidate that come with a page, and with those of its attention. */
    final int stride;

    final int columns;

    /** Size of the first layer's outcome. */
    final int first;

    /** Of the viewer part, of the vector by vector match, each row an array of {@link #first}. */
    final float[][] viewer;

    final float[][] content;
    final float[][] author;
    final float[][] topics;
    final float[][] match;

    /** Per kind what the first layer adds: its bias and the vector of the kind. */
    final float[][] kinds;

    /** {@link #columns} × {@link #first}: dense features, content, author, topics and attended. */
    final float[] candidate;

    final float[] attention;
    final boolean rectified;
    final List<Later> later;
    final Calibration calibration;
    final int outputs;
    final boolean[] applies;

    /** A layer after the first: its weights, {@code out × in}. */
    record Later(int in, int out, boolean rectified, Floats weights, float[] biases) {}

    Tower(Weights weights) {
        layout = weights.layout();
        width = layout.width();
        recent = weights.recent();
        stride = layout.candidateDense() + 3 * width;
        columns = stride + width;
        Weights.Layer layer = weights.layers().get(0);
        first = layer.out();
        rectified = layer.rectified();
        viewer = rows(layer, 0, layout.candidate());
        content = rows(layer, layout.content(), width);
        author = rows(layer, layout.author(), width);
        topics = rows(layer, layout.topics(), width);
        match = rows(layer, layout.match(), width);
        kinds = kinds(weights, rows(layer, layout.kind(), width));
        candidate = new float[columns * first];
        System.arraycopy(layer.weights(), layout.candidate() * first, candidate, 0, stride * first);
        System.arraycopy(layer.weights(), layout.attended() * first, candidate, stride * first, width * first);
        attention = weights.attention();
        later = weights.layers().stream().skip(1).map(Tower::later).toList();
        calibration = weights.calibration();
        outputs = weights.outputs().size();
        applies = new boolean[outputs * Calibration.KINDS];
        for (int output = 0; output < outputs; output++) {
            for (ContentKind kind : ContentKind.values()) {
                applies[output * Calibration.KINDS + kind.ordinal()] =
                        Heads.applies(weights.outputs().get(output), kind);
            }
        }
    }

    private static float[][] rows(Weights.Layer layer, int from, int count) {
        float[][] rows = new float[count][];
        Arrays.setAll(rows, row -> Arrays.copyOfRange(
                layer.weights(), (from + row) * layer.out(), (from + row + 1) * layer.out()));
        return rows;
    }

    private static float[][] kinds(Weights weights, float[][] rows) {
        FrozenTable table = weights.tables().get(Slot.KIND);
        float[][] kinds = new float[Calibration.KINDS][];
        for (ContentKind kind : ContentKind.values()) {
            int at = table.row(StableHash.of(kind.name())) * table.width();
            float[] sum = weights.layers().get(0).biases().clone();
            for (int i = 0; i < rows.length; i++) {
                Lines.addTimes(sum, rows[i], table.vectors()[at + i], sum.length);
            }
            kinds[kind.ordinal()] = sum;
        }
        return kinds;
    }

    private static Later later(Weights.Layer layer) {
        float[] turned = new float[layer.in() * layer.out()];
        for (int i = 0; i < layer.in(); i++) {
            for (int o = 0; o < layer.out(); o++) {
                turned[o * layer.in() + i] = layer.weights()[i * layer.out() + o];
            }
        }
        return new Later(layer.in(), layer.out(), layer.rectified(), new Floats(turned), layer.biases());
    }
}
