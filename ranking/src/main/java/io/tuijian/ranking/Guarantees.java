package io.tuijian.ranking;

import io.tuijian.features.FeatureStore;
import io.tuijian.features.Relations;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Visibility;
import java.text.Normalizer;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may see what: the one predicate that every path asks, feed, cursor, fate, comments and direct read alike. It
 * decides from content facts and relations, never from the index, and fails closed. Whoever may not see a content may
 * not see what reposts or quotes it either, nor any comment on it.
 */
public final class Guarantees {
    private static final Set<SafetyLabel> NOT_FOR_EVERYONE =
            EnumSet.of(SafetyLabel.ADULT, SafetyLabel.VIOLENCE, SafetyLabel.SPAM, SafetyLabel.UNKNOWN);

    /** A chain of quotes of quotes that is longer cannot be judged. */
    static final int LONGEST_CHAIN = 20;

    /** What bears a label that is not for everyone. */
    static final String UNSAFE = "unsafe";

    private static final String UNKNOWN_ORIGINAL = "unknown-original";
    private static final String MUTED = "muted-";

    /** Muted keywords of whomever, as they are looked for. */
    private static final Map<String, String> KEYWORDS = new ConcurrentHashMap<>();

    private static final int MOST_KEYWORDS = 20_000;

    private record Guarantee(String name, Broken broken) {}

    private interface Broken {
        boolean by(String viewerId, Content content, Relations relations, Instant now);
    }

    /** In the order in which they are asked; the first that is broken is named. */
    private static final List<Guarantee> ALL = List.of(
            new Guarantee("taken-down", (v, c, r, now) -> c.getState() != ContentState.LIVE),
            new Guarantee("not-yet", (v, c, r, now) -> c.getStartsAt() != null && now.isBefore(c.getStartsAt())),
            new Guarantee("expired", (v, c, r, now) -> c.getExpiresAt() != null && !now.isBefore(c.getExpiresAt())),
            new Guarantee(UNSAFE, (v, c, r, now) -> any(c.getSafetyLabels(), NOT_FOR_EVERYONE::contains)),
            new Guarantee("blocked", (v, c, r, now) -> byEither(c, author -> r.blocked(v, author, now))),
            new Guarantee(
                    "muted-author",
                    (v, c, r, now) -> byEither(c, author -> r.active(v, RelationKind.MUTE_AUTHOR, author, now))),
            new Guarantee(
                    "muted-topic",
                    (v, c, r, now) -> any(c.getTopics(), topic -> r.active(v, RelationKind.MUTE_TOPIC, topic, now))),
            new Guarantee(
                    "muted-keyword", (v, c, r, now) -> saysMutedKeyword(v, r, now, c.getText(), c.getAuthorName())),
            new Guarantee("not-visible", (v, c, r, now) -> !visible(v, c, r, now)));

    private Guarantees() {}

    /**
     * A like or a comment.
     *
     * @param viewerId who made it
     * @param audience for whom, null if whoever made it did not say: for everyone who may see the content
     * @param text null if it has none
     */
    public record Reaction(String viewerId, Audience audience, String text) {}

    /**
     * The guarantee that showing this content to this viewer would break, or nothing if it may be shown.
     *
     * @param store knows what the content reposts, and the relations
     */
    public static Optional<String> broken(String viewerId, Content content, FeatureStore store, Instant now) {
        return broken(viewerId, content, store.relations(), store::content, now, any -> true);
    }

    /** True if this viewer may see this content now. */
    public static boolean allow(String viewerId, Content content, FeatureStore store, Instant now) {
        return broken(viewerId, content, store, now).isEmpty();
    }

    /** The same were these the relations. */
    static boolean allow(
            String viewerId, Content content, Relations relations, Function<String, Content> contents, Instant now) {
        return broken(viewerId, content, relations, contents, now, any -> true).isEmpty();
    }

    /**
     * True if nothing but the viewer's own mutes keeps this content from them: they may still take back or complete what
     * they did with it before. Whoever may not see a content may not like it or comment on it: on one for friends that
     * leaves the friends of its author.
     */
    public static boolean allowButForMutes(String viewerId, Content content, FeatureStore store, Instant now) {
        return broken(
                        viewerId,
                        content,
                        store.relations(),
                        store::content,
                        now,
                        guarantee -> !guarantee.name.startsWith(MUTED))
                .isEmpty();
    }

    /** True if nothing but a safety label, its own or that of what it reposts, keeps this content from this viewer. */
    static boolean allowButForLabels(String viewerId, Content content, FeatureStore store, Instant now) {
        return broken(
                        viewerId,
                        content,
                        store.relations(),
                        store::content,
                        now,
                        guarantee -> !guarantee.name.equals(UNSAFE))
                .isEmpty();
    }

    private static Optional<String> broken(
            String viewerId,
            Content content,
            Relations relations,
            Function<String, Content> contents,
            Instant now,
            Predicate<Guarantee> which) {
        Optional<String> own = brokenByItself(viewerId, content, relations, now, which);
        if (own.isPresent() || content.getOriginalId() == null || isOwn(viewerId, content)) {
            return own;
        }
        Set<String> chain = new HashSet<>();
        Content one = content;
        while (one.getOriginalId() != null && chain.add(one.getId())) {
            one = chain.size() > LONGEST_CHAIN ? null : contents.apply(one.getOriginalId());
            if (one == null) {
                return Optional.of(UNKNOWN_ORIGINAL);
            }
            own = brokenByItself(viewerId, one, relations, now, which);
            if (own.isPresent()) {
                return own;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> brokenByItself(
            String viewerId, Content content, Relations relations, Instant now, Predicate<Guarantee> which) {
        if (isOwn(viewerId, content)) {
            return Optional.empty();
        }
        for (Guarantee guarantee : ALL) {
            if (which.test(guarantee) && guarantee.broken.by(viewerId, content, relations, now)) {
                return Optional.of(guarantee.name);
            }
        }
        return Optional.empty();
    }

    /** What authors see whatever else holds. */
    private static boolean isOwn(String viewerId, Content content) {
        return viewerId.equals(content.getAuthorId()) && content.getState() == ContentState.LIVE;
    }

    /**
     * True if this viewer may see this reaction to a content that they may see. On a content for friends a reaction is
     * shown to whoever made it, to the author, and to friends of both.
     */
    public static boolean shows(String viewerId, Content content, Reaction reaction, Relations relations, Instant now) {
        String by = reaction.viewerId();
        if (viewerId.equals(by)) {
            return true;
        }
        return !relations.blocked(viewerId, by, now)
                && !relations.active(viewerId, RelationKind.MUTE_AUTHOR, by, now)
                && !saysMutedKeyword(viewerId, relations, now, reaction.text())
                && meantFor(viewerId, reaction, relations, now)
                && (content.getVisibility() != Visibility.FRIENDS
                        || betweenFriends(viewerId, content.getAuthorId(), by, relations, now));
    }

    private static boolean meantFor(String viewerId, Reaction reaction, Relations relations, Instant now) {
        if (reaction.audience() == null) {
            return true;
        }
        String by = reaction.viewerId();
        return switch (reaction.audience()) {
            case PUBLIC -> true;
            case FOLLOWERS ->
                relations.active(viewerId, RelationKind.FOLLOW, by, now) || relations.friends(viewerId, by, now);
            case FRIENDS -> relations.friends(viewerId, by, now);
            case PRIVATE -> false;
        };
    }

    private static boolean betweenFriends(String viewerId, String author, String by, Relations relations, Instant now) {
        return viewerId.equals(author)
                || relations.friends(viewerId, by, now) && relations.friends(viewerId, author, now);
    }

    /** The names of all guarantees, in the order in which they are asked. */
    public static List<String> names() {
        return Stream.concat(ALL.stream().map(Guarantee::name), Stream.of(UNKNOWN_ORIGINAL))
                .toList();
    }

    /** Without a stream: it is asked of each candidate of each page. */
    private static <T> boolean any(List<T> all, Predicate<T> which) {
        for (T one : all) {
            if (which.test(one)) {
                return true;
            }
        }
        return false;
    }

    private static boolean byEither(Content content, Predicate<String> author) {
        return author.test(content.getAuthorId())
                || content.getOriginalAuthorId() != null && author.test(content.getOriginalAuthorId());
    }

    private static boolean saysMutedKeyword(String viewerId, Relations relations, Instant now, String... texts) {
        Said said = new Said(texts);
        return relations.any(viewerId, RelationKind.MUTE_KEYWORD, now, said::says);
    }

    /** Texts, folded when the first keyword is looked for: most viewers mute none. */
    private static final class Said {
        private final String[] texts;
        private String folded;

        Said(String... texts) {
            this.texts = texts;
        }

        boolean says(String keyword) {
            String word = foldedKeyword(keyword);
            if (word.isEmpty()) {
                return false;
            }
            if (folded == null) {
                folded = folded(Stream.of(texts).filter(Objects::nonNull).collect(Collectors.joining(" ")));
            }
            return folded.contains(word);
        }
    }

    /** Folded once, not for each candidate of each page. */
    private static String foldedKeyword(String keyword) {
        String known = KEYWORDS.get(keyword);
        if (known != null) {
            return known;
        }
        if (KEYWORDS.size() >= MOST_KEYWORDS) {
            KEYWORDS.clear();
        }
        String word = folded(keyword).strip();
        KEYWORDS.put(keyword, word);
        return word;
    }

    /** The same for what reads the same: whatever its case, its width (ｃａｓｉｎｏ) or the invisible letters in it. */
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .codePoints()
                .filter(letter -> Character.getType(letter) != Character.FORMAT)
                .map(Character::toLowerCase)
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static boolean visible(String viewerId, Content content, Relations relations, Instant now) {
        String author = content.getAuthorId();
        return switch (content.getVisibility()) {
            case PUBLIC -> true;
            case FOLLOWERS ->
                relations.active(viewerId, RelationKind.FOLLOW, author, now)
                        || relations.friends(viewerId, author, now);
            case FRIENDS -> relations.friends(viewerId, author, now);
            case PRIVATE -> false;
        };
    }
}
