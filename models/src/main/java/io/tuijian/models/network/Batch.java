package io.tuijian.models.network;

import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.Recency;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.tables.EmbeddingTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Rows as a network takes them, before any table is asked: standardised numbers in their places of the input, ids as
 * hashes, labels with their weights. Made to be filled again and again. Not thread-safe.
 */
public final class Batch {
    static final int VIEWER = 0;
    static final int SURFACE = 1;
    static final int CONTENT = 2;
    static final int AUTHOR = 3;
    static final int KIND = 4;
    static final int SINGLES = 5;

    static final long[] ACTIONS = hashes(Action.values());
    static final long[] STEPS = steps();
    private static final long[] KINDS = hashes(ContentKind.values());

    private final Layout layout;
    private final Inputs inputs;
    private final List<Action> outputs;
    private final int[] heads;
    private final int recent;

    int rows;
    float[] x = new float[0];
    float[] labels = new float[0];
    float[] weights = new float[0];
    private final int[] positives;
    int[] minutes = new int[0];
    long[] singles = new long[0];
    final Lists topics = new Lists();
    final Lists engagedTopics = new Lists();
    int[] engagedFrom = new int[1];
    int engagements;
    long[] engagedContents = new long[0];
    long[] engagedAuthors = new long[0];
    byte[] engagedActions = new byte[0];
    byte[] engagedSteps = new byte[0];

    /** Lists of hashes, one after the other. */
    static final class Lists {
        int count;
        int[] from = new int[64];
        long[] hashes = new long[64];

        void clear() {
            count = 0;
        }

        void add(List<String> ids) {
            if (count + 2 > from.length) {
                from = Arrays.copyOf(from, 2 * from.length);
            }
            int at = from[count];
            if (at + ids.size() > hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * (at + ids.size()));
            }
            for (int i = 0; i < ids.size(); i++) {
                hashes[at++] = StableHash.of(ids.get(i));
            }
            from[++count] = at;
        }
    }

    /** @param inputs the dense features, those of the viewer part first */
    public Batch(Layout layout, Inputs inputs, List<Action> outputs, int recent) {
        this.layout = layout;
        this.inputs = inputs;
        this.outputs = outputs;
        this.heads = outputs.stream().mapToInt(Heads::index).toArray();
        this.recent = recent;
        this.positives = new int[heads.length];
    }

    /** How many of the rows it was filled with did what this output predicts. */
    public int positives(int output) {
        return positives[output];
    }

    /** How many rows it holds. */
    public int rows() {
        return rows;
    }

    /** The inputs of the network, {@link Layout#size} numbers per row; longer than that if it held more rows before. */
    public float[] x() {
        return x;
    }

    /** What each output should say, per row; meaningless where the weight is 0. */
    public float[] labels() {
        return labels;
    }

    /** How much each output of each row counts: 0 where the head does not apply or its label is unknown. */
    public float[] weights() {
        return weights;
    }

    /**
     * Takes these rows with their labels, instead of what it held.
     *
     * @param positions of the inputs in the rows' dense values
     * @param training whether the network is to know at which position of its page each row stood
     */
    public void fill(List<TrainingSet.Row> taken, int[] positions, boolean training) {
        clear(taken.size());
        for (TrainingSet.Row row : taken) {
            add(
                    row.dense(),
                    positions,
                    row.viewerId(),
                    row.surface(),
                    row.contentId(),
                    row.authorId(),
                    row.kind(),
                    row.topics(),
                    row.recent(),
                    row.servedAtMillis(),
                    training ? (float) Math.log1p(row.position()) : 0);
            for (int output = 0; output < heads.length; output++) {
                float label = row.label(heads[output]);
                int cell = (rows - 1) * heads.length + output;
                positives[output] += label >= .5 ? 1 : 0;
                labels[cell] = Float.isNaN(label) ? 0 : label;
                weights[cell] = Float.isNaN(label) ? 0 : 1 / row.sampleRate();
            }
        }
    }

    /** Takes the ids of these rows, and counts positives, but leaves the numbers out. */
    public void fillIds(List<TrainingSet.Row> taken) {
        clear(taken.size());
        for (TrainingSet.Row row : taken) {
            for (int output = 0; output < heads.length; output++) {
                positives[output] += row.label(heads[output]) >= .5 ? 1 : 0;
            }
            addIds(
                    row.viewerId(),
                    row.surface(),
                    row.contentId(),
                    row.authorId(),
                    row.kind(),
                    row.topics(),
                    row.recent(),
                    row.servedAtMillis());
        }
    }

    /**
     * Counts an occurrence of each id in its table.
     *
     * @return the latest minute since 1970 of any row
     */
    public int meet(Map<Slot, EmbeddingTable> tables) {
        int latest = 0;
        for (int row = 0; row < rows; row++) {
            int minute = minutes[row];
            latest = Math.max(latest, minute);
            tables.get(Slot.VIEWER).meet(singles[row * SINGLES + VIEWER], minute);
            tables.get(Slot.SURFACE).meet(singles[row * SINGLES + SURFACE], minute);
            tables.get(Slot.CONTENT).meet(singles[row * SINGLES + CONTENT], minute);
            tables.get(Slot.AUTHOR).meet(singles[row * SINGLES + AUTHOR], minute);
            tables.get(Slot.KIND).meet(singles[row * SINGLES + KIND], minute);
            for (int topic = topics.from[row]; topic < topics.from[row + 1]; topic++) {
                tables.get(Slot.TOPIC).meet(topics.hashes[topic], minute);
            }
        }
        boolean[] actions = new boolean[ACTIONS.length];
        boolean[] steps = new boolean[STEPS.length];
        for (int k = 0; k < engagements; k++) {
            actions[engagedActions[k]] = true;
            steps[engagedSteps[k]] = true;
        }
        for (int action = 0; action < actions.length; action++) {
            if (actions[action]) {
                tables.get(Slot.ACTION).meet(ACTIONS[action], latest);
            }
        }
        for (int step = 0; step < steps.length; step++) {
            if (steps[step]) {
                tables.get(Slot.RECENCY).meet(STEPS[step], latest);
            }
        }
        return latest;
    }

    /** Holds nothing, and has room for so many rows. */
    public void clear(int room) {
        if (room * layout.size() > x.length) {
            x = new float[room * layout.size()];
            labels = new float[room * heads.length];
            weights = new float[room * heads.length];
            minutes = new int[room];
            singles = new long[room * SINGLES];
            engagedFrom = new int[room + 1];
            engagedContents = new long[room * recent];
            engagedAuthors = new long[room * recent];
            engagedActions = new byte[room * recent];
            engagedSteps = new byte[room * recent];
        }
        Arrays.fill(positives, 0);
        rows = 0;
        engagements = 0;
        topics.clear();
        engagedTopics.clear();
    }

    /** Adds a row without labels; {@link #clear} made room for it. */
    public void add(
            float[] dense,
            int[] positions,
            String viewerId,
            String surface,
            String contentId,
            String authorId,
            ContentKind kind,
            List<String> topicIds,
            List<ViewerState.Recent> latest,
            long nowMillis,
            float position) {
        int at = rows * layout.size();
        inputs.standardise(dense, positions, 0, layout.viewerDense(), x, at);
        inputs.standardise(dense, positions, layout.viewerDense(), inputs.size(), x, at + layout.candidate());
        x[at + layout.position()] = position;
        addIds(viewerId, surface, contentId, authorId, kind, topicIds, latest, nowMillis);
    }

    private void addIds(
            String viewerId,
            String surface,
            String contentId,
            String authorId,
            ContentKind kind,
            List<String> topicIds,
            List<ViewerState.Recent> latest,
            long nowMillis) {
        minutes[rows] = (int) (nowMillis / 60_000);
        singles[rows * SINGLES + VIEWER] = StableHash.of(viewerId);
        singles[rows * SINGLES + SURFACE] = StableHash.of(surface);
        singles[rows * SINGLES + CONTENT] = StableHash.of(contentId);
        singles[rows * SINGLES + AUTHOR] = StableHash.of(authorId);
        singles[rows * SINGLES + KIND] = KINDS[kind.ordinal()];
        topics.add(topicIds);
        int shown = Math.min(recent, latest.size());
        for (int i = 0; i < shown; i++) {
            ViewerState.Recent engagement = latest.get(i);
            engagedContents[engagements] = StableHash.of(engagement.contentId());
            engagedAuthors[engagements] = StableHash.of(engagement.authorId());
            engagedActions[engagements] = (byte) engagement.action().ordinal();
            engagedSteps[engagements] = (byte) Recency.step(nowMillis, engagement.atMillis());
            engagedTopics.add(engagement.topics());
            engagements++;
        }
        engagedFrom[++rows] = engagements;
    }

    private static long[] hashes(Enum<?>[] values) {
        return Arrays.stream(values)
                .mapToLong(value -> StableHash.of(value.name()))
                .toArray();
    }

    private static long[] steps() {
        long[] hashes = new long[Recency.STEPS];
        Arrays.setAll(hashes, step -> StableHash.of(String.valueOf(step)));
        return hashes;
    }
}
