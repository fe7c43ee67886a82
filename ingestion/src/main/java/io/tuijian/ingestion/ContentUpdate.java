package io.tuijian.ingestion;

import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.ByteBuffer;

/**
 * What changes the document of a content beside the content itself; one of both is null.
 *
 * @param vector empty if the vectors of its version are taken away
 */
public record ContentUpdate(ContentStateRecord statistics, ContentEmbedding vector) {
    private static final byte STATISTICS = 's';
    private static final byte VECTOR = 'v';

    static ContentUpdate of(ContentStateRecord statistics) {
        return new ContentUpdate(statistics, null);
    }

    static ContentUpdate of(ContentEmbedding vector) {
        return new ContentUpdate(null, vector);
    }

    public String contentId() {
        return statistics == null ? vector.getContentId() : statistics.getContentId();
    }

    static byte[] encode(ContentUpdate update) {
        byte[] record = update.statistics == null
                ? Topics.CONTENT_EMBEDDINGS.encode(update.vector)
                : Topics.CONTENT_STATES.encode(update.statistics);
        return ByteBuffer.allocate(1 + record.length)
                .put(update.statistics == null ? VECTOR : STATISTICS)
                .put(record)
                .array();
    }

    static ContentUpdate decode(byte[] bytes) throws Topic.Undecodable {
        byte[] record = java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
        return bytes[0] == VECTOR
                ? of(Topics.CONTENT_EMBEDDINGS.decode(record))
                : of(Topics.CONTENT_STATES.decode(record));
    }
}
