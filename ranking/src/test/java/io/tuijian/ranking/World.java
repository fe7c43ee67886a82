package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.relation;

import io.tuijian.features.Story;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A platform made up from a seed, full of what may not be shown to Alice, and a plain reading of the rules that tells
 * what that is: the oracle of the pipeline.
 */
final class World {
    final long seed;
    final Platform platform = new Platform();
    final Set<String> servedLately = new HashSet<>();
    private final Random random;
    private final Set<String> relations = new HashSet<>();
    private final Map<String, Instant> seen = new HashMap<>();
    private final Set<String> turnedAway = new HashSet<>();
    private final List<Content> contents = new ArrayList<>();

    World(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        int authors = 3 + random.nextInt(40);
        int topics = 2 + random.nextInt(10);
        int size = 10 + random.nextInt(200);
        for (int i = 0; i < size; i++) {
            Content content = content(i, authors, topics).told();
            contents.add(content);
            platform.store.accept(content);
        }
        for (int i = random.nextInt(3 * authors); i > 0; i--) {
            relate("a" + random.nextInt(authors), "t" + random.nextInt(topics));
        }
        for (int i = random.nextInt(2 * size); i > 0; i--) {
            String id = pick(contents).getId();
            Instant at = NOON.minusSeconds(random.nextInt(14 * 86_400));
            if (random.nextInt(3) == 0) {
                platform.did(ALICE, Action.SEEN, id, at);
                seen.merge(id, at, (one, other) -> one.isAfter(other) ? one : other);
            }
            Action action = pick(List.of(Action.SEEN, Action.LONG_VIEW, Action.LIKE, Action.HIDE));
            boolean hers = random.nextBoolean() && action != Action.SEEN;
            platform.did(hers ? ALICE : "v-carol", action, id, at);
            if (hers && action == Action.HIDE) {
                turnedAway.add(id);
            }
        }
        for (int i = random.nextInt(10); i > 0; i--) {
            servedLately.add(pick(contents).getId());
        }
    }

    private Story.Told content(int i, int authors, int topics) {
        String author = "a" + random.nextInt(authors);
        Story.Told content = Story.content("c" + i)
                .by(author)
                .about("t" + random.nextInt(topics))
                .saying(random.nextInt(15) == 0 ? "A Casino night" : "hello")
                .called(random.nextInt(30) == 0 ? "casino royal" : null)
                .ago(Duration.ofMinutes(random.nextInt(30_000)))
                .in(random.nextInt(3) == 0 ? "Hangzhou" : null)
                .visibleTo(random.nextInt(3) > 0 ? Visibility.PUBLIC : pick(List.of(Visibility.values())));
        switch (random.nextInt(6)) {
            case 0 -> content.post();
            case 1 -> content.shopItem(random.nextInt(3) == 0 ? Integer.valueOf(random.nextInt(2)) : null);
            case 2 -> content.repostOf("c0", "a" + random.nextInt(authors));
            case 3, 4, 5 -> {}
        }
        switch (random.nextInt(20)) {
            case 0 -> content.takenDown();
            case 1 -> content.labelled(pick(List.of(SafetyLabel.values())));
            case 2 -> content.until(NOON.plusSeconds(random.nextInt(3) - 1));
            case 3 -> content.from(NOON.plusSeconds(random.nextInt(3) - 1));
            default -> {}
        }
        return content;
    }

    private void relate(String author, String topic) {
        switch (random.nextInt(12)) {
            case 0 -> holds(ALICE, RelationKind.BLOCK, author);
            case 1 -> holds(author, RelationKind.BLOCK, ALICE);
            case 2 -> holds(ALICE, RelationKind.MUTE_AUTHOR, author);
            case 3 -> holds(ALICE, RelationKind.FRIEND, author);
            case 4 -> {
                holds(ALICE, RelationKind.FRIEND, author);
                holds(author, RelationKind.FRIEND, ALICE);
            }
            case 5 -> {
                if (random.nextInt(5) == 0) {
                    holds(ALICE, RelationKind.MUTE_TOPIC, topic);
                }
            }
            case 6 -> {
                if (random.nextInt(3) == 0) {
                    holds(ALICE, RelationKind.MUTE_KEYWORD, "CASINO");
                }
            }
            default -> holds(ALICE, RelationKind.FOLLOW, author);
        }
    }

    private void holds(String from, RelationKind kind, String to) {
        platform.holds(relation(from, kind, to));
        relations.add(from + kind + to);
    }

    private boolean is(String from, RelationKind kind, String to) {
        return relations.contains(from + kind + to);
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** For-you and one other. */
    List<Surface> surfaces() {
        return List.of(Surface.FOR_YOU, pick(List.of(Surface.FOLLOWING, Surface.SHOP, Surface.VIDEOS, Surface.NEARBY)));
    }

    int limit() {
        return random.nextBoolean() ? 20 : 1 + random.nextInt(30);
    }

    private static String original(Content content) {
        return content.getOriginalId() == null ? content.getId() : content.getOriginalId();
    }

    static String originalAuthor(Content content) {
        return content.getOriginalAuthorId() == null ? content.getAuthorId() : content.getOriginalAuthorId();
    }

    /** What belongs on this surface, may be shown to Alice, and has not been shown yet. */
    List<Content> left(Surface surface, Set<String> shown) {
        Set<String> originals = new HashSet<>();
        contents.stream()
                .filter(content -> shown.contains(content.getId()))
                .forEach(content -> originals.add(original(content)));
        return contents.stream()
                .filter(content -> !originals.contains(original(content)))
                .filter(content -> against(surface, content).isEmpty())
                .toList();
    }

    long authorsLeft(Surface surface, Set<String> shown) {
        return left(surface, shown).stream()
                .map(World::originalAuthor)
                .distinct()
                .count();
    }

    /** Why this content may not be shown to Alice on this surface. */
    Optional<String> against(Surface surface, Content content) {
        String author = content.getAuthorId();
        String original = originalAuthor(content);
        String said = (content.getText() + " " + content.getAuthorName()).toLowerCase(Locale.ROOT);
        boolean friend = is(ALICE, RelationKind.FRIEND, author) && is(author, RelationKind.FRIEND, ALICE);
        boolean follows = is(ALICE, RelationKind.FOLLOW, author);
        Visibility visibility = content.getVisibility();
        ContentKind kind = content.getKind();

        boolean gone = content.getState() == ContentState.TAKEN_DOWN;
        boolean early = content.getStartsAt() != null && content.getStartsAt().isAfter(NOON);
        boolean late = content.getExpiresAt() != null && !content.getExpiresAt().isAfter(NOON);
        boolean unsafe = content.getSafetyLabels().stream().anyMatch(label -> label != SafetyLabel.MISINFORMATION);
        boolean hidden = visibility == Visibility.PRIVATE
                || visibility == Visibility.FRIENDS && !friend
                || visibility == Visibility.FOLLOWERS && !friend && !follows;
        boolean unwanted = false;
        for (String each : List.of(author, original)) {
            unwanted |= is(ALICE, RelationKind.BLOCK, each)
                    || is(each, RelationKind.BLOCK, ALICE)
                    || is(ALICE, RelationKind.MUTE_AUTHOR, each);
        }
        unwanted |= content.getTopics().stream().anyMatch(topic -> is(ALICE, RelationKind.MUTE_TOPIC, topic));
        unwanted |= is(ALICE, RelationKind.MUTE_KEYWORD, "CASINO") && said.contains("casino");
        Instant last = seen.get(content.getId());
        boolean known = turnedAway.contains(content.getId())
                || last != null && !last.isBefore(NOON.minus(Duration.ofDays(7)))
                || surface != Surface.FOLLOWING && servedLately.contains(content.getId());
        boolean soldOut = content.getItem() != null
                && content.getItem().getStock() != null
                && content.getItem().getStock() == 0;
        boolean elsewhere = surface == Surface.FOLLOWING && !follows && !friend
                || surface == Surface.SHOP && kind != ContentKind.SHOP_ITEM
                || surface == Surface.VIDEOS && kind != ContentKind.SHORT_VIDEO
                || surface == Surface.NEARBY && !"Hangzhou".equals(content.getCity());
        boolean reposted = content.getOriginalId() != null
                && !content.getOriginalId().equals(content.getId())
                && against(surface, platform.store.content(content.getOriginalId()))
                        .filter("forbidden"::equals)
                        .isPresent();
        if (gone || early || late || unsafe || hidden || unwanted || reposted) {
            return Optional.of("forbidden");
        }
        return known || soldOut || elsewhere ? Optional.of("unwanted here") : Optional.empty();
    }
}
