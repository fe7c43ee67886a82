package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class InGenerationTest {
    private static final Example ROW = Example.newBuilder()
            .setId("f1|c1")
            .setFeedId("f1")
            .setViewerId("v1")
            .setContentId("c1")
            .setAuthorId("a1")
            .setKind(ContentKind.POST)
            .setSurface(Surface.FOR_YOU)
            .setServedAt(Instant.parse("2026-11-16T08:00:00Z"))
            .setPosition(0)
            .setWatchedMillis(0)
            .build();

    private static OneInputStreamOperatorTestHarness<Example, Filed> job(String generation) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new StreamMap<>(new InGeneration(generation)));
    }

    @Test
    void a_job_that_goes_on_from_a_checkpoint_keeps_its_generation() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var first = job("monday")) {
            first.open();
            first.processElement(ROW, 0);
            assertThat(first.extractOutputValues())
                    .extracting(Filed::generation, Filed::example)
                    .containsExactly(org.assertj.core.api.Assertions.tuple("monday", ROW));
            checkpoint = first.snapshot(1, 0);
        }
        try (var restored = job("tuesday")) {
            restored.initializeState(checkpoint);
            restored.open();
            restored.processElement(ROW, 0);
            assertThat(restored.extractOutputValues())
                    .extracting(Filed::generation)
                    .containsExactly("monday");
        }
    }
}
