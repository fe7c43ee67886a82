package io.tuijian.launcher.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LorenzTest {
    @Test
    void equal_shares_lie_on_the_diagonal() {
        Lorenz even = Lorenz.of(new double[] {2, 2, 2, 2});
        assertThat(even.gini()).isZero();
        assertThat(even.y()).containsExactly(even.x());
        assertThat(even.top(.25)).isEqualTo(.25);
    }

    @Test
    void one_who_has_everything_is_as_uneven_as_can_be() {
        Lorenz one = Lorenz.of(new double[] {0, 7, 0, 0});
        assertThat(one.gini()).isEqualTo(.75);
        assertThat(one.y()).containsExactly(0, 0, 0, 0, 1);
        assertThat(one.top(.01)).isOne();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void the_coefficient_is_twice_the_area_above_the_curve(long seed) {
        double[] shares = new Random(seed).doubles(200).map(it -> it * it).toArray();
        Lorenz curve = Lorenz.of(shares);
        double below = 0;
        for (int i = 1; i <= shares.length; i++) {
            below += (curve.y()[i] + curve.y()[i - 1]) / 2 / shares.length;
        }
        assertThat(curve.gini()).isCloseTo(1 - 2 * below, within(1e-9));
    }

    @Test
    void nothing_cannot_be_shared() {
        assertThatIllegalArgumentException().isThrownBy(() -> Lorenz.of(new double[] {0, 0}));
        assertThatIllegalArgumentException().isThrownBy(() -> Lorenz.of(new double[0]));
    }
}
