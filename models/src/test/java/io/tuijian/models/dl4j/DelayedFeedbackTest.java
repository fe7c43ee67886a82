package io.tuijian.models.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.models.Evaluation;
import io.tuijian.models.Heads;
import io.tuijian.models.Inputs;
import io.tuijian.models.Rows;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DelayedFeedbackTest {
    private static final Settings QUICK =
            new Settings(7, 1, 6, 64, List.of(16), .003, .15, 30, Set.of(), Settings.Tables.USUAL);
    private static final int AT_ONCE = 64;

    private final TrainingSet rows = Rows.planted(6000, 1);

    private TrainingSet part(List<TrainingSet.Row> part) {
        return new TrainingSet(rows.names(), part, rows.judgedFrom());
    }

    /** Learns in order; every second long view comes with the next rows only. */
    private Learner taught(boolean late, boolean correct) {
        List<TrainingSet.Row> all = rows.earlier().rows();
        Learner learner = Learner.fresh(QUICK, Inputs.of(rows.earlier(), Set.of()));
        List<TrainingSet.Row> corrected = List.of();
        List<TrainingSet.Row> before = List.of();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<TrainingSet.Row> now = new ArrayList<>();
            List<TrainingSet.Row> next = new ArrayList<>();
            List<TrainingSet.Row> nextBefore = new ArrayList<>();
            for (int i = from; i < Math.min(all.size(), from + AT_ONCE); i++) {
                TrainingSet.Row row = all.get(i);
                boolean isLate = late && i % 2 == 0 && row.did(Heads.index(Action.LONG_VIEW));
                TrainingSet.Row first = isLate ? row.labelled(0, Float.NaN) : row;
                now.add(first);
                if (isLate && correct) {
                    next.add(row);
                    nextBefore.add(first);
                }
            }
            learner.learn(part(now), part(corrected), part(before));
            corrected = next;
            before = nextBefore;
        }
        return learner;
    }

    private Evaluation.Head judged(Learner learner) {
        return new Evaluation(rows.later()).head(learner.frozen().score(rows.later()), Action.LONG_VIEW);
    }

    @Test
    void aCorrectionMakesUpForALabelThatCameLate() {
        Evaluation.Head wronged = judged(taught(true, false));
        Evaluation.Head corrected = judged(taught(true, true));
        Evaluation.Head right = judged(taught(false, false));
        assertThat(wronged.calibration())
                .as("half of the long views never came")
                .isLessThan(.8);
        assertThat(corrected.calibration()).isBetween(.85, 1.15);
        assertThat(corrected.logLoss()).isLessThan(right.logLoss() + .25 * (wronged.logLoss() - right.logLoss()));
    }

    @Test
    void aCorrectionThatChangesNothingTeachesNothing() {
        TrainingSet some = part(rows.earlier().rows().subList(0, 64));
        Learner one = taught(false, false);
        Learner other = one.copy();
        TrainingSet more = part(rows.earlier().rows().subList(64, 256));
        one.learn(more);
        other.learn(more, some, some);
        // ids are hidden at random, so that nothing is not exactly nothing
        assertThat(judged(other).logLoss()).isCloseTo(judged(one).logLoss(), within(.01));
    }

    @Test
    void aSingleRowMovesLittle() {
        Learner learner = taught(false, false);
        Evaluation.Head before = judged(learner);
        TrainingSet none = part(List.of());
        for (TrainingSet.Row row : rows.earlier().rows().subList(0, 64)) {
            learner.learn(part(List.of(row)), none, none);
        }
        assertThat(judged(learner).logLoss()).isCloseTo(before.logLoss(), within(.02));
    }
}
