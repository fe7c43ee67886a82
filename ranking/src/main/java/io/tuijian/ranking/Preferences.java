package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a viewer would rather not get again, itself or in other hands: a repost and what it reposts are the same here.
 * Preferences fail open: what is not known removes nothing.
 */
final class Preferences {
    private static final Duration SEEN_AGAIN_AFTER = Duration.ofDays(7);

    private final Set<String> seen = new HashSet<>();
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> lately = new HashSet<>();
    private final Set<String> inThisFeed = new HashSet<>();
    private final Set<String> originals = new HashSet<>();
    private final Function<String, Content> contents;
    private final List<Rule> rules;

    /**
     * @param contents by id, null for unknown: there it stands what was reposted
     */
    Preferences(Viewing viewing, Recipes.Recipe recipe, Function<String, Content> contents) {
        this.contents = contents;
        Instant since = viewing.request().now().minus(SEEN_AGAIN_AFTER);
        for (ViewerState.Seen one : viewing.viewer().seen()) {
            if (one.atMillis() >= since.toEpochMilli()) {
                add(seen, one.contentId());
            }
        }
        for (ViewerState.Recent one : viewing.viewer().recent()) {
            if (Actions.NEGATIVE.contains(one.action())) {
                add(hidden, one.contentId());
            }
        }
        for (FeedRequest.Earlier earlier : viewing.request().earlier()) {
            inThisFeed.add(earlier.contentId());
            originals.add(earlier.originalId());
        }
        String viewerId = viewing.request().viewerId();
        if (viewing.request().surface() != Surface.FOLLOWING) {
            viewing.request().servedLately().forEach(id -> add(lately, id));
        }
        rules = List.of(
                new Rule("earlier-page", content -> inThisFeed.contains(content.getId())),
                new Rule("same-original", content -> originals.contains(Hydrated.originalId(content))),
                new Rule("hidden", content -> isAmong(hidden, content)),
                new Rule("seen", content -> isAmong(seen, content)),
                new Rule("served-lately", content -> isAmong(lately, content)),
                new Rule("out-of-stock", Preferences::outOfStock),
                new Rule("own", content -> content.getAuthorId().equals(viewerId)),
                new Rule("other-kind", content -> !recipe.shows(content.getKind())));
    }

    /** With what it reposts, if that is known here. */
    private void add(Set<String> ids, String contentId) {
        ids.add(contentId);
        Content content = contents.apply(contentId);
        if (content != null) {
            ids.add(Hydrated.originalId(content));
        }
    }

    private static boolean isAmong(Set<String> ids, Content content) {
        return ids.contains(content.getId()) || ids.contains(Hydrated.originalId(content));
    }

    /** The names of all preferences, in the order in which they are asked. */
    List<String> names() {
        return rules.stream().map(Rule::name).toList();
    }

    Optional<String> against(Content content) {
        for (Rule rule : rules) {
            if (rule.removes().test(content)) {
                return Optional.of(rule.name());
            }
        }
        return Optional.empty();
    }

    private static boolean outOfStock(Content content) {
        var item = content.getItem();
        return item != null && item.getStock() != null && item.getStock() <= 0;
    }
}
