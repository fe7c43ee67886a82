package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** A source that was read to its end does not lose the time in a restart. */
class KeptWatermarkTest {
    private static OneInputStreamOperatorTestHarness<String, String> harness() throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new KeptWatermark<>(), 10, 2, 0);
    }

    private interface Life {
        void live(OneInputStreamOperatorTestHarness<String, String> harness) throws Exception;
    }

    private static OperatorSubtaskState after(Life life) throws Exception {
        try (var harness = harness()) {
            harness.open();
            life.live(harness);
            return harness.snapshot(1, 1);
        }
    }

    private static List<Object> restored(OperatorSubtaskState... subtasks) throws Exception {
        try (var harness = harness()) {
            harness.initializeState(AbstractStreamOperatorTestHarness.repackageState(subtasks));
            harness.open();
            harness.setProcessingTime(1);
            harness.processWatermark(100);
            harness.processWatermark(900);
            return List.copyOf(harness.getOutput());
        }
    }

    private static OperatorSubtaskState at(long watermark) throws Exception {
        return after(harness -> harness.processWatermark(watermark));
    }

    private static OperatorSubtaskState idleAt(long watermark) throws Exception {
        return after(harness -> {
            harness.processWatermark(watermark);
            harness.processWatermarkStatus(WatermarkStatus.IDLE);
        });
    }

    @Test
    void the_first_watermark_after_a_restart_is_the_last_before_it_and_time_never_goes_back() throws Exception {
        assertThat(restored(at(500), at(700))).containsExactly(new Watermark(500), new Watermark(900));
    }

    @Test
    void a_silent_subtask_says_the_time_only_if_all_are_silent() throws Exception {
        assertThat(restored(idleAt(500), at(700))).containsExactly(new Watermark(700), new Watermark(900));
        assertThat(restored(idleAt(500), idleAt(700))).containsExactly(new Watermark(700), new Watermark(900));
    }

    @Test
    void before_the_first_watermark_there_is_nothing_to_keep() throws Exception {
        assertThat(restored(after(harness -> {}), after(harness -> {})))
                .containsExactly(new Watermark(100), new Watermark(900));
    }
}
