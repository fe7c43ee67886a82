package io.tuijian.features.reach;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Documents of reach as JSON. What clients or rules name stands in arrays, {@code ["name", numbers …]}, never as the
 * name of a field: Elasticsearch refuses some names of fields.
 */
final class ReachJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ReachJson() {}

    static byte[] of(ReachDocument document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("level", document.level().name());
            text(json, "authorId", document.authorId());
            text(json, "contentId", document.contentId());
            text(json, "brandId", document.brandId());
            json.writeNumberField("hour", document.hour());
            reach(json, document.reach());
            groups(json, "cities", document.audience().cities());
            groups(json, "relations", document.audience().relations());
            groups(json, "viewerGroups", document.audience().viewers());
            pages(json, document.pages());
            if (document.level() == Level.AUTHOR_DAY) {
                number(json, "counted", document.reach().counted());
            }
            json.writeNumberField("version", document.version());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void text(JsonGenerator json, String name, String text) throws IOException {
        if (text != null && !text.isEmpty()) {
            json.writeStringField(name, text);
        }
    }

    private static void number(JsonGenerator json, String name, long number) throws IOException {
        if (number != 0) {
            json.writeNumberField(name, number);
        }
    }

    private static void reach(JsonGenerator json, Reach reach) throws IOException {
        number(json, "served", reach.served());
        number(json, "seen", reach.seen());
        numbers(json, "actions", reach.actions());
        number(json, "watchedMillis", reach.watchedMillis());
        text(json, "watches", reach.watches().toBase64());
        numbers(json, "salesMinor", reach.salesMinor());
        numbers(json, "refundsMinor", reach.refundsMinor());
        numbers(json, "commissionMinor", reach.commissionMinor());
        text(json, "viewers", reach.viewers().toBase64());
        number(json, "newViewers", reach.newViewers());
        number(json, "followersGained", reach.followersGained());
        number(json, "followersLost", reach.followersLost());
        cells(json, "surfaces", reach.surfaces());
        cells(json, "sources", reach.sources());
        cells(json, "touchpoints", reach.touchpoints());
        if (!reach.estimates().isEmpty()) {
            json.writeObjectFieldStart("estimates");
            for (Map.Entry<Stage, Map<String, Estimate>> stage :
                    reach.estimates().entrySet()) {
                json.writeArrayFieldStart(stage.getKey().name());
                for (Map.Entry<String, Estimate> one : stage.getValue().entrySet()) {
                    json.writeStartArray();
                    json.writeString(one.getKey());
                    json.writeNumber(one.getValue().value());
                    json.writeNumber(one.getValue().variance());
                    json.writeEndArray();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
    }

    private static void numbers(JsonGenerator json, String name, Map<?, Long> numbers) throws IOException {
        if (numbers.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(name);
        for (Map.Entry<?, Long> entry : numbers.entrySet()) {
            json.writeNumberField(entry.getKey().toString(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void cells(JsonGenerator json, String name, Map<?, Cell> cells) throws IOException {
        if (cells.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (Map.Entry<?, Cell> cell : cells.entrySet()) {
            json.writeStartArray();
            json.writeString(cell.getKey().toString());
            json.writeNumber(cell.getValue().served());
            json.writeNumber(cell.getValue().seen());
            json.writeNumber(cell.getValue().engaged());
            json.writeNumber(cell.getValue().bought());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void groups(JsonGenerator json, String name, Map<String, Audience.Group> groups) throws IOException {
        if (groups.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (Map.Entry<String, Audience.Group> group : groups.entrySet()) {
            json.writeStartArray();
            json.writeString(group.getKey());
            json.writeNumber(group.getValue().seen());
            json.writeString(group.getValue().viewers().toBase64());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void pages(JsonGenerator json, Pages pages) throws IOException {
        if (pages.minutes().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("pages");
        for (Map.Entry<Surface, long[]> surface : pages.minutes().entrySet()) {
            json.writeStartArray();
            json.writeString(surface.getKey().name());
            for (long count : surface.getValue()) {
                json.writeNumber(count);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    static ReachDocument document(byte[] document) {
        try (JsonParser json = JSON.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a document of reach");
            }
            return new Reading(json).document();
        } catch (IOException e) {
            throw new IllegalArgumentException("not a document of reach", e);
        }
    }

    /** One document on its way in. */
    private static final class Reading {
        private final JsonParser json;
        private String level = Level.CONTENT_HOUR.name();
        private String authorId;
        private String contentId;
        private String brandId;
        private long hour;
        private long served;
        private long seen;
        private Map<Action, Long> actions = Map.of();
        private long watchedMillis;
        private WatchTimes watches = WatchTimes.NONE;
        private Map<String, Long> salesMinor = Map.of();
        private Map<String, Long> refundsMinor = Map.of();
        private Map<String, Long> commissionMinor = Map.of();
        private Viewers viewers = Viewers.NONE;
        private long newViewers;
        private long followersGained;
        private long followersLost;
        private Map<Surface, Cell> surfaces = Map.of();
        private Map<String, Cell> sources = Map.of();
        private Map<String, Cell> touchpoints = Map.of();
        private Map<Stage, Map<String, Estimate>> estimates = Map.of();
        private Map<String, Audience.Group> cities = Map.of();
        private Map<String, Audience.Group> relations = Map.of();
        private Map<String, Audience.Group> viewerGroups = Map.of();
        private Pages pages = Pages.NONE;
        private long version;

        Reading(JsonParser json) {
            this.json = json;
        }

        ReachDocument document() throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                field(name);
            }
            Level known = named(Level.values(), level);
            if (known == null) {
                throw new IllegalArgumentException("a document of reach of an unknown level");
            }
            if (known.hasAuthor() && authorId == null || known.hasContent() && contentId == null) {
                throw new IllegalArgumentException("a document of reach without authorId or contentId");
            }
            Reach reach = new Reach(
                    served,
                    seen,
                    actions,
                    watchedMillis,
                    watches,
                    salesMinor,
                    refundsMinor,
                    commissionMinor,
                    viewers,
                    newViewers,
                    followersGained,
                    followersLost,
                    surfaces,
                    sources,
                    touchpoints,
                    estimates);
            Audience audience = new Audience(cities, relations, viewerGroups);
            return new ReachDocument(known, authorId, contentId, brandId, hour, reach, audience, pages, version);
        }

        private void field(String name) throws IOException {
            switch (name) {
                case "level" -> level = json.getText();
                case "authorId" -> authorId = json.getText();
                case "contentId" -> contentId = json.getText();
                case "brandId" -> brandId = json.getText();
                case "hour" -> hour = json.getLongValue();
                case "served" -> served = json.getLongValue();
                case "seen" -> seen = json.getLongValue();
                case "actions" -> actions = known(Action.class, numbers());
                case "watchedMillis" -> watchedMillis = json.getLongValue();
                case "watches" -> watches = WatchTimes.fromBase64(json.getText());
                case "salesMinor" -> salesMinor = numbers();
                case "refundsMinor" -> refundsMinor = numbers();
                case "commissionMinor" -> commissionMinor = numbers();
                case "viewers" -> viewers = Viewers.fromBase64(json.getText());
                case "newViewers" -> newViewers = json.getLongValue();
                case "followersGained" -> followersGained = json.getLongValue();
                case "followersLost" -> followersLost = json.getLongValue();
                case "surfaces" -> surfaces = known(Surface.class, cells());
                case "sources" -> sources = cells();
                case "touchpoints" -> touchpoints = cells();
                case "estimates" -> estimates = estimates();
                case "cities" -> cities = groups();
                case "relations" -> relations = groups();
                case "viewerGroups" -> viewerGroups = groups();
                case "pages" -> pages = pages();
                case "version" -> version = json.getLongValue();
                default -> json.skipChildren();
            }
        }

        private Map<String, Long> numbers() throws IOException {
            Map<String, Long> numbers = new TreeMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                numbers.put(name, json.getLongValue());
            }
            return numbers;
        }

        private interface Row {
            void read(String key) throws IOException;
        }

        /** The rows of an array of arrays; each begins with its key, and what it leaves unread is passed over. */
        private void rows(Row row) throws IOException {
            while (json.nextToken() == JsonToken.START_ARRAY) {
                json.nextToken();
                row.read(json.getText());
                while (json.currentToken() != JsonToken.END_ARRAY) {
                    json.skipChildren();
                    json.nextToken();
                }
            }
        }

        private long nextLong() throws IOException {
            json.nextToken();
            return json.getLongValue();
        }

        private double nextDouble() throws IOException {
            json.nextToken();
            return json.getDoubleValue();
        }

        private Map<String, Cell> cells() throws IOException {
            Map<String, Cell> cells = new TreeMap<>();
            rows(key -> cells.put(key, new Cell(nextLong(), nextLong(), nextLong(), nextLong())));
            return cells;
        }

        private Map<String, Audience.Group> groups() throws IOException {
            Map<String, Audience.Group> groups = new TreeMap<>();
            rows(key -> groups.put(key, new Audience.Group(nextLong(), Viewers.fromBase64(json.nextTextValue()))));
            return groups;
        }

        private Map<Stage, Map<String, Estimate>> estimates() throws IOException {
            Map<Stage, Map<String, Estimate>> stages = new EnumMap<>(Stage.class);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                Stage stage = named(Stage.values(), json.currentName());
                Map<String, Estimate> by = new TreeMap<>();
                json.nextToken();
                rows(key -> by.put(key, new Estimate(nextDouble(), nextDouble())));
                if (stage != null) {
                    stages.put(stage, by);
                }
            }
            return stages;
        }

        private Pages pages() throws IOException {
            Map<Surface, long[]> minutes = new EnumMap<>(Surface.class);
            rows(key -> {
                Surface surface = named(Surface.values(), key);
                List<Long> counts = new ArrayList<>(Pages.MINUTES);
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    counts.add(json.getLongValue());
                }
                if (surface != null && counts.size() == Pages.MINUTES) {
                    minutes.put(
                            surface, counts.stream().mapToLong(Long::longValue).toArray());
                }
            });
            return new Pages(minutes);
        }

        private static <E extends Enum<E>, V> Map<E, V> known(Class<E> type, Map<String, V> byName) {
            Map<E, V> known = new EnumMap<>(type);
            for (E value : type.getEnumConstants()) {
                V found = byName.get(value.name());
                if (found != null) {
                    known.put(value, found);
                }
            }
            return known;
        }

        private static <E extends Enum<E>> E named(E[] values, String name) {
            for (E value : values) {
                if (value.name().equals(name)) {
                    return value;
                }
            }
            return null;
        }
    }
}
