package io.tuijian.features.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OverlapTest {
    private static Viewers viewers(String world, int from, int to) {
        Viewers.Union union = new Viewers.Union();
        IntStream.range(from, to).forEach(i -> union.add(world + i));
        return union.viewers();
    }

    @Test
    void where_all_are_counted_one_by_one_it_is_exact() {
        assertThat(Overlap.of(viewers("v", 0, 60), viewers("v", 40, 100))).isEqualTo(new Overlap(20, 0));
        assertThat(Overlap.of(viewers("v", 0, 60), viewers("v", 60, 100))).isEqualTo(new Overlap(0, 0));
        assertThat(Overlap.of(viewers("v", 0, 60), Viewers.NONE)).isEqualTo(new Overlap(0, 0));
        assertThat(Overlap.of(viewers("v", 0, 60), viewers("v", 0, 60))).isEqualTo(new Overlap(60, 0));
    }

    @Test
    void the_truth_lies_within_the_error_in_95_percent_of_worlds() {
        int worlds = 100;
        int held = 0;
        for (int seed = 0; seed < worlds; seed++) {
            Random random = new Random(seed);
            int both = random.nextInt(3_000);
            int onlyA = random.nextInt(10_000);
            int onlyB = random.nextInt(10_000);
            String world = "world" + seed + "-";
            Overlap overlap = Overlap.of(viewers(world, 0, onlyA + both), viewers(world, onlyA, onlyA + both + onlyB));
            if (Math.abs(overlap.viewers() - both) <= overlap.error()) {
                held++;
            }
        }
        assertThat(held).isGreaterThanOrEqualTo(worlds * 95 / 100);
    }
}
