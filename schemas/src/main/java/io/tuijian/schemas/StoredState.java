package io.tuijian.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a state lies in Redis: under the first letter of its topic and its id ({@code v:v712}), as the very bytes of the
 * topic behind the number of its events (8 bytes, big-endian), by which the server tells newer from older.
 */
public final class StoredState {
    /**
     * The script of the one writer: compares and writes in one step, so that nobody ever reads an older state after a
     * newer one. KEYS: the key. ARGV: the value, and after how many milliseconds it is forgotten, 0 for never. Answers 1
     * if written, 0 if what is there holds more events.
     */
    public static final String WRITE_UNLESS_NEWER = """
            local old = redis.call('GETRANGE', KEYS[1], 0, 7)
            if #old == 8 and struct.unpack('>I8', old) > struct.unpack('>I8', ARGV[1]) then
              return 0
            end
            if ARGV[2] == '0' then
              redis.call('SET', KEYS[1], ARGV[1])
            else
              redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            end
            return 1
            """;

    private static final int HEADER = Long.BYTES;

    private StoredState() {}

    public static String key(Topic<?> topic, String id) {
        return topic.name().charAt(0) + ":" + id;
    }

    /** @param bytes as in the topic */
    public static byte[] value(long events, byte[] bytes) {
        return ByteBuffer.allocate(HEADER + bytes.length)
                .putLong(events)
                .put(bytes)
                .array();
    }

    /** The key as it goes over the wire. */
    public static byte[] rawKey(Topic<?> topic, String id) {
        return key(topic, id).getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of the topic in what {@link #value} made; none at all if it is nothing of the kind. */
    public static byte[] bytes(byte[] value) {
        return value.length < HEADER ? new byte[0] : Arrays.copyOfRange(value, HEADER, value.length);
    }
}
