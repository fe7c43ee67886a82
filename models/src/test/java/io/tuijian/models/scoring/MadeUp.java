package io.tuijian.models.scoring;

import io.tuijian.features.FeatureSet;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Calibration;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.Recency;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.models.tables.FrozenTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Weights and pages by chance: unknown ids, viewers without a past, features that are not a number, every kind. */
final class MadeUp {
    private static final int KNOWN = 40;
    private static final long NOW = Instant.parse("2026-11-21T08:00:00Z").toEpochMilli();

    private final Random random;

    MadeUp(long seed) {
        random = new Random(seed);
    }

    /** Of this many networks side by side, with hidden layers of these widths each. */
    Weights weights(int width, int members, int... hidden) {
        Inputs inputs = new Inputs(FeatureSet.ALL.names().stream()
                        .map(name -> new Inputs.Input(name, normal(), random.nextInt(9) == 0 ? 0 : .5, -3, 3))
                        .toList())
                .viewerFirst();
        Layout layout = new Layout(inputs.ofViewer(), inputs.size() - inputs.ofViewer(), width);
        List<Weights.Layer> layers = new ArrayList<>();
        int in = layout.size();
        for (int layer = 0; layer <= hidden.length; layer++) {
            boolean last = layer == hidden.length;
            int out = last ? Heads.ALL.size() : members * hidden[layer];
            int blocks = layer == 0 || last ? 1 : members;
            float[] weights = new float[in * out];
            for (int i = 0; i < in; i++) {
                for (int o = 0; o < out; o++) {
                    boolean apart = i / (in / blocks) != o / (out / blocks);
                    weights[i * out + o] = apart ? 0 : (float) (normal() * Math.sqrt(2.0 * blocks / in));
                }
            }
            layers.add(new Weights.Layer(in, out, !last, weights, normals(out)));
            in = out;
        }
        Map<Slot, FrozenTable> tables = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            tables.put(slot, table(width, ids(slot)));
        }
        int cells = Heads.ALL.size() * Calibration.KINDS;
        float[] a = new float[cells];
        for (int cell = 0; cell < cells; cell++) {
            a[cell] = .5f + random.nextFloat();
        }
        return new Weights(
                inputs,
                layout,
                TrainingSet.Row.RECENT,
                Heads.ALL,
                List.of(Action.LONG_VIEW, Action.LIKE, Action.PURCHASE, Action.WATCH),
                tables,
                normals(width * width),
                layers,
                new Calibration(a, normals(cells)));
    }

    private static List<String> ids(Slot slot) {
        return switch (slot) {
            case KIND -> Stream.of(ContentKind.values()).map(Enum::name).toList();
            case ACTION -> Stream.of(Action.values()).map(Enum::name).toList();
            case RECENCY ->
                IntStream.range(0, Recency.STEPS).mapToObj(String::valueOf).toList();
            case VIEWER, SURFACE, CONTENT, AUTHOR, TOPIC ->
                IntStream.range(0, KNOWN)
                        .mapToObj(i -> slot.name().charAt(0) + "" + i)
                        .toList();
        };
    }

    private FrozenTable table(int width, List<String> ids) {
        int[] index = new int[4 * Integer.highestOneBit(ids.size())];
        long[] hashes = new long[ids.size() + 1];
        for (int row = 1; row <= ids.size(); row++) {
            hashes[row] = StableHash.of(ids.get(row - 1));
            int place = (int) hashes[row] & index.length - 1;
            while (index[place] != 0) {
                place = place + 1 & index.length - 1;
            }
            index[place] = row;
        }
        return new FrozenTable(width, index, hashes, normals(hashes.length * width));
    }

    /** Pages of these sizes. */
    TrainingSet pages(int... sizes) {
        List<TrainingSet.Row> rows = new ArrayList<>();
        for (int page = 0; page < sizes.length; page++) {
            String viewer = id("V");
            String surface = id("S");
            float[] shared = dense();
            List<ViewerState.Recent> recent = random.nextInt(4) == 0 ? List.of() : recent(random.nextInt(25));
            for (int i = 0; i < sizes[page]; i++) {
                float[] popularity = new float[Heads.ALL.size()];
                Arrays.fill(popularity, random.nextFloat());
                rows.add(new TrainingSet.Row(
                        viewer,
                        id("C"),
                        id("A"),
                        ContentKind.values()[random.nextInt(ContentKind.values().length)],
                        topics(),
                        surface,
                        NOW + page,
                        NOW + page,
                        i,
                        1,
                        dense(shared),
                        recent,
                        0,
                        Float.NaN,
                        popularity));
            }
        }
        return new TrainingSet(FeatureSet.ALL.names(), rows, Instant.ofEpochMilli(NOW));
    }

    private List<ViewerState.Recent> recent(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ViewerState.Recent(
                        "e" + i,
                        id("C"),
                        id("A"),
                        ContentKind.POST,
                        topics(),
                        Action.values()[random.nextInt(Action.values().length)],
                        NOW - (long) (Math.exp(random.nextInt(24))),
                        0))
                .toList();
    }

    private List<String> topics() {
        return IntStream.range(0, random.nextInt(4)).mapToObj(i -> id("T")).toList();
    }

    /** Known three times in four. */
    private String id(String slot) {
        return slot + random.nextInt(KNOWN * 4 / 3);
    }

    private float[] dense() {
        float[] dense = normals(FeatureSet.ALL.names().size());
        dense[random.nextInt(dense.length)] = Float.NaN;
        dense[random.nextInt(dense.length)] = Float.POSITIVE_INFINITY;
        return dense;
    }

    private float[] dense(float[] shared) {
        float[] dense = dense();
        for (int i = 0; i < dense.length; i++) {
            String name = FeatureSet.ALL.names().get(i);
            if (name.startsWith("viewer.") || name.startsWith("context.")) {
                dense[i] = shared[i];
            }
        }
        return dense;
    }

    private double normal() {
        return random.nextGaussian();
    }

    private float[] normals(int count) {
        float[] normals = new float[count];
        for (int i = 0; i < count; i++) {
            normals[i] = (float) (normal() / 2);
        }
        return normals;
    }
}
