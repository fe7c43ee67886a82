package io.tuijian.ingestion;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tuijian.features.ContentState;
import io.tuijian.features.Popularity;
import io.tuijian.features.reach.StableHash;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.Indices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** The whole document of a content in the index {@code contents}; of one taken down only the tombstone. */
public final class ContentDocument {
    private static final int STATISTICS_BITS = 21;
    private static final int MANTISSA_BITS = 16;

    /** The greatest version a content may have: epoch milliseconds fit until 2109. */
    static final long GREATEST_VERSION = (1L << (63 - STATISTICS_BITS)) - 1;

    private static final JsonFactory JSON = new JsonFactory();

    private ContentDocument() {}

    /**
     * @param vectors one per field
     */
    public static Document of(Content content, ContentState state, List<ContentEmbedding> vectors) {
        long changes = state.events();
        for (ContentEmbedding vector : vectors) {
            changes += vector.getAssignment();
        }
        return new Document(content.getId(), version(content.getVersion(), changes), json(content, state, vectors));
    }

    /**
     * Grows with the content's own version first, with its statistics second: a recovered job may for a moment combine
     * an older content with newer statistics, and that must not replace a take-down. Statistics have 21 bits, in which
     * the number of changes is kept as a float is: exact below 2^17, then to one part in 65,536. Neighbours may be
     * equal, and equal versions replace each other.
     *
     * @param changes events counted, and the assignments of the fields that hold vectors: both only grow
     */
    static long version(long contentVersion, long changes) {
        return (contentVersion << STATISTICS_BITS) | coarse(changes);
    }

    private static long coarse(long events) {
        if (events < 1L << (MANTISSA_BITS + 1)) {
            return Math.max(0, events);
        }
        int shift = 63 - Long.numberOfLeadingZeros(events) - MANTISSA_BITS;
        long mantissa = (events >>> shift) - (1L << MANTISSA_BITS);
        return Math.min(((shift + 1L) << MANTISSA_BITS) | mantissa, (1L << STATISTICS_BITS) - 1);
    }

    private static byte[] json(Content content, ContentState state, List<ContentEmbedding> vectors) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 + vectors.size() * 1_500);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("id", content.getId());
            json.writeStringField("authorId", content.getAuthorId());
            json.writeStringField("kind", content.getKind().name());
            json.writeNumberField("createdAt", content.getCreatedAt().toEpochMilli());
            json.writeStringField("visibility", content.getVisibility().name());
            json.writeStringField("state", content.getState().name());
            switch (content.getState()) {
                case LIVE -> {
                    live(json, content, state);
                    for (ContentEmbedding vector : vectors) {
                        vector(json, vector);
                    }
                }
                case TAKEN_DOWN -> {} // what was taken down is not kept here
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void live(JsonGenerator json, Content content, ContentState state) throws IOException {
        text(json, "originalAuthorId", content.getOriginalAuthorId());
        time(json, "startsAt", content.getStartsAt());
        time(json, "expiresAt", content.getExpiresAt());
        json.writeArrayFieldStart("topics");
        for (String topic : content.getTopics()) {
            json.writeString(topic);
        }
        json.writeEndArray();
        text(
                json,
                "topic",
                content.getTopics().isEmpty() ? null : content.getTopics().get(0));
        text(json, "city", content.getCity());
        text(json, "groupId", content.getGroupId());
        json.writeStringField("text", content.getText());
        json.writeNumberField("popularity", (float) Popularity.popularity(state.counts()));
        json.writeNumberField("trend", (float)
                Popularity.trend(state.counts(), content.getCreatedAt().toEpochMilli()));
        json.writeNumberField("sights", Math.round(state.counts().always(Action.SEEN)));
        json.writeNumberField("random", (float) StableHash.fraction(content.getId()));
    }

    /** Of the length that the index has; the zeros at its end change no dot product. */
    private static void vector(JsonGenerator json, ContentEmbedding embedding) throws IOException {
        List<Float> vector = embedding.getVector();
        if (vector.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(Indices.vector(embedding.getField()));
        for (int i = 0; i < Indices.VECTOR_DIMENSIONS; i++) {
            if (i < vector.size()) {
                json.writeNumber(vector.get(i));
            } else {
                json.writeNumber(0);
            }
        }
        json.writeEndArray();
        json.writeStringField(Indices.vectorVersion(embedding.getField()), embedding.getModelVersion());
    }

    private static void text(JsonGenerator json, String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void time(JsonGenerator json, String name, Instant value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value.toEpochMilli());
        }
    }
}
