package io.tuijian.ranking;

import io.tuijian.features.Relations;
import io.tuijian.schemas.RelationKind;
import java.time.Instant;
import java.util.Set;

/** A viewer's own dial between people they know and things they like: a bounded factor for the one, its inverse for the other. */
public final class Dial {
    /** What the dial's relation points to. */
    public static final String PEOPLE = "people";

    /** Where it has no effect. */
    public static final double NEUTRAL = 0.5;

    private final double known;
    private final Set<String> followed;
    private final Set<String> subscribed;
    private final Relations relations;
    private final String viewerId;
    private final Instant now;

    /** @param strength what it multiplies and divides by at its ends */
    Dial(String viewerId, Relations relations, Instant now, double strength) {
        this.viewerId = viewerId;
        this.relations = relations;
        this.now = now;
        double people = of(viewerId, relations, now);
        known = Math.pow(strength, 2 * people - 1);
        boolean turned = known != 1;
        followed = turned ? relations.targets(viewerId, RelationKind.FOLLOW, now) : Set.of();
        subscribed = turned ? relations.targets(viewerId, RelationKind.SUBSCRIBE, now) : Set.of();
    }

    /** Where it stands: 0 for only things this viewer likes, 1 for only people they know. */
    public static double of(String viewerId, Relations relations, Instant now) {
        Double people = relations.value(viewerId, RelationKind.DIAL, PEOPLE, now);
        return people == null ? NEUTRAL : Math.max(0, Math.min(1, people));
    }

    /** What the score of a content by this author is multiplied by. */
    double factor(String authorId) {
        if (known == 1) {
            return 1;
        }
        boolean knows = followed.contains(authorId)
                || subscribed.contains(authorId)
                || relations.friends(viewerId, authorId, now);
        return knows ? known : 1 / known;
    }
}
