package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tuijian.features.FeatureSet;
import io.tuijian.models.Progress;
import io.tuijian.models.Rows;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What rows depend on is found to help, and what they do not depend on is not. */
class FeatureTrialTest {
    private static final Settings QUICK =
            new Settings(7, 1, 3, 64, List.of(8), .01, .15, 30, Set.of(), Settings.Tables.USUAL);
    private static final String TRIED = "viewer_topic.tried";
    private static final FeatureSet SET =
            FeatureSet.ALL.with(FeatureSet.of(TRIED, "what is tried", e -> e.content.rest()));

    /** Planted rows with one more column: a copy of this one, which the rows then no longer have. */
    private static TrainingSet moved(int column) {
        TrainingSet planted = Rows.planted(3000, 1);
        int last = planted.names().size();
        return new TrainingSet(
                SET.names(),
                planted.rows().stream()
                        .map(row -> {
                            float[] dense = java.util.Arrays.copyOf(row.dense(), last + 1);
                            dense[last] = dense[column];
                            dense[column] = 0;
                            return row.seen(dense);
                        })
                        .toList(),
                planted.judgedFrom());
    }

    @Test
    void what_rows_depend_on_helps_and_the_same_trial_gives_the_same_figures() {
        FeatureTrial.Worth worth = FeatureTrial.of(SET, TRIED, moved(Rows.PLANTED), QUICK, 2, Progress.UNHEARD);
        assertThat(worth.helps()).isTrue();
        assertThat(worth.seeds()).hasSize(2).allSatisfy(one -> assertThat(one.with())
                .isGreaterThan(one.without()));
        assertThat(worth.gain().middle())
                .isBetween(worth.gain().low(), worth.gain().high());
        assertThat(FeatureTrial.of(SET, TRIED, moved(Rows.PLANTED), QUICK, 2, Progress.UNHEARD))
                .isEqualTo(worth);
    }

    @Test
    void noise_neither_helps_nor_harms() {
        int noise = SET.names().indexOf("viewer_kind.share");
        FeatureTrial.Worth worth = FeatureTrial.of(SET, TRIED, moved(noise), QUICK, 2, Progress.UNHEARD);
        assertThat(worth.helps()).isFalse();
    }

    @Test
    void what_the_rows_do_not_have_cannot_be_tried() {
        TrainingSet rows = Rows.planted(100, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureTrial.of(SET, TRIED, rows, QUICK, 2, Progress.UNHEARD))
                .withMessageStartingWith("The rows do not have the features of the set");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureTrial.of(FeatureSet.ALL, "viewer.rest", rows, QUICK, 1, Progress.UNHEARD))
                .withMessage("One seed does not tell chance from gain.");
    }
}
