package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.models.Heads;
import io.tuijian.models.Progress;
import io.tuijian.models.Rows;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitteeTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theLogitsAreTheMeanOfTheMembers(int hiddenLayers) {
        TrainingSet rows = Rows.planted(600, 5);
        List<Integer> hidden = List.of(6, 5).subList(0, hiddenLayers);
        List<EngagementNetwork> members = IntStream.of(1, 2, 3)
                .mapToObj(seed -> Trainer.train(
                        rows.earlier(),
                        new Settings(seed, 1, 1, 64, hidden, .01, .15, 30, Set.of(), Settings.Tables.USUAL),
                        Progress.UNHEARD))
                .toList();
        EngagementNetwork together = new EngagementNetwork(
                "together",
                members.get(0).inputs(),
                members.get(0).heads(),
                Committee.of(members.stream().map(EngagementNetwork::network).toList()));
        float[] said = together.score(rows).of(Heads.HEADLINE);
        for (int row = 0; row < said.length; row++) {
            double sum = 0;
            for (EngagementNetwork member : members) {
                sum += logit(member.score(rows).of(Heads.HEADLINE)[row]);
            }
            assertThat(logit(said[row])).isCloseTo(sum / 3, within(1e-3));
            if (row > 20) {
                return;
            }
        }
    }

    private static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
