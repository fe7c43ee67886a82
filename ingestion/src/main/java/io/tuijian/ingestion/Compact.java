package io.tuijian.ingestion;

import io.tuijian.features.Facts;
import io.tuijian.schemas.ContentKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Immutable records that only travel between operators, in as few bytes as can be written fast. They are part of
 * savepoints only as elements on their way, so their form may change between releases; what is kept as state is not
 * among them.
 */
final class Compact {
    static final TypeInformation<Arrived> ARRIVED = new Type<>(new ArrivedSerializer());
    static final TypeInformation<Known> KNOWN = new Type<>(new KnownSerializer());
    static final TypeInformation<OfViewer> OF_VIEWER = new Type<>(new OfViewerSerializer());
    static final TypeInformation<Addressed> ADDRESSED = new Type<>(new AddressedSerializer());

    private static final ContentKind[] KINDS = ContentKind.values();

    private Compact() {}

    private static void write(byte[] bytes, DataOutputView target) throws IOException {
        if (bytes == null) {
            target.writeInt(-1);
            return;
        }
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    private static byte[] bytes(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        source.readFully(bytes);
        return bytes;
    }

    static void write(String text, DataOutputView target) throws IOException {
        StringValue.writeString(text, target);
    }

    static String text(DataInputView source) throws IOException {
        return StringValue.readString(source);
    }

    private static final class ArrivedSerializer extends Serializer<Arrived> {
        private static final long serialVersionUID = 1;

        ArrivedSerializer() {
            super(Arrived.class);
        }

        @Override
        public void serialize(Arrived arrived, DataOutputView target) throws IOException {
            write(arrived.viewerId(), target);
            write(arrived.contentId(), target);
            target.writeLong(arrived.atMillis());
            Raw raw = arrived.raw();
            write(raw.topic(), target);
            target.writeInt(raw.partition());
            target.writeLong(raw.offset());
            write(raw.key(), target);
            write(raw.value(), target);
        }

        @Override
        public Arrived deserialize(DataInputView source) throws IOException {
            return new Arrived(
                    text(source),
                    text(source),
                    source.readLong(),
                    new Raw(text(source), source.readInt(), source.readLong(), bytes(source), bytes(source)));
        }

        @Override
        public TypeSerializerSnapshot<Arrived> snapshotConfiguration() {
            return new Snapshot();
        }

        /** Public for Flink alone. */
        public static final class Snapshot extends SimpleTypeSerializerSnapshot<Arrived> {
            public Snapshot() {
                super(ArrivedSerializer::new);
            }
        }
    }

    private static final class KnownSerializer extends Serializer<Known> {
        private static final long serialVersionUID = 1;

        KnownSerializer() {
            super(Known.class);
        }

        @Override
        public void serialize(Known known, DataOutputView target) throws IOException {
            write(known.viewerId(), target);
            write(known.engagement(), target);
            Facts facts = known.facts();
            write(facts.contentId(), target);
            write(facts.authorId(), target);
            target.writeByte(facts.kind().ordinal());
            target.writeByte(facts.topics().size());
            for (String topic : facts.topics()) {
                write(topic, target);
            }
            target.writeLong(facts.durationMillis());
            target.writeLong(facts.priceMinor());
            write(facts.currency(), target);
            target.writeDouble(facts.commissionRate());
            write(facts.brandId(), target);
        }

        @Override
        public Known deserialize(DataInputView source) throws IOException {
            return new Known(
                    text(source),
                    bytes(source),
                    new Facts(
                            text(source),
                            text(source),
                            KINDS[source.readByte()],
                            texts(source),
                            source.readLong(),
                            source.readLong(),
                            text(source),
                            source.readDouble(),
                            text(source)));
        }

        private static List<String> texts(DataInputView source) throws IOException {
            int count = source.readByte();
            List<String> texts = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                texts.add(text(source));
            }
            return texts;
        }

        @Override
        public TypeSerializerSnapshot<Known> snapshotConfiguration() {
            return new Snapshot();
        }

        /** Public for Flink alone. */
        public static final class Snapshot extends SimpleTypeSerializerSnapshot<Known> {
            public Snapshot() {
                super(KnownSerializer::new);
            }
        }
    }

    /** What serializers of immutable records have in common. */
    abstract static class Serializer<T> extends TypeSerializerSingleton<T> {
        private static final long serialVersionUID = 1;
        private final Class<T> type;

        Serializer(Class<T> type) {
            this.type = type;
        }

        @Override
        public boolean isImmutableType() {
            return true;
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
        public T deserialize(T reuse, DataInputView source) throws IOException {
            return deserialize(source);
        }

        @Override
        public void copy(DataInputView source, DataOutputView target) throws IOException {
            serialize(deserialize(source), target);
        }
    }

    private static final class Type<T> extends TypeInformation<T> {
        private static final long serialVersionUID = 1;
        private final Serializer<T> serializer;

        Type(Serializer<T> serializer) {
            this.serializer = serializer;
        }

        @Override
        public TypeSerializer<T> createSerializer(SerializerConfig config) {
            return serializer;
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
            return serializer.type;
        }

        @Override
        public boolean isKeyType() {
            return false;
        }

        @Override
        public boolean canEqual(Object other) {
            return other instanceof Type;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Type<?> type && type.serializer.equals(serializer);
        }

        @Override
        public int hashCode() {
            return serializer.hashCode();
        }

        @Override
        public String toString() {
            return serializer.type.getSimpleName();
        }
    }
}
