package io.tuijian.ingestion;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.ReachHour;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * An immutable type that Flink keeps and sends as the very bytes that its topic or index carries. These bytes name the
 * schema that wrote them, so state written by any released version is read back. Known by name; safe from many
 * threads.
 */
public final class Encoding<T> extends TypeInformation<T> {
    private static final long serialVersionUID = 1;
    private static final Map<String, Encoding<?>> KNOWN = new LinkedHashMap<>();

    public static final Encoding<Content> CONTENT = of(Topics.CONTENTS);
    public static final Encoding<Engagement> ENGAGEMENT = of(Topics.ENGAGEMENTS);
    public static final Encoding<Served> SERVED = of(Topics.SERVED);
    public static final Encoding<Relation> RELATION = of(Topics.RELATIONS);
    public static final Encoding<Example> EXAMPLE = of(Topics.EXAMPLES);
    public static final Encoding<DeadLetter> DEAD_LETTER = of(Topics.DEAD_LETTERS);
    public static final Encoding<ContentStateRecord> CONTENT_STATISTICS = of(Topics.CONTENT_STATES);
    public static final Encoding<ContentEmbedding> CONTENT_EMBEDDING = of(Topics.CONTENT_EMBEDDINGS);
    public static final Encoding<ContentUpdate> CONTENT_UPDATE =
            new Encoding<>("content-update", ContentUpdate.class, ContentUpdate::encode, ContentUpdate::decode);

    public static final Encoding<ViewerState> VIEWER_STATE = new Encoding<>(
            "viewer-state",
            ViewerState.class,
            state -> Topics.VIEWER_STATES.encode(StateRecords.of(state)),
            bytes -> StateRecords.of(Topics.VIEWER_STATES.decode(bytes)));
    public static final Encoding<ContentState> CONTENT_STATE = new Encoding<>(
            "content-state",
            ContentState.class,
            state -> Topics.CONTENT_STATES.encode(StateRecords.of(state)),
            bytes -> StateRecords.of(Topics.CONTENT_STATES.decode(bytes)));
    public static final Encoding<AuthorState> AUTHOR_STATE = new Encoding<>(
            "author-state",
            AuthorState.class,
            state -> Topics.AUTHOR_STATES.encode(StateRecords.of(state)),
            bytes -> StateRecords.of(Topics.AUTHOR_STATES.decode(bytes)));
    public static final Encoding<ReachHour> REACH_HOUR =
            new Encoding<>("reach-hour", ReachHour.class, ReachHour::toJson, ReachHour::fromJson);

    private interface Encoder<T> {
        byte[] encode(T value);
    }

    private interface Decoder<T> {
        T decode(byte[] bytes) throws Topic.Undecodable;
    }

    private final String name;
    private final transient Class<T> type;
    private final transient Encoder<T> encoder;
    private final transient Decoder<T> decoder;

    private Encoding(String name, Class<T> type, Encoder<T> encoder, Decoder<T> decoder) {
        this.name = name;
        this.type = type;
        this.encoder = encoder;
        this.decoder = decoder;
        KNOWN.put(name, this);
    }

    private static <T extends SpecificRecord> Encoding<T> of(Topic<T> topic) {
        return new Encoding<>(topic.name(), topic.type(), topic::encode, topic::decode);
    }

    @SuppressWarnings("unchecked")
    private static <T> Encoding<T> named(String name) throws IOException {
        Encoding<?> encoding = KNOWN.get(name);
        if (encoding == null) {
            throw new IOException("state of a type that this release does not know: " + name);
        }
        return (Encoding<T>) encoding;
    }

    private Object readResolve() throws IOException {
        return named(name);
    }

    public byte[] encode(T value) {
        return encoder.encode(value);
    }

    /**
     * What {@link #encode} wrote.
     *
     * @throws Topic.Undecodable if it is nothing of the kind; its message says why in one line
     */
    public T decode(byte[] bytes) throws Topic.Undecodable {
        return decoder.decode(bytes);
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return new Serializer<>(this);
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof Encoding;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encoding<?> encoding && encoding.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class Serializer<T> extends TypeSerializer<T> {
        private static final long serialVersionUID = 1;
        private final Encoding<T> encoding;

        Serializer(Encoding<T> encoding) {
            this.encoding = encoding;
        }

        @Override
        public void serialize(T value, DataOutputView target) throws IOException {
            byte[] bytes = encoding.encode(value);
            target.writeInt(bytes.length);
            target.write(bytes);
        }

        @Override
        public T deserialize(DataInputView source) throws IOException {
            byte[] bytes = new byte[source.readInt()];
            source.readFully(bytes);
            try {
                return encoding.decode(bytes);
            } catch (Topic.Undecodable e) {
                throw new IOException(e);
            }
        }

        @Override
        public T deserialize(T reuse, DataInputView source) throws IOException {
            return deserialize(source);
        }

        @Override
        public void copy(DataInputView source, DataOutputView target) throws IOException {
            int length = source.readInt();
            target.writeInt(length);
            target.write(source, length);
        }

        @Override
        public boolean isImmutableType() {
            return true;
        }

        @Override
        public TypeSerializer<T> duplicate() {
            return this;
        }

        @Override
        public T createInstance() {
            return null;
        }

        @Override
        public T copy(T from) {
            return from;
        }

        @Override
        public T copy(T from, T reuse) {
            return from;
        }

        @Override
        public int getLength() {
            return -1;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Serializer<?> serializer && serializer.encoding.equals(encoding);
        }

        @Override
        public int hashCode() {
            return encoding.hashCode();
        }

        @Override
        public TypeSerializerSnapshot<T> snapshotConfiguration() {
            return new Snapshot<>(encoding);
        }
    }

    /** What a savepoint remembers of an encoding: its name. Public for Flink alone. */
    public static final class Snapshot<T> implements TypeSerializerSnapshot<T>, Serializable {
        private static final long serialVersionUID = 1;
        private Encoding<T> encoding;

        /** For Flink, which reads the rest. */
        public Snapshot() {}

        Snapshot(Encoding<T> encoding) {
            this.encoding = encoding;
        }

        @Override
        public int getCurrentVersion() {
            return 1;
        }

        @Override
        public void writeSnapshot(DataOutputView out) throws IOException {
            out.writeUTF(encoding.name);
        }

        @Override
        public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
            encoding = named(in.readUTF());
        }

        @Override
        public TypeSerializer<T> restoreSerializer() {
            return new Serializer<>(encoding);
        }

        @Override
        public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> old) {
            return old instanceof Snapshot<T> snapshot && snapshot.encoding.equals(encoding)
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }
    }
}
