package io.tuijian.models.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.models.Artifact;
import io.tuijian.models.Calibration;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.Settings;
import io.tuijian.models.Weights;
import io.tuijian.models.tables.EmbeddingTable;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * All that a learner knows and needs to go on, as plain arrays: what an artifact's {@code model.zip} holds. Moments are
 * those of {@link Adam}.
 *
 * @param outputs what each output of the towers predicts
 * @param positives how often each happened in the rows learned from
 * @param steps batches learned from
 * @param attention the matrix, row by row
 * @param towers parameters of each member: per layer the weights, column by column, then the biases
 */
public record LearnerState(
        Settings settings,
        Inputs inputs,
        List<Action> outputs,
        long[] positives,
        long steps,
        float[] attention,
        float[] attentionMoments,
        List<float[]> towers,
        List<float[]> towerMoments,
        Calibration calibration,
        Map<Slot, EmbeddingTable> tables) {

    /** What an artifact's format is called. */
    public static final String FORMAT = "tuijian-ranker-1";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NETWORK = "network.json";
    private static final String NUMBERS = "numbers";
    private static final String TABLE = "table/";

    private record Network(
            Settings settings, List<Action> outputs, long[] positives, long steps, float[] a, float[] b) {}

    /** Where the parts of its input are. */
    public Layout layout() {
        return layout(settings, inputs);
    }

    /** The layout that these settings and inputs make. */
    public static Layout layout(Settings settings, Inputs inputs) {
        int ofViewer = inputs.ofViewer();
        return new Layout(ofViewer, inputs.size() - ofViewer, settings.tables().width());
    }

    /** How many parameters a member's tower has. */
    public static int parameters(Layout layout, Settings settings, int outputs) {
        int parameters = 0;
        int in = layout.size();
        for (int hidden : settings.hidden()) {
            parameters += (in + 1) * hidden;
            in = hidden;
        }
        return parameters + (in + 1) * outputs;
    }

    /** The outputs with enough positives to be served. */
    public List<Action> heads() {
        List<Action> heads = new ArrayList<>();
        for (int output = 0; output < outputs.size(); output++) {
            if (positives[output] >= settings.minPositives()) {
                heads.add(outputs.get(output));
            }
        }
        return heads;
    }

    /** To score with; independent of what is learned later. */
    public Weights weights() {
        Map<Slot, FrozenTable> frozen = new EnumMap<>(Slot.class);
        tables.forEach((slot, table) -> frozen.put(slot, table.frozen()));
        return new Weights(
                inputs,
                layout(),
                settings.tables().recent(),
                outputs,
                heads(),
                frozen,
                attention.clone(),
                layers(),
                calibration);
    }

    /** The members' towers side by side as one, whose logits are the mean of theirs. */
    private List<Weights.Layer> layers() {
        int members = towers.size();
        List<Weights.Layer> layers = new ArrayList<>();
        int in = layout().size();
        int from = 0;
        for (int layer = 0; layer <= settings.hidden().size(); layer++) {
            boolean first = layer == 0;
            boolean last = layer == settings.hidden().size();
            int out = last ? outputs.size() : settings.hidden().get(layer);
            int allIn = first ? in : members * in;
            int allOut = last ? out : members * out;
            float[] weights = new float[allIn * allOut];
            float[] biases = new float[allOut];
            float share = last ? 1f / members : 1;
            for (int member = 0; member < members; member++) {
                float[] tower = towers.get(member);
                int row = first ? 0 : member * in;
                int column = last ? 0 : member * out;
                for (int o = 0; o < out; o++) {
                    for (int i = 0; i < in; i++) {
                        weights[(row + i) * allOut + column + o] += share * tower[from + o * in + i];
                    }
                    biases[column + o] += share * tower[from + in * out + o];
                }
            }
            layers.add(new Weights.Layer(allIn, allOut, !last, weights, biases));
            from += (in + 1) * out;
            in = out;
        }
        return layers;
    }

    /** Writes {@code model.zip} and {@code features.json}. */
    public void write(Artifact artifact) throws IOException {
        try (OutputStream file = Files.newOutputStream(artifact.modelFile());
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setLevel(Deflater.BEST_SPEED);
            entry(zip, NETWORK);
            zip.write(JSON.writeValueAsBytes(
                    new Network(settings, outputs, positives, steps, calibration.a(), calibration.b())));
            entry(zip, NUMBERS);
            DataOutputStream numbers = new DataOutputStream(zip);
            write(attention, numbers);
            write(attentionMoments, numbers);
            numbers.writeInt(towers.size());
            for (int member = 0; member < towers.size(); member++) {
                write(towers.get(member), numbers);
                write(towerMoments.get(member), numbers);
            }
            numbers.flush();
            for (Slot slot : Slot.values()) {
                entry(zip, TABLE + slot);
                tables.get(slot).writeSnapshot(zip);
            }
        }
        artifact.describe(FORMAT, inputs, heads());
    }

    /**
     * What {@link #write} wrote.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or wants what is not known here
     */
    public static LearnerState read(Artifact artifact) {
        Artifact.Description description = artifact.usable();
        if (!FORMAT.equals(description.format())) {
            throw artifact.unusable("its format " + description.format() + " is not " + FORMAT, null);
        }
        try {
            return read(artifact.modelFile(), description.inputs());
        } catch (IOException | RuntimeException e) {
            throw artifact.unusable("model.zip is not a network", e);
        }
    }

    private static LearnerState read(Path file, Inputs inputs) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Network network;
            try (InputStream in = open(zip, NETWORK)) {
                network = JSON.readValue(in, Network.class);
            }
            Settings settings = network.settings;
            int outputs = network.outputs.size();
            int parameters = parameters(layout(settings, inputs), settings, outputs);
            int square = settings.tables().width() * settings.tables().width();
            float[] attention;
            float[] attentionMoments;
            List<float[]> towers = new ArrayList<>();
            List<float[]> moments = new ArrayList<>();
            try (DataInputStream in = new DataInputStream(open(zip, NUMBERS))) {
                attention = floats(in, square);
                attentionMoments = floats(in, 2 * square);
                for (int members = in.readInt(); members > 0; members--) {
                    towers.add(floats(in, parameters));
                    moments.add(floats(in, 2 * parameters));
                }
            }
            Map<Slot, EmbeddingTable> tables = new EnumMap<>(Slot.class);
            for (Slot slot : Slot.values()) {
                try (InputStream in = open(zip, TABLE + slot)) {
                    tables.put(slot, EmbeddingTable.read(in));
                }
            }
            Calibration calibration = new Calibration(network.a, network.b);
            if (towers.isEmpty()
                    || network.positives.length != outputs
                    || network.a.length != outputs * Calibration.KINDS
                    || network.b.length != outputs * Calibration.KINDS) {
                throw new IOException("Its parts do not fit each other.");
            }
            return new LearnerState(
                    settings,
                    inputs,
                    network.outputs,
                    network.positives,
                    network.steps,
                    attention,
                    attentionMoments,
                    towers,
                    moments,
                    calibration,
                    tables);
        }
    }

    private static void entry(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
    }

    private static InputStream open(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException(name + " is missing.");
        }
        return new BufferedInputStream(zip.getInputStream(entry), 1 << 16);
    }

    private static void write(float[] numbers, DataOutputStream to) throws IOException {
        byte[] bytes = new byte[4 * numbers.length];
        java.nio.ByteBuffer.wrap(bytes).asFloatBuffer().put(numbers);
        to.writeInt(numbers.length);
        to.write(bytes);
    }

    private static float[] floats(DataInputStream from, int length) throws IOException {
        if (from.readInt() != length) {
            throw new IOException("Its parts do not fit each other.");
        }
        byte[] bytes = new byte[4 * length];
        from.readFully(bytes);
        float[] numbers = new float[length];
        java.nio.ByteBuffer.wrap(bytes).asFloatBuffer().get(numbers);
        return numbers;
    }
}
