package io.tuijian.ranking;

import io.tuijian.features.FeatureStore;
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

    private final ContentIndex index;
    private final ContentIndex lastResort;
    private final FeatureStore store;
    private final Supplier<Scorer> scorers;
    private final Supplier<Optional<Retrieval>> retrievals;
    private final Mixer mixer = new Mixer();

    /** Without a retrieval model. */
    public FeedPipeline(ContentIndex index, ContentIndex lastResort, FeatureStore store, Supplier<Scorer> scorers) {
        this(index, lastResort, store, scorers, Optional::empty);
    }

    /**
     * @param lastResort asked only if the index cannot be
     * @param scorers one per request, with the model and weights of that moment
     * @param retrievals one per request, too, or none
     */
    public FeedPipeline(
            ContentIndex index,
            ContentIndex lastResort,
            FeatureStore store,
            Supplier<Scorer> scorers,
            Supplier<Optional<Retrieval>> retrievals) {
        this.index = index;
        this.lastResort = lastResort;
        this.store = store;
        this.scorers = scorers;
        this.retrievals = retrievals;
    }

    /** The next page. Short only if the rules leave no more. */
    public Feed build(FeedRequest request) {
        Scorer scorer = scorers.get();
        Optional<Retrieval> retrieval = retrievals.get();
        Feed feed = build(request, scorer, retrieval, REACHES[0]);
        for (int i = 1; i < REACHES.length && feed.items().size() < request.limit(); i++) {
            feed = build(request, scorer, retrieval, REACHES[i]);
        }
        return feed;
    }

    private Feed build(FeedRequest request, Scorer scorer, Optional<Retrieval> retrieval, int reach) {
        List<String> degraded = new ArrayList<>();
        Viewing viewing = new Viewing(request, store.viewer(request.viewerId()), store.relations(), retrieval);
        List<Candidate> found = retrieve(viewing, reach, degraded);
        List<Hydrated> known = hydrate(request, found);
        Kept kept = filter(viewing, known);
        List<ScoredContent> scored = scorer.score(kept.contents());
        List<Placed> items = mixer.mix(scored, request, reach == REACHES[REACHES.length - 1]);
        Feed.Versions versions = new Feed.Versions(scorer.modelVersion(), scorer.weightsVersion());
        return new Feed(request.id(), versions, items, kept.removed(), outranked(scored, items), degraded);
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
            return index.search(queries);
        } catch (ContentIndex.Unavailable e) {
            degraded.add("content-index");
        }
        try {
            return lastResort.search(queries);
        } catch (ContentIndex.Unavailable e) {
            return List.of();
        }
    }

    /** One batched read. What was never published cannot be judged, so it is left out. */
    private List<Hydrated> hydrate(FeedRequest request, List<Candidate> found) {
        Map<String, Candidate> byId = new HashMap<>();
        found.forEach(candidate -> byId.put(candidate.contentId(), candidate));
        List<String> ids = found.stream().map(Candidate::contentId).toList();
        return store.load(request.viewerId(), ids, request.context()).inputs().stream()
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
