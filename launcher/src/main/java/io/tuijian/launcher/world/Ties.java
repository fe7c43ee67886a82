package io.tuijian.launcher.world;

import io.tuijian.launcher.world.Tastes.Taste;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the relations: the follows of the log, then generated follows by taste, and mutual friends. */
final class Ties {
    private static final int FRIENDSHIPS = 2_500;
    private static final int KOLS_OF_SHOWCASE = 6;
    private static final int WELL_SEEN = 40;
    private static final int PAST_MINUTES = (int) Duration.ofDays(360).toMinutes();

    private final Duration shift;
    private final Tastes tastes;
    private final Authors authors;
    private final List<World.ShowcaseViewer> showcase;
    private final long seed;
    private final Instant now;
    private final Map<String, Relation> relations = new LinkedHashMap<>();

    Ties(Duration shift, Tastes tastes, Authors authors, List<World.ShowcaseViewer> showcase, long seed, Instant now) {
        this.shift = shift;
        this.tastes = tastes;
        this.authors = authors;
        this.showcase = showcase;
        this.seed = seed;
        this.now = now;
    }

    /** Each key once. */
    List<Relation> relations() {
        tastes.follows().forEach(this::follow);
        showcase.forEach(viewer -> followKols(viewer.id()));
        Map<String, List<String>> byTopic = authors.mostSeenByTopic();
        tastes.byViewer().forEach((viewer, taste) -> followByTaste(viewer, taste, byTopic));
        befriend();
        return List.copyOf(relations.values());
    }

    private void follow(LogRow row) {
        Instant at = Instant.ofEpochMilli(row.atMillis()).plus(shift);
        tie(row.viewerId(), RelationKind.FOLLOW, row.video().authorId(), at, Provenance.REAL);
    }

    /** KOLs of the viewer's topics first. */
    private void followKols(String viewer) {
        List<String> topics = tastes.byViewer().get(viewer).topics();
        Chance chance = new Chance(seed, "KOLs of " + viewer);
        authors.kols().stream()
                .sorted(Comparator.comparing(kol -> nearness(kol, topics)))
                .limit(KOLS_OF_SHOWCASE)
                .forEach(
                        kol -> tie(viewer, RelationKind.FOLLOW, kol.authorId(), earlier(chance), Provenance.GENERATED));
    }

    private static int nearness(World.Kol kol, List<String> topics) {
        return kol.topics().stream()
                .mapToInt(topic -> topics.contains(topic) ? topics.indexOf(topic) : topics.size())
                .min()
                .orElse(topics.size());
    }

    /** Authors watched long, then well-seen ones of the viewer's topics; the more one watches, the more one follows. */
    private void followByTaste(String viewer, Taste taste, Map<String, List<String>> byTopic) {
        Chance chance = new Chance(seed, "follows of " + viewer);
        int wanted = 1 + (taste.impressions >= 8 ? 1 : 0) + (taste.impressions >= 20 ? 1 : 0);
        List<String> watched = List.copyOf(taste.longWatchedAuthors);
        List<String> topics = taste.topics();
        for (int i = 0; i < wanted; i++) {
            String author = !watched.isEmpty() && chance.percent(60)
                    ? chance.one(watched)
                    : chance.one(wellSeen(
                            topics.isEmpty()
                                    ? authors.mostSeen()
                                    : byTopic.get(topics.get(Math.min(i, topics.size() - 1)))));
            tie(viewer, RelationKind.FOLLOW, author, earlier(chance), Provenance.GENERATED);
        }
    }

    private static List<String> wellSeen(List<String> mostSeen) {
        return mostSeen.subList(0, Math.min(WELL_SEEN, mostSeen.size()));
    }

    /** Both ways, each showcase viewer with the next one, then people by chance. */
    private void befriend() {
        Chance chance = new Chance(seed, "friends");
        for (int i = 0; i + 1 < showcase.size(); i++) {
            befriend(showcase.get(i).id(), showcase.get(i + 1).id(), chance);
        }
        List<String> viewers = List.copyOf(tastes.byViewer().keySet());
        for (int i = 0; i < FRIENDSHIPS; i++) {
            befriend(chance.one(viewers), chance.one(viewers), chance);
        }
    }

    private void befriend(String one, String other, Chance chance) {
        if (!one.equals(other)) {
            Instant at = earlier(chance);
            tie(one, RelationKind.FRIEND, other, at, Provenance.GENERATED);
            tie(other, RelationKind.FRIEND, one, at, Provenance.GENERATED);
        }
    }

    private Instant earlier(Chance chance) {
        return now.minus(Duration.ofMinutes(1 + chance.below(PAST_MINUTES)));
    }

    private void tie(String from, RelationKind kind, String to, Instant at, Provenance provenance) {
        Relation relation = Relation.newBuilder()
                .setFrom(from)
                .setKind(kind)
                .setTo(to)
                .setActive(true)
                .setAt(at)
                .setProvenance(provenance)
                .build();
        relations.putIfAbsent(Keys.of(relation), relation);
    }
}
