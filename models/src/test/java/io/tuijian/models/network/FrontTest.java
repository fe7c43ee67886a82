package io.tuijian.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.tables.EmbeddingTable;
import io.tuijian.models.tables.Slot;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontTest {
    private static final int WIDTH = 4;
    private static final Layout LAYOUT = new Layout(1, 2, WIDTH);
    private static final Inputs INPUTS = new Inputs(List.of(
            new Inputs.Input("viewer.a", 0, 1, -9, 9),
            new Inputs.Input("content.b", 1, 2, -9, 9),
            new Inputs.Input("content.c", 0, 1, -9, 9)));
    private static final long HOUR = 3_600_000;

    private final float[] matrix = new float[WIDTH * WIDTH];
    private final Map<Slot, EmbeddingTable> tables = new EnumMap<>(Slot.class);
    private final Batch batch = new Batch(LAYOUT, INPUTS, List.of(Action.LONG_VIEW), 5);

    private void world(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = (float) random.nextGaussian();
        }
        for (Slot slot : Slot.values()) {
            EmbeddingTable table = new EmbeddingTable(WIDTH, 1, 100, seed);
            for (int id = 0; id < 6; id++) {
                table.meet(StableHash.of(slot + "" + id), 0);
            }
            for (Action action : Action.values()) {
                table.meet(StableHash.of(slot == Slot.ACTION ? action.name() : "" + action.ordinal()), 0);
            }
            float[] vectors = table.vectors();
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = (float) random.nextGaussian();
            }
            tables.put(slot, table);
        }
        int rows = 6;
        batch.clear(rows);
        for (int row = 0; row < rows; row++) {
            List<ViewerState.Recent> recent = new ArrayList<>();
            for (int i = 0; i < row; i++) {
                recent.add(new ViewerState.Recent(
                        "e" + i,
                        "CONTENT" + random.nextInt(8),
                        "AUTHOR" + random.nextInt(8),
                        ContentKind.POST,
                        topics(random),
                        Action.LIKE,
                        -i * HOUR,
                        0));
            }
            batch.add(
                    new float[] {random.nextFloat(), random.nextFloat(), Float.NaN},
                    new int[] {0, 1, 2},
                    "VIEWER" + random.nextInt(8),
                    "SURFACE" + random.nextInt(3),
                    "CONTENT" + random.nextInt(8),
                    "AUTHOR" + random.nextInt(8),
                    ContentKind.POST,
                    topics(random),
                    recent,
                    0,
                    row);
        }
    }

    private static List<String> topics(Random random) {
        return random.ints(random.nextInt(4), 0, 8).mapToObj(i -> "TOPIC" + i).toList();
    }

    @Test
    void theInputIsWhatTheLayoutSays() {
        world(1);
        new Front(LAYOUT, matrix).forward(batch, tables, null);
        float[] x = batch.x();
        for (int row = 0; row < 6; row++) {
            int base = row * LAYOUT.size();
            assertThat(x[base + LAYOUT.position()]).isEqualTo(row);
            assertThat(x[base + LAYOUT.candidate() + 1]).as("a missing number").isZero();
            for (int i = 0; i < WIDTH; i++) {
                float candidate =
                        x[base + LAYOUT.content() + i] + x[base + LAYOUT.author() + i] + x[base + LAYOUT.topics() + i];
                assertThat(x[base + LAYOUT.match() + i]).isEqualTo(x[base + LAYOUT.viewer() + i] * candidate);
                if (row == 0) {
                    assertThat(x[base + LAYOUT.pooled() + i]).as("no history").isZero();
                    assertThat(x[base + LAYOUT.attended() + i]).isZero();
                }
                if (row == 1) {
                    assertThat(x[base + LAYOUT.attended() + i])
                            .as("one engagement has all attention")
                            .isCloseTo(x[base + LAYOUT.pooled() + i], within(1e-5f));
                }
            }
        }
    }

    /** The gradient of a random linear function of the input, along every vector and every number of the matrix. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBackwardPassIsTheDerivativeOfTheForwardPass(long seed) {
        world(seed);
        Random random = new Random(seed);
        float[] direction = new float[batch.rows() * LAYOUT.size()];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) random.nextGaussian();
        }
        Front front = new Front(LAYOUT, matrix);
        front.forward(batch, tables, null);
        front.backward(batch, direction);
        float[] ofMatrix = front.ofMatrix().clone();
        float[] ofVectors = front.gradients().clone();
        List<int[]> used = new ArrayList<>();
        for (int i = 0; i < front.used(); i++) {
            used.add(new int[] {front.slot(i).ordinal(), front.row(i)});
        }
        for (int i = 0; i < matrix.length; i++) {
            assertThat((double) ofMatrix[i]).isCloseTo(slope(front, direction, matrix, i), within(.02));
        }
        for (int i = 0; i < used.size(); i++) {
            float[] vectors = tables.get(Slot.values()[used.get(i)[0]]).vectors();
            for (int j = 0; j < WIDTH; j++) {
                double slope = slope(front, direction, vectors, used.get(i)[1] * WIDTH + j);
                assertThat((double) ofVectors[i * WIDTH + j])
                        .as("%s row %d", Slot.values()[used.get(i)[0]], used.get(i)[1])
                        .isCloseTo(slope, within(.02 * Math.max(1, Math.abs(slope))));
            }
        }
    }

    @Test
    void hiddenIdsShareTheirSlotsVector() {
        world(1);
        Front front = new Front(LAYOUT, matrix);
        front.forward(batch, tables, new Front.Hidden(1, new java.util.SplittableRandom(1)));
        for (int i = 0; i < WIDTH; i++) {
            assertThat(batch.x()[LAYOUT.viewer() + i])
                    .isEqualTo(tables.get(Slot.VIEWER).vectors()[i]);
        }
    }

    private double slope(Front front, float[] direction, float[] of, int at) {
        float before = of[at];
        float step = .01f;
        of[at] = before + step;
        double up = along(front, direction);
        of[at] = before - step;
        double down = along(front, direction);
        of[at] = before;
        return (up - down) / (2 * step);
    }

    private double along(Front front, float[] direction) {
        front.forward(batch, tables, null);
        double sum = 0;
        for (int i = 0; i < direction.length; i++) {
            sum += direction[i] * batch.x()[i];
        }
        return sum;
    }
}
