package io.tuijian.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.reach.StableHash;
import java.util.List;
import org.junit.jupiter.api.Test;

class CounterfactualsTest {
    private static int shown(List<SplitWorld.Told> feeds, String group) {
        return feeds.stream()
                .mapToInt(one -> one.shown().getOrDefault(group, 0))
                .sum();
    }

    private static int gained(List<SplitWorld.Told> feeds, SplitRule rule, String group) {
        return feeds.stream()
                .filter(one -> one.gained().containsKey(rule))
                .mapToInt(one -> one.gained().get(rule).getOrDefault(group, 0))
                .sum();
    }

    @Test
    void explore() {
        long t0 = System.nanoTime();
        SplitWorld world = new SplitWorld(Long.getLong("seed", 1), Integer.getInteger("viewers", 300));
        List<SplitWorld.Told> is = world.asItIs();
        System.out.println("as it is " + (System.nanoTime() - t0) / 1e9);
        List<SplitWorld.Told> fifth = is.stream()
                .filter(one -> StableHash.fraction(one.feedId()) < .2)
                .toList();
        for (SplitRule rule : SplitRule.values()) {
            t0 = System.nanoTime();
            List<SplitWorld.Told> off = world.reallyWithout(rule);
            System.out.println(rule + " " + (System.nanoTime() - t0) / 1e9);
            for (String group : List.of("a-many", "a-small", "a-hidden", "a-labelled", "a-other")) {
                System.out.printf(
                        "  %s shown %d, off %d, really %d, told %d, told of a fifth %d%n",
                        group,
                        shown(is, group),
                        shown(off, group),
                        shown(is, group) - shown(off, group),
                        gained(is, rule, group),
                        5 * gained(fifth, rule, group));
            }
        }
        assertThat(is).isNotEmpty();
    }
}
