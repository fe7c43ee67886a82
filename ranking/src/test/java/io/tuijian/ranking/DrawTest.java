package io.tuijian.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawTest {
    @Test
    void each_is_drawn_as_often_as_its_propensity_says() {
        double[] scores = {1, .9, .8, .4, 99};
        int feeds = 200_000;
        int[] drawn = new int[4];
        double[] propensity = new double[4];
        for (int feed = 0; feed < feeds; feed++) {
            Draw.Drawn one = Draw.one(scores, 4, .2, "feed-" + feed, feed % 40);
            drawn[one.index()]++;
            propensity[one.index()] = one.propensity();
        }
        assertThat(IntStream.range(0, 4).mapToDouble(i -> propensity[i]).sum()).isCloseTo(1, within(1e-12));
        for (int i = 0; i < 4; i++) {
            assertThat(propensity[i] / propensity[0]).isCloseTo(Math.pow(scores[i], 1 / .2), within(1e-9));
            assertThat(drawn[i] / (double) feeds)
                    .isCloseTo(propensity[i], within(5 * Math.sqrt(propensity[i] / feeds)));
        }
    }

    @Test
    void the_colder_the_surer_the_best() {
        double[] scores = {1, .9};
        assertThat(Draw.one(scores, 2, 1e-3, "f1", 0)).isEqualTo(new Draw.Drawn(0, 1));
        assertThat(Draw.one(scores, 1, 1, "f1", 0)).isEqualTo(new Draw.Drawn(0, 1));
        assertThat(Draw.one(new double[] {1e-6, 1e-300}, 2, 1e-3, "f1", 0).propensity())
                .isEqualTo(1);
    }

    @Test
    void numbers_of_positions_and_feeds_have_nothing_to_do_with_each_other() {
        double[] sums = new double[4];
        int feeds = 50_000;
        for (int feed = 0; feed < feeds; feed++) {
            double one = Draw.number("f" + feed, 3) - .5;
            double next = Draw.number("f" + feed, 4) - .5;
            double other = Draw.number("f" + (feed + 1), 3) - .5;
            sums[0] += one;
            sums[1] += one * one;
            sums[2] += one * next;
            sums[3] += one * other;
        }
        assertThat(sums[0] / feeds).isCloseTo(0, within(.006));
        assertThat(sums[1] / feeds).isCloseTo(1 / 12.0, within(.002));
        assertThat(sums[2] / feeds).isCloseTo(0, within(.002));
        assertThat(sums[3] / feeds).isCloseTo(0, within(.002));
    }

    @Test
    void a_number_stays_the_same_for_ever() {
        assertThat(Draw.number("20261121-abc", 7)).isEqualTo(0.6978651296292269);
    }
}
