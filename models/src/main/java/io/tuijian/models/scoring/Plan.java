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
import org.bytedeco.javacpp.FloatPointer;

/**
 * Weights laid out for {@link Room}. What the first layer multiplies with is split by the parts of {@link Layout}, since
 * a request multiplies most of them once. Immutable.
 */
final class Plan {
    /** About so many numbers are added to at once. */
    static final int TILE = 2048;

    private static final int LEAST_BLOCK = 8;

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

    /**
     * A layer after the first. Networks laid side by side leave most of it 0: outcome and input are cut into so many equal
     * blocks, and each block of the outcome depends on the block of the input with the same number alone.
     *
     * @param weights {@code in / blocks × out / blocks} per block
     * @param at where the weights of each block begin
     * @param biases again and again, so that several rows are added to at once
     */
    record Later(int in, int out, boolean rectified, int blocks, OffHeap weights, FloatPointer[] at, float[] biases) {}

    Plan(Weights weights) {
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
        List<Weights.Layer> rest = weights.layers().subList(1, weights.layers().size());
        later = (rest.isEmpty() ? List.of(unchanged(first)) : rest)
                .stream().map(Plan::later).toList();
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
        Arrays.setAll(
                rows,
                row -> Arrays.copyOfRange(layer.weights(), (from + row) * layer.out(), (from + row + 1) * layer.out()));
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

    private static Weights.Layer unchanged(int size) {
        float[] identity = new float[size * size];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return new Weights.Layer(size, size, false, identity, new float[size]);
    }

    private static Later later(Weights.Layer layer) {
        int blocks = blocks(layer);
        int in = layer.in() / blocks;
        int out = layer.out() / blocks;
        float[] compact = new float[layer.in() * out];
        for (int i = 0; i < layer.in(); i++) {
            System.arraycopy(layer.weights(), i * layer.out() + i / in * out, compact, i * out, out);
        }
        OffHeap weights = new OffHeap(compact);
        FloatPointer[] at = new FloatPointer[blocks];
        Arrays.setAll(at, block -> weights.from(block * in * out));
        float[] biases = new float[layer.out() * Math.max(1, TILE / layer.out())];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = layer.biases()[i % layer.out()];
        }
        return new Later(layer.in(), layer.out(), layer.rectified(), blocks, weights, at, biases);
    }

    /** The most equal blocks along the diagonal outside of which the layer is 0; blocks too small to be worth it are not cut. */
    static int blocks(Weights.Layer layer) {
        for (int blocks = Math.min(layer.in(), layer.out()) / LEAST_BLOCK; blocks > 1; blocks--) {
            if (layer.in() % blocks == 0 && layer.out() % blocks == 0 && isDiagonal(layer, blocks)) {
                return blocks;
            }
        }
        return 1;
    }

    private static boolean isDiagonal(Weights.Layer layer, int blocks) {
        for (int i = 0; i < layer.in(); i++) {
            for (int o = 0; o < layer.out(); o++) {
                if (i / (layer.in() / blocks) != o / (layer.out() / blocks)
                        && layer.weights()[i * layer.out() + o] != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
