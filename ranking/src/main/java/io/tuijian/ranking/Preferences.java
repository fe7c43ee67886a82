package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
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
        viewing.request().earlier().forEach(earlier -> inThisFeed.add(earlier.contentId()));
        boolean following = viewing.request().surface() == Surface.FOLLOWING;
        Set<String> lately = following ? Set.of() : viewing.request().servedLately();
        rules = List.of(
                new Rule(
                        "earlier-page",
                        (v, it) -> inThisFeed.contains(it.content().getId())),
                new Rule("hidden", (v, it) -> hidden.contains(it.content().getId())),
                new Rule("seen", (v, it) -> seen.contains(it.content().getId())),
                new Rule(
                        "served-lately", (v, it) -> lately.contains(it.content().getId())),
                new Rule("out-of-stock", (v, it) -> outOfStock(it)),
                new Rule(
                        "own",
                        (v, it) -> it.content().getAuthorId().equals(v.request().viewerId())),
                new Rule(
                        "other-kind",
                        (v, it) -> !recipe.kinds().isEmpty()
                                && !recipe.kinds().contains(it.content().getKind())));
    }

    /** The names of all preferences, in the order in which they are asked. */
    List<String> names() {
        return rules.stream().map(Rule::name).toList();
    }

    Optional<String> against(Viewing viewing, Hydrated content) {
        return rules.stream()
                .filter(rule -> rule.removes().test(viewing, content))
                .map(Rule::name)
                .findFirst();
    }

    private static boolean outOfStock(Hydrated hydrated) {
        var item = hydrated.content().getItem();
        return item != null && item.getStock() != null && item.getStock() <= 0;
    }
}
