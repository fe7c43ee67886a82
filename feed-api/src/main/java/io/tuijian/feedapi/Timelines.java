package io.tuijian.feedapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.ranking.Reason;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Remembers the pages of each feed, in Elasticsearch, and what became of what they do not hold. */
final class Timelines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Elasticsearch elasticsearch;
    private final Duration deadline;

    Timelines(Elasticsearch elasticsearch, Duration deadline) {
        this.elasticsearch = elasticsearch;
        this.deadline = deadline;
    }

    /** An item as it was served, with what {@code FeedRequest.Earlier} says of it. */
    record Item(
            String contentId,
            String authorId,
            ContentKind kind,
            String originalId,
            long fingerprint,
            String turn,
            int position,
            String source,
            List<Reason> reasons) {}

    /** A page, and by content id the preference that removed what the newest page does not hold, or {@code outranked}. */
    record Page(List<Item> items, List<String> degraded) {}

    /** The pages of a feed so far, in order. */
    record Timeline(String viewerId, String surface, long at, List<Page> pages, Map<String, String> elsewhere) {}

    /** A timeline and where in its history it stands. */
    record Stored(Timeline timeline, long sequence, long term) {}

    /** The timeline of this feed, or null if there is none (any more). */
    Stored read(String feedId, Instant day) throws IOException {
        try {
            JsonNode found = elasticsearch.call("GET", path(feedId, day), null, deadline);
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
            throw new IOException("a timeline cannot be read: " + e.getOriginalMessage(), e);
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
        try {
            elasticsearch.call("PUT", path(feedId, day) + condition, JSON.writeValueAsString(timeline), deadline);
            return true;
        } catch (Elasticsearch.Refused refused) {
            if (refused.status() == 409) {
                return false;
            }
            throw refused;
        }
    }

    private static String path(String feedId, Instant day) {
        return "/" + Indices.TIMELINES.of(day) + "/_doc/" + feedId;
    }
}
