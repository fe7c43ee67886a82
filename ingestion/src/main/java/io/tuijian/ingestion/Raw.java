package io.tuijian.ingestion;

import io.tuijian.schemas.DeadLetter;
import java.nio.ByteBuffer;
import java.time.Instant;

/** A Kafka record as it was found: bytes, and where they lie. The arrays are not to be changed. */
public record Raw(String topic, int partition, long offset, byte[] key, byte[] value) {
    /** This input, which could not be used, and why. */
    public DeadLetter deadLetter(String reason, Instant at) {
        return new DeadLetter(
                topic,
                partition,
                offset,
                key == null ? null : ByteBuffer.wrap(key),
                value == null ? null : ByteBuffer.wrap(value),
                reason,
                at);
    }
}
