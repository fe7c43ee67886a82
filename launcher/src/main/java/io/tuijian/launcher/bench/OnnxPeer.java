package io.tuijian.launcher.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tuijian.models.Weights;
import io.tuijian.models.scoring.OnnxFile;
import io.tuijian.models.scoring.Page;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime on one thread with all its optimisations. The pages lie in its memory before it is timed, and it writes
 * its answers where they stay.
 */
final class OnnxPeer implements AutoCloseable {
    private static final String ANSWERS = "probabilities";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final List<Map<String, OnnxTensor>> pages = new ArrayList<>();
    private final List<Map<String, OnnxTensor>> answers = new ArrayList<>();
    private final List<FloatBuffer> said = new ArrayList<>();

    OnnxPeer(Weights weights, OnnxFile.Form form, List<Page> all) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(OnnxFile.of(weights, form), options);
        }
        for (Page page : all) {
            int engaged = Math.max(1, page.engaged());
            float[] engagements = page.engaged() == 0 ? new float[page.width()] : page.engagements();
            LongBuffer kinds = bytes(Long.BYTES * page.count()).asLongBuffer();
            for (int i = 0; i < page.count(); i++) {
                kinds.put(i, page.kinds()[i]);
            }
            FloatBuffer answer =
                    bytes(Float.BYTES * page.count() * weights.outputs().size()).asFloatBuffer();
            pages.add(Map.of(
                    "viewer",
                    tensor(page.viewer(), 1, page.viewer().length),
                    "engagements",
                    tensor(engagements, engaged, page.width()),
                    "candidates",
                    tensor(page.candidates(), page.count(), page.stride()),
                    "kinds",
                    OnnxTensor.createTensor(environment, kinds, new long[] {page.count()})));
            answers.add(Map.of(ANSWERS, OnnxTensor.createTensor(environment, answer, new long[] {
                page.count(), weights.outputs().size()
            })));
            said.add(answer);
        }
    }

    private OnnxTensor tensor(float[] numbers, int rows, int columns) throws OrtException {
        FloatBuffer buffer = bytes(Float.BYTES * rows * columns).asFloatBuffer();
        buffer.put(0, numbers, 0, rows * columns);
        return OnnxTensor.createTensor(environment, buffer, new long[] {rows, columns});
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
    }

    /** What it says of a page: a probability per candidate and output. */
    FloatBuffer score(int page) throws OrtException {
        session.run(pages.get(page), Set.of(), answers.get(page)).close();
        return said.get(page);
    }

    @Override
    public void close() throws OrtException {
        for (Map<String, OnnxTensor> tensors : pages) {
            tensors.values().forEach(OnnxTensor::close);
        }
        for (Map<String, OnnxTensor> tensors : answers) {
            tensors.values().forEach(OnnxTensor::close);
        }
        session.close();
    }
}
