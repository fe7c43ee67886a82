package io.tuijian.models.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxFileTest {
    @ParameterizedTest
    @EnumSource
    void whatIsWrittenSaysWhatTheFastScorerSays(OnnxFile.Form form) throws OrtException {
        for (long seed = 1; seed <= 6; seed++) {
            MadeUp madeUp = new MadeUp(seed);
            Weights weights = seed % 2 == 0 ? madeUp.weights(8, 4, 16, 8) : madeUp.weights(4, 1, 30, 12);
            FastScorer scorer = new FastScorer("it", weights);
            TrainingSet rows = madeUp.pages(90);
            Page page = FastScorerTest.page(scorer, rows);
            float[] said = scorer.score(page);
            float[][] onnx = run(OnnxFile.of(weights, form), page);
            for (int row = 0; row < page.count(); row++) {
                for (int output = 0; output < weights.outputs().size(); output++) {
                    assertThat(onnx[row][output])
                            .as("seed %d, output %d of %s", seed, output, rows.row(row))
                            .isCloseTo(said[output * page.count() + row], within(1e-5f));
                }
            }
        }
    }

    private static float[][] run(byte[] model, Page page) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int engaged = Math.max(1, page.engaged());
        float[] engagements = page.engaged() == 0 ? new float[page.width()] : page.engagements();
        long[] kinds = Arrays.stream(page.kinds()).asLongStream().toArray();
        try (OrtSession session = environment.createSession(model);
                OnnxTensor viewer = floats(environment, page.viewer(), 1, page.viewer().length);
                OnnxTensor recent = floats(environment, engagements, engaged, page.width());
                OnnxTensor candidates = floats(environment, page.candidates(), page.count(), page.stride());
                OnnxTensor ofKinds =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(kinds), new long[] {page.count()});
                OrtSession.Result result = session.run(
                        Map.of("viewer", viewer, "engagements", recent, "candidates", candidates, "kinds", ofKinds))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    private static OnnxTensor floats(OrtEnvironment environment, float[] numbers, int rows, int columns)
            throws OrtException {
        return OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(numbers, 0, rows * columns), new long[] {rows, columns});
    }
}
