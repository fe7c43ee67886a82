package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureBinsTest {
    @Test
    void whatViewersLikeRisesWithTheFeatureThatTheyGoBy() {
        TrainingSet rows = Rows.planted(2000, 3);
        List<Bins.Bin> bins = FeatureBins.of(rows, rows.names().get(Rows.PLANTED), Heads.HEADLINE);
        assertThat(bins).hasSize(10);
        assertThat(bins).extracting(Bins.Bin::predicted).isSorted();
        assertThat(bins.get(9).observed()).isGreaterThan(bins.get(0).observed() + .4);
        assertThat(bins).extracting(Bins.Bin::count).containsOnly(200L);
    }

    @Test
    void aFeatureThatIsNotThereIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureBins.of(Rows.planted(10, 1), "content.charm", Heads.HEADLINE))
                .withMessage("The rows do not have the feature content.charm.");
    }
}
