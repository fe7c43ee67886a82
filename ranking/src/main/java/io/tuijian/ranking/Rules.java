package io.tuijian.ranking;

import io.tuijian.features.FeatureStore;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All rules of one request: guarantees first, then preferences. Remembers what it removed. Not thread-safe. */
final class Rules {
    private final Viewing viewing;
    private final FeatureStore store;
    private final Preferences preferences;
    private final List<List<Hydrated>> looks = new ArrayList<>();
    private final List<Removed> removed = new ArrayList<>();

    Rules(Viewing viewing, FeatureStore store) {
        this.viewing = viewing;
        this.store = store;
        this.preferences = new Preferences(viewing, Recipes.of(viewing.request().surface()), store::content);
    }

    /** The first rule that keeps this content from the viewer, if any does. */
    Optional<String> against(Content content) {
        FeedRequest request = viewing.request();
        return Guarantees.broken(request.viewerId(), content, store, request.now())
                .or(() -> preferences.against(content));
    }

    /** True if no rule keeps it away; asks the cheap ones first, as it is asked of many. */
    boolean allow(Content content) {
        FeedRequest request = viewing.request();
        return preferences.against(content).isEmpty()
                && Guarantees.allow(request.viewerId(), content, store, request.now());
    }

    /** What the rules leave. */
    List<Hydrated> filter(List<Hydrated> known) {
        looks.add(known);
        List<Hydrated> contents = new ArrayList<>();
        for (Hydrated it : known) {
            Optional<String> rule = against(it.content());
            if (rule.isEmpty()) {
                contents.add(it);
            } else {
                removed.add(new Removed(
                        it.content().getId(),
                        it.content().getAuthorId(),
                        it.candidate().sources(),
                        rule.get()));
            }
        }
        return contents;
    }

    /** All that was judged so far, in the order in which it was found. */
    List<List<Hydrated>> looks() {
        return looks;
    }

    /** All that was filtered out so far, each with the rule that did it. */
    List<Removed> removed() {
        return List.copyOf(removed);
    }
}
