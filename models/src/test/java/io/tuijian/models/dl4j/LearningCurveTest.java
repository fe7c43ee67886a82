package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.Progress;
import io.tuijian.models.Rows;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LearningCurveTest {
    private static final Settings QUICK =
            new Settings(7, 1, 3, 64, List.of(16), .01, .15, 20, Set.of(), Settings.Tables.USUAL);

    @Test
    void more_rows_tell_more() {
        TrainingSet rows = Rows.planted(5_000, 1);
        List<LearningCurve.Point> curve = LearningCurve.of(rows, QUICK, List.of(.1, 1.0), Progress.UNHEARD);
        assertThat(curve).extracting(LearningCurve.Point::share).containsExactly(.1, 1.0);
        assertThat(curve.get(1).rows()).isEqualTo(rows.earlier().size());
        assertThat(curve.get(0).rows()).isLessThan(curve.get(1).rows() / 5);
        assertThat(curve.get(1).gauc()).isGreaterThan(curve.get(0).gauc());
        assertThat(curve.get(1).gain().low()).isPositive();
    }

    @Test
    void the_whole_is_the_point_of_all_rows() {
        TrainingSet rows = Rows.planted(2_000, 1);
        LearningCurve.Point point =
                LearningCurve.of(rows, QUICK, List.of(1.0), Progress.UNHEARD).get(0);
        assertThat(LearningCurve.whole(
                        rows,
                        Trainer.train(rows.earlier(), QUICK, Progress.UNHEARD)
                                .frozen()
                                .score(rows.later())))
                .isEqualTo(point);
    }
}
