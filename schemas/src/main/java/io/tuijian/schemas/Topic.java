package io.tuijian.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A Kafka topic: its name, the record it carries and whether it is compacted. Encodes and decodes with Avro's
 * single-object format; safe from many threads.
 */
public final class Topic<T extends SpecificRecord> {
    private final String name;
    private final Class<T> type;
    private final boolean compacted;
    private final BinaryMessageEncoder<T> encoder;
    private final BinaryMessageDecoder<T> decoder;

    Topic(String name, Class<T> type, boolean compacted) {
        this.name = name;
        this.type = type;
        this.compacted = compacted;
        SpecificData data = SpecificData.getForClass(type);
        Schema schema = data.getSchema(type);
        this.encoder = new BinaryMessageEncoder<>(data, schema);
        this.decoder = new BinaryMessageDecoder<>(data, schema);
        for (int version = 1; ; version++) {
            Schema released = released(version, type.getSimpleName());
            if (released == null) {
                break;
            }
            decoder.addSchema(released);
        }
    }

    public String name() {
        return name;
    }

    public Class<T> type() {
        return type;
    }

    /** True if only the newest record of each key counts. */
    public boolean compacted() {
        return compacted;
    }

    /** The record in Avro's single-object encoding. */
    public byte[] encode(T record) {
        try {
            ByteBuffer buffer = encoder.encode(record);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The record in these bytes, written by this or any released version of the schema.
     *
     * @throws Undecodable if they are not such a record; its message says why in one line
     */
    public T decode(byte[] bytes) throws Undecodable {
        if (bytes == null) {
            throw new Undecodable("no bytes", null);
        }
        try {
            return decoder.decode(bytes);
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new Undecodable("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** The schema of a released version, or null if there was no such version. */
    static Schema released(int version, String record) {
        String path = "released/" + version + "/" + record + ".avsc";
        try (InputStream in = Topic.class.getResourceAsStream(path)) {
            return in == null ? null : new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Bytes that are not a record of their topic. */
    public static final class Undecodable extends Exception {
        private static final long serialVersionUID = 1;

        Undecodable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
