package io.tuijian.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * A Kafka topic: its name, the record it carries and whether it is compacted. Encodes and decodes with Avro's
 * single-object format; safe from many threads.
 */
public final class Topic<T extends SpecificRecord> {
    private static final byte[] MARKER = {(byte) 0xC3, 0x01};
    private static final int HEADER = MARKER.length + Long.BYTES;
    private static final int INITIAL_SIZE = 512;

    // Avro's own message encoder and decoder do not buffer, which costs most of the time.
    private static final ThreadLocal<BinaryEncoder> ENCODERS = new ThreadLocal<>();
    private static final ThreadLocal<BinaryDecoder> DECODERS = new ThreadLocal<>();

    private final String name;
    private final Class<T> type;
    private final boolean compacted;
    private final byte[] header;
    private final DatumWriter<T> writer;
    private final Map<Long, DatumReader<T>> readers = new HashMap<>();

    Topic(String name, Class<T> type, boolean compacted) {
        this.name = name;
        this.type = type;
        this.compacted = compacted;
        SpecificData data = SpecificData.getForClass(type);
        Schema schema = data.getSchema(type);
        this.header = header(schema);
        this.writer = new SpecificDatumWriter<>(schema, data);
        readers.put(fingerprint(header), new SpecificDatumReader<>(schema, schema, data));
        for (int version = 1; ; version++) {
            Schema released = released(version, type.getSimpleName());
            if (released == null) {
                break;
            }
            readers.putIfAbsent(fingerprint(header(released)), new SpecificDatumReader<>(released, schema, data));
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

    /** What precedes a record of this schema in the single-object encoding: a marker and the schema's fingerprint. */
    private static byte[] header(Schema schema) {
        return ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER)
                .putLong(SchemaNormalization.parsingFingerprint64(schema))
                .array();
    }

    private static long fingerprint(byte[] message) {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong(MARKER.length);
    }

    /** Writes the fields of a record, in the order of its schema. */
    public interface Fields {
        void write(Encoder out) throws IOException;
    }

    /** The record in Avro's single-object encoding. */
    public byte[] encode(T record) {
        return encodeFields(out -> writer.write(record, out));
    }

    /** The same for a record that exists only as what writes it: without objects in between, several times as fast. */
    public byte[] encodeFields(Fields fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_SIZE);
        out.writeBytes(header);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, ENCODERS.get());
        ENCODERS.set(encoder);
        try {
            fields.write(encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The fields in these bytes if the schema of this release wrote them, else null. Valid until the thread's next. */
    public Decoder fields(byte[] bytes) {
        return bytes.length >= HEADER && Arrays.equals(bytes, 0, HEADER, header, 0, HEADER) ? decoder(bytes) : null;
    }

    private static BinaryDecoder decoder(byte[] bytes) {
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, DECODERS.get());
        DECODERS.set(decoder);
        return decoder;
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
        if (bytes.length < HEADER || bytes[0] != MARKER[0] || bytes[1] != MARKER[1]) {
            throw new Undecodable("not a " + type.getSimpleName() + ": no single-object header", null);
        }
        DatumReader<T> reader = readers.get(fingerprint(bytes));
        if (reader == null) {
            throw new Undecodable("not a " + type.getSimpleName() + ": written with an unknown schema", null);
        }
        try {
            return reader.read(null, decoder(bytes));
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
