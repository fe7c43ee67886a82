package io.tuijian.feedapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.Actions;
import io.tuijian.features.reach.Audience;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Pages;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The documents of the index {@code reach}. Safe from many threads; each method throws if they cannot be read in time. */
final class ReachIndex {
    /** At most so many documents come with one answer of Elasticsearch. */
    static final int BATCH = 10_000;

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory PARSERS = new JsonFactory();
    private static final String SEARCH = "/" + Indices.REACH.name() + "/_search";

    private final Elasticsearch elasticsearch;

    ReachIndex(Elasticsearch elasticsearch) {
        this.elasticsearch = elasticsearch;
    }

    /** What is summed up of an author or of contents: whose documents count. */
    record Whose(String authorId, List<String> contentIds) {
        static Whose author(String authorId) {
            return new Whose(authorId, List.of());
        }

        boolean isAuthor() {
            return contentIds.isEmpty();
        }
    }

    /** Those of this range, oldest first. */
    List<ReachDocument> reach(Whose whose, ReachCover cover) throws IOException {
        List<ReachDocument> found = new ArrayList<>();
        int periods = (int) ((cover.to() - cover.from()) / ReachCover.HOUR);
        if (cover.hasDays()) {
            periods -= (int) ((cover.lastDay() - cover.firstDay()) / ReachCover.HOUR * 23 / 24);
        }
        int contents = whose.isAuthor() ? 1 : Math.max(1, BATCH / periods);
        for (int at = 0; at < Math.max(1, whose.contentIds.size()); at += contents) {
            List<String> some = whose.contentIds.subList(at, Math.min(whose.contentIds.size(), at + contents));
            List<Object> filters = new ArrayList<>(List.of(
                    term("authorId", whose.authorId),
                    periods(
                            cover,
                            whose.isAuthor() ? Level.AUTHOR_DAY : Level.CONTENT_DAY,
                            whose.isAuthor() ? Level.AUTHOR_HOUR : Level.CONTENT_HOUR)));
            if (!whose.isAuthor()) {
                filters.add(Map.of("terms", Map.of("contentId", some)));
            }
            search(filters, found);
        }
        return found;
    }

    /** Who saw an author on whole days, oldest first; not to be told but through {@link AudienceTable}. */
    List<ReachDocument> audience(String authorId, ReachCover days) throws IOException {
        List<ReachDocument> found = new ArrayList<>();
        search(
                List.of(
                        term("authorId", authorId),
                        term("level", Level.AUDIENCE_DAY.name()),
                        hours(days.firstDay(), days.lastDay())),
                found);
        return found;
    }

    /** The pages of the platform by the hour in which they were served. */
    Map<Long, Pages> pages(long from, long to) throws IOException {
        Map<Long, Pages> pages = new TreeMap<>();
        for (long at = from; at < to; at += BATCH * ReachCover.HOUR) {
            List<ReachDocument> found = new ArrayList<>();
            search(
                    List.of(
                            term("level", Level.PLATFORM_HOUR.name()),
                            hours(at, Math.min(to, at + BATCH * ReachCover.HOUR))),
                    found);
            found.forEach(document -> pages.put(document.hour(), document.pages()));
        }
        return pages;
    }

    /** What each of these authors reached on the day that begins at this moment, as it was written last. */
    Map<String, Reach> day(Collection<String> authors, long day) throws IOException {
        List<String> ids = authors.stream()
                .map(author -> new ReachDocument(
                                Level.AUTHOR_DAY, author, null, null, day, Reach.NONE, Audience.NONE, Pages.NONE, 0)
                        .id())
                .toList();
        byte[] answer = elasticsearch
                .start(
                        "POST",
                        "/" + Indices.REACH.name() + "/_mget?filter_path=docs._source,docs.error",
                        JSON.writeValueAsString(Map.of("ids", ids)))
                .bytesWithin(DEADLINE);
        Map<String, Reach> reach = new TreeMap<>();
        for (ReachDocument document : documents(answer)) {
            reach.put(document.authorId(), document.reach());
        }
        return reach;
    }

    /** The ids of the contents that were seen most, at most so many. */
    List<String> mostSeen(String authorId, ReachCover cover, int most) throws IOException {
        Map<String, Object> terms = new LinkedHashMap<>();
        terms.put("field", "contentId");
        terms.put("size", most);
        terms.put("order", List.of(Map.of("seen", "desc"), Map.of("served", "desc"), Map.of("_key", "asc")));
        JsonNode buckets = contents(
                        authorId,
                        cover,
                        Map.of(
                                "contents",
                                Map.of("terms", terms, "aggs", Map.of("seen", sum("seen"), "served", sum("served")))))
                .at("/contents/buckets");
        List<String> ids = new ArrayList<>();
        buckets.forEach(bucket -> ids.add(bucket.path("key").asText()));
        return ids;
    }

    /** Some of a reach, for one step and group of contents. */
    record Part(long at, String group, long served, long seen, long engaged, long bought) {}

    /**
     * By day or hour and by group of contents; contents of no group are {@code others}.
     *
     * @param groups ids of contents by the name of their group
     */
    List<Part> byGroup(String authorId, ReachCover cover, Map<String, List<String>> groups, String others)
            throws IOException {
        Map<String, Object> filters = new TreeMap<>();
        groups.forEach((name, ids) -> filters.put(name, Map.of("terms", Map.of("contentId", ids))));
        Map<String, Object> sums = new TreeMap<>(Map.of("served", sum("served"), "seen", sum("seen")));
        Actions.POSITIVE.forEach(action -> sums.put(action.name(), sum("actions." + action.name())));
        sums.put(Action.PURCHASE.name(), sum("actions." + Action.PURCHASE.name()));
        int steps = (int) ((cover.to() - cover.from()) / ReachCover.HOUR) + 1;
        Map<String, Object> byGroup = Map.of(
                "groups", Map.of("filters", Map.of("filters", filters, "other_bucket_key", others), "aggs", sums));
        JsonNode answer = contents(
                authorId,
                cover,
                Map.of(
                        "steps",
                        Map.of(
                                "terms",
                                Map.of("field", "hour", "size", steps, "order", Map.of("_key", "asc")),
                                "aggs",
                                byGroup)));
        List<Part> parts = new ArrayList<>();
        for (JsonNode step : answer.at("/steps/buckets")) {
            step.at("/groups/buckets").properties().forEach(group -> {
                JsonNode bucket = group.getValue();
                if (bucket.path("doc_count").asLong() > 0) {
                    parts.add(new Part(
                            step.path("key").asLong(),
                            group.getKey(),
                            value(bucket, "served"),
                            value(bucket, "seen"),
                            Actions.POSITIVE.stream()
                                    .mapToLong(action -> value(bucket, action.name()))
                                    .sum(),
                            value(bucket, Action.PURCHASE.name())));
                }
            });
        }
        return parts;
    }

    private static long value(JsonNode bucket, String name) {
        return Math.round(bucket.path(name).path("value").asDouble());
    }

    private JsonNode contents(String authorId, ReachCover cover, Map<String, Object> aggregations) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("size", 0);
        body.put("track_total_hits", false);
        body.put(
                "query",
                all(List.of(term("authorId", authorId), periods(cover, Level.CONTENT_DAY, Level.CONTENT_HOUR))));
        body.put("aggs", aggregations);
        return elasticsearch
                .call(
                        "POST",
                        SEARCH + "?allow_partial_search_results=false&filter_path=aggregations",
                        JSON.writeValueAsString(body),
                        DEADLINE)
                .path("aggregations");
    }

    private static Map<String, Object> sum(String field) {
        return Map.of("sum", Map.of("field", field));
    }

    private void search(List<Object> filters, List<ReachDocument> found) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("size", BATCH);
        body.put("track_total_hits", false);
        body.put("query", all(filters));
        body.put("sort", List.of(Map.of("hour", "asc")));
        byte[] answer = elasticsearch
                .start(
                        "POST",
                        SEARCH + "?allow_partial_search_results=false&filter_path=hits.hits._source",
                        JSON.writeValueAsString(body))
                .bytesWithin(DEADLINE);
        found.addAll(documents(answer));
    }

    /** Each {@code _source} of an answer, in order, read where it stands. */
    static List<ReachDocument> documents(byte[] answer) throws IOException {
        List<ReachDocument> documents = new ArrayList<>();
        try (JsonParser json = PARSERS.createParser(answer)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    if (name.equals("error")) {
                        throw new IOException("Elasticsearch did not find all documents");
                    }
                    if (name.equals("_source")) {
                        json.nextToken();
                        int begin = (int) json.currentTokenLocation().getByteOffset();
                        json.skipChildren();
                        int end = (int) json.currentLocation().getByteOffset();
                        documents.add(ReachDocument.fromJson(Arrays.copyOfRange(answer, begin, end)));
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a document of reach cannot be read", e);
        }
        return documents;
    }

    private static Map<String, Object> all(List<Object> filters) {
        return Map.of("bool", Map.of("filter", filters));
    }

    /** Documents of days and of the hours beside them; one without a level is the hour of a content. */
    private static Map<String, Object> periods(ReachCover cover, Level day, Level hour) {
        List<Object> either = new ArrayList<>();
        if (cover.hasDays()) {
            either.add(all(List.of(term("level", day.name()), hours(cover.firstDay(), cover.lastDay()))));
        }
        Map<String, Object> hourly = term("level", hour.name());
        if (hour == Level.CONTENT_HOUR) {
            Map<String, Object> none =
                    Map.of("bool", Map.of("must_not", List.of(Map.of("exists", Map.of("field", "level")))));
            hourly = Map.of("bool", Map.of("should", List.of(hourly, none)));
        }
        if (cover.from() < cover.firstDay()) {
            either.add(all(List.of(hourly, hours(cover.from(), cover.firstDay()))));
        }
        if (cover.lastDay() < cover.to()) {
            either.add(all(List.of(hourly, hours(cover.lastDay(), cover.to()))));
        }
        return Map.of("bool", Map.of("should", either, "minimum_should_match", 1));
    }

    private static Map<String, Object> term(String field, String value) {
        return Map.of("term", Map.of(field, value));
    }

    private static Map<String, Object> hours(long from, long to) {
        return Map.of("range", Map.of("hour", Map.of("gte", from, "lt", to)));
    }
}
