package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.outcome;
import static io.tuijian.features.Story.undone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UsualPriceTest {
    private static final double ROUNDING = 1e-9;
    private static final long NOW = NOON.toEpochMilli();

    private record Met(long priceMinor, long at, int weight) {
        UsualPrice alone() {
            return UsualPrice.of("CNY", priceMinor, at, weight);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void in_any_order_and_in_parts_it_is_what_the_definition_says(long seed) {
        Random random = new Random(seed);
        List<Met> met = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long at = NOW - (long) (random.nextDouble() * Duration.ofDays(60).toMillis());
            met.add(new Met(1 + random.nextInt(1_000_000), at, random.nextInt(8) == 0 ? -1 : 1));
        }
        double count = 0;
        double logs = 0;
        double squares = 0;
        for (Met one : met) {
            double left = one.weight
                    * Math.pow(.5, (NOW - one.at) / (30.0 * Duration.ofDays(1).toMillis()));
            count += left;
            logs += left * Math.log(one.priceMinor);
            squares += left * Math.pow(Math.log(one.priceMinor), 2);
        }
        met.add(new Met(1, NOW, 0)); // brings the sums to now
        Collections.shuffle(met, random);
        int cut = random.nextInt(met.size() - 1) + 1;
        UsualPrice sum = sum(met.subList(0, cut));
        if (cut < met.size()) {
            sum = sum(met.subList(cut, met.size())).plus(sum);
        }
        assertThat(sum.count()).isCloseTo(count, within(ROUNDING));
        assertThat(sum.sumOfLogs()).isCloseTo(logs, within(1e-7));
        assertThat(sum.sumOfSquares()).isCloseTo(squares, within(1e-6));
    }

    @Test
    void engagements_teach_it_and_mere_sight_does_not() {
        Content lamp = content("c1").shopItem(null).costing(10_000).told();
        ViewerState state = ViewerState.empty(ALICE)
                .after(outcome("e1", ALICE, Action.SEEN, lamp, NOON))
                .after(outcome("e2", ALICE, Action.HIDE, lamp, NOON));
        assertThat(state.usualPrices()).isEmpty();
        UsualPrice usual = state.after(outcome("e3", ALICE, Action.OPEN, lamp, NOON))
                .usualPrices()
                .get(0);
        assertThat(usual.currency()).isEqualTo("CNY");
        assertThat(usual.above(20_000, NOW)).isCloseTo(Math.log(2) / 3, within(ROUNDING));
        assertThat(usual.above(10_000, NOW)).isCloseTo(0, within(ROUNDING));
    }

    @Test
    void what_is_taken_back_teaches_nothing() {
        Content lamp = content("c1").shopItem(null).costing(10_000).told();
        Outcome like = outcome("e1", ALICE, Action.LIKE, lamp, NOON);
        UsualPrice usual = ViewerState.empty(ALICE)
                .after(like)
                .after(undone(like))
                .usualPrices()
                .get(0);
        assertThat(usual.above(20_000, NOW)).isZero();
        assertThat(usual.deviations(20_000, NOW)).isZero();
    }

    @Test
    void a_video_has_no_price() {
        Outcome like = outcome("e1", ALICE, Action.LIKE, content("c1").told(), NOON);
        assertThat(ViewerState.empty(ALICE).after(like).usualPrices()).isEmpty();
    }

    @Test
    void of_more_than_four_currencies_the_one_met_longest_ago_is_given_up() {
        ViewerState state = ViewerState.empty(ALICE);
        for (String currency : List.of("CNY", "EUR", "USD", "JPY", "CHF")) {
            Outcome like =
                    outcome("e" + currency, ALICE, Action.LIKE, content("c1").told(), NOON);
            state = state.after(new Outcome(
                    like.id(),
                    ALICE,
                    "c1",
                    like.authorId(),
                    like.kind(),
                    like.topics(),
                    Action.LIKE,
                    1,
                    NOW + state.events(),
                    0,
                    0,
                    500,
                    currency));
        }
        assertThat(state.usualPrices())
                .extracting(UsualPrice::currency)
                .containsExactlyInAnyOrder("EUR", "USD", "JPY", "CHF");
    }

    private static UsualPrice sum(List<Met> met) {
        return met.stream().map(Met::alone).reduce(UsualPrice::plus).orElseThrow();
    }
}
