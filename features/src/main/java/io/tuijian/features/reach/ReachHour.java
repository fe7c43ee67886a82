package io.tuijian.features.reach;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tuijian.schemas.Action;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reach of one content in one hour (UTC, of event time), a document of the index {@code reach}. Immutable; the
 * order of events does not matter.
 *
 * @param hour epoch milliseconds at which the hour begins
 * @param version events folded; only grows
 */
public record ReachHour(String authorId, String contentId, long hour, Reach reach, long version) {
    private static final long MILLIS = 3_600_000;
    private static final JsonFactory JSON = new JsonFactory();

    /** Epoch milliseconds at which the hour of this moment begins. */
    public static long hourOf(long atMillis) {
        return Math.floorDiv(atMillis, MILLIS) * MILLIS;
    }

    /** The id of the document in which this is counted: {@code author|content|hour}. */
    public static String idOf(Touch touch) {
        return touch.authorId() + '|' + touch.contentId() + '|' + hourOf(touch.atMillis());
    }

    /** The hour in which this will be counted, with nothing counted yet. */
    public static ReachHour emptyOf(Touch touch) {
        return new ReachHour(touch.authorId(), touch.contentId(), hourOf(touch.atMillis()), Reach.NONE, 0);
    }

    /** The id of this document. */
    public String id() {
        return authorId + '|' + contentId + '|' + hour;
    }

    public ReachHour after(Touch touch) {
        return new ReachHour(authorId, contentId, hour, reach.after(touch), version + 1);
    }

    /** The document, UTF-8; what is zero or empty is left out, except served and seen. */
    public byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("authorId", authorId);
            json.writeStringField("contentId", contentId);
            json.writeNumberField("hour", hour);
            json.writeNumberField("served", reach.served());
            json.writeNumberField("seen", reach.seen());
            write(json, "actions", reach.actions());
            if (reach.watchedMillis() != 0) {
                json.writeNumberField("watchedMillis", reach.watchedMillis());
            }
            write(json, "salesMinor", reach.salesMinor());
            write(json, "refundsMinor", reach.refundsMinor());
            if (!reach.viewers().isEmpty()) {
                json.writeStringField("viewers", reach.viewers().toBase64());
            }
            json.writeNumberField("version", version);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, String name, Map<?, Long> numbers) throws IOException {
        if (numbers.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(name);
        for (Map.Entry<?, Long> entry : numbers.entrySet()) {
            json.writeNumberField(entry.getKey().toString(), entry.getValue());
        }
        json.writeEndObject();
    }

    /**
     * The document that {@link #toJson} wrote, by this or another release: fields and actions it does not know are
     * passed over.
     *
     * @throws IllegalArgumentException if it is no such document
     */
    public static ReachHour fromJson(byte[] document) {
        try (JsonParser json = JSON.createParser(document)) {
            String authorId = null;
            String contentId = null;
            long hour = 0;
            long served = 0;
            long seen = 0;
            Map<Action, Long> actions = Map.of();
            long watchedMillis = 0;
            Map<String, Long> salesMinor = Map.of();
            Map<String, Long> refundsMinor = Map.of();
            Viewers viewers = Viewers.NONE;
            long version = 0;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a document of reach");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "authorId" -> authorId = json.getText();
                    case "contentId" -> contentId = json.getText();
                    case "hour" -> hour = json.getLongValue();
                    case "served" -> served = json.getLongValue();
                    case "seen" -> seen = json.getLongValue();
                    case "actions" -> actions = actions(numbers(json));
                    case "watchedMillis" -> watchedMillis = json.getLongValue();
                    case "salesMinor" -> salesMinor = numbers(json);
                    case "refundsMinor" -> refundsMinor = numbers(json);
                    case "viewers" -> viewers = Viewers.fromBase64(json.getText());
                    case "version" -> version = json.getLongValue();
                    default -> json.skipChildren();
                }
            }
            if (authorId == null || contentId == null) {
                throw new IllegalArgumentException("a document of reach without authorId or contentId");
            }
            Reach reach = new Reach(served, seen, actions, watchedMillis, salesMinor, refundsMinor, viewers);
            return new ReachHour(authorId, contentId, hour, reach, version);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a document of reach", e);
        }
    }

    private static Map<String, Long> numbers(JsonParser json) throws IOException {
        Map<String, Long> numbers = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            numbers.put(name, json.getLongValue());
        }
        return numbers;
    }

    private static Map<Action, Long> actions(Map<String, Long> numbers) {
        Map<Action, Long> actions = new EnumMap<>(Action.class);
        for (Action action : Action.values()) {
            Long count = numbers.get(action.name());
            if (count != null) {
                actions.put(action, count);
            }
        }
        return actions;
    }
}
