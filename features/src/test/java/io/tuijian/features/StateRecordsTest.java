package io.tuijian.features;

import static io.tuijian.features.Story.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
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

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void without_records_in_between_the_bytes_and_the_states_are_the_same(long seed) throws Topic.Undecodable {
        List<Outcome> log = ViewerStateTest.log(seed, 400, 100, 80);
        ViewerState viewer = ViewerStateTest.folded(log.subList(0, (int) seed * 20));
        ContentState content = ContentState.empty("c1");
        AuthorState author = AuthorState.empty(BOB);
        for (Outcome outcome : log.subList(0, (int) seed * 20)) {
            content = content.after(outcome);
            author = author.after(outcome);
        }
        assertThat(StateBytes.of(viewer)).isEqualTo(Topics.VIEWER_STATES.encode(StateRecords.of(viewer)));
        assertThat(StateBytes.of(content)).isEqualTo(Topics.CONTENT_STATES.encode(StateRecords.of(content)));
        assertThat(StateBytes.of(author)).isEqualTo(Topics.AUTHOR_STATES.encode(StateRecords.of(author)));
        assertThat(StateBytes.viewer(StateBytes.of(viewer))).isEqualTo(viewer);
        assertThat(StateBytes.content(StateBytes.of(content))).isEqualTo(content);
        assertThat(StateBytes.author(StateBytes.of(author))).isEqualTo(author);
    }

    @Test
    void bytes_that_end_too_early_are_no_state() {
        byte[] bytes = StateBytes.of(ViewerStateTest.folded(ViewerStateTest.log(1, 40, 10, 8)));
        assertThatThrownBy(() -> StateBytes.viewer(Arrays.copyOf(bytes, bytes.length / 2)))
                .isInstanceOf(Topic.Undecodable.class);
        assertThatThrownBy(() -> StateBytes.viewer(null)).isInstanceOf(Topic.Undecodable.class);
    }

    @Test
    void states_without_events_come_back_too() throws Topic.Undecodable {
        ViewerState nobody = ViewerState.empty("v-nobody");
        byte[] bytes = Topics.VIEWER_STATES.encode(StateRecords.of(nobody));
        assertThat(StateRecords.of(Topics.VIEWER_STATES.decode(bytes))).isEqualTo(nobody);
        assertThat(StateRecords.of(StateRecords.of(ContentState.empty("c1")))).isEqualTo(ContentState.empty("c1"));
        assertThat(StateRecords.of(StateRecords.of(AuthorState.empty(BOB)))).isEqualTo(AuthorState.empty(BOB));
    }

    @Test
    void a_state_written_before_prices_and_first_events_were_kept_is_read() throws IOException, Topic.Undecodable {
        ViewerState state = ViewerStateTest.folded(ViewerStateTest.log(1, 400, 100, 80));
        ViewerState old = StateBytes.viewer(asReleased(1, StateRecords.of(state)));
        assertThat(old.usualPrices()).isEmpty();
        assertThat(old.firstAtMillis())
                .as("the oldest sight is all that is known")
                .isEqualTo(state.seen().get(state.seen().size() - 1).atMillis());
        assertThat(old)
                .usingRecursiveComparison()
                .ignoringFields("usualPrices", "firstAtMillis")
                .isEqualTo(state);
    }

    /** The bytes as a writer of that release would have written them. */
    private static byte[] asReleased(int version, ViewerStateRecord record) throws IOException {
        Schema schema;
        try (InputStream in = Topic.class.getResourceAsStream("released/" + version + "/ViewerStateRecord.avsc")) {
            schema = new Schema.Parser().parse(in);
        }
        SpecificData data = SpecificData.getForClass(ViewerStateRecord.class);
        ByteBuffer encoded = new BinaryMessageEncoder<ViewerStateRecord>(data, schema).encode(record);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }
}
