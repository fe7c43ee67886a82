package io.tuijian.features;

import static io.tuijian.features.Story.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateRecordsTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_viewer_state_comes_back_from_its_bytes_as_it_was(long seed) throws Topic.Undecodable {
        ViewerState state = ViewerStateTest.folded(ViewerStateTest.log(seed, 400, 100, 80));
        byte[] bytes = Topics.VIEWER_STATES.encode(StateRecords.of(state));
        assertThat(StateRecords.of(Topics.VIEWER_STATES.decode(bytes))).isEqualTo(state);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_restored_state_goes_on_as_if_it_had_never_left(long seed) throws Topic.Undecodable {
        List<Outcome> log = ViewerStateTest.log(seed, 400, 100, 80);
        ViewerState half = ViewerStateTest.folded(log.subList(0, 200));
        ViewerState restored =
                StateRecords.of(Topics.VIEWER_STATES.decode(Topics.VIEWER_STATES.encode(StateRecords.of(half))));
        for (Outcome outcome : log.subList(200, 400)) {
            restored = restored.after(outcome);
        }
        assertThat(restored).isEqualTo(ViewerStateTest.folded(log));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void content_and_author_states_come_back_from_their_bytes_as_they_were(long seed) throws Topic.Undecodable {
        ContentState content = ContentState.empty("c1");
        AuthorState author = AuthorState.empty(BOB);
        for (Outcome outcome : ViewerStateTest.log(seed, 50, 1, 1)) {
            content = content.after(outcome);
            author = author.after(outcome);
        }
        byte[] contentBytes = Topics.CONTENT_STATES.encode(StateRecords.of(content));
        byte[] authorBytes = Topics.AUTHOR_STATES.encode(StateRecords.of(author));
        assertThat(StateRecords.of(Topics.CONTENT_STATES.decode(contentBytes))).isEqualTo(content);
        assertThat(StateRecords.of(Topics.AUTHOR_STATES.decode(authorBytes))).isEqualTo(author);
    }

    @Test
    void states_without_events_come_back_too() throws Topic.Undecodable {
        ViewerState nobody = ViewerState.empty("v-nobody");
        byte[] bytes = Topics.VIEWER_STATES.encode(StateRecords.of(nobody));
        assertThat(StateRecords.of(Topics.VIEWER_STATES.decode(bytes))).isEqualTo(nobody);
        assertThat(StateRecords.of(StateRecords.of(ContentState.empty("c1")))).isEqualTo(ContentState.empty("c1"));
        assertThat(StateRecords.of(StateRecords.of(AuthorState.empty(BOB)))).isEqualTo(AuthorState.empty(BOB));
    }
}
