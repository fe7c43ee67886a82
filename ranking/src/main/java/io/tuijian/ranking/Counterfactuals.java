package io.tuijian.ranking;

import io.tuijian.features.FeatureStore;
import io.tuijian.features.ViewerState;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a page would be without each of the {@link SplitRule}s: the same candidates, those among them that only the rule or
 * an earlier page kept away, scored by the same model and mixed with the same draws, in a feed that holds what its own
 * earlier pages would have held. Made for one page. Not thread-safe.
 */
final class Counterfactuals {
    private static final Mixer UNCAPPED = Mixer.uncapped();

    private final Viewing viewing;
    private final FeatureStore store;
    private final Scorer scorer;
    private final Mixer mixer;
    private final Tuning tuning;

    /**
     * @param scorer of the page, as the mixer and the tuning
     */
    Counterfactuals(Viewing viewing, FeatureStore store, Scorer scorer, Mixer mixer, Tuning tuning) {
        this.viewing = viewing;
        this.store = store;
        this.scorer = scorer;
        this.mixer = mixer;
        this.tuning = tuning;
    }

    /**
     * The page without each rule that parts it from what it is, now or on an earlier page; nothing if the request does
     * not ask.
     *
     * @param rules that judged the candidates
     * @param scored what they left
     * @param page as it is
     */
    Map<SplitRule, List<Placed>> pages(Rules rules, List<ScoredContent> scored, List<Placed> page) {
        Map<SplitRule, List<Placed>> pages = new EnumMap<>(SplitRule.class);
        if (viewing.request().without().isEmpty()) {
            return pages;
        }
        Map<SplitRule, List<Earlier>> parted = viewing.request().without().get();
        Map<SplitRule, List<List<Hydrated>>> allowed = new EnumMap<>(SplitRule.class);
        for (SplitRule rule : SplitRule.values()) {
            if (parted.containsKey(rule) || hasAHand(rule, rules, scored, page)) {
                allowed.put(rule, allowed(rule, rules));
            }
        }
        Map<String, ScoredContent> byId = byId(scored, allowed.values());
        allowed.forEach((rule, looks) -> {
            List<Placed> other = mixed(rule, looks, byId);
            if (parted.containsKey(rule) || !same(other, page)) {
                pages.put(rule, other);
            }
        });
        return pages;
    }

    /** False only if the page is certain to be the same without this rule, if the earlier ones are. */
    private boolean hasAHand(SplitRule rule, Rules rules, List<ScoredContent> scored, List<Placed> page) {
        return switch (rule) {
            case AUTHOR_SPREAD -> tuning.of(surface()).authorDecay() != 1 || Mixer.isCapped(surface(), scored);
            case SMALL_AUTHORS -> page.stream().anyMatch(item -> Mixer.SMALL_AUTHOR.equals(item.turn()));
            case NEGATIVE_FEEDBACK -> scored.stream().anyMatch(ScoredContent::isLowered);
            case SAFETY_LABELS ->
                rules.removed().stream().anyMatch(one -> one.rule().equals(Guarantees.UNSAFE));
        };
    }

    /** By look, what might stand there without this rule: guarantees hold, preferences as the other feed goes. */
    private List<List<Hydrated>> allowed(SplitRule rule, Rules rules) {
        Map<String, String> removed = new HashMap<>();
        rules.removed().forEach(one -> removed.put(one.contentId(), one.rule()));
        Preferences preferences = new Preferences(elsewhere(rule), Recipes.of(surface()), store::content);
        List<List<Hydrated>> allowed = new ArrayList<>();
        for (List<Hydrated> look : rules.looks()) {
            allowed.add(look.stream()
                    .filter(it -> holds(rule, it, removed.get(it.content().getId())))
                    .filter(it -> preferences.against(it.content()).isEmpty())
                    .toList());
        }
        return allowed;
    }

    /** True if all guarantees hold but for the one that is not asked. */
    private boolean holds(SplitRule rule, Hydrated it, String removedBy) {
        if (rule == SplitRule.SAFETY_LABELS && Guarantees.UNSAFE.equals(removedBy)) {
            FeedRequest request = viewing.request();
            return Guarantees.allowButForLabels(request.viewerId(), it.content(), store, request.now());
        }
        return removedBy == null || !Guarantees.names().contains(removedBy);
    }

    /** The same wish in the feed without this rule. */
    private FeedRequest request(SplitRule rule) {
        FeedRequest it = viewing.request();
        List<Earlier> earlier = it.without().orElseThrow().get(rule);
        if (earlier == null) {
            return it;
        }
        Set<String> lately = new HashSet<>(it.servedLately());
        it.earlier().forEach(item -> lately.remove(item.contentId()));
        earlier.forEach(item -> lately.add(item.contentId()));
        return new FeedRequest(it.id(), it.viewerId(), it.limit(), it.context(), earlier, lately);
    }

    /** What is known of the viewer there, where they did not see what they saw in this feed. */
    private Viewing elsewhere(SplitRule rule) {
        if (!viewing.request().without().orElseThrow().containsKey(rule)) {
            return viewing;
        }
        Set<String> here = new HashSet<>();
        viewing.request().earlier().forEach(item -> here.add(item.contentId()));
        ViewerState it = viewing.viewer();
        ViewerState viewer = new ViewerState(
                it.viewerId(),
                it.counts(),
                it.byKind(),
                it.byTopic(),
                it.byAuthor(),
                it.recent(),
                it.seen().stream()
                        .filter(one -> !here.contains(one.contentId()))
                        .toList(),
                it.events(),
                it.updatedAtMillis(),
                it.firstAtMillis(),
                it.usualPrices());
        return new Viewing(request(rule), viewer, viewing.relations(), viewing.retrieval(), viewing.promised());
    }

    /** What was scored, and what a rule or an earlier page kept from it, in one call of the model. */
    private Map<String, ScoredContent> byId(List<ScoredContent> scored, Collection<List<List<Hydrated>>> allowed) {
        Map<String, ScoredContent> byId = new HashMap<>();
        scored.forEach(content -> byId.put(content.contentId(), content));
        Map<String, Hydrated> more = new HashMap<>();
        for (List<List<Hydrated>> looks : allowed) {
            for (List<Hydrated> look : looks) {
                look.forEach(it -> more.put(it.candidate().contentId(), it));
            }
        }
        more.keySet().removeAll(byId.keySet());
        scorer.score(List.copyOf(more.values())).forEach(content -> byId.put(content.contentId(), content));
        return byId;
    }

    /** Look after look, until the page is full. */
    private List<Placed> mixed(SplitRule rule, List<List<Hydrated>> looks, Map<String, ScoredContent> byId) {
        FeedRequest request = request(rule);
        boolean spread = rule != SplitRule.AUTHOR_SPREAD;
        List<ScoredContent> scored = new ArrayList<>();
        List<Placed> page = List.of();
        for (List<Hydrated> look : looks) {
            for (Hydrated it : look) {
                ScoredContent content = byId.get(it.candidate().contentId());
                scored.add(rule == SplitRule.NEGATIVE_FEEDBACK ? content.unlowered() : content);
            }
            scored.sort(Scorer.BEST_FIRST);
            page = (spread ? mixer : UNCAPPED).mix(scored, request, without(rule));
            if (page.size() == request.limit() && (!spread || Mixer.isCapped(surface(), scored))) {
                break;
            }
        }
        return page;
    }

    private Tuning without(SplitRule rule) {
        SurfaceTuning it = tuning.of(surface());
        return switch (rule) {
            case AUTHOR_SPREAD -> tuning.with(surface(), Moves.without(Signal.AUTHOR_SPREAD, it));
            case SMALL_AUTHORS -> tuning.with(surface(), Moves.without(Signal.SMALL_AUTHOR, it));
            case NEGATIVE_FEEDBACK, SAFETY_LABELS -> tuning;
        };
    }

    private Surface surface() {
        return viewing.request().surface();
    }

    /** What the next page is told of both is the same. */
    private static boolean same(List<Placed> one, List<Placed> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.get(i)
                            .content()
                            .contentId()
                            .equals(other.get(i).content().contentId())
                    && Objects.equals(one.get(i).turn(), other.get(i).turn());
        }
        return same;
    }
}
