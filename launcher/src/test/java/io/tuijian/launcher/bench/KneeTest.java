package io.tuijian.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KneeTest {
    private static Knee.Step step(double offered, double achieved, double p99, double bad) {
        return new Knee.Step(offered, achieved, p99 / 2, p99, bad);
    }

    @Test
    void a_step_holds_if_answers_are_quick_enough_many_enough_and_good() {
        assertThat(step(100, 95, 200, .01).holds()).isTrue();
        assertThat(step(100, 94, 200, 0).holds()).isFalse();
        assertThat(step(100, 100, 200.1, 0).holds()).isFalse();
        assertThat(step(100, 100, 20, .02).holds()).isFalse();
        assertThat(step(100, 100, Double.NaN, 0).holds()).isFalse();
    }

    @Test
    void the_knee_is_the_highest_rate_that_held() {
        assertThat(Knee.of(List.of(step(50, 50, 10, 0), step(80, 80, 90, 0), step(90, 60, 900, 0))))
                .map(Knee.Step::offered)
                .contains(80.0);
        assertThat(Knee.of(List.of(step(50, 10, 900, 0)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {8, 31, 55, 70, 98, 140})
    void the_search_ends_near_what_a_server_can_take(double most) {
        double guess = 100;
        List<Knee.Step> steps = new ArrayList<>();
        for (Optional<Double> next = Knee.next(guess, steps); next.isPresent(); next = Knee.next(guess, steps)) {
            double rate = next.get();
            steps.add(rate <= most ? step(rate, rate, 30, 0) : step(rate, most, 2_000, 0));
            assertThat(steps.size()).isLessThan(20);
        }
        assertThat(Knee.of(steps)).hasValueSatisfying(step -> assertThat(step.offered())
                .isLessThanOrEqualTo(most)
                .isGreaterThan(Math.min(most - .1 * guess, .59 * most)));
    }

    @Test
    void percentiles_go_by_nearest_rank() {
        Latencies latencies = new Latencies();
        LongStream.rangeClosed(1, 200).forEach(millis -> latencies.add(millis * 1_000_000));
        assertThat(latencies.percentile(.5)).isEqualTo(100);
        assertThat(latencies.percentile(.99)).isEqualTo(198);
        assertThat(latencies.percentile(1)).isEqualTo(200);
        assertThat(new Latencies().percentile(.5)).isNaN();
    }
}
