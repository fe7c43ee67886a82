package io.tuijian.ingestion;

import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topic;

/**
 * A final row, as the bytes of its topic, and the generation, a folder, to which it belongs.
 *
 * @param row not to be changed
 */
public record Filed(String generation, long servedAtMillis, byte[] row) {
    static Filed of(String generation, Example row) {
        return new Filed(generation, row.getServedAt().toEpochMilli(), Encoding.EXAMPLE.encode(row));
    }

    Example example() {
        try {
            return Encoding.EXAMPLE.decode(row);
        } catch (Topic.Undecodable e) {
            throw new IllegalStateException(e);
        }
    }
}
