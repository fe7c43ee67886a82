package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tuijian.features.ContentState;
import io.tuijian.features.Outcome;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class FoldTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static KeyedOneInputStreamOperatorTestHarness<String, Outcome, ContentState> states() throws Exception {
        var fold = new Fold<Outcome, ContentState>(
                Encoding.CONTENT_STATE,
                Pace.STATES,
                outcome -> ContentState.empty(outcome.contentId()),
                Fold.replaced(ContentState::after, Fold.MOST_HELD),
                (outcome, timestamp) -> outcome.atMillis());
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(fold, Outcome::contentId, Types.STRING);
        harness.setProcessingTime(NOW);
        return harness;
    }

    private static Outcome seen(String content, long at) {
        return new Outcome("e1", "v1", content, "a1", ContentKind.POST, List.of(), Action.SEEN, 1, at, 0, 0, 0, "");
    }

    @Test
    void the_first_change_is_emitted_at_once_and_further_ones_together_100_ms_later() throws Exception {
        try (var harness = states()) {
            harness.open();
            harness.processElement(seen("c1", NOW), NOW);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::events)
                    .containsExactly(1L);

            harness.setProcessingTime(NOW + 10);
            harness.processElement(seen("c1", NOW + 1), NOW);
            harness.processElement(seen("c1", NOW + 2), NOW);
            harness.processElement(seen("c2", NOW + 2), NOW);
            harness.setProcessingTime(NOW + 99);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::contentId)
                    .containsExactly("c1", "c2");

            harness.setProcessingTime(NOW + 100);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::events)
                    .containsExactly(1L, 1L, 3L);
            assertThat(harness.numProcessingTimeTimers()).isZero();

            harness.setProcessingTime(NOW + 300);
            harness.processElement(seen("c1", NOW + 300), NOW);
            assertThat(harness.extractOutputValues()).hasSize(4);
        }
    }

    @Test
    void while_catching_up_a_key_waits_for_more_but_a_live_event_does_not() throws Exception {
        try (var harness = states()) {
            harness.open();
            harness.processElement(seen("c1", NOW - HOUR), NOW);
            harness.setProcessingTime(NOW + 900);
            harness.processElement(seen("c1", NOW - HOUR), NOW);
            harness.processElement(seen("c2", NOW - HOUR), NOW);
            assertThat(harness.extractOutputValues()).isEmpty();

            harness.processElement(seen("c2", NOW + 900), NOW);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::events)
                    .containsExactly(2L);

            for (int i = 1; i < 30_000 - 900; i++) {
                harness.setProcessingTime(NOW + 900 + i);
                harness.processElement(seen("c3", NOW - HOUR), NOW);
            }
            assertThat(harness.extractOutputValues()).hasSize(1);
            harness.setProcessingTime(NOW + 30_000);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::contentId)
                    .containsExactly("c2", "c1");
        }
    }

    @Test
    void a_change_waits_no_longer_than_its_event_is_old() throws Exception {
        try (var harness = states()) {
            harness.open();
            harness.processElement(seen("c1", NOW - 15_000), NOW);
            for (int i = 1; i <= 15_000; i++) {
                assertThat(harness.extractOutputValues()).isEmpty();
                harness.setProcessingTime(NOW + i);
                harness.processElement(seen("c2", NOW - HOUR), NOW);
            }
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::contentId)
                    .containsExactly("c1");
        }
    }

    @Test
    void once_it_has_caught_up_nothing_waits_any_longer() throws Exception {
        try (var harness = states()) {
            harness.open();
            for (int i = 0; i < 2_500; i++) {
                harness.processElement(seen("c" + i, NOW - HOUR), NOW);
            }
            harness.setProcessingTime(NOW + Fold.IDLE_MILLIS - 1);
            assertThat(harness.extractOutputValues()).isEmpty();
            for (int i = 0; i < 3; i++) {
                harness.setProcessingTime(NOW + Fold.IDLE_MILLIS + 100 + i);
            }
            assertThat(harness.extractOutputValues()).hasSize(2_500);
        }
    }

    @Test
    void states_that_have_to_leave_memory_are_kept_and_emitted_at_their_turn() throws Exception {
        try (var harness = states()) {
            harness.open();
            int keys = Fold.MOST_HELD + 10;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < keys; i++) {
                    harness.processElement(seen("c" + i, NOW), NOW);
                }
            }
            assertThat(harness.extractOutputValues()).hasSize(keys);
            harness.setProcessingTime(NOW + 100);
            assertThat(harness.extractOutputValues().subList(keys, 2 * keys))
                    .extracting(ContentState::events)
                    .containsOnly(3L);
            assertThat(harness.extractOutputValues()).hasSize(2 * keys);
        }
    }

    @Test
    void states_and_waiting_changes_survive_a_restart() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = states()) {
            harness.open();
            harness.processElement(seen("c1", NOW), NOW);
            harness.processElement(seen("c1", NOW + 1), NOW);
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, NOW);
        }
        try (var harness = states()) {
            harness.initializeState(snapshot);
            harness.open();
            harness.setProcessingTime(NOW + 100);
            assertThat(harness.extractOutputValues())
                    .extracting(ContentState::events)
                    .containsExactly(2L);
            harness.setProcessingTime(NOW + 200);
            harness.processElement(seen("c1", NOW + 200), NOW);
            assertThat(harness.extractOutputValues().get(1).counts().always(Action.SEEN))
                    .isEqualTo(3);
        }
    }

    @Test
    void a_late_event_corrects_its_own_hour() throws Exception {
        var fold = new Fold<Addressed, ReachDocument>(
                Encoding.REACH, Pace.DOCUMENTS, Addressed::empty, HeldReach::new, (one, timestamp) -> one.event()
                        .atMillis());
        try (var harness = new KeyedOneInputStreamOperatorTestHarness<>(fold, Addressed::document, Types.STRING)) {
            harness.setProcessingTime(NOW);
            harness.open();
            harness.processElement(served("v1", NOW), NOW);
            harness.processElement(served("v2", NOW - 30 * HOUR), NOW);
            harness.processElement(served("v3", NOW), NOW);
            harness.processWatermark(Long.MAX_VALUE - 1);
            harness.processElement(served("v3", NOW - 30 * HOUR), NOW);
            harness.setProcessingTime(NOW + 5_000);
            assertThat(harness.extractOutputValues())
                    .extracting(ReachDocument::hour, hour -> hour.reach().served())
                    .containsExactly(
                            tuple(Level.CONTENT_HOUR.beginOf(NOW), 1L),
                            tuple(Level.CONTENT_HOUR.beginOf(NOW), 2L),
                            tuple(Level.CONTENT_HOUR.beginOf(NOW - 30 * HOUR), 2L));
        }
    }

    private static Addressed served(String viewer, long at) {
        return new Addressed(
                Level.CONTENT_HOUR, ReachEvent.Touch.served("a1", "c1", viewer, at, ReachEvent.Trace.NONE));
    }
}
