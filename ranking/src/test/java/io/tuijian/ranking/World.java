package io.tuijian.ranking;

import static io.tuijian.features.Story.NOON;

import io.tuijian.features.FeatureStore;
import io.tuijian.features.Story;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A platform made up from a seed, full of what may not be shown to this viewer or that, and a plain reading of the rules
 * that tells what that is: the oracle of the feed. It plays at noon; {@link #turn} moves it on without moving the clock.
 */
public final class World {
    /** Where every viewer is. */
    public static final String CITY = "Hangzhou";

    private static final List<String> SAYINGS = List.of(
            "hello",
            "A Casino night",
            "Dumplings in ten minutes, folded by hand, steamed over bamboo, eaten at once",
            "Dumplings in ten minutes, folded by hand, steamed over bamboo, eaten at once!",
            "A walk along the river this morning, past the old bridge and the tea houses",
            "今天早上沿着河边散步，走过老桥和茶馆，看见有人在打太极拳，也有人在唱歌，天气真好，心情也很好，明天还要再来");

    public final long seed;
    private final Random random;
    private final String prefix;
    private final String audience;
    private final List<String> viewers = new ArrayList<>();
    private final List<String> authors = new ArrayList<>();
    private final List<String> topics = new ArrayList<>();
    private final Map<String, Content> contents = new LinkedHashMap<>();
    private final Map<String, Relation> relations = new LinkedHashMap<>();
    private final List<Deed> deeds = new ArrayList<>();
    private Instant latest = NOON.minus(Duration.ofHours(1));

    /** What somebody did with a content. */
    public record Deed(String viewerId, Action action, String contentId, Instant at) {}

    /** What changed: whole contents and relations, as they are now. */
    public record Change(List<Content> contents, List<Relation> relations) {}

    /**
     * @param most contents
     */
    public World(long seed, int most) {
        this.seed = seed;
        this.random = new Random(seed);
        this.prefix = "w" + seed + "-";
        this.audience = "v-" + prefix + "audience";
        count(authors, "a-", 3 + random.nextInt(40));
        count(topics, "t-", 2 + random.nextInt(10));
        count(viewers, "v-", 3);
        viewers.add(pick(authors));
        for (int i = 10 + random.nextInt(most - 10); i > 0; i--) {
            Content content = content();
            contents.put(content.getId(), content);
        }
        for (String viewer : viewers) {
            for (int i = random.nextInt(3 * authors.size()); i > 0; i--) {
                relate(viewer, pick(authors), pick(topics));
            }
            int sights = random.nextInt(2) * random.nextInt(contents.size());
            for (int i = 0; i < sights; i++) {
                deeds.add(deed(viewer));
            }
        }
        for (int i = random.nextInt(2 * contents.size()); i > 0; i--) {
            deeds.add(deed(audience));
        }
    }

    private void count(List<String> ids, String kind, int count) {
        for (int i = 0; i < count; i++) {
            ids.add(kind + prefix + i);
        }
    }

    private Content content() {
        Story.Told content = Story.content("c-" + prefix + contents.size())
                .by(pick(authors))
                .about(pick(topics))
                .saying(random.nextInt(4) > 0 ? "news " + random.nextInt() : pick(SAYINGS))
                .called(random.nextInt(30) == 0 ? "CASINO royal" : null)
                .ago(Duration.ofMinutes(random.nextInt(30_000)))
                .in(random.nextInt(3) == 0 ? CITY : null)
                .visibleTo(random.nextInt(3) > 0 ? Visibility.PUBLIC : pick(List.of(Visibility.values())));
        switch (random.nextInt(6)) {
            case 0 -> content.post();
            case 1 -> content.shopItem(random.nextInt(3) == 0 ? Integer.valueOf(random.nextInt(2)) : null);
            case 2 -> repost(content);
            default -> {}
        }
        switch (random.nextInt(20)) {
            case 0 -> content.takenDown();
            case 1 -> content.labelled(pick(List.of(SafetyLabel.values())));
            case 2 -> content.until(NOON.plusSeconds(random.nextInt(3) - 1));
            case 3 -> content.from(NOON.plusSeconds(random.nextInt(3) - 1));
            default -> {}
        }
        return content.told();
    }

    /** Of anything before it, reposts of reposts among them. */
    private void repost(Story.Told content) {
        if (!contents.isEmpty()) {
            Content original = pick(List.copyOf(contents.values()));
            content.repostOf(original.getId(), originalAuthor(original));
        }
    }

    private List<Relation> relate(String viewer, String author, String topic) {
        return switch (random.nextInt(16)) {
            case 0 -> List.of(holds(viewer, RelationKind.BLOCK, author));
            case 1 -> List.of(holds(author, RelationKind.BLOCK, viewer));
            case 2 -> List.of(holds(viewer, RelationKind.MUTE_AUTHOR, author));
            case 3 -> List.of(holds(viewer, RelationKind.FRIEND, author));
            case 4 -> List.of(holds(author, RelationKind.FRIEND, viewer));
            case 5, 6 ->
                List.of(holds(viewer, RelationKind.FRIEND, author), holds(author, RelationKind.FRIEND, viewer));
            case 7 -> List.of(holds(viewer, RelationKind.SUBSCRIBE, author));
            case 8 -> random.nextInt(5) == 0 ? List.of(holds(viewer, RelationKind.MUTE_TOPIC, topic)) : List.of();
            case 9 ->
                random.nextInt(3) == 0
                        ? List.of(holds(viewer, RelationKind.MUTE_KEYWORD, random.nextBoolean() ? "Casino" : "茶馆"))
                        : List.of();
            case 10 -> List.of(holds(viewer, RelationKind.FOLLOW_TOPIC, topic));
            case 11 -> List.of(holds(author, RelationKind.FOLLOW, viewer));
            default -> List.of(holds(viewer, RelationKind.FOLLOW, author));
        };
    }

    /** One in eight has ended by itself or been ended, one in eight will. */
    private Relation holds(String from, RelationKind kind, String to) {
        latest = latest.plusMillis(1);
        int fate = random.nextInt(16);
        Instant end = fate < 2 ? NOON.plusSeconds(fate) : null;
        Relation relation = new Relation(from, kind, to, fate != 2, latest, end, Provenance.REAL, null);
        relations.put(from + kind + to, relation);
        return relation;
    }

    private Deed deed(String viewer) {
        String id = pick(List.copyOf(contents.keySet()));
        Instant at = random.nextInt(8) == 0
                ? NOON.minus(Duration.ofDays(7)).plusSeconds(random.nextInt(3) - 1)
                : NOON.minusSeconds(1 + random.nextInt(14 * 86_400));
        Action action = pick(List.of(Action.SEEN, Action.SEEN, Action.LONG_VIEW, Action.LIKE, Action.HIDE));
        return new Deed(viewer, action, id, at);
    }

    /** Somebody blocks, mutes, parts, takes down, hides away or opens up. */
    Change turn() {
        return turn(List.of());
    }

    /**
     * The same, and it strikes each of these contents too.
     *
     * @param ids of contents
     */
    public Change turn(List<String> ids) {
        List<Content> changed = new ArrayList<>();
        List<Relation> related = new ArrayList<>();
        Set<String> struck = new LinkedHashSet<>(ids);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            struck.add(pick(List.copyOf(contents.keySet())));
        }
        for (String id : struck) {
            Content content = contents.get(id);
            Content.Builder next = Content.newBuilder(content).setVersion(content.getVersion() + 1);
            switch (random.nextInt(4)) {
                case 0 -> next.setState(ContentState.TAKEN_DOWN);
                case 1 -> next.setExpiresAt(NOON);
                default ->
                    next.setVisibility(pick(
                            List.of(Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.FRIENDS, Visibility.PRIVATE)));
            }
            Content now = next.build();
            contents.put(now.getId(), now);
            changed.add(now);
        }
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            related.addAll(relate(pick(viewers), pick(authors), pick(topics)));
        }
        return new Change(changed, related);
    }

    /** The viewer saw this content just now. */
    Deed sees(String viewer, String contentId) {
        Deed deed = new Deed(viewer, Action.SEEN, contentId, NOON);
        deeds.add(deed);
        return deed;
    }

    /** What everyone did, folded into states. */
    public FeatureStore states() {
        return platform().store;
    }

    /** The whole world in memory. */
    Platform platform() {
        Platform platform = new Platform();
        contents.values().forEach(platform.store::accept);
        relations.values().forEach(platform.store::accept);
        deeds.forEach(platform::did);
        return platform;
    }

    /** Those who scroll; the last is an author too. */
    public List<String> viewers() {
        return viewers;
    }

    public List<Content> contents() {
        return List.copyOf(contents.values());
    }

    public List<Relation> relations() {
        return List.copyOf(relations.values());
    }

    public List<Deed> deeds() {
        return deeds;
    }

    public Content content(String id) {
        return contents.get(id);
    }

    /** Two of those who scroll, one of them an author. */
    public List<String> pickTwo() {
        return List.of(viewers.get(random.nextInt(viewers.size() - 1)), viewers.get(viewers.size() - 1));
    }

    public <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    public int limit() {
        return random.nextBoolean() ? 20 : 1 + random.nextInt(30);
    }

    /** Some that were served to this viewer a moment ago, for no reason. */
    Set<String> servedLately() {
        Set<String> ids = new HashSet<>();
        for (int i = random.nextInt(10); i > 0; i--) {
            ids.add(pick(List.copyOf(contents.keySet())));
        }
        return ids;
    }

    /** What it reposts or quotes, or itself. */
    public static String original(Content content) {
        return content.getOriginalId() == null ? content.getId() : content.getOriginalId();
    }

    public static String originalAuthor(Content content) {
        return content.getOriginalAuthorId() == null ? content.getAuthorId() : content.getOriginalAuthorId();
    }

    private boolean is(String from, RelationKind kind, String to) {
        Relation relation = relations.get(from + kind + to);
        return relation != null
                && relation.getActive()
                && (relation.getExpiresAt() == null || relation.getExpiresAt().isAfter(NOON));
    }

    private boolean friends(String one, String other) {
        return is(one, RelationKind.FRIEND, other) && is(other, RelationKind.FRIEND, one);
    }

    /** Whether this viewer must not get this content, whatever they ask for. */
    public boolean forbidden(String viewer, Content content) {
        return secret(viewer, content)
                || !content.getAuthorId().equals(viewer)
                        && chain(content).stream().anyMatch(each -> muted(viewer, each));
    }

    /** Whether this viewer must not even know that there is such a content. */
    public boolean secret(String viewer, Content content) {
        return content.getAuthorId().equals(viewer)
                ? content.getState() == ContentState.TAKEN_DOWN
                : chain(content).stream().anyMatch(each -> secretByItself(viewer, each));
    }

    /** The content, what it reposts, and so on. */
    private List<Content> chain(Content content) {
        List<Content> chain = new ArrayList<>();
        for (Content each = content; each != null; each = contents.get(each.getOriginalId())) {
            chain.add(each);
        }
        return chain;
    }

    private boolean secretByItself(String viewer, Content content) {
        String author = content.getAuthorId();
        if (content.getState() == ContentState.TAKEN_DOWN) {
            return true;
        }
        if (author.equals(viewer)) {
            return false;
        }
        boolean early = content.getStartsAt() != null && content.getStartsAt().isAfter(NOON);
        boolean late = content.getExpiresAt() != null && !content.getExpiresAt().isAfter(NOON);
        boolean unsafe = content.getSafetyLabels().stream().anyMatch(label -> label != SafetyLabel.MISINFORMATION);
        boolean friend = friends(viewer, author);
        boolean follows = is(viewer, RelationKind.FOLLOW, author);
        Visibility visibility = content.getVisibility();
        boolean hidden = visibility == Visibility.PRIVATE
                || visibility == Visibility.FRIENDS && !friend
                || visibility == Visibility.FOLLOWERS && !friend && !follows;
        boolean blocked = false;
        for (String each : List.of(author, originalAuthor(content))) {
            blocked |= is(viewer, RelationKind.BLOCK, each) || is(each, RelationKind.BLOCK, viewer);
        }
        return early || late || unsafe || hidden || blocked;
    }

    private boolean muted(String viewer, Content content) {
        String said = (content.getText() + " " + content.getAuthorName()).toLowerCase(Locale.ROOT);
        if (content.getAuthorId().equals(viewer)) {
            return false;
        }
        return is(viewer, RelationKind.MUTE_AUTHOR, content.getAuthorId())
                || is(viewer, RelationKind.MUTE_AUTHOR, originalAuthor(content))
                || content.getTopics().stream().anyMatch(topic -> is(viewer, RelationKind.MUTE_TOPIC, topic))
                || is(viewer, RelationKind.MUTE_KEYWORD, "Casino") && said.contains("casino")
                || is(viewer, RelationKind.MUTE_KEYWORD, "茶馆") && said.contains("茶馆");
    }

    /** Whether this viewer does not want it on this surface, though they may see it. */
    public boolean unwanted(String viewer, Surface surface, Content content) {
        boolean own = content.getAuthorId().equals(viewer);
        boolean soldOut = content.getItem() != null
                && content.getItem().getStock() != null
                && content.getItem().getStock() == 0;
        return own || soldOut || known(viewer, content) || !belongs(viewer, surface, content);
    }

    /** Whether one of these is this content, or one reposts the other, or both the same. */
    public boolean repeats(Set<String> ids, Content content) {
        return ids.stream().anyMatch(id -> same(contents.get(id), content));
    }

    private static boolean same(Content one, Content other) {
        return original(one).equals(original(other))
                || original(one).equals(other.getId())
                || one.getId().equals(original(other));
    }

    /** Seen within seven days, or hidden at any time, it or what is the same in other hands. */
    private boolean known(String viewer, Content content) {
        return deeds.stream()
                .filter(deed -> deed.viewerId.equals(viewer) && repeats(Set.of(deed.contentId), content))
                .anyMatch(deed -> deed.action == Action.HIDE
                        || deed.action == Action.SEEN && !deed.at.isBefore(NOON.minus(Duration.ofDays(7))));
    }

    private boolean belongs(String viewer, Surface surface, Content content) {
        return switch (surface) {
            case FOLLOWING -> {
                String author = content.getAuthorId();
                yield is(viewer, RelationKind.FOLLOW, author)
                        || is(viewer, RelationKind.SUBSCRIBE, author)
                        || friends(viewer, author);
            }
            case SHOP -> content.getKind() == ContentKind.SHOP_ITEM;
            case VIDEOS -> content.getKind() == ContentKind.SHORT_VIDEO;
            case NEARBY -> CITY.equals(content.getCity());
            default -> true;
        };
    }

    /**
     * What may stand on this surface for this viewer, and does not yet.
     *
     * @param shown what must not be shown again, in whoever's hands
     * @param originals what the feed holds, itself or as a repost
     */
    public List<Content> left(String viewer, Surface surface, Set<String> shown, Set<String> originals) {
        return contents.values().stream()
                .filter(content -> !repeats(shown, content) && !originals.contains(original(content)))
                .filter(content -> !forbidden(viewer, content) && !unwanted(viewer, surface, content))
                .toList();
    }

    /** Whether the cap on authors holds: not where few are followed who have anything left. */
    public boolean capped(String viewer, Surface surface, Set<String> shown, Set<String> originals) {
        return surface != Surface.FOLLOWING
                || left(viewer, surface, shown, originals).stream()
                                .map(World::originalAuthor)
                                .distinct()
                                .count()
                        >= 10;
    }
}
