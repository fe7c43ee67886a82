package io.tuijian.models.network;

import io.tuijian.models.Layout;
import io.tuijian.models.tables.Slot;
import io.tuijian.models.tables.Vectors;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What lies before the tower: fetches the vectors of a batch, attends, fills the input, and takes the gradient of the
 * input back to vectors and attention. The vectors of a batch lie together in {@link #vectors}, each id once, so that
 * the work on a batch stays in the cache however large the tables are. Not thread-safe.
 */
public final class Front {
    private static final Slot[] SLOTS = Slot.values();
    private static final Slot[] SINGLES = {Slot.VIEWER, Slot.SURFACE, Slot.CONTENT, Slot.AUTHOR, Slot.KIND};
    private static final int TOPIC = Slot.TOPIC.ordinal();

    private final Layout layout;
    private final int width;
    private final float[] matrix;
    private final float[] ofMatrix;
    private final Attention attention;
    private final int[][] places = new int[SLOTS.length][0];

    private int count;
    private byte[] slots = new byte[1024];
    private int[] rows = new int[1024];
    private float[] vectors;
    private float[] gradients;

    private int[] singles = new int[0];
    private int[] topics = new int[0];
    private int[] engagedTopics = new int[0];
    private int[] engaged = new int[0];
    private float[] candidates = new float[0];
    private float[] queries = new float[0];
    private float[] engagements = new float[0];
    private float[] ofEngagements = new float[0];
    private float[] shares = new float[0];
    private final float[] ofCandidate;

    /** @param matrix of the attention, read at every {@link #forward} */
    public Front(Layout layout, float[] matrix) {
        this.layout = layout;
        this.width = layout.width();
        this.matrix = matrix;
        this.ofMatrix = new float[matrix.length];
        this.attention = new Attention(width);
        this.vectors = new float[1024 * width];
        this.gradients = new float[1024 * width];
        this.ofCandidate = new float[width];
    }

    /** Ids to hide while training: each of a viewer, content, author or topic with this probability. */
    public record Hidden(double share, SplittableRandom random) {
        boolean hides(Slot slot) {
            return share > 0 && !slot.isClosed() && random.nextDouble() < share;
        }
    }

    /**
     * Fills what is missing of the batch's input.
     *
     * @param hidden null to hide nothing
     */
    public void forward(Batch batch, Map<Slot, ? extends Vectors> tables, Hidden hidden) {
        resolve(batch, tables, hidden);
        room(batch);
        for (int row = 0; row < batch.rows; row++) {
            forward(batch, row);
        }
    }

    private void forward(Batch batch, int row) {
        float[] x = batch.x;
        int base = row * layout.size();
        int viewer = singles[row * Batch.SINGLES + Batch.VIEWER];
        int surface = singles[row * Batch.SINGLES + Batch.SURFACE];
        int content = singles[row * Batch.SINGLES + Batch.CONTENT];
        int author = singles[row * Batch.SINGLES + Batch.AUTHOR];
        int kind = singles[row * Batch.SINGLES + Batch.KIND];
        int firstTopic = batch.topics.from[row];
        int lastTopic = batch.topics.from[row + 1];
        int candidate = row * width;
        mean(topics, firstTopic, lastTopic, x, base + layout.topics());
        for (int i = 0; i < width; i++) {
            float both = vectors[content + i] + vectors[author + i] + x[base + layout.topics() + i];
            x[base + layout.viewer() + i] = vectors[viewer + i];
            x[base + layout.surface() + i] = vectors[surface + i];
            x[base + layout.content() + i] = vectors[content + i];
            x[base + layout.author() + i] = vectors[author + i];
            x[base + layout.kind() + i] = vectors[kind + i];
            x[base + layout.match() + i] = vectors[viewer + i] * both;
            x[base + layout.pooled() + i] = 0;
            candidates[candidate + i] = both;
        }
        int from = batch.engagedFrom[row];
        int to = batch.engagedFrom[row + 1];
        int pooled = base + layout.pooled();
        float share = 1f / (to - from);
        for (int k = from; k < to; k++) {
            int at = k * width;
            mean(engagedTopics, batch.engagedTopics.from[k], batch.engagedTopics.from[k + 1], engagements, at);
            int ofContent = engaged[4 * k];
            int ofAuthor = engaged[4 * k + 1];
            int ofAction = engaged[4 * k + 2];
            int ofStep = engaged[4 * k + 3];
            for (int i = 0; i < width; i++) {
                engagements[at + i] +=
                        vectors[ofContent + i] + vectors[ofAuthor + i] + vectors[ofAction + i] + vectors[ofStep + i];
                x[base + layout.pooled() + i] += engagements[at + i] / (to - from);
            }
        }
        attention.forward(
                matrix,
                candidates,
                candidate,
                engagements,
                from,
                to,
                queries,
                candidate,
                shares,
                x,
                base + layout.attended());
    }

    /**
     * Takes the gradient of the input of the last {@link #forward}, of the same shape, to the vectors and the matrix; what
     * was there before is forgotten.
     */
    public void backward(Batch batch, float[] gradient) {
        Arrays.fill(gradients, 0, count * width, 0);
        Arrays.fill(ofEngagements, 0, batch.engagements * width, 0);
        Arrays.fill(ofMatrix, 0);
        for (int row = 0; row < batch.rows; row++) {
            backward(batch, row, gradient);
        }
    }

    private void backward(Batch batch, int row, float[] gradient) {
        int base = row * layout.size();
        int viewer = singles[row * Batch.SINGLES + Batch.VIEWER];
        int surface = singles[row * Batch.SINGLES + Batch.SURFACE];
        int content = singles[row * Batch.SINGLES + Batch.CONTENT];
        int author = singles[row * Batch.SINGLES + Batch.AUTHOR];
        int kind = singles[row * Batch.SINGLES + Batch.KIND];
        int candidate = row * width;
        for (int i = 0; i < width; i++) {
            float ofMatch = gradient[base + layout.match() + i];
            ofCandidate[i] = ofMatch * vectors[viewer + i];
            gradients[viewer + i] += gradient[base + layout.viewer() + i] + ofMatch * candidates[candidate + i];
            gradients[surface + i] += gradient[base + layout.surface() + i];
            gradients[kind + i] += gradient[base + layout.kind() + i];
        }
        int from = batch.engagedFrom[row];
        int to = batch.engagedFrom[row + 1];
        attention.backward(
                matrix,
                candidates,
                candidate,
                engagements,
                from,
                to,
                queries,
                candidate,
                shares,
                gradient,
                base + layout.attended(),
                ofMatrix,
                ofCandidate,
                0,
                ofEngagements);
        int pooled = base + layout.pooled();
        float share = 1f / (to - from);
        for (int k = from; k < to; k++) {
            int at = k * width;
            int ofContent = engaged[4 * k];
            int ofAuthor = engaged[4 * k + 1];
            int ofAction = engaged[4 * k + 2];
            int ofStep = engaged[4 * k + 3];
            for (int i = 0; i < width; i++) {
                float one = ofEngagements[at + i] + share * gradient[pooled + i];
                ofEngagements[at + i] = one;
                gradients[ofContent + i] += one;
                gradients[ofAuthor + i] += one;
                gradients[ofAction + i] += one;
                gradients[ofStep + i] += one;
            }
            ofMean(engagedTopics, batch.engagedTopics.from[k], batch.engagedTopics.from[k + 1], ofEngagements, at);
        }
        for (int i = 0; i < width; i++) {
            gradients[content + i] += gradient[base + layout.content() + i] + ofCandidate[i];
            gradients[author + i] += gradient[base + layout.author() + i] + ofCandidate[i];
            ofCandidate[i] += gradient[base + layout.topics() + i];
        }
        ofMean(topics, batch.topics.from[row], batch.topics.from[row + 1], ofCandidate, 0);
    }

    /** How many vectors the last batch used. */
    public int used() {
        return count;
    }

    /** The slot of a used vector. */
    public Slot slot(int used) {
        return SLOTS[slots[used]];
    }

    /** Its row in the table of its slot. */
    public int row(int used) {
        return rows[used];
    }

    /** The gradients of the used vectors, one after the other. */
    public float[] gradients() {
        return gradients;
    }

    /** The gradient of the attention's matrix. */
    public float[] ofMatrix() {
        return ofMatrix;
    }

    private void mean(int[] ids, int from, int to, float[] out, int at) {
        for (int i = 0; i < width; i++) {
            out[at + i] = 0;
        }
        float share = 1f / (to - from);
        for (int id = from; id < to; id++) {
            int of = ids[id];
            for (int i = 0; i < width; i++) {
                out[at + i] += share * vectors[of + i];
            }
        }
    }

    private void ofMean(int[] ids, int from, int to, float[] gradient, int at) {
        float share = 1f / (to - from);
        for (int id = from; id < to; id++) {
            int of = ids[id];
            for (int i = 0; i < width; i++) {
                gradients[of + i] += share * gradient[at + i];
            }
        }
    }

    private void resolve(Batch batch, Map<Slot, ? extends Vectors> tables, Hidden hidden) {
        forget();
        Vectors[] bySlot = new Vectors[SLOTS.length];
        for (Slot slot : SLOTS) {
            bySlot[slot.ordinal()] = tables.get(slot);
            if (places[slot.ordinal()].length < tables.get(slot).size()) {
                places[slot.ordinal()] = new int
                        [Math.max(
                                2 * places[slot.ordinal()].length,
                                tables.get(slot).size())];
            }
        }
        singles = room(singles, batch.rows * Batch.SINGLES);
        for (int i = 0; i < batch.rows * Batch.SINGLES; i++) {
            Slot slot = SINGLES[i % Batch.SINGLES];
            boolean hides = hidden != null && hidden.hides(slot);
            singles[i] = place(slot.ordinal(), bySlot[slot.ordinal()], batch.singles[i], hides);
        }
        int shown = batch.topics.from[batch.topics.count];
        topics = room(topics, shown);
        for (int i = 0; i < shown; i++) {
            boolean hides = hidden != null && hidden.hides(Slot.TOPIC);
            topics[i] = place(TOPIC, bySlot[TOPIC], batch.topics.hashes[i], hides);
        }
        Vectors contents = bySlot[Slot.CONTENT.ordinal()];
        Vectors authors = bySlot[Slot.AUTHOR.ordinal()];
        int[] actions = closed(Slot.ACTION, bySlot[Slot.ACTION.ordinal()], Batch.ACTIONS);
        int[] steps = closed(Slot.RECENCY, bySlot[Slot.RECENCY.ordinal()], Batch.STEPS);
        engaged = room(engaged, 4 * batch.engagements);
        for (int k = 0; k < batch.engagements; k++) {
            engaged[4 * k] = place(Slot.CONTENT.ordinal(), contents, batch.engagedContents[k], false);
            engaged[4 * k + 1] = place(Slot.AUTHOR.ordinal(), authors, batch.engagedAuthors[k], false);
            engaged[4 * k + 2] = actions[batch.engagedActions[k]];
            engaged[4 * k + 3] = steps[batch.engagedSteps[k]];
        }
        int engagedShown = batch.engagedTopics.from[batch.engagedTopics.count];
        engagedTopics = room(engagedTopics, engagedShown);
        for (int i = 0; i < engagedShown; i++) {
            engagedTopics[i] = place(TOPIC, bySlot[TOPIC], batch.engagedTopics.hashes[i], false);
        }
    }

    private int[] closed(Slot slot, Vectors table, long[] hashes) {
        int[] all = new int[hashes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = place(slot.ordinal(), table, hashes[i], false);
        }
        return all;
    }

    /** Where the vector of this id lies in {@link #vectors}, after bringing it there if need be. */
    private int place(int slot, Vectors table, long hash, boolean hides) {
        int row = hides ? 0 : table.row(hash);
        int place = places[slot][row];
        if (place == 0) {
            if (count == rows.length) {
                rows = Arrays.copyOf(rows, 2 * count);
                slots = Arrays.copyOf(slots, 2 * count);
                vectors = Arrays.copyOf(vectors, 2 * count * width);
                gradients = new float[2 * count * width];
            }
            slots[count] = (byte) slot;
            rows[count] = row;
            System.arraycopy(table.vectors(), row * width, vectors, count * width, width);
            place = ++count;
            places[slot][row] = place;
        }
        return (place - 1) * width;
    }

    private void forget() {
        for (int used = 0; used < count; used++) {
            places[slots[used]][rows[used]] = 0;
        }
        count = 0;
    }

    private void room(Batch batch) {
        candidates = room(candidates, batch.rows * width);
        queries = room(queries, batch.rows * width);
        engagements = room(engagements, batch.engagements * width);
        ofEngagements = room(ofEngagements, batch.engagements * width);
        shares = room(shares, batch.engagements);
    }

    private static int[] room(int[] array, int length) {
        return array.length < length ? new int[length + length / 4] : array;
    }

    private static float[] room(float[] array, int length) {
        return array.length < length ? new float[length + length / 4] : array;
    }
}
