package io.tuijian.models.scoring;

import io.tuijian.models.Calibration;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * All that scoring a page writes to, made once and used again, of a size that no page changes: candidates are scored so
 * many at a time. Not thread-safe.
 */
final class Room {
    /** Candidates at a time. */
    static final int ROWS = 512;

    private final Plan plan;
    private final OffHeap weights;
    private final OffHeap input;
    private final OffHeap hidden;
    private final OffHeap keys;
    private final OffHeap engagements;
    private final OffHeap shares;
    private final OffHeap[] later;
    private final FloatPointer[][] atBelow;
    private final FloatPointer[][] atLater;
    private final FloatPointer atWeights;
    private final FloatPointer atInput;
    private final FloatPointer atIds;
    private final FloatPointer atAttended;
    private final FloatPointer atHidden;
    private final FloatPointer atKeys;
    private final FloatPointer atEngagements;
    private final FloatPointer atShares;

    private final float[] viewer;
    private final float[][] bases;
    private final float[] row;
    private final float[] tile;
    private final float[] work;
    private final float[] key;
    private final float[][] attention;
    private final float[] highest = new float[ROWS];
    private final float[] sum = new float[ROWS];
    private final float[] line = new float[ROWS];
    private final float[] line2 = new float[ROWS];
    private final float[] zeros = new float[ROWS];

    Room(Plan plan) {
        this.plan = plan;
        weights = new OffHeap(plan.candidate);
        input = new OffHeap(ROWS * plan.columns);
        hidden = new OffHeap(ROWS * plan.first);
        keys = new OffHeap(plan.recent * 3 * plan.width);
        engagements = new OffHeap(plan.recent * plan.width);
        shares = new OffHeap(plan.recent * ROWS);
        later = new OffHeap[plan.later.size()];
        atBelow = new FloatPointer[later.length][];
        atLater = new FloatPointer[later.length][];
        for (int layer = 0; layer < later.length; layer++) {
            Plan.Later shape = plan.later.get(layer);
            OffHeap here = new OffHeap(shape.out() * ROWS);
            OffHeap below = layer == 0 ? hidden : later[layer - 1];
            int stride = layer == later.length - 1 ? ROWS : 1;
            later[layer] = here;
            atBelow[layer] = new FloatPointer[shape.blocks()];
            atLater[layer] = new FloatPointer[shape.blocks()];
            Arrays.setAll(atBelow[layer], block -> below.from(block * (shape.in() / shape.blocks())));
            Arrays.setAll(atLater[layer], block -> here.from(block * (shape.out() / shape.blocks()) * stride));
        }
        atWeights = weights.from(0);
        atInput = input.from(0);
        atIds = input.from(plan.layout.candidateDense());
        atAttended = input.from(plan.stride);
        atHidden = hidden.from(0);
        atKeys = keys.from(0);
        atEngagements = engagements.from(0);
        atShares = shares.from(0);
        viewer = new float[plan.first];
        bases = new float[Calibration.KINDS][plan.first];
        row = new float[plan.first];
        tile = new float[plan.first * Math.max(1, Plan.TILE / plan.first)];
        int widest = plan.later.stream()
                .mapToInt(layer -> layer.biases().length)
                .max()
                .orElseThrow();
        work = new float[Math.max(tile.length, widest)];
        key = new float[3 * plan.width];
        attention = new float[plan.recent][ROWS];
    }

    /**
     * Writes what the page means to {@code out}: {@code out[output × page.count() + candidate]}, 0 where the head does
     * not apply to the kind.
     */
    void score(Page page, float[] out) {
        meet(page);
        for (int from = 0; from < page.count; from += ROWS) {
            score(page, from, Math.min(ROWS, page.count - from), out);
        }
    }

    /** What is the same for every candidate: the viewer's part of the first layer, and what attention looks at. */
    private void meet(Page page) {
        Arrays.fill(viewer, 0);
        for (int i = 0; i < page.viewer.length; i++) {
            if (page.viewer[i] != 0) {
                Lines.addTimes(viewer, plan.viewer[i], page.viewer[i], plan.first);
            }
        }
        for (int kind = 0; kind < bases.length; kind++) {
            if (page.holds[kind]) {
                System.arraycopy(viewer, 0, bases[kind], 0, plan.first);
                Lines.add(bases[kind], plan.kinds[kind], plan.first);
            }
        }
        for (int i = 0; i < plan.width; i++) {
            float likes = page.viewer[plan.layout.viewer() + i];
            int at = plan.layout.candidateDense() + i;
            matched(plan.content[i], plan.match[i], likes, at);
            matched(plan.author[i], plan.match[i], likes, at + plan.width);
            matched(plan.topics[i], plan.match[i], likes, at + 2 * plan.width);
        }
        engagements.put(0, page.engagements, 0, page.engaged * plan.width);
        float scale = (float) (1 / Math.sqrt(plan.width));
        for (int e = 0; e < page.engaged; e++) {
            for (int j = 0; j < plan.width; j++) {
                float along = 0;
                for (int i = 0; i < plan.width; i++) {
                    along += plan.attention[i * plan.width + j] * page.engagements[e * plan.width + i];
                }
                key[j] = along * scale;
                key[plan.width + j] = key[j];
                key[2 * plan.width + j] = key[j];
            }
            keys.put(e * key.length, key, 0, key.length);
        }
    }

    /** The match of a vector with the viewer's is a product with the vector: its weights can be added to the vector's. */
    private void matched(float[] own, float[] match, float likes, int at) {
        System.arraycopy(own, 0, row, 0, plan.first);
        Lines.addTimes(row, match, likes, plan.first);
        weights.put(at * plan.first, row, 0, plan.first);
    }

    private void score(Page page, int from, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            input.put(i * plan.columns, page.candidates, (from + i) * plan.stride, plan.stride);
        }
        boolean attends = page.engaged > 0;
        if (attends) {
            attend(page.engaged, count);
        }
        OffHeap.multiply(
                count,
                plan.first,
                attends ? plan.columns : plan.stride,
                atInput,
                plan.columns,
                atWeights,
                plan.first,
                atHidden,
                plan.first);
        base(page, from, count);
        climb(page, from, count, out);
    }

    /** Adds what is the same for all candidates of a kind to the first layer's outcome. */
    private void base(Page page, int from, int count) {
        int only = only(page);
        if (only >= 0) {
            for (int i = 0; i < tile.length; i += plan.first) {
                System.arraycopy(bases[only], 0, tile, i, plan.first);
            }
            add(hidden, count, plan.first, tile, plan.rectified);
            return;
        }
        for (int i = 0; i < count; i++) {
            hidden.get(i * plan.first, row, plan.first);
            if (plan.rectified) {
                Lines.addAndRectify(row, bases[page.kinds[from + i]], plan.first);
            } else {
                Lines.add(row, bases[page.kinds[from + i]], plan.first);
            }
            hidden.put(i * plan.first, row, 0, plan.first);
        }
    }

    /** The kind of all candidates, −1 if there are several. */
    private static int only(Page page) {
        int only = -1;
        for (int kind = 0; kind < page.holds.length; kind++) {
            if (page.holds[kind]) {
                if (only >= 0) {
                    return -1;
                }
                only = kind;
            }
        }
        return only;
    }

    /** Adds a tile of the same row again and again. */
    private void add(OffHeap to, int rows, int width, float[] again, boolean rectified) {
        for (int at = 0; at < rows * width; at += again.length) {
            int some = Math.min(again.length, rows * width - at);
            to.get(at, work, some);
            if (rectified) {
                Lines.addAndRectify(work, again, some);
            } else {
                Lines.add(work, again, some);
            }
            to.put(at, work, 0, some);
        }
    }

    private void attend(int engaged, int count) {
        int ids = 3 * plan.width;
        OffHeap.multiplyByTransposed(engaged, count, ids, atKeys, ids, atIds, plan.columns, atShares, ROWS);
        Arrays.fill(highest, Float.NEGATIVE_INFINITY);
        Arrays.fill(sum, 0);
        for (int e = 0; e < engaged; e++) {
            shares.get(e * ROWS, attention[e], count);
            Lines.highest(highest, attention[e], count);
        }
        for (int e = 0; e < engaged; e++) {
            Lines.exponential(attention[e], highest, count);
            Lines.add(sum, attention[e], count);
        }
        for (int e = 0; e < engaged; e++) {
            Lines.divide(attention[e], sum, count);
            shares.put(e * ROWS, attention[e], 0, count);
        }
        OffHeap.transposedMultiply(
                count, plan.width, engaged, atShares, ROWS, atEngagements, plan.width, atAttended, plan.columns);
    }

    /** The last layer is multiplied the other way round, so that an output of all candidates lies in a row. */
    private void climb(Page page, int from, int count, float[] out) {
        int last = later.length - 1;
        for (int layer = 0; layer <= last; layer++) {
            Plan.Later now = plan.later.get(layer);
            int in = now.in() / now.blocks();
            int outs = now.out() / now.blocks();
            for (int block = 0; block < now.blocks(); block++) {
                FloatPointer weights = now.at()[block];
                FloatPointer below = atBelow[layer][block];
                FloatPointer here = atLater[layer][block];
                if (layer == last) {
                    OffHeap.transposedMultiplyByTransposed(outs, count, in, weights, outs, below, now.in(), here, ROWS);
                } else {
                    OffHeap.multiply(count, outs, in, below, now.in(), weights, outs, here, now.out());
                }
            }
            if (layer < last) {
                add(later[layer], count, now.out(), now.biases(), now.rectified());
            }
        }
        for (int output = 0; output < plan.outputs; output++) {
            later[last].get(output * ROWS, line, count);
            calibrate(page, from, count, output, plan.later.get(last).biases()[output], out);
        }
    }

    /** From the logits in {@link #line} to probabilities. */
    private void calibrate(Page page, int from, int count, int output, float bias, float[] out) {
        int cell = output * Calibration.KINDS;
        float[] a = plan.calibration.a();
        float[] b = plan.calibration.b();
        int only = only(page);
        if (only >= 0 && !plan.applies[cell + only]) {
            Arrays.fill(out, output * page.count + from, output * page.count + from + count, 0);
            return;
        }
        if (only >= 0) {
            Lines.scale(line, a[cell + only], a[cell + only] * bias + b[cell + only], count);
        } else {
            for (int i = 0; i < count; i++) {
                int at = cell + page.kinds[from + i];
                line[i] = Math.fma(a[at], line[i] + bias, b[at]);
            }
        }
        Lines.logistic(line, line2, zeros, count);
        for (int i = 0; only < 0 && i < count; i++) {
            if (!plan.applies[cell + page.kinds[from + i]]) {
                line[i] = 0;
            }
        }
        System.arraycopy(line, 0, out, output * page.count + from, count);
    }
}
