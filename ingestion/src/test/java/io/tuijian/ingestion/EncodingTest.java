package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.ContentState;
import io.tuijian.features.Outcome;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class EncodingTest {
    private static final ContentState STATE = ContentState.empty("c1")
            .after(new Outcome(
                    "e1",
                    "v1",
                    "c1",
                    "a1",
                    ContentKind.POST,
                    List.of(),
                    Action.SEEN,
                    1,
                    1_700_000_000_000L,
                    0,
                    0,
                    0,
                    ""));
    private static final TypeSerializer<ContentState> PLAIN =
            Encoding.CONTENT_STATE.createSerializer(new SerializerConfigImpl());
    private static final TypeSerializer<Object> KEPT = Encoding.CONTENT_STATE.kept();

    @Test
    void what_is_kept_is_stored_like_the_value_itself() throws IOException {
        Object kept = Encoding.CONTENT_STATE.kept(STATE);
        assertThat(kept).isInstanceOf(byte[].class);
        assertThat(written(KEPT, kept)).isEqualTo(written(PLAIN, STATE));
        assertThat(written(KEPT, STATE))
                .as("as a savepoint is read on the heap")
                .isEqualTo(written(PLAIN, STATE));
        Object read = KEPT.deserialize(new DataInputDeserializer(written(PLAIN, STATE)));
        assertThat(Encoding.CONTENT_STATE.unpacked(read)).isEqualTo(STATE);
        assertThat(Encoding.CONTENT_STATE.unpacked(STATE)).isEqualTo(STATE);
        assertThat(Encoding.CONTENT_STATE.unpacked(null)).isNull();
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_savepoint_with_values_is_read_by_a_job_that_keeps_bytes() {
        TypeSerializerSnapshot<Object> before =
                (TypeSerializerSnapshot<Object>) (TypeSerializerSnapshot<?>) PLAIN.snapshotConfiguration();
        assertThat(KEPT.snapshotConfiguration()
                        .resolveSchemaCompatibility(before)
                        .isCompatibleAsIs())
                .isTrue();
    }

    private static <T> byte[] written(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }
}
