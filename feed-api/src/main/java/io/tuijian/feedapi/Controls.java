package io.tuijian.feedapi;

import io.tuijian.ranking.Dial;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What viewers set for themselves: whom they follow, mute, block, and their dial. It works on this server at once, and is
 * written whatever this server believes to hold already, since another may know better.
 */
final class Controls {
    /** The kinds of relation by their word in paths. */
    static final Map<String, RelationKind> KINDS = kinds();

    private static final int LONGEST_KEYWORD = 50;

    /** Each candidate of a page is searched for all of them. */
    private static final int MOST_KEYWORDS = 200;

    private static final int MOST_OF_A_KIND = 5_000;

    /** So many times as many are remembered, those that have ended among them. */
    private static final int ENDED_TOO = 10;

    private final ReplicatedFeatureStore store;
    private final EventLog log;

    Controls(ReplicatedFeatureStore store, EventLog log) {
        this.store = store;
        this.log = log;
    }

    /**
     * A follow is counted with its author from the moment that its relation names: one that held already is taken back
     * before, so that whichever of these steps fails, the same request sent again ends with one follow that counts, or none.
     */
    void set(Caller caller, String word, String to, boolean active, Instant now) {
        RelationKind kind = KINDS.get(word);
        if (kind == null) {
            throw Problem.notFound("There is no control " + word + ", only " + String.join(", ", KINDS.keySet()) + ".");
        }
        boolean keyword = kind == RelationKind.MUTE_KEYWORD;
        if (keyword ? to.isBlank() || to.length() > LONGEST_KEYWORD : !Bodies.isPlain(to)) {
            throw Problem.malformed(
                    keyword
                            ? "A keyword has 1 to " + LONGEST_KEYWORD + " characters."
                            : "An id has " + Bodies.PLAIN + ".");
        }
        if (to.equals(caller.id())) {
            throw Problem.malformed("That cannot be set for oneself.");
        }
        if (kind == RelationKind.FOLLOW && !to.startsWith("a")) {
            throw Problem.malformed("Only authors can be followed; their ids begin with a.");
        }
        Relation before = store.relations().newest(caller.id(), kind, to);
        boolean held = store.relations().active(caller.id(), kind, to, now);
        if (active && !held) {
            bounded(caller.id(), word, kind, before, now);
        } else if (before == null) {
            roomToRemember(caller.id(), word, kind);
        }
        Relation after = new Relation(caller.id(), kind, to, active, later(before, now), null, Provenance.REAL, null);
        if (kind == RelationKind.FOLLOW && held) {
            log.engagements(List.of(follow(caller.id(), to, now, before.getAt(), false)));
        }
        write(after);
        if (kind == RelationKind.FOLLOW && active) {
            log.engagements(List.of(follow(caller.id(), to, now, after.getAt(), true)));
        }
    }

    private void bounded(String viewerId, String word, RelationKind kind, Relation before, Instant now) {
        if (store.relations().known(viewerId, kind) >= most(kind)
                && store.relations().targets(viewerId, kind, now).size() >= most(kind)) {
            throw Problem.malformed("At most " + most(kind) + " " + word + " can be set; end one of them first.");
        }
        if (before == null) {
            roomToRemember(viewerId, word, kind);
        }
    }

    /** What has ended is kept, too, so that an older record that comes late does not revive it. */
    private void roomToRemember(String viewerId, String word, RelationKind kind) {
        if (store.relations().known(viewerId, kind) >= ENDED_TOO * most(kind)) {
            throw Problem.malformed(
                    "At most " + ENDED_TOO * most(kind) + " different " + word + " can ever be set or ended.");
        }
    }

    private static int most(RelationKind kind) {
        return kind == RelationKind.MUTE_KEYWORD ? MOST_KEYWORDS : MOST_OF_A_KIND;
    }

    /** After what is known here, so that it wins on every server, even where clocks differ. */
    private static Instant later(Relation before, Instant now) {
        Instant millis = now.truncatedTo(ChronoUnit.MILLIS);
        return before == null || before.getAt().isBefore(millis)
                ? millis
                : before.getAt().plusMillis(1);
    }

    /** Turns the dial between things this caller likes, 0, and people they know, 1; null gives it up. */
    void dial(Caller caller, Double people, Instant now) {
        Relation before = store.relations().newest(caller.id(), RelationKind.DIAL, Dial.PEOPLE);
        write(new Relation(
                caller.id(),
                RelationKind.DIAL,
                Dial.PEOPLE,
                people != null,
                later(before, now),
                null,
                Provenance.REAL,
                people));
    }

    private void write(Relation relation) {
        log.relation(relation);
        store.accept(relation);
    }

    List<Relation> of(Caller caller, Instant now) {
        return store.relations().of(caller.id(), now);
    }

    /**
     * A follow, or the end of one. It came from no content but is about the author, whose id stands in the content's
     * place; the moment at which the following began names it, so that its end can take it back.
     */
    private static Engagement follow(String viewerId, String authorId, Instant now, Instant since, boolean active) {
        String id = "follow-" + authorId + "-" + since.toEpochMilli();
        return Engagement.newBuilder()
                .setId(active ? id : "un" + id)
                .setUndoes(active ? null : id)
                .setViewerId(viewerId)
                .setContentId(authorId)
                .setAction(Action.FOLLOW)
                .setAt(now)
                .setReceivedAt(now)
                .setTouchpoint("profile")
                .setOrigin(Origin.LIVE)
                .build();
    }

    private static Map<String, RelationKind> kinds() {
        Map<String, RelationKind> kinds = new LinkedHashMap<>();
        kinds.put("following", RelationKind.FOLLOW);
        kinds.put("friends", RelationKind.FRIEND);
        kinds.put("subscriptions", RelationKind.SUBSCRIBE);
        kinds.put("groups", RelationKind.JOIN_GROUP);
        kinds.put("followed-topics", RelationKind.FOLLOW_TOPIC);
        kinds.put("muted-authors", RelationKind.MUTE_AUTHOR);
        kinds.put("blocked", RelationKind.BLOCK);
        kinds.put("muted-topics", RelationKind.MUTE_TOPIC);
        kinds.put("muted-keywords", RelationKind.MUTE_KEYWORD);
        return kinds;
    }
}
