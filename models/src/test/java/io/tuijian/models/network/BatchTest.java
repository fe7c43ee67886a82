package io.tuijian.models.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.Inputs;
import io.tuijian.models.Layout;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final Layout LAYOUT = new Layout(0, 1, 2);
    private static final Inputs INPUTS = new Inputs(List.of(new Inputs.Input("content.b", 0, 1, -9, 9)));

    private static TrainingSet.Row row(ContentKind kind, float sampleRate, float watched) {
        return new TrainingSet.Row(
                "v1", "c1", "a1", kind, List.of(), "0", 0, 0, 3, sampleRate, new float[1], List.of(), 0, watched, null);
    }

    @Test
    void aRowCountsAsOftenAsItStandsForAndOnlyWhereItsLabelIsKnown() {
        Batch batch = new Batch(LAYOUT, INPUTS, List.of(Action.LIKE, Action.FINISH, Action.WATCH), 20);
        batch.fill(
                List.of(
                        row(ContentKind.SHORT_VIDEO, .25f, .5f),
                        row(ContentKind.SHORT_VIDEO, 1, Float.NaN),
                        row(ContentKind.POST, 1, Float.NaN)),
                new int[] {0},
                true);
        assertThat(batch.weights()).startsWith(4, 4, 4, 1, 1, 0, 1, 0, 0);
        assertThat(batch.labels()).startsWith(0, 0, .5f, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void positionIsKnownOnlyWhenTraining() {
        Batch batch = new Batch(LAYOUT, INPUTS, List.of(Action.LIKE), 20);
        batch.fill(List.of(row(ContentKind.POST, 1, Float.NaN)), new int[] {0}, true);
        assertThat(batch.x()[LAYOUT.position()]).isEqualTo((float) Math.log(4));
        batch.fill(List.of(row(ContentKind.POST, 1, Float.NaN)), new int[] {0}, false);
        assertThat(batch.x()[LAYOUT.position()]).isZero();
    }
}
