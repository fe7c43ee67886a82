package io.tuijian.feedapi;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Reason;
import io.tuijian.ranking.SplitRule;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers the pages of each feed, in Elasticsearch, and what became of what they do not hold. */
final class Timelines implements InMemoryServedMemory.Past {
    private static final Logger LOG = LoggerFactory.getLogger(Timelines.class);
    private static final int MOST_FEEDS_LATELY = 50;
    private static final int MOST_ITEMS_AT_HAND = 100_000;
    private static final Duration AT_HAND = Duration.ofMinutes(10);

    /** Items and reasons are rows without field names: they are most of a document, which each page writes anew. */
    private static final ObjectMapper JSON = new ObjectMapper().addMixIn(Reason.class, Row.class);

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    private interface Row {}

    private final Elasticsearch elasticsearch;
    private final Duration deadline;

    /**
     * Feeds that this process wrote or read lately. One may be behind what another server wrote; then writing is refused,
     * and it is read again. Pages once written never change.
     */
    private final Cache<String, Stored> lately = Caffeine.newBuilder()
            .maximumWeight(MOST_ITEMS_AT_HAND)
            .weigher((String feedId, Stored stored) -> 1 + stored.timeline.first(stored.timeline.pages.size()))
            .expireAfterWrite(AT_HAND)
            .build();

    Timelines(Elasticsearch elasticsearch, Duration deadline) {
        this.elasticsearch = elasticsearch;
        this.deadline = deadline;
    }

    /**
     * An item as it was served, with what {@code FeedRequest.Earlier} says of it.
     *
     * @param originalId null if its own id
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    record Item(
            String contentId,
            String authorId,
            ContentKind kind,
            String originalId,
            long fingerprint,
            String turn,
            String source,
            List<Reason> reasons) {
        Earlier earlier() {
            String original = originalId == null ? contentId : originalId;
            return new Earlier(contentId, authorId, kind, original, fingerprint, turn);
        }

        /** One that was not served. */
        static Item of(Earlier it) {
            String original = it.originalId().equals(it.contentId()) ? null : it.originalId();
            return new Item(
                    it.contentId(), it.authorId(), it.kind(), original, it.fingerprint(), it.turn(), null, null);
        }
    }

    /**
     * A page as it was served.
     *
     * @param at epoch milliseconds
     */
    record Page(long at, List<Item> items, List<String> degraded) {}

    /**
     * The pages of a feed so far, in order.
     *
     * @param at epoch milliseconds, of the newest page
     * @param elsewhere by stage and rule, the ids, separated by spaces, of what the newest page does not hold; null if
     *     not asked for
     * @param without of a feed whose fates are logged, what it would hold without each rule without which it would hold
     *     something else
     */
    record Timeline(
            String viewerId,
            String surface,
            long at,
            List<Page> pages,
            Map<String, String> elsewhere,
            Map<SplitRule, Otherwise> without) {
        Timeline {
            without = without == null ? Map.of() : without; // as it was written before there was such a thing
        }

        Timeline withoutElsewhere() {
            return new Timeline(viewerId, surface, at, pages, null, without);
        }

        /** The position of the first item of this page, or of the next one. */
        int first(int page) {
            return pages.subList(0, page).stream()
                    .mapToInt(earlier -> earlier.items.size())
                    .sum();
        }
    }

    /** A timeline and where in its history it stands. */
    record Stored(Timeline timeline, long sequence, long term) {}

    /** The pages of this feed, without what is elsewhere, or null if there are none (any more). */
    Stored read(String feedId, Instant day) throws IOException {
        Stored stored = lately.getIfPresent(feedId);
        if (stored == null) {
            stored = read(path(feedId, day) + "?_source_excludes=elsewhere");
            if (stored != null) {
                lately.put(feedId, stored);
            }
        }
        return stored;
    }

    /** All of the timeline of this feed, or null if there is none (any more). */
    Stored readAll(String feedId, Instant day) throws IOException {
        return read(path(feedId, day));
    }

    private Stored read(String path) throws IOException {
        try {
            JsonNode found = elasticsearch.call("GET", path, null, deadline);
            return new Stored(
                    JSON.treeToValue(found.path("_source"), Timeline.class),
                    found.path("_seq_no").asLong(),
                    found.path("_primary_term").asLong());
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 404) {
                return null;
            }
            throw refused;
        } catch (JsonProcessingException e) {
            LOG.warn("a timeline cannot be read, so it is as good as forgotten: {}", e.getOriginalMessage());
            return null;
        }
    }

    /**
     * Writes the timeline, new if {@code before} is null.
     *
     * @return false if somebody else wrote meanwhile: read it again
     */
    boolean write(String feedId, Instant day, Timeline timeline, Stored before) throws IOException {
        String condition = before == null
                ? "?op_type=create"
                : "?if_seq_no=" + before.sequence() + "&if_primary_term=" + before.term();
        elasticsearch.require(Indices.TIMELINES, deadline);
        try {
            JsonNode written = elasticsearch.call("PUT", path(feedId, day) + condition, json(timeline), deadline);
            lately.put(
                    feedId,
                    new Stored(
                            timeline.withoutElsewhere(),
                            written.path("_seq_no").asLong(),
                            written.path("_primary_term").asLong()));
            return true;
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 409) {
                lately.invalidate(feedId);
                return false;
            }
            throw refused;
        }
    }

    /** Searches the newest timelines of the viewer. */
    @Override
    public Map<String, Instant> servedAfter(String viewerId, Instant since, Instant now) throws IOException {
        JsonNode found =
                newest(MOST_FEEDS_LATELY, List.of("pages"), List.of(term("viewerId", viewerId), after(since)), now);
        Map<String, Instant> served = new HashMap<>();
        for (JsonNode hit : found) {
            for (Page page : pages(hit.at("/_source/pages"))) {
                Instant at = Instant.ofEpochMilli(page.at);
                if (at.isAfter(since)) {
                    page.items.forEach(
                            item -> served.merge(item.contentId, at, (one, two) -> one.isAfter(two) ? one : two));
                }
            }
        }
        return served;
    }

    /**
     * What was written before this process began can be found: the indices are refreshed first. What this process writes
     * itself is found half a minute later.
     */
    @Override
    public Instant newest(Instant since, Instant now) throws IOException {
        elasticsearch.call("POST", lately(now) + "/_refresh?ignore_unavailable=true", null, deadline);
        JsonNode found = newest(1, List.of("at"), List.of(after(since)), now).path(0);
        return found.isMissingNode()
                ? null
                : Instant.ofEpochMilli(found.at("/_source/at").asLong());
    }

    /** Searches today's and yesterday's. */
    private JsonNode newest(int size, List<String> fields, List<Map<String, Object>> filters, Instant now)
            throws IOException {
        String body = JSON.writeValueAsString(Map.of(
                "size",
                size,
                "_source",
                fields,
                "query",
                Map.of("bool", Map.of("filter", filters)),
                "sort",
                List.of(Map.of("at", "desc"))));
        return elasticsearch
                .call("POST", lately(now) + "/_search?ignore_unavailable=true", body, deadline)
                .at("/hits/hits");
    }

    private static String lately(Instant now) {
        return "/" + Indices.TIMELINES.of(now.minus(Duration.ofDays(1))) + "," + Indices.TIMELINES.of(now);
    }

    private static Map<String, Object> term(String field, String value) {
        return Map.of("term", Map.of(field, value));
    }

    private static Map<String, Object> after(Instant since) {
        return Map.of("range", Map.of("at", Map.of("gt", since.toEpochMilli())));
    }

    static String json(Timeline timeline) throws JsonProcessingException {
        return JSON.writeValueAsString(timeline);
    }

    static Timeline timeline(String json) throws JsonProcessingException {
        return JSON.readValue(json, Timeline.class);
    }

    private static List<Page> pages(JsonNode pages) {
        List<Page> readable = new ArrayList<>();
        for (JsonNode page : pages) {
            try {
                readable.add(JSON.treeToValue(page, Page.class));
            } catch (JsonProcessingException e) {
                LOG.warn("a page cannot be read, so it is as good as forgotten: {}", e.getOriginalMessage());
            }
        }
        return readable;
    }

    private static String path(String feedId, Instant day) {
        return "/" + Indices.TIMELINES.of(day) + "/_doc/" + feedId;
    }
}
