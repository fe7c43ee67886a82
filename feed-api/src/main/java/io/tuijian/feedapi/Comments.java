package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.features.FeatureStore;
import io.tuijian.ranking.Guarantees;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is said under a content, newest first, as far as the one who asks may see it: Elasticsearch proposes,
 * {@link Guarantees} decide, and what they leave out is made up for from what follows.
 */
final class Comments {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_AT_ONCE = 1_000;

    /** Where so many in a row may not be seen, a page may be short and the cursor goes on behind them. */
    private static final int MOST_LOOKED_AT = 10_000;

    private final Elasticsearch elasticsearch;
    private final Duration deadline;
    private final FeatureStore store;
    private final Sealer sealer;

    Comments(Elasticsearch elasticsearch, Duration deadline, FeatureStore store, Sealer sealer) {
        this.elasticsearch = elasticsearch;
        this.deadline = deadline;
        this.store = store;
        this.sealer = sealer;
    }

    /** A page as it is answered; {@code nextCursor} is null at the end. */
    record Page(List<Comment> comments, String nextCursor) {}

    /** A comment or question; the id is that of the engagement, which its viewer may take back. */
    record Comment(String id, String viewerId, String action, String at, String text) {}

    /** A place in the order of comments: after this one. */
    private record Place(long at, long tie) {
        static Place of(JsonNode hit) {
            return new Place(
                    hit.path("sort").path(0).asLong(), hit.path("sort").path(1).asLong());
        }
    }

    /** Ends the request with 503 if Elasticsearch does not answer. */
    Page page(String viewerId, Content content, int limit, String cursor, Instant now) {
        String bearer = "comments " + viewerId + ' ' + content.getId();
        Place after = cursor == null ? null : place(cursor, bearer);
        List<Comment> shown = new ArrayList<>();
        Place lastShown = null;
        int size = limit + 1;
        for (int lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += size, size = Math.min(2 * size, MOST_AT_ONCE)) {
            JsonNode hits = search(viewerId, content, size, after);
            for (JsonNode hit : hits) {
                JsonNode said = hit.path("_source");
                if (!shows(viewerId, content, said, now)) {
                    continue;
                }
                if (shown.size() == limit) {
                    return new Page(shown, cursor(lastShown, bearer));
                }
                shown.add(comment(said));
                lastShown = Place.of(hit);
            }
            if (hits.size() < size) {
                return new Page(shown, null);
            }
            after = Place.of(hits.get(hits.size() - 1));
        }
        return new Page(shown, cursor(after, bearer));
    }

    private boolean shows(String viewerId, Content content, JsonNode said, Instant now) {
        Guarantees.Reaction reaction = new Guarantees.Reaction(
                said.path("viewerId").asText(),
                audience(said.path("audience")),
                said.path("text").asText());
        return Guarantees.shows(viewerId, content, reaction, store.relations(), now);
    }

    private static Audience audience(JsonNode word) {
        return word.isMissingNode()
                ? null
                : Arrays.stream(Audience.values())
                        .filter(audience -> audience.name().equals(word.asText()))
                        .findFirst()
                        .orElse(Audience.PRIVATE); // one that is not known here
    }

    private static Comment comment(JsonNode said) {
        return new Comment(
                said.path("id").asText(),
                said.path("viewerId").asText(),
                said.path("action").asText(),
                Instant.ofEpochMilli(said.path("at").asLong()).toString(),
                said.path("text").asText());
    }

    private JsonNode search(String viewerId, Content content, int size, Place after) {
        ObjectNode body = JSON.createObjectNode();
        body.put("size", size);
        body.put("track_total_hits", false);
        ObjectNode wanted = body.putObject("query").putObject("bool");
        term(wanted.putArray("filter"), "contentId", content.getId());
        ObjectNode privateOnes = wanted.putArray("must_not").addObject().putObject("bool");
        term(privateOnes.putArray("filter"), "audience", Audience.PRIVATE.name());
        term(privateOnes.putArray("must_not"), "viewerId", viewerId);
        ArrayNode sort = body.putArray("sort");
        sort.addObject().put("at", "desc");
        sort.addObject().put("tie", "desc");
        if (after != null) {
            body.putArray("search_after").add(after.at).add(after.tie);
        }
        String path = "/" + Indices.COMMENTS.name()
                + "/_search?ignore_unavailable=true&filter_path=hits.hits._source,hits.hits.sort";
        try {
            return elasticsearch
                    .call("GET", path, body.toString(), deadline)
                    .path("hits")
                    .path("hits");
        } catch (IOException e) {
            throw Problem.unavailable("Comments cannot be read right now; ask again.");
        }
    }

    private static void term(ArrayNode filters, String field, String value) {
        filters.addObject().putObject("term").put(field, value);
    }

    private String cursor(Place place, String bearer) {
        return sealer.seal(place.at + " " + place.tie, bearer);
    }

    private Place place(String cursor, String bearer) {
        String[] parts = sealer.open(cursor, bearer)
                .orElseThrow(
                        () -> Problem.malformed("The cursor is not one that this service gave to this viewer here."))
                .split(" ");
        return new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }
}
