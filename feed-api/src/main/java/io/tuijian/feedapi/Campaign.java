package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Contents whose reach is looked at together, as a KOL or a brand named them. Immutable.
 *
 * @param contentIds each once; in order if they are a series
 * @param ordered whether they are a series: part 1, part 2 …
 * @param from ISO-8601 in UTC, inclusive
 * @param to ISO-8601 in UTC, exclusive
 * @param createdAt ISO-8601 in UTC
 */
record Campaign(
        String id, String name, List<String> contentIds, boolean ordered, String from, String to, String createdAt) {
    static final int MOST_CONTENTS = 200;
    static final Duration LONGEST = Duration.ofDays(400);

    /** What this body asks for; ends the request with 400 if it cannot be.
     *
     * @param otherwiseId the id if the body has none
     */
    static Campaign of(JsonNode body, String otherwiseId, Instant now) {
        try {
            String id = Bodies.shortText(body, "id");
            if (id != null && !Bodies.isPlain(id)) {
                throw new Bodies.Wrong("id must be " + Bodies.PLAIN);
            }
            String name = Bodies.shortText(body, "name");
            if (name == null || name.isBlank()) {
                throw new Bodies.Wrong("name is missing");
            }
            List<String> contentIds = Bodies.texts(body, "contentIds", MOST_CONTENTS);
            if (contentIds.isEmpty()) {
                throw new Bodies.Wrong("contentIds is missing or empty");
            }
            Instant from = Bodies.time(body, "from");
            Instant to = Bodies.time(body, "to");
            if (from == null || to == null || !from.isBefore(to)) {
                throw new Bodies.Wrong("from and to are needed, and from must be before to");
            }
            if (Duration.between(from, to).compareTo(LONGEST) > 0) {
                throw new Bodies.Wrong("from and to may be at most " + LONGEST.toDays() + " days apart");
            }
            return new Campaign(
                    id == null ? otherwiseId : id,
                    name,
                    contentIds.stream().distinct().toList(),
                    Bodies.flag(body, "ordered"),
                    from.toString(),
                    to.toString(),
                    now.toString());
        } catch (Bodies.Wrong wrong) {
            throw wrong.problem();
        }
    }

    /** True if both were asked for in the same words, whenever that was. */
    boolean sameAs(Campaign other) {
        return equals(
                new Campaign(other.id, other.name, other.contentIds, other.ordered, other.from, other.to, createdAt));
    }

    Instant begins() {
        return Instant.parse(from);
    }

    Instant ends() {
        return Instant.parse(to);
    }
}
