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

    private final Tower tower;
    private final Floats weights;
    private final Floats input;
    private final Floats hidden;
    private final Floats keys;
    private final Floats engagements;
    private final Floats shares;
    private final Floats[] later;
    private final FloatPointer[] pointers;
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
    private final float[] key;
    private final float[][] attention;
    private final float[] highest = new float[ROWS];
    private final float[] sum = new float[ROWS];
    private final float[] line = new float[ROWS];
    private final float[] line2 = new float[ROWS];
    private final float[] zeros = new float[ROWS];

    Room(Tower tower) {
        this.tower = tower;
        weights = new Floats(tower.candidate);
        input = new Floats(ROWS * tower.columns);
        hidden = new Floats(ROWS * tower.first);
        keys = new Floats(tower.recent * 3 * tower.width);
        engagements = new Floats(tower.recent * tower.width);
        shares = new Floats(tower.recent * ROWS);
        later = new Floats[tower.later.size()];
        pointers = new FloatPointer[later.length];
        Arrays.setAll(later, layer -> new Floats(tower.later.get(layer).out() * ROWS));
        Arrays.setAll(pointers, layer -> later[layer].from(0));
        atWeights = weights.from(0);
        atInput = input.from(0);
        atIds = input.from(tower.layout.candidateDense());
        atAttended = input.from(tower.stride);
        atHidden = hidden.from(0);
        atKeys = keys.from(0);
        atEngagements = engagements.from(0);
        atShares = shares.from(0);
        viewer = new float[tower.first];
        bases = new float[Calibration.KINDS][tower.first];
        row = new float[tower.first];
        key = new float[3 * tower.width];
        attention = new float[tower.recent][ROWS];
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
                Lines.addTimes(viewer, tower.viewer[i], page.viewer[i], tower.first);
            }
        }
        for (int kind = 0; kind < bases.length; kind++) {
            if (page.holds[kind]) {
                System.arraycopy(viewer, 0, bases[kind], 0, tower.first);
                Lines.add(bases[kind], tower.kinds[kind], tower.first);
            }
        }
        for (int i = 0; i < tower.width; i++) {
            float likes = page.viewer[tower.layout.viewer() + i];
            int at = tower.layout.candidateDense() + i;
            matched(tower.content[i], tower.match[i], likes, at);
            matched(tower.author[i], tower.match[i], likes, at + tower.width);
            matched(tower.topics[i], tower.match[i], likes, at + 2 * tower.width);
        }
        engagements.put(0, page.engagements, 0, page.engaged * tower.width);
        float scale = (float) (1 / Math.sqrt(tower.width));
        for (int e = 0; e < page.engaged; e++) {
            for (int j = 0; j < tower.width; j++) {
                float along = 0;
                for (int i = 0; i < tower.width; i++) {
                    along += tower.attention[i * tower.width + j] * page.engagements[e * tower.width + i];
                }
                key[j] = along * scale;
                key[tower.width + j] = key[j];
                key[2 * tower.width + j] = key[j];
            }
            keys.put(e * key.length, key, 0, key.length);
        }
    }

    /** The match of a vector with the viewer's is a product with the vector: its weights can be added to the vector's. */
    private void matched(float[] own, float[] match, float likes, int at) {
        System.arraycopy(own, 0, row, 0, tower.first);
        Lines.addTimes(row, match, likes, tower.first);
        weights.put(at * tower.first, row, 0, tower.first);
    }

    private void score(Page page, int from, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            input.put(i * tower.columns, page.candidates, (from + i) * tower.stride, tower.stride);
        }
        boolean attends = page.engaged > 0;
        if (attends) {
            attend(page.engaged, count);
        }
        Floats.multiply(
                count,
                tower.first,
                attends ? tower.columns : tower.stride,
                atInput,
                tower.columns,
                atWeights,
                tower.first,
                atHidden,
                tower.first);
        if (later.length == 0) {
            unrectified(page, from, count, out);
            return;
        }
        for (int i = 0; i < count; i++) {
            hidden.get(i * tower.first, row, tower.first);
            if (tower.rectified) {
                Lines.addAndRectify(row, bases[page.kinds[from + i]], tower.first);
            } else {
                Lines.add(row, bases[page.kinds[from + i]], tower.first);
            }
            hidden.put(i * tower.first, row, 0, tower.first);
        }
        climb(page, from, count, out);
    }

    private void attend(int engaged, int count) {
        int ids = 3 * tower.width;
        Floats.multiplyByTransposed(engaged, count, ids, atKeys, ids, atIds, tower.columns, atShares, ROWS);
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
        Floats.transposedMultiply(
                count,
                tower.width,
                engaged,
                atShares,
                ROWS,
                atEngagements,
                tower.width,
                atAttended,
                tower.columns);
    }

    /** The later layers are multiplied the other way round, so that one number of all candidates lies in a row. */
    private void climb(Page page, int from, int count, float[] out) {
        for (int layer = 0; layer < later.length; layer++) {
            Tower.Later now = tower.later.get(layer);
            if (layer == 0) {
                Floats.multiplyByTransposed(
                        now.out(), count, now.in(), now.weights().from(0), now.in(), atHidden, now.in(), pointers[0], ROWS);
            } else {
                Floats.multiply(
                        now.out(), count, now.in(), now.weights().from(0), now.in(), pointers[layer - 1], ROWS, pointers[layer], ROWS);
            }
            boolean last = layer == later.length - 1;
            for (int o = 0; o < now.out(); o++) {
                later[layer].get(o * ROWS, line, count);
                if (last) {
                    calibrate(page, from, count, o, now.biases()[o], out);
                    continue;
                }
                if (now.rectified()) {
                    Lines.addAndRectify(line, now.biases()[o], count);
                } else {
                    Lines.scale(line, 1, now.biases()[o], count);
                }
                later[layer].put(o * ROWS, line, 0, count);
            }
        }
    }

    /** The first layer is the last. */
    private void unrectified(Page page, int from, int count, float[] out) {
        float[] logits = new float[0];
        throw new UnsupportedOperationException();
    }

    /** From the logits in {@link #line} to probabilities. */
    private void calibrate(Page page, int from, int count, int output, float bias, float[] out) {
        int cell = output * Calibration.KINDS;
        float[] a = tower.calibration.a();
        float[] b = tower.calibration.b();
        for (int i = 0; i < count; i++) {
            int at = cell + page.kinds[from + i];
            line[i] = Math.fma(a[at], line[i] + bias, b[at]);
        }
        Lines.logistic(line, line2, zeros, count);
        for (int i = 0; i < count; i++) {
            if (!tower.applies[cell + page.kinds[from + i]]) {
                line[i] = 0;
            }
        }
        System.arraycopy(line, 0, out, output * page.count + from, count);
    }
}
