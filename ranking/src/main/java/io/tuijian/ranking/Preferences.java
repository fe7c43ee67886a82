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

/** What a viewer would rather not get again. Preferences fail open: what is not known removes nothing. */
final class Preferences {
    private static final Duration SEEN_AGAIN_AFTER = Duration.ofDays(7);

    private final Set<String> seen = new HashSet<>();
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> inThisFeed = new HashSet<>();
    private final Set<String> originals = new HashSet<>();
    private final List<Rule> rules;

    Preferences(Viewing viewing, Recipes.Recipe recipe) {
        Instant since = viewing.request().now().minus(SEEN_AGAIN_AFTER);
        for (ViewerState.Seen one : viewing.viewer().seen()) {
            if (one.atMillis() >= since.toEpochMilli()) {
                seen.add(one.contentId());
            }
        }
        for (ViewerState.Recent one : viewing.viewer().recent()) {
            if (Actions.NEGATIVE.contains(one.action())) {
                hidden.add(one.contentId());
            }
        }
        for (FeedRequest.Earlier earlier : viewing.request().earlier()) {
            inThisFeed.add(earlier.contentId());
            originals.add(earlier.originalId());
        }
        String viewerId = viewing.request().viewerId();
        boolean following = viewing.request().surface() == Surface.FOLLOWING;
        Set<String> lately = following ? Set.of() : viewing.request().servedLately();
        rules = List.of(
                new Rule("earlier-page", content -> inThisFeed.contains(content.getId())),
                new Rule("same-original", content -> originals.contains(Hydrated.originalId(content))),
                new Rule("hidden", content -> hidden.contains(content.getId())),
                new Rule("seen", content -> seen.contains(content.getId())),
                new Rule("served-lately", content -> lately.contains(content.getId())),
                new Rule("out-of-stock", Preferences::outOfStock),
                new Rule("own", content -> content.getAuthorId().equals(viewerId)),
                new Rule("other-kind", content -> !recipe.shows(content.getKind())));
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
