package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

class BinsTest {
    @Test
    void the_parts_hold_all_rows_and_average_to_what_the_head_predicted_and_what_came() {
        TrainingSet rows = Rows.planted(1_000, 7);
        Scores scores = new PopularityModel().score(rows);
        List<Bins.Bin> bins = Bins.of(rows, scores, Action.LONG_VIEW);
        assertThat(bins).hasSize(10);
        assertThat(bins.stream().mapToLong(Bins.Bin::count).sum()).isEqualTo(rows.size());
        assertThat(bins).isSortedAccordingTo(java.util.Comparator.comparingDouble(Bins.Bin::predicted));
        Evaluation.Head head = new Evaluation(rows).head(scores, Action.LONG_VIEW);
        double predicted =
                bins.stream().mapToDouble(bin -> bin.predicted() * bin.count()).sum();
        double observed =
                bins.stream().mapToDouble(bin -> bin.observed() * bin.count()).sum();
        assertThat(predicted).isCloseTo(head.predicted(), within(1e-3 * head.predicted()));
        assertThat(predicted / observed).isCloseTo(head.calibration(), within(1e-3));
    }

    @Test
    void the_gap_is_the_mean_distance_over_rows_and_chance_shrinks_with_them() {
        Bins.Bin wide = new Bins.Bin(.2, .5, 100);
        Bins.Bin kept = new Bins.Bin(.5, .5, 300);
        assertThat(Bins.gap(List.of(wide, kept))).isCloseTo(.3 / 4, within(1e-12));
        assertThat(Bins.gap(List.of())).isNaN();
        assertThat(wide.chance()).isCloseTo(1.96 * .05, within(1e-12)).isGreaterThan(kept.chance());
    }

    @Test
    void fewer_rows_than_parts_leave_no_part_empty() {
        TrainingSet rows = Rows.planted(1_000, 7);
        TrainingSet some =
                new TrainingSet(rows.names(), List.of(rows.row(0), rows.row(1), rows.row(2)), rows.judgedFrom());
        assertThat(Bins.of(some, new PopularityModel().score(some), Action.LONG_VIEW))
                .hasSize(3)
                .allSatisfy(bin -> assertThat(bin.count()).isEqualTo(1));
    }
}
