package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.ContentState;
import io.tuijian.features.HalfLife;
import io.tuijian.features.Outcome;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CombineTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static OneInputStreamOperatorTestHarness<Outcome, ContentState> combining() throws Exception {
        var combine = new Combine<Outcome, ContentState>(
                Pace.STATES,
                Outcome::contentId,
                outcome -> ContentState.empty(outcome.contentId()),
                ContentState::after,
                (outcome, timestamp) -> outcome.atMillis());
        var harness = new OneInputStreamOperatorTestHarness<>(combine);
        harness.setProcessingTime(NOW);
        harness.open();
        return harness;
    }

    private static Outcome did(String content, Action action, long at) {
        return new Outcome("e1", "v1", content, "a1", ContentKind.POST, List.of(), action, 1, at, 0, 0, 0, "");
    }

    @Test
    void partial_states_go_on_after_20_ms_together() throws Exception {
        try (var harness = combining()) {
            harness.processElement(did("c1", Action.SEEN, NOW), 0);
            harness.setProcessingTime(NOW + 19);
            harness.processElement(did("c1", Action.LIKE, NOW), 0);
            harness.processElement(did("c2", Action.SEEN, NOW), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.setProcessingTime(NOW + 20);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::events)
                    .containsExactlyInAnyOrder(2L, 1L);
            assertThat(harness.extractOutputStreamRecords())
                    .extracting(StreamRecord::getTimestamp)
                    .containsOnly(NOW);
        }
    }

    @Test
    void old_events_wait_longer_until_a_live_one_comes() throws Exception {
        try (var harness = combining()) {
            harness.processElement(did("c1", Action.SEEN, NOW - HOUR), 0);
            harness.setProcessingTime(NOW + 400);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement(did("c2", Action.SEEN, NOW + 400), 0);
            harness.setProcessingTime(NOW + 420);
            assertThat(harness.extractOutputValues()).hasSize(2);
        }
    }

    @Test
    void nothing_is_kept_back_when_a_checkpoint_begins() throws Exception {
        try (var harness = combining()) {
            harness.processElement(did("c1", Action.SEEN, NOW), 0);
            harness.prepareSnapshotPreBarrier(1);
            assertThat(harness.extractOutputValues()).hasSize(1);
            harness.setProcessingTime(NOW + 1_000);
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void partial_states_together_are_the_whole(long seed) throws Exception {
        Random random = new Random(seed);
        Map<String, ContentState> whole = new HashMap<>();
        Map<String, ContentState> merged = new HashMap<>();
        try (var harness = combining()) {
            for (int i = 0; i < 2_000; i++) {
                List<Action> actions = List.of(Action.SEEN, Action.LIKE, Action.LONG_VIEW);
                Outcome outcome = did(
                        "c" + random.nextInt(20),
                        actions.get(random.nextInt(3)),
                        NOW - random.nextInt((int) (48 * HOUR)));
                whole.merge(
                        outcome.contentId(),
                        ContentState.empty(outcome.contentId()).after(outcome),
                        (state, first) -> state.after(outcome));
                harness.processElement(outcome, 0);
                harness.setProcessingTime(NOW + 7L * i);
            }
            harness.prepareSnapshotPreBarrier(1);
            harness.extractOutputValues().forEach(it -> merged.merge(it.contentId(), it, ContentState::plus));
        }
        assertThat(merged.keySet()).isEqualTo(whole.keySet());
        whole.forEach((id, state) -> {
            ContentState actual = merged.get(id);
            assertThat(actual.events()).isEqualTo(state.events());
            assertThat(actual.updatedAtMillis()).isEqualTo(state.updatedAtMillis());
            for (Action action : Action.values()) {
                double count = state.counts().count(action, HalfLife.DAY, NOW);
                assertThat(actual.counts().count(action, HalfLife.DAY, NOW))
                        .as("seed %d %s %s", seed, id, action)
                        .isCloseTo(count, within(1e-9 * Math.max(1, count)));
            }
        });
    }
}
