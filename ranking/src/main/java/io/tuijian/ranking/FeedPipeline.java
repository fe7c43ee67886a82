package io.tuijian.ranking;

import io.tuijian.features.FeatureStore;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** From a request to a page: retrieve, hydrate, filter, score, mix, and fill what is short. Safe from many threads. */
public final class FeedPipeline {
    private final Parts parts;
    private final Mixer mixer;
    private final Ledger ledger = new Ledger();

    /**
     * What a pipeline is made of. Model, retrieval and tuning are taken once per request.
     *
     * @param index proposes
     * @param lastResort proposes what the index cannot
     * @param store knows contents, authors, viewers and relations
     * @param models scores
     * @param retrievals places viewers among contents, if there is such a model
     * @param tunings weighs and mixes
     */
    public record Parts(
            ContentIndex index,
            InMemoryContentIndex lastResort,
            FeatureStore store,
            Supplier<? extends EngagementModel> models,
            Supplier<Optional<Retrieval>> retrievals,
            Supplier<Tuning> tunings) {
        /** Without a retrieval model, with the tuning that comes with the product. */
        public Parts(
                ContentIndex index,
                InMemoryContentIndex lastResort,
                FeatureStore store,
                Supplier<? extends EngagementModel> models) {
            this(index, lastResort, store, models, Optional::empty, () -> Tuning.DEFAULT);
        }
    }

    public FeedPipeline(Parts parts) {
        this(parts, new Mixer());
    }

    FeedPipeline(Parts parts, Mixer mixer) {
        this.parts = parts;
        this.mixer = mixer;
    }

    /** The next page. Short only if the rules leave nothing that could be appended, or if {@code degraded} says why. */
    public Feed build(FeedRequest request) {
        Tuning tuning = parts.tunings.get();
        Scorer scorer = new Scorer(parts.models.get(), tuning);
        Viewing viewing = viewing(request, tuning);
        Rules rules = new Rules(viewing, parts.store);
        List<String> degraded = new ArrayList<>();
        Retriever retriever = new Retriever(parts, viewing, degraded);

        List<Candidate> found = retriever.fromIndex(); // all sources in one round trip
        List<Hydrated> allowed = rules.filter(hydrate(request, found)); // they remember what they removed
        List<ScoredContent> scored = scorer.score(allowed);
        List<Placed> mixed = mixer.mix(scored, request, tuning);
        List<Candidate> more = retriever.fromMemory(rules, Room.after(request, scored, mixed));
        while (!more.isEmpty()) { // the page is short
            scored = scorer.and(scored, rules.filter(hydrate(request, more)));
            mixed = mixer.mix(scored, request, tuning);
            more = retriever.fromMemory(rules, Room.after(request, scored, mixed));
        }
        List<ScoredContent> outranked = outranked(scored, mixed);
        List<Placed> items = reasons(viewing, scorer, tuning, scored).explain(mixed, outranked);
        Counterfactuals others = new Counterfactuals(viewing, parts.store, scorer, mixer, tuning);
        Map<SplitRule, List<Placed>> without = others.pages(rules, scored, mixed); // none unless asked for
        Feed.Versions versions = versions(viewing, scorer, tuning);
        return new Feed(request.id(), versions, items, rules.removed(), outranked, degraded, without);
    }

    /** Enters a page that was built here, and is served, into the ledger. */
    public void served(Feed page, Surface surface) {
        ledger.enter(page.items(), parts.tunings.get(), surface);
    }

    /** What was promised to new content and small authors, and given, on the pages that were served. */
    public Ledger ledger() {
        return ledger;
    }

    private Reasons reasons(Viewing viewing, Scorer scorer, Tuning tuning, List<ScoredContent> scored) {
        FeedRequest request = viewing.request();
        Moves moves = new Moves(request, tuning, other -> mixer.mix(scored, request, other));
        return new Reasons(viewing, scorer, Recipes.of(request.surface()), parts.store::content, moves);
    }

    private static Feed.Versions versions(Viewing viewing, Scorer scorer, Tuning tuning) {
        String retrieval =
                viewing.retrieval().map(model -> model.model().version()).orElse(null);
        double temperature = tuning.of(viewing.request().surface()).temperature();
        return new Feed.Versions(
                scorer.modelVersion(), tuning.version(), retrieval, temperature == 0 ? null : temperature);
    }

    private Viewing viewing(FeedRequest request, Tuning tuning) {
        return new Viewing(
                request,
                parts.store.viewer(request.viewerId()),
                parts.store.relations(),
                parts.retrievals.get(),
                tuning.promised());
    }

    /** One batched read. What was never published cannot be judged, so it is left out. */
    private List<Hydrated> hydrate(FeedRequest request, List<Candidate> found) {
        Map<String, Candidate> byId = new HashMap<>();
        found.forEach(candidate -> byId.put(candidate.contentId(), candidate));
        List<String> ids = found.stream().map(Candidate::contentId).toList();
        return parts.store.load(request.viewerId(), ids, request.context()).inputs().stream()
                .map(input -> new Hydrated(byId.get(input.content().getId()), input))
                .toList();
    }

    private static List<ScoredContent> outranked(List<ScoredContent> scored, List<Placed> items) {
        Set<String> served =
                items.stream().map(item -> item.content().contentId()).collect(Collectors.toSet());
        return scored.stream()
                .filter(content -> !served.contains(content.contentId()))
                .toList();
    }
}
