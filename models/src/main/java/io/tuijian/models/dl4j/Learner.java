package io.tuijian.models.dl4j;

import io.tuijian.features.FeatureSet;
import io.tuijian.models.Artifact;
import io.tuijian.models.Calibration;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.models.network.Adam;
import io.tuijian.models.network.Batch;
import io.tuijian.models.network.Calibrating;
import io.tuijian.models.network.Front;
import io.tuijian.models.network.LearnerState;
import io.tuijian.models.tables.EmbeddingTable;
import io.tuijian.models.tables.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that goes on learning: tables, attention and tower with the state of their updates. The same rows in the same
 * calls give the same weights. Not thread-safe; what {@link #frozen} and {@link #weights} give is independent of it.
 */
public final class Learner {
    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final int EXPIRE_EVERY_MINUTES = 60;
    private static final int ROWS_AT_ONCE = 2048;

    /** How many batches may be filled before they are learned from. */
    private static final int AHEAD = 4;

    private final Settings settings;
    private final Inputs inputs;
    private final Layout layout;
    private final int outputs;
    private final List<Tower> towers = new ArrayList<>();
    private final Batch[] batches = new Batch[AHEAD + 1];
    private final Front front;
    private final float[] ofParameters;
    private INDArray x;
    private INDArray labels;
    private INDArray weights;
    private float[] ofInput = new float[0];
    private float[] ofMember = new float[0];
    private LearnerState state;
    private long steps;
    private int expiredMinute;
    private int newestMinute;
    private Calibration calibration;

    private Learner(LearnerState state) {
        this.state = state;
        this.settings = state.settings();
        this.inputs = state.inputs();
        this.layout = state.layout();
        this.outputs = state.outputs().size();
        this.steps = state.steps();
        this.calibration = state.calibration();
        for (int member = 0; member < state.towers().size(); member++) {
            Tower tower = Tower.fresh(layout.size(), settings.hidden(), outputs, seed(settings, member));
            if (state.towers().get(member).length == 0) {
                state.towers().set(member, tower.parameters());
            }
            tower.set(state.towers().get(member));
            towers.add(tower);
        }
        for (int i = 0; i < batches.length; i++) {
            batches[i] =
                    new Batch(layout, inputs, state.outputs(), settings.tables().recent());
        }
        this.front = new Front(layout, state.attention());
        this.ofParameters = new float[LearnerState.parameters(layout, settings, outputs)];
    }

    /** Knows nothing yet. The inputs say how dense features are standardised, for good. */
    public static Learner fresh(Settings settings, Inputs inputs) {
        Settings.Tables width = settings.tables();
        Inputs ordered = inputs.viewerFirst();
        int outputs = Heads.ALL.size();
        int parameters = LearnerState.parameters(LearnerState.layout(settings, ordered), settings, outputs);
        float[] attention = new float[width.width() * width.width()];
        for (int i = 0; i < width.width(); i++) {
            attention[i * width.width() + i] = 1;
        }
        List<float[]> towers = new ArrayList<>();
        List<float[]> moments = new ArrayList<>();
        for (int member = 0; member < settings.members(); member++) {
            towers.add(new float[0]);
            moments.add(new float[2 * parameters]);
        }
        Map<Slot, EmbeddingTable> tables = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            int admitted = slot.isClosed() ? 1 : width.admitted();
            tables.put(slot, new EmbeddingTable(width.width(), admitted, width.rows(), seed(settings, slot.ordinal())));
        }
        return new Learner(new LearnerState(
                settings,
                ordered,
                Heads.ALL,
                new long[outputs],
                0,
                attention,
                new float[2 * attention.length],
                towers,
                moments,
                Calibration.identity(outputs),
                tables));
    }

    /**
     * Goes on where the learner that wrote this artifact stopped, with the settings it had.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or wants what is not known here
     */
    public static Learner of(Artifact artifact) {
        return new Learner(LearnerState.read(artifact));
    }

    private static long seed(Settings settings, int part) {
        return settings.seed() * 1000 + part;
    }

    /**
     * Learns from each row once, in batches in their order.
     *
     * @return mean loss per row and head before learning from it; NaN without rows
     */
    public double learn(TrainingSet rows) {
        makeRoom();
        double loss = pass(rows.rows(), inputs.positions(rows.names()), batch -> 1, true);
        expire();
        return loss;
    }

    /**
     * Learns from rows, and at the same time takes back others that were learned before and turned out otherwise: they
     * count negatively, evenly spread over the batches, so that what did not change cancels out. A batch that is not
     * full makes a step shorter by the root of what is missing (Malladi et al., "On the SDEs and Scaling Rules for Adaptive
     * Gradient Algorithms", 2022): Adam alone makes steps of one length of one row and of a thousand.
     *
     * @param corrected rows learned before, with the labels known now
     * @param before the same rows in the same order, with the labels they were learned with
     * @return mean loss per row and head before learning from it; NaN without rows
     */
    public double learn(TrainingSet rows, TrainingSet corrected, TrainingSet before) {
        List<TrainingSet.Row> all = new ArrayList<>(rows.size() + 2 * corrected.size());
        for (int i = 0, fresh = 0; i < corrected.size(); i++) {
            while (fresh < (i + 1L) * rows.size() / corrected.size()) {
                all.add(rows.row(fresh++));
            }
            TrainingSet.Row now = corrected.row(i);
            TrainingSet.Row then = before.row(i);
            all.add(now);
            all.add(then.weighing(-then.sampleRate()));
            for (int output = 0; output < outputs; output++) {
                int head = Heads.index(state.outputs().get(output));
                state.positives()[output] += (now.label(head) >= .5 ? 1 : 0) - (then.label(head) >= .5 ? 1 : 0);
            }
        }
        List<TrainingSet.Row> learned = corrected.size() == 0 ? rows.rows() : all;
        makeRoom();
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            batches[0].fillIds(rows.rows().subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE)));
            meet(batches[0]);
        }
        if (newestMinute - expiredMinute >= EXPIRE_EVERY_MINUTES) {
            expire();
            expiredMinute = newestMinute;
        }
        return pass(
                learned,
                inputs.positions(rows.names()),
                batch -> {
                    int size = Math.min(settings.batch(), learned.size() - batch * settings.batch());
                    return Math.sqrt((double) size / settings.batch());
                },
                false);
    }

    /** Counts ids and positives, so that frequent ids have vectors of their own before anything is learned from them. */
    void meet(List<TrainingSet.Row> rows) {
        makeRoom();
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            batches[0].fillIds(rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE)));
            meet(batches[0]);
        }
        expire();
    }

    private void meet(Batch batch) {
        newestMinute = Math.max(newestMinute, batch.meet(state.tables()));
        for (int output = 0; output < outputs; output++) {
            state.positives()[output] += batch.positives(output);
        }
    }

    private void makeRoom() {
        state.tables().values().forEach(EmbeddingTable::makeRoom);
    }

    private void expire() {
        int before = newestMinute - settings.tables().keptDays() * MINUTES_PER_DAY;
        state.tables().forEach((slot, table) -> {
            if (!slot.isClosed()) {
                table.expire(before);
            }
        });
    }

    /**
     * Learns from rows in this order.
     *
     * @param rate by which the learning rates are multiplied, by number of the batch
     * @param meets whether to count the ids, too
     */
    double pass(List<TrainingSet.Row> rows, int[] positions, IntToDoubleFunction rate, boolean meets) {
        if (rows.isEmpty()) {
            return Double.NaN;
        }
        double loss = 0;
        double weight = 0;
        ExecutorService filling = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "learner-fills-batches");
            thread.setDaemon(true);
            return thread;
        });
        try {
            int count = (rows.size() + settings.batch() - 1) / settings.batch();
            Deque<Future<?>> filled = new ArrayDeque<>();
            for (int number = -AHEAD; number < count; number++) {
                int next = number + AHEAD;
                if (next < count) {
                    filled.add(filling.submit(() -> fill(rows, next, positions)));
                }
                if (number < 0) {
                    continue;
                }
                filled.remove().get();
                Batch batch = batches[number % batches.length];
                if (meets) {
                    meet(batch);
                }
                step(batch, rate.applyAsDouble(number));
                for (Tower tower : towers) {
                    loss += tower.loss();
                    weight += tower.weight();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while learning.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A batch could not be read.", e.getCause());
        } finally {
            filling.shutdownNow();
        }
        return loss / weight;
    }

    private void fill(List<TrainingSet.Row> rows, int number, int[] positions) {
        batches[number % batches.length].fill(rows(rows, number), positions, true);
    }

    private List<TrainingSet.Row> rows(List<TrainingSet.Row> rows, int number) {
        int from = number * settings.batch();
        return rows.subList(from, Math.min(rows.size(), from + settings.batch()));
    }

    private void step(Batch batch, double rate) {
        SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003 + steps);
        front.forward(batch, state.tables(), new Front.Hidden(settings.tables().hidden(), random));
        int rows = batch.rows();
        int cells = rows * layout.size();
        if (ofInput.length < cells) {
            ofInput = new float[cells];
            ofMember = towers.size() > 1 ? new float[cells] : ofInput;
        }
        steps++;
        x = matrix(x, batch.x(), rows, layout.size());
        labels = matrix(labels, batch.labels(), rows, outputs);
        weights = matrix(weights, batch.weights(), rows, outputs);
        if (towers.size() > 1) {
            Arrays.fill(ofInput, 0, cells, 0);
        }
        for (int member = 0; member < towers.size(); member++) {
            Tower tower = towers.get(member);
            try (INDArray gradient = tower.gradient(x, labels, weights, ofParameters)) {
                Floats.take(gradient, ofMember);
            }
            for (int i = 0; towers.size() > 1 && i < cells; i++) {
                ofInput[i] += ofMember[i];
            }
            float[] parameters = state.towers().get(member);
            Adam.step(
                    parameters,
                    state.towerMoments().get(member),
                    ofParameters,
                    1.0 / rows,
                    steps,
                    rate * settings.learningRate(),
                    0);
            tower.set(parameters);
        }
        front.backward(batch, ofInput);
        update(rate, 1.0 / rows);
    }

    /** The matrix held before with other numbers, if it has the shape. */
    private static INDArray matrix(INDArray held, float[] numbers, int rows, int columns) {
        if (held != null && held.rows() == rows) {
            Floats.put(numbers, held);
            return held;
        }
        if (held != null) {
            held.close();
        }
        return Floats.matrix(numbers, rows, columns);
    }

    private void update(double rate, double perRow) {
        Settings.Tables how = settings.tables();
        for (int used = 0; used < front.used(); used++) {
            state.tables()
                    .get(front.slot(used))
                    .update(
                            front.row(used),
                            front.gradients(),
                            used * how.width(),
                            rate * how.learningRate(),
                            how.decay());
        }
        Adam.step(
                state.attention(),
                state.attentionMoments(),
                front.ofMatrix(),
                perRow,
                steps,
                rate * settings.learningRate(),
                0);
    }

    /** Makes the probabilities true on these rows, which should be newer than those learned from, or the newest of them. */
    public void calibrate(TrainingSet rows) {
        Said said = said(rows);
        calibration = Calibrating.of(said.logits, said.labels, said.weights, outputs, row -> rows.row(row)
                .kind()
                .ordinal());
    }

    /** Mean loss per row and head; NaN without rows. */
    double loss(TrainingSet rows) {
        Said said = said(rows);
        double loss = 0;
        double weight = 0;
        for (int cell = 0; cell < said.logits.length; cell++) {
            double z = said.logits[cell];
            loss += said.weights[cell] * (Math.max(z, 0) - z * said.labels[cell] + Math.log1p(Math.exp(-Math.abs(z))));
            weight += said.weights[cell];
        }
        return loss / weight;
    }

    private record Said(float[] logits, float[] labels, float[] weights) {}

    private Said said(TrainingSet rows) {
        float[] logits = new float[rows.size() * outputs];
        float[] labels = new float[logits.length];
        float[] weights = new float[logits.length];
        int[] positions = inputs.positions(rows.names());
        Batch batch = batches[0];
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            batch.fill(rows.rows().subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE)), positions, false);
            front.forward(batch, state.tables(), null);
            for (Tower tower : towers) {
                float[] some = tower.logits(batch.x(), batch.rows(), layout.size());
                for (int i = 0; i < some.length; i++) {
                    logits[from * outputs + i] += some[i] / towers.size();
                }
            }
            System.arraycopy(batch.labels(), 0, labels, from * outputs, batch.rows() * outputs);
            System.arraycopy(batch.weights(), 0, weights, from * outputs, batch.rows() * outputs);
        }
        return new Said(logits, labels, weights);
    }

    /** The same learner, independent of this one. */
    Learner copy() {
        return new Learner(state());
    }

    private LearnerState state() {
        Map<Slot, EmbeddingTable> tables = new EnumMap<>(Slot.class);
        state.tables().forEach((slot, table) -> tables.put(slot, table.copy()));
        return new LearnerState(
                settings,
                inputs,
                state.outputs(),
                state.positives().clone(),
                steps,
                state.attention().clone(),
                state.attentionMoments().clone(),
                new ArrayList<>(state.towers().stream().map(float[]::clone).toList()),
                state.towerMoments().stream().map(float[]::clone).toList(),
                calibration,
                tables);
    }

    /** What it knows now, to read. */
    public Weights weights() {
        return state().weights();
    }

    /** What it knows now, as a model that scores. */
    public EngagementNetwork frozen() {
        return frozen(FeatureSet.ALL);
    }

    /** The same for whoever learned from the rows of another set of features. */
    EngagementNetwork frozen(FeatureSet set) {
        return new EngagementNetwork("unpublished", weights(), set);
    }

    /** Writes {@code model.zip} and {@code features.json}: a model to serve, and a learner to go on. */
    public void write(Artifact artifact) {
        try {
            state().write(artifact);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + artifact.modelFile(), e);
        }
    }
}
