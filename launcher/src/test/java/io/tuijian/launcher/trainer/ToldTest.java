package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToldTest {
    private static final int GENERATION = 50;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void remembers_at_least_a_generation_and_says_what_it_may_have_forgotten(long seed) throws IOException {
        Random random = new Random(seed);
        Told told = new Told(GENERATION);
        Map<String, Told.Labels> all = new HashMap<>();
        Map<String, Integer> putAt = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            String id = "f" + random.nextInt(600) + "|c1";
            Told.Labels labels = new Told.Labels(random.nextInt(), random.nextFloat(), 1);
            told.put(id, labels, i);
            all.put(id, labels);
            putAt.put(id, i);
            if (i % 100 == 37) {
                told = reread(told);
            }
        }
        for (Map.Entry<String, Told.Labels> one : all.entrySet()) {
            int at = putAt.get(one.getKey());
            Told.Labels known = told.of(one.getKey());
            if (at >= 1000 - GENERATION) {
                assertThat(known).isEqualTo(one.getValue());
            }
            assertThat(known == null || known.equals(one.getValue()))
                    .as("nothing but the newest is told of %s", one.getKey())
                    .isTrue();
            assertThat(known != null || told.mayBeForgotten(at)).isTrue();
        }
        assertThat(told.of("never")).isNull();
        assertThat(told.mayBeForgotten(999)).isFalse();
    }

    private static Told reread(Told told) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        told.write(new DataOutputStream(bytes));
        assertThatThrownBy(() -> Told.read(
                        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray(), 0, bytes.size() - 1)),
                        GENERATION))
                .isInstanceOf(IOException.class);
        return Told.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), GENERATION);
    }
}
