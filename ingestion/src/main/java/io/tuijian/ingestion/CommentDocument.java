package io.tuijian.ingestion;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tuijian.features.reach.StableHash;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The document of a comment or question in the index {@code comments}, or the empty one that stays of what was taken
 * back. Versions make the order in which they come irrelevant: of several under one id that which was received first
 * stands, and once taken back it stays so.
 */
final class CommentDocument {
    /** Above that of every comment. */
    static final long TAKEN_BACK = 1L << 53;

    private static final Set<Action> WORDS = EnumSet.of(Action.COMMENT, Action.QUESTION);
    private static final int LONGEST_ID = 512;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);
    private static final JsonFactory JSON = new JsonFactory();

    private CommentDocument() {}

    /** The document that this engagement writes, if it writes one: what has no words is counted, not listed. */
    static Optional<Document> of(Engagement engagement) {
        if (engagement.getUndoes() != null) {
            return Optional.of(new Document(id(engagement.getViewerId(), engagement.getUndoes()), TAKEN_BACK, NOTHING));
        }
        if (!WORDS.contains(engagement.getAction())
                || engagement.getText() == null
                || engagement.getText().isBlank()) {
            return Optional.empty();
        }
        String id = id(engagement.getViewerId(), engagement.getId());
        long version = TAKEN_BACK - engagement.getReceivedAt().toEpochMilli();
        return Optional.of(new Document(id, version, json(id, engagement)));
    }

    /** {@code viewer|engagement}; a hash of that where it is longer than Elasticsearch allows. */
    private static String id(String viewerId, String engagementId) {
        byte[] id = (viewerId + '|' + engagementId).getBytes(StandardCharsets.UTF_8);
        if (id.length <= LONGEST_ID) {
            return viewerId + '|' + engagementId;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(id));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] json(String id, Engagement engagement) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("id", engagement.getId());
            json.writeStringField("contentId", engagement.getContentId());
            json.writeStringField("viewerId", engagement.getViewerId());
            json.writeStringField("action", engagement.getAction().name());
            json.writeNumberField("at", engagement.getAt().toEpochMilli());
            json.writeNumberField("tie", StableHash.of(id));
            if (engagement.getAudience() != null) {
                json.writeStringField("audience", engagement.getAudience().name());
            }
            json.writeStringField("text", engagement.getText());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
