package io.tuijian.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.tuijian.features.reach.StableHash;
import java.util.List;
import org.junit.jupiter.api.Tag;
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

    /** What each rule is told to have moved is what it moves: this world beside the same with the rule really off. */
    private static void theSplitIsTrue(SplitWorld world, double rate) {
        List<SplitWorld.Told> is = world.asItIs();
        List<SplitWorld.Told> sampled = is.stream()
                .filter(one -> StableHash.fraction(one.feedId()) < rate)
                .toList();
        for (SplitRule rule : SplitRule.values()) {
            String group = SplitWorld.MOVED.get(rule);
            int really = shown(is, group) - shown(world.reallyWithout(rule), group);
            double told = gained(sampled, rule, group) / rate;
            System.out.printf(
                    "%s: %s really %+d, told %+.0f of %d of %d feeds%n",
                    rule.code(), group, really, told, sampled.size(), is.size());
            assertThat(Math.abs(really)).as("moved by %s", rule).isGreaterThan(is.size() / 2);
            assertThat(told).as("told of %s", rule).isCloseTo(really, withinPercentage(10));
        }
    }

    @Test
    void what_each_rule_is_told_to_have_moved_is_what_it_moves() {
        theSplitIsTrue(new SplitWorld(1, 80, 4), 1);
    }

    @Test
    @Tag("full")
    void so_it_is_of_a_fifth_of_the_feeds() {
        theSplitIsTrue(new SplitWorld(2, 2_500, 3), .2);
    }
}
