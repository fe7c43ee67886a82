package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads fields of a JSON body, and says in one sentence what is wrong with one. */
final class Bodies {
    private static final int LONGEST_ID = 200;
    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** What {@link #isPlain} asks for, in words. */
    static final String PLAIN = "1 to 64 letters, digits, dashes and underscores";

    private Bodies() {}

    /** True for an id that may be given to a topic, and so be followed or muted. */
    static boolean isPlain(String id) {
        return PLAIN_ID.matcher(id).matches();
    }

    /** A field that is wrong; its message is a sentence for the client. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message, null, false, false);
        }

        /** A 400 with the same as a whole sentence. */
        Problem problem() {
            return Problem.malformed(
                    Character.toUpperCase(getMessage().charAt(0)) + getMessage().substring(1) + ".");
        }
    }

    static String id(JsonNode body, String field) throws Wrong {
        String id = text(body, field, LONGEST_ID);
        if (id == null || id.isBlank()) {
            throw new Wrong(field + " is missing");
        }
        return id;
    }

    /** A string of at most so many code points, or null. */
    static String text(JsonNode body, String field, int most) throws Wrong {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new Wrong(field + " must be a string");
        }
        String text = value.asText();
        if (text.codePointCount(0, text.length()) > most) {
            throw new Wrong(field + " is longer than " + most + " characters");
        }
        return text;
    }

    static String shortText(JsonNode body, String field) throws Wrong {
        return text(body, field, LONGEST_ID);
    }

    /** A whole number within bounds, or null. */
    static Long number(JsonNode body, String field, long least, long most) throws Wrong {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw new Wrong(field + " must be a whole number from " + least + " to " + most);
        }
        return value.asLong();
    }

    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    /** A time as ISO-8601 in UTC, of a year that makes sense.
     *
     * @throws Wrong if it is not
     */
    static Instant time(String field, String text) throws Wrong {
        try {
            Instant time = Instant.parse(text);
            if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            // the same sentence as for a year out of bounds
        }
        throw new Wrong(field + " must be a time like 2026-11-21T08:00:00Z");
    }

    /** A time as ISO-8601 in UTC, or null. */
    static Instant time(JsonNode body, String field) throws Wrong {
        String text = shortText(body, field);
        if (text == null) {
            return null;
        }
        return time(field, text);
    }

    /** True or false; false if it is not said. */
    static boolean flag(JsonNode body, String field) throws Wrong {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new Wrong(field + " must be true or false");
        }
        return value.asBoolean();
    }

    static <E extends Enum<E>> E symbol(JsonNode body, String field, Class<E> type, E otherwise) throws Wrong {
        String text = shortText(body, field);
        if (text == null) {
            return otherwise;
        }
        try {
            return Enum.valueOf(type, text);
        } catch (IllegalArgumentException e) {
            throw new Wrong(field + " is not one of the known values: " + text);
        }
    }

    static List<String> texts(JsonNode body, String field, int most) throws Wrong {
        JsonNode value = body.path(field);
        List<String> texts = new ArrayList<>();
        if (value.isMissingNode() || value.isNull()) {
            return texts;
        }
        if (!value.isArray() || value.size() > most) {
            throw new Wrong(field + " must be a list of at most " + most + " strings");
        }
        for (JsonNode element : value) {
            if (!element.isTextual() || element.asText().length() > LONGEST_ID) {
                throw new Wrong(field + " must be a list of short strings");
            }
            texts.add(element.asText());
        }
        return texts;
    }
}
