package io.tuijian.ingestion;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.StateBytes;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Fate;
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
    public static final Encoding<Fate> FATE = of(Topics.FATES);
    public static final Encoding<Example> EXAMPLE = of(Topics.EXAMPLES);
    public static final Encoding<DeadLetter> DEAD_LETTER = of(Topics.DEAD_LETTERS);
    public static final Encoding<ContentStateRecord> CONTENT_STATISTICS = of(Topics.CONTENT_STATES);
    public static final Encoding<ContentEmbedding> CONTENT_EMBEDDING = of(Topics.CONTENT_EMBEDDINGS);
    public static final Encoding<ContentUpdate> CONTENT_UPDATE =
            new Encoding<>("content-update", ContentUpdate.class, false, ContentUpdate::encode, ContentUpdate::decode);

    public static final Encoding<ViewerState> VIEWER_STATE =
            new Encoding<>("viewer-state", ViewerState.class, true, StateBytes::of, StateBytes::viewer);
    public static final Encoding<ContentState> CONTENT_STATE =
            new Encoding<>("content-state", ContentState.class, true, StateBytes::of, StateBytes::content);
    public static final Encoding<AuthorState> AUTHOR_STATE =
            new Encoding<>("author-state", AuthorState.class, true, StateBytes::of, StateBytes::author);
    public static final Encoding<ReachDocument> REACH =
            new Encoding<>("reach-hour", ReachDocument.class, true, ReachDocument::toJson, ReachDocument::fromJson);

    private interface Encoder<T> {
        byte[] encode(T value);
    }

    private interface Decoder<T> {
        T decode(byte[] bytes) throws Topic.Undecodable;
    }

    private final String name;
    private final transient Class<T> type;
    private final transient boolean packed;
    private final transient Encoder<T> encoder;
    private final transient Decoder<T> decoder;

    private Encoding(String name, Class<T> type, boolean packed, Encoder<T> encoder, Decoder<T> decoder) {
        this.name = name;
        this.type = type;
        this.packed = packed;
        this.encoder = encoder;
        this.decoder = decoder;
        KNOWN.put(name, this);
    }

    private static <T extends SpecificRecord> Encoding<T> of(Topic<T> topic) {
        return new Encoding<>(topic.name(), topic.type(), false, topic::encode, topic::decode);
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

    /**
     * For a state of an operator that holds values itself. What is read and written fast is kept as its bytes: on the
     * heap they are one object instead of hundreds, and a checkpoint copies them. Stored like the values themselves.
     */
    @SuppressWarnings("unchecked")
    TypeSerializer<Object> kept() {
        return packed ? new Packed(this) : (TypeSerializer<Object>) (TypeSerializer<?>) new Serializer<>(this);
    }

    /** The value as it is kept. */
    Object kept(T value) {
        return packed ? encode(value) : value;
    }

    /** The value of what is kept: bytes, the value itself, also as a savepoint was read into it, or null. */
    T unpacked(Object kept) throws IOException {
        if (!(kept instanceof byte[] bytes)) {
            return type.cast(kept);
        }
        try {
            return decode(bytes);
        } catch (Topic.Undecodable e) {
            throw new IOException(e);
        }
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

    /** The value as it is. */
    private static final class Serializer<T> extends Immutable<T> {
        private static final long serialVersionUID = 1;
        private final Encoding<T> encoding;

        Serializer(Encoding<T> encoding) {
            super(encoding);
            this.encoding = encoding;
        }

        @Override
        public void serialize(T value, DataOutputView target) throws IOException {
            write(encoding.encode(value), target);
        }

        @Override
        public T deserialize(DataInputView source) throws IOException {
            return encoding.unpacked(bytes(source));
        }

        @Override
        public TypeSerializerSnapshot<T> snapshotConfiguration() {
            return new Snapshot<>(encoding);
        }
    }

    /** The value as its bytes; what a savepoint was read into may still be the value itself. */
    private static final class Packed extends Immutable<Object> {
        private static final long serialVersionUID = 1;
        private final Encoding<?> encoding;

        Packed(Encoding<?> encoding) {
            super(encoding);
            this.encoding = encoding;
        }

        @Override
        public void serialize(Object value, DataOutputView target) throws IOException {
            write(value instanceof byte[] bytes ? bytes : encoded(encoding, value), target);
        }

        private static <T> byte[] encoded(Encoding<T> encoding, Object value) {
            return encoding.encode(encoding.type.cast(value));
        }

        @Override
        public Object deserialize(DataInputView source) throws IOException {
            return bytes(source);
        }

        @Override
        @SuppressWarnings("unchecked")
        public TypeSerializerSnapshot<Object> snapshotConfiguration() {
            return new Snapshot<>((Encoding<Object>) encoding);
        }
    }

    /** What is written with its length and never copied. */
    private abstract static class Immutable<T> extends TypeSerializer<T> {
        private static final long serialVersionUID = 1;
        private final Encoding<?> encoding;

        Immutable(Encoding<?> encoding) {
            this.encoding = encoding;
        }

        static void write(byte[] bytes, DataOutputView target) throws IOException {
            target.writeInt(bytes.length);
            target.write(bytes);
        }

        static byte[] bytes(DataInputView source) throws IOException {
            byte[] bytes = new byte[source.readInt()];
            source.readFully(bytes);
            return bytes;
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
            return other instanceof Immutable<?> serializer
                    && serializer.getClass() == getClass()
                    && serializer.encoding.equals(encoding);
        }

        @Override
        public int hashCode() {
            return encoding.hashCode();
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
