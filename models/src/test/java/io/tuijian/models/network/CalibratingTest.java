package io.tuijian.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.models.Calibration;
import io.tuijian.schemas.ContentKind;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibratingTest {
    private static final int POST = ContentKind.POST.ordinal();
    private static final int VIDEO = ContentKind.SHORT_VIDEO.ordinal();

    private static Calibration calibrated(int rows, int posts) {
        Random random = new Random(1);
        float[] logits = new float[rows];
        float[] labels = new float[rows];
        float[] weights = new float[rows];
        Arrays.fill(weights, 1);
        for (int i = 0; i < rows; i++) {
            logits[i] = (float) random.nextGaussian();
            double truth = i < posts ? .7 * logits[i] - 1.5 : 1.3 * logits[i] + .5;
            labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-truth)) ? 1 : 0;
        }
        return Calibrating.of(logits, labels, weights, 1, row -> row < posts ? POST : VIDEO);
    }

    @Test
    void logitsThatAreOffBecomeTruePerKind() {
        Calibration calibration = calibrated(60_000, 30_000);
        assertThat(calibration.a()[POST]).isCloseTo(.7f, within(.05f));
        assertThat(calibration.b()[POST]).isCloseTo(-1.5f, within(.05f));
        assertThat(calibration.a()[VIDEO]).isCloseTo(1.3f, within(.05f));
        assertThat(calibration.b()[VIDEO]).isCloseTo(.5f, within(.05f));
    }

    @Test
    void aKindOfFewRowsStaysNearAll() {
        Calibration calibration = calibrated(20_000, 5);
        assertThat(calibration.b()[POST]).isCloseTo(calibration.b()[VIDEO], within(.5f));
        assertThat(calibration.a()[POST]).isCloseTo(calibration.a()[VIDEO], within(.15f));
    }

    @Test
    void withoutRowsNothingChanges() {
        Calibration calibration = Calibrating.of(new float[0], new float[0], new float[0], 2, row -> 0);
        assertThat(calibration.a()).containsOnly(1);
        assertThat(calibration.b()).containsOnly(0);
    }

    @Test
    void whatNeverHappenedDoesNotBecomeImpossible() {
        float[] logits = new float[50];
        float[] weights = new float[50];
        Arrays.fill(logits, -2);
        Arrays.fill(weights, 1);
        Calibration calibration = Calibrating.of(logits, new float[50], weights, 1, row -> POST);
        assertThat(calibration.probability(0, ContentKind.POST, -2)).isBetween(.001f, .12f);
    }
}
