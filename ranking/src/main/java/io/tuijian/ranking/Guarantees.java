package io.tuijian.ranking;

import io.tuijian.features.Relations;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may see what: the one predicate that every path asks, feed, cursor, fate and direct read alike. It decides from
 * content facts and relations, never from the index, and fails closed.
 */
public final class Guarantees {
    private static final Set<SafetyLabel> NOT_FOR_EVERYONE =
            EnumSet.of(SafetyLabel.ADULT, SafetyLabel.VIOLENCE, SafetyLabel.SPAM, SafetyLabel.UNKNOWN);

    private record Guarantee(String name, Broken broken) {}

    private interface Broken {
        boolean by(String viewerId, Content content, Relations relations, Instant now);
    }

    /** In the order in which they are asked; the first that is broken is named. */
    private static final List<Guarantee> ALL = List.of(
            new Guarantee("taken-down", (v, c, r, now) -> c.getState() != ContentState.LIVE),
            new Guarantee("not-yet", (v, c, r, now) -> c.getStartsAt() != null && now.isBefore(c.getStartsAt())),
            new Guarantee("expired", (v, c, r, now) -> c.getExpiresAt() != null && !now.isBefore(c.getExpiresAt())),
            new Guarantee(
                    "unsafe", (v, c, r, now) -> c.getSafetyLabels().stream().anyMatch(NOT_FOR_EVERYONE::contains)),
            new Guarantee("blocked", (v, c, r, now) -> byEither(c, author -> r.blocked(v, author, now))),
            new Guarantee(
                    "muted-author",
                    (v, c, r, now) -> byEither(c, author -> r.active(v, RelationKind.MUTE_AUTHOR, author, now))),
            new Guarantee("muted-topic", (v, c, r, now) -> c.getTopics().stream()
                    .anyMatch(topic -> r.active(v, RelationKind.MUTE_TOPIC, topic, now))),
            new Guarantee("muted-keyword", Guarantees::hasMutedKeyword),
            new Guarantee("not-visible", (v, c, r, now) -> !visible(v, c, r, now)));

    private Guarantees() {}

    /** The guarantee that showing this content to this viewer would break, or nothing if it may be shown. */
    public static Optional<String> broken(String viewerId, Content content, Relations relations, Instant now) {
        if (viewerId.equals(content.getAuthorId()) && content.getState() == ContentState.LIVE) {
            return Optional.empty();
        }
        return ALL.stream()
                .filter(guarantee -> guarantee.broken.by(viewerId, content, relations, now))
                .map(Guarantee::name)
                .findFirst();
    }

    /** True if this viewer may see this content now. */
    public static boolean allow(String viewerId, Content content, Relations relations, Instant now) {
        return broken(viewerId, content, relations, now).isEmpty();
    }

    /**
     * True if nothing but the viewer's own mutes keeps this content from them: they may still take back or complete what
     * they did with it before.
     */
    public static boolean allowButForMutes(String viewerId, Content content, Relations relations, Instant now) {
        return viewerId.equals(content.getAuthorId()) && content.getState() == ContentState.LIVE
                || ALL.stream()
                        .filter(guarantee -> !guarantee.name.startsWith("muted-"))
                        .noneMatch(guarantee -> guarantee.broken.by(viewerId, content, relations, now));
    }

    /** The names of all guarantees, in the order in which they are asked. */
    public static List<String> names() {
        return ALL.stream().map(Guarantee::name).toList();
    }

    private static boolean byEither(Content content, java.util.function.Predicate<String> author) {
        return author.test(content.getAuthorId())
                || content.getOriginalAuthorId() != null && author.test(content.getOriginalAuthorId());
    }

    private static boolean hasMutedKeyword(String viewerId, Content content, Relations relations, Instant now) {
        Set<String> keywords = relations.targets(viewerId, RelationKind.MUTE_KEYWORD, now);
        if (keywords.isEmpty()) {
            return false;
        }
        String said = (content.getText() + ' ' + (content.getAuthorName() == null ? "" : content.getAuthorName()))
                .toLowerCase(Locale.ROOT);
        return keywords.stream().anyMatch(keyword -> said.contains(keyword.toLowerCase(Locale.ROOT)));
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
