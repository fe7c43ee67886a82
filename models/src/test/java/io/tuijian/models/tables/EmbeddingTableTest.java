package io.tuijian.models.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.reach.StableHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTableTest {
    private static final int WIDTH = 3;
    private static final int ADMITTED = 3;
    private static final int BOUND = 40;

    /** The same in the plainest words: maps of ids. */
    private static final class Oracle {
        private final Map<Long, float[]> vectors = new LinkedHashMap<>();
        private final Map<Long, Double> squares = new LinkedHashMap<>();
        private final Map<Long, Integer> usedAt = new LinkedHashMap<>();
        private final Map<Long, Integer> waiting = new LinkedHashMap<>();

        boolean meet(long hash, int minute) {
            if (vectors.containsKey(hash)) {
                usedAt.merge(hash, minute, Math::max);
                return true;
            }
            if (vectors.size() == BOUND) {
                return false;
            }
            while (!waiting.containsKey(hash) && waiting.size() == BOUND) {
                waiting.replaceAll((id, count) -> count / 2);
                waiting.values().removeIf(count -> count == 0);
            }
            if (waiting.merge(hash, 1, Integer::sum) < ADMITTED) {
                return false;
            }
            waiting.remove(hash);
            usedAt.put(hash, minute);
            squares.put(hash, 0.0);
            return true;
        }

        void update(long hash, float[] gradient) {
            double square = 0;
            for (float one : gradient) {
                square += one * one / WIDTH;
            }
            squares.merge(hash, square, Double::sum);
            float[] vector = vectors.get(hash);
            for (int i = 0; i < WIDTH; i++) {
                vector[i] =
                        (float) (vector[i] * (1 - .1 * .5) - .1 / Math.sqrt(squares.get(hash) + 1e-8) * gradient[i]);
            }
        }

        void expire(int before) {
            Set<Long> gone = usedAt.keySet().stream()
                    .filter(hash -> usedAt.get(hash) < before)
                    .collect(Collectors.toSet());
            vectors.keySet().removeAll(gone);
            squares.keySet().removeAll(gone);
            usedAt.keySet().removeAll(gone);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aTableDoesWhatMapsOfIdsDo(long seed) {
        Random random = new Random(seed);
        EmbeddingTable table = new EmbeddingTable(WIDTH, ADMITTED, BOUND, seed);
        Oracle oracle = new Oracle();
        int ids = 20 + random.nextInt(200);
        for (int step = 0; step < 4000; step++) {
            long hash = StableHash.of("c" + (int) (ids * Math.pow(random.nextDouble(), 2)));
            int minute = step / 10;
            int what = random.nextInt(100);
            if (what < 60) {
                int row = table.meet(hash, minute);
                assertThat(row > 0).isEqualTo(oracle.meet(hash, minute));
                if (row > 0) {
                    oracle.vectors.computeIfAbsent(
                            hash, fresh -> Arrays.copyOfRange(table.vectors(), row * WIDTH, (row + 1) * WIDTH));
                }
            } else if (what < 98) {
                int row = table.row(hash);
                assertThat(row > 0).isEqualTo(oracle.vectors.containsKey(hash));
                if (row > 0) {
                    float[] gradient = {random.nextFloat(), -random.nextFloat(), random.nextFloat() - .5f};
                    table.update(row, gradient, 0, .1, .5);
                    oracle.update(hash, gradient);
                }
            } else if (what == 98) {
                table.expire(minute - 100);
                oracle.expire(minute - 100);
            } else {
                assertThat(table.size() - 1).isEqualTo(oracle.vectors.size()).isLessThanOrEqualTo(BOUND);
                assertThat(table.copy().frozen().hashes())
                        .isEqualTo(table.frozen().hashes());
            }
        }
        FrozenTable frozen = table.frozen();
        assertThat(frozen.size()).isEqualTo(oracle.vectors.size() + 1);
        oracle.vectors.forEach((hash, vector) -> {
            int row = frozen.row(hash);
            assertThat(row).isPositive();
            for (int i = 0; i < WIDTH; i++) {
                assertThat(frozen.vectors()[row * WIDTH + i]).isCloseTo(vector[i], within(1e-4f));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aSnapshotAndItsDeltasAreTheTable(long seed) throws IOException {
        Random random = new Random(seed);
        EmbeddingTable table = new EmbeddingTable(WIDTH, 2, BOUND, seed);
        live(table, random, 0);
        EmbeddingTable read = EmbeddingTable.read(new ByteArrayInputStream(snapshot(table)));
        assertThat(snapshot(read.copy())).isEqualTo(snapshot(table.copy()));
        for (int delta = 1; delta < 6; delta++) {
            live(table, random, 50 * delta);
            read.apply(new ByteArrayInputStream(delta(table)));
            assertThat(snapshot(read.copy())).isEqualTo(snapshot(table.copy()));
        }
        live(table, random, 300);
        byte[] first = delta(table);
        byte[] second = delta(table);
        EmbeddingTable late = EmbeddingTable.read(new ByteArrayInputStream(snapshot(new EmbeddingTable(3, 2, 40, 1))));
        assertThatThrownBy(() -> late.apply(new ByteArrayInputStream(second)))
                .isInstanceOf(IOException.class)
                .hasMessage("This delta does not follow what was read before.");
        assertThat(second.length).as("only what changed").isLessThan(first.length / 2);
    }

    @Test
    void aTruncatedOrChangedFileIsRefused() throws IOException {
        EmbeddingTable table = new EmbeddingTable(WIDTH, 1, BOUND, 1);
        live(table, new Random(1), 0);
        byte[] whole = snapshot(table);
        for (int length = 0; length < whole.length; length += 7) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> EmbeddingTable.read(new ByteArrayInputStream(part)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The table is truncated.");
        }
        for (int at = 0; at < whole.length; at += 5) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> EmbeddingTable.read(new ByteArrayInputStream(changed)))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFullTableMakesRoomForNewIds() {
        EmbeddingTable table = new EmbeddingTable(WIDTH, 1, 80, 1);
        for (int id = 0; id < 1000; id++) {
            table.makeRoom();
            assertThat(table.meet(StableHash.of("v" + id), id)).isPositive();
        }
        assertThat(table.size()).isBetween(70, 81);
        assertThat(table.row(StableHash.of("v999"))).isPositive();
        assertThat(table.row(StableHash.of("v900"))).isZero();
    }

    @Test
    void memoryIsBoundedWhateverComes() {
        EmbeddingTable table = new EmbeddingTable(8, 2, 1000, 1);
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            table.meet(random.nextLong(), i / 100);
        }
        assertThat(table.size()).isLessThanOrEqualTo(1001);
        assertThat(table.bytes()).isLessThan(200_000);
    }

    @Test
    void theSameCallsGiveTheSameTableAndAnotherSeedAnother() {
        EmbeddingTable one = new EmbeddingTable(WIDTH, 1, BOUND, 1);
        EmbeddingTable same = new EmbeddingTable(WIDTH, 1, BOUND, 1);
        EmbeddingTable other = new EmbeddingTable(WIDTH, 1, BOUND, 2);
        for (EmbeddingTable table : new EmbeddingTable[] {one, same, other}) {
            live(table, new Random(1), 0);
        }
        assertThat(snapshot(one)).isEqualTo(snapshot(same)).isNotEqualTo(snapshot(other));
    }

    @Test
    void aMillionIdsInARowDoNotMeet() {
        Set<Long> hashes = new HashSet<>();
        for (int id = 0; id < 1_000_000; id++) {
            hashes.add(StableHash.of("v" + id));
        }
        assertThat(hashes).hasSize(1_000_000);
    }

    private static void live(EmbeddingTable table, Random random, int from) {
        for (int step = 0; step < 300; step++) {
            long hash = StableHash.of("c" + random.nextInt(60));
            int row = table.meet(hash, from + step / 10);
            if (row > 0) {
                table.update(row, new float[] {random.nextFloat(), 1, -1}, 0, .1, .01);
            }
            if (step % 100 == 99) {
                table.expire(from + step / 10 - 8);
            }
        }
    }

    private static byte[] snapshot(EmbeddingTable table) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            table.writeSnapshot(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] delta(EmbeddingTable table) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.writeDelta(out);
        return out.toByteArray();
    }
}
