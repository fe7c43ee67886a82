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
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is said under a content, newest first, as far as the one who asks may see it: Elasticsearch proposes,
 * {@link Guarantees} decide, and what they leave out is made up for from what follows.
 */
final class Comments {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_AT_ONCE = 200;

    /** Where so many may not be seen, the list ends: a cursor behind them would tell that they are there. */
    private static final int MOST_LOOKED_AT = 1_000;

    /** A search names no more people than this; those who are over it are left to {@link Guarantees}. */
    private static final int MOST_NAMED = 1_000;

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

    /** Ends the request with 503 if Elasticsearch has not answered within the deadline, however often it is asked. */
    Page page(String viewerId, Content content, int limit, String cursor, Instant now) {
        long end = System.nanoTime() + deadline.toNanos();
        String bearer = "comments " + viewerId + ' ' + content.getId();
        Place after = cursor == null ? null : place(cursor, bearer);
        Set<String> met = new LinkedHashSet<>();
        List<Comment> shown = new ArrayList<>();
        Place lastShown = null;
        int size = limit + 1;
        for (int lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += size, size = MOST_AT_ONCE) {
            size = Math.min(size, MOST_LOOKED_AT - lookedAt);
            JsonNode hits =
                    search(query(viewerId, content, met, now), size, after, Duration.ofNanos(end - System.nanoTime()));
            for (JsonNode hit : hits) {
                JsonNode said = hit.path("_source");
                if (!shows(viewerId, content, said, now)) {
                    String by = said.path("viewerId").asText();
                    if (store.relations().blocked(viewerId, by, now)) {
                        met.add(by); // and not again
                    }
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
        return new Page(shown, null);
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

    /**
     * What is under a content, less what is certain not to be shown. It leaves out nothing that {@link Guarantees} show, and
     * they decide of the rest.
     *
     * @param met who was found to be blocked either way
     */
    private ObjectNode query(String viewerId, Content content, Set<String> met, Instant now) {
        Set<String> friends = targets(viewerId, RelationKind.FRIEND, now);
        friends.add(viewerId);
        ObjectNode wanted = JSON.createObjectNode();
        ArrayNode filter = wanted.putArray("filter");
        term(filter, "contentId", content.getId());
        if (content.getVisibility() == Visibility.FRIENDS
                && !viewerId.equals(content.getAuthorId())
                && friends.size() <= MOST_NAMED) {
            people(filter, friends);
        }
        Set<String> unwanted = new LinkedHashSet<>(met);
        unwanted.addAll(targets(viewerId, RelationKind.BLOCK, now));
        unwanted.addAll(targets(viewerId, RelationKind.MUTE_AUTHOR, now));
        unwanted.remove(viewerId);
        ArrayNode not = wanted.putArray("must_not");
        people(not, unwanted.stream().limit(MOST_NAMED).toList());
        notForEveryone(viewerId, friends, now, not.addObject().putObject("bool"));
        return wanted;
    }

    /** What is for some only, unless it may be for this viewer. */
    private void notForEveryone(String viewerId, Set<String> friends, Instant now, ObjectNode query) {
        Set<String> known = targets(viewerId, RelationKind.FOLLOW, now);
        known.addAll(friends);
        ArrayNode forSome = query.putArray("filter");
        ArrayNode unless = query.putArray("must_not");
        if (known.size() <= MOST_NAMED) {
            forSome.addObject().putObject("exists").put("field", "audience");
            term(unless, "audience", Audience.PUBLIC.name());
            people(unless, known);
        } else {
            term(forSome, "audience", Audience.PRIVATE.name());
            term(unless, "viewerId", viewerId);
        }
    }

    private Set<String> targets(String viewerId, RelationKind kind, Instant now) {
        return new LinkedHashSet<>(store.relations().targets(viewerId, kind, now));
    }

    private JsonNode search(ObjectNode query, int size, Place after, Duration left) {
        ObjectNode body = JSON.createObjectNode();
        body.put("size", size);
        body.put("track_total_hits", false);
        body.putObject("query").set("bool", query);
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
                    .call("GET", path, body.toString(), left)
                    .path("hits")
                    .path("hits");
        } catch (IOException e) {
            throw Problem.unavailable("Comments cannot be read right now; ask again.");
        }
    }

    private static void term(ArrayNode filters, String field, String value) {
        filters.addObject().putObject("term").put(field, value);
    }

    private static void people(ArrayNode filters, Collection<String> people) {
        ArrayNode values = filters.addObject().putObject("terms").putArray("viewerId");
        people.forEach(values::add);
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
