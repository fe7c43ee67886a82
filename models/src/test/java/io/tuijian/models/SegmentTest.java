package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final TrainingSet ROWS = Rows.planted(4_000, 1);
    private static final TrainingSet LATER = ROWS.later();

    @Test
    void what_is_complementary_holds_every_row_once() {
        List<Segment> segments = Segment.of(ROWS.earlier(), LATER);
        for (List<String> pair :
                List.of(List.of("new_viewers", "returning_viewers"), List.of("no_history", "history"))) {
            assertThat(segments.stream()
                            .filter(segment -> pair.contains(segment.key()))
                            .flatMapToInt(segment -> Arrays.stream(segment.rows()))
                            .sorted()
                            .toArray())
                    .containsExactly(all());
        }
        assertThat(segments).extracting(Segment::key).doesNotHaveDuplicates().contains("kind.post", "surface.0");
    }

    @Test
    void days_hold_every_row_once_in_their_order() {
        List<Segment> days = Segment.ofDays(LATER, ZoneOffset.UTC);
        assertThat(days).extracting(Segment::name).containsExactly("2026-11-02", "2026-11-03");
        assertThat(days.stream().flatMapToInt(day -> Arrays.stream(day.rows())).toArray())
                .containsExactly(all());
        assertThat(days.get(0).part(LATER).to())
                .isBefore(days.get(1).part(LATER).from());
    }

    private static int[] all() {
        return Stream.iterate(0, row -> row + 1)
                .limit(LATER.size())
                .mapToInt(row -> row)
                .toArray();
    }

    @Test
    void all_rows_are_judged_as_the_whole_is() {
        Evaluation evaluation = new Evaluation(LATER);
        Scores popularity = new PopularityModel().score(LATER);
        Scores reversed = Scores.ofHeadline(negated(popularity.of(Action.LONG_VIEW)));
        Segment whole = new Segment("all", "all", all());
        Segment.Judged judged = whole.judged(evaluation, reversed, popularity);
        assertThat(judged.rows()).isEqualTo(LATER.size());
        assertThat(judged.telling()).isEqualTo(evaluation.tellingViewers(Action.LONG_VIEW));
        assertThat(judged.popularity()).isEqualTo(evaluation.gauc(popularity, Action.LONG_VIEW));
        assertThat(judged.gauc()).isCloseTo(1 - judged.popularity(), within(1e-6));
        assertThat(judged.gain().middle()).isCloseTo(judged.gauc() - judged.popularity(), within(1e-9));
        assertThat(judged.gain().high()).isNegative();
    }

    private static float[] negated(float[] scores) {
        float[] negated = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            negated[i] = -scores[i];
        }
        return negated;
    }

    @Test
    void no_rows_have_no_figures() {
        Scores popularity = new PopularityModel().score(LATER);
        Segment.Judged judged =
                new Segment("none", "none", new int[0]).judged(new Evaluation(LATER), popularity, popularity);
        assertThat(judged.rows()).isZero();
        assertThat(judged.gauc()).isNaN();
        assertThat(judged.gain().low()).isNaN();
    }

    @Test
    void the_interval_of_a_gauc_holds_it_and_a_coin_has_none() {
        Evaluation evaluation = new Evaluation(LATER);
        Scores popularity = new PopularityModel().score(LATER);
        Evaluation.Interval interval = evaluation.gaucInterval(popularity, Action.LONG_VIEW, 1);
        assertThat(interval.middle()).isCloseTo(evaluation.gauc(popularity, Action.LONG_VIEW), within(1e-9));
        assertThat(interval.low()).isLessThan(interval.middle());
        assertThat(interval.high()).isGreaterThan(interval.middle());
        Evaluation.Interval coin = evaluation.gaucInterval(Scores.empty(LATER.size()), Action.LONG_VIEW, 1);
        assertThat(coin).isEqualTo(new Evaluation.Interval(.5, .5, .5));
    }

    @Test
    void a_larger_sample_holds_the_smaller_one() {
        TrainingSet eighth = ROWS.sample(.125);
        TrainingSet half = ROWS.sample(.5);
        assertThat(eighth.size()).isBetween(400, 600);
        assertThat(half.size()).isBetween(1_850, 2_150);
        assertThat(half.rows()).containsAll(eighth.rows());
        assertThat(ROWS.sample(1).rows()).isEqualTo(ROWS.rows());
    }
}
