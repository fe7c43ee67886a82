package io.tuijian.ranking;

import io.tuijian.features.FeatureStore;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.Recipes.Recipe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** From a request to a page: retrieve, hydrate, filter, score, mix. Safe from many threads. */
public final class FeedPipeline {
    /** If a page comes out short, sources are asked for this many times more, step by step. */
    private static final int[] REACHES = {1, 4, 16};

    private final Parts parts;
    private final Mixer mixer = new Mixer();
    private final Ledger ledger = new Ledger();

    /**
     * What a pipeline is made of. Model, retrieval and tuning are taken once per request.
     *
     * @param index proposes
     * @param lastResort proposes if the index cannot
     * @param store knows contents, authors, viewers and relations
     * @param models scores
     * @param retrievals places viewers among contents, if there is such a model
     * @param tunings weighs and mixes
     */
    public record Parts(
            ContentIndex index,
            ContentIndex lastResort,
            FeatureStore store,
            Supplier<? extends EngagementModel> models,
            Supplier<Optional<Retrieval>> retrievals,
            Supplier<Tuning> tunings) {
        /** Without a retrieval model, with the tuning that comes with the product. */
        public Parts(
                ContentIndex index,
                ContentIndex lastResort,
                FeatureStore store,
                Supplier<? extends EngagementModel> models) {
            this(index, lastResort, store, models, Optional::empty, () -> Tuning.DEFAULT);
        }
    }

    public FeedPipeline(Parts parts) {
        this.parts = parts;
    }

    /** The next page. Short only if the rules leave no more. */
    public Feed build(FeedRequest request) {
        Tuning tuning = parts.tunings.get();
        Scorer scorer = new Scorer(parts.models.get(), tuning);
        Viewing viewing = new Viewing(
                request, parts.store.viewer(request.viewerId()), parts.store.relations(), parts.retrievals.get());
        Feed feed = build(viewing, scorer, tuning, REACHES[0]);
        for (int i = 1; i < REACHES.length && feed.items().size() < request.limit(); i++) {
            feed = build(viewing, scorer, tuning, REACHES[i]);
        }
        ledger.enter(feed.items(), tuning, request.surface());
        return feed;
    }

    /** What was promised to new content and small authors, and given. */
    public Ledger ledger() {
        return ledger;
    }

    private Feed build(Viewing viewing, Scorer scorer, Tuning tuning, int reach) {
        FeedRequest request = viewing.request();
        List<String> degraded = new ArrayList<>();
        List<Candidate> found = retrieve(viewing, reach, degraded);
        List<Hydrated> known = hydrate(request, found);
        Kept kept = filter(viewing, known);
        List<ScoredContent> scored = scorer.score(kept.contents());
        List<Placed> mixed = mixer.mix(scored, request, tuning, reach == REACHES[REACHES.length - 1]);
        List<Placed> items = Reasons.explain(viewing, mixed, scorer);
        return new Feed(
                request.id(),
                versions(viewing, scorer, tuning),
                items,
                kept.removed(),
                outranked(scored, items),
                degraded);
    }

    private static Feed.Versions versions(Viewing viewing, Scorer scorer, Tuning tuning) {
        String retrieval =
                viewing.retrieval().map(model -> model.model().version()).orElse(null);
        double temperature = tuning.of(viewing.request().surface()).temperature();
        return new Feed.Versions(
                scorer.modelVersion(), tuning.version(), retrieval, temperature == 0 ? null : temperature);
    }

    /** Asks every source at once; one that fails is named and left out, and if all fail memory answers. */
    private List<Candidate> retrieve(Viewing viewing, int reach, List<String> degraded) {
        List<String> names = new ArrayList<>();
        List<ContentQuery> queries = new ArrayList<>();
        for (Source source : recipe(viewing.request()).sources()) {
            try {
                source.query(viewing).ifPresent(query -> {
                    names.add(source.name());
                    queries.add(query.atMost(query.limit() * reach));
                });
            } catch (RuntimeException e) { // a model may fail, and a page is due all the same
                degraded.add("source " + source.name());
            }
        }
        List<ContentIndex.Answer> answers = search(queries, degraded);
        Map<String, List<String>> sourcesByContent = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).failed()) {
                degraded.add("source " + names.get(i));
            }
            for (String id : answers.get(i).contentIds()) {
                sourcesByContent.computeIfAbsent(id, any -> new ArrayList<>(2)).add(names.get(i));
            }
        }
        return sourcesByContent.entrySet().stream()
                .map(entry -> new Candidate(entry.getKey(), entry.getValue()))
                .toList();
    }

    private List<ContentIndex.Answer> search(List<ContentQuery> queries, List<String> degraded) {
        try {
            return parts.index.search(queries);
        } catch (ContentIndex.Unavailable e) {
            degraded.add("content-index");
        }
        try {
            return parts.lastResort.search(queries);
        } catch (ContentIndex.Unavailable e) {
            return List.of();
        }
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

    /** Guarantees first, then preferences; remembers who removed what. */
    private Kept filter(Viewing viewing, List<Hydrated> known) {
        Preferences preferences = new Preferences(viewing, recipe(viewing.request()));
        List<Hydrated> contents = new ArrayList<>();
        List<Removed> removed = new ArrayList<>();
        for (Hydrated it : known) {
            Optional<String> rule = Guarantees.broken(
                            viewing.request().viewerId(),
                            it.content(),
                            viewing.relations(),
                            viewing.request().now())
                    .or(() -> preferences.against(viewing, it));
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
        return new Kept(contents, removed);
    }

    private static List<ScoredContent> outranked(List<ScoredContent> scored, List<Placed> items) {
        Set<String> served =
                items.stream().map(item -> item.content().contentId()).collect(Collectors.toSet());
        return scored.stream()
                .filter(content -> !served.contains(content.contentId()))
                .toList();
    }

    private static Recipe recipe(FeedRequest request) {
        Recipe recipe = Recipes.ALL.get(request.surface());
        if (recipe == null) {
            throw new IllegalArgumentException("no such surface: " + request.surface());
        }
        return recipe;
    }
}
