package io.tuijian.ranking;

import io.tuijian.features.ContentState;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Popularity;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The last resort: answers from the contents in this process's memory, by looking at each of them once for all queries.
 * It says the same as the real index would, and asks the caller's rules before it proposes anything, so that it finds as
 * much as they leave. At most half of the processors look at the same time.
 */
public final class InMemoryContentIndex implements ContentIndex {
    /** Looking at so many contents takes some milliseconds, computing all their vectors some more. */
    private static final int FEW = 20_000;

    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final InMemoryFeatureStore store;
    private final Supplier<Optional<Retrieval>> retrieval;
    private final Semaphore scans =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    /** One that cannot tell what is nearest. */
    public InMemoryContentIndex(InMemoryFeatureStore store) {
        this(store, Optional::empty);
    }

    /**
     * @param retrieval the model of this moment, which computes the vectors of all contents for each query, unless there
     *     are too many
     */
    public InMemoryContentIndex(InMemoryFeatureStore store, Supplier<Optional<Retrieval>> retrieval) {
        this.store = store;
        this.retrieval = retrieval;
    }

    @Override
    public List<Answer> search(List<ContentQuery> queries) {
        try {
            return search(queries, any -> true, Integer.MAX_VALUE);
        } catch (Unavailable e) {
            return queries.stream().map(query -> new Answer(List.of(), true)).toList();
        }
    }

    /**
     * All queries in one pass.
     *
     * @param wanted asked at most once per content that matches a query
     * @param mostOfAnAuthor at most so many of one original author in an answer
     * @throws Unavailable if too many others are looking right now
     */
    List<Answer> search(List<ContentQuery> queries, Predicate<Content> wanted, int mostOfAnAuthor) throws Unavailable {
        List<Best> bests = new ArrayList<>(queries.size());
        for (ContentQuery query : queries) {
            ToDoubleFunction<Content> order = order(query);
            bests.add(order == null ? null : new Best(query, order, mostOfAnAuthor));
        }
        begin();
        try {
            for (Content content : store.contents()) {
                offer(content, bests, wanted);
            }
        } finally {
            scans.release();
        }
        return bests.stream()
                .map(best ->
                        best == null || best.failed() ? new Answer(List.of(), true) : new Answer(best.ids(), false))
                .toList();
    }

    private void begin() throws Unavailable {
        try {
            if (!scans.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Unavailable("too many look into memory", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted", e);
        }
    }

    private void offer(Content content, List<Best> bests, Predicate<Content> wanted) {
        Boolean isWanted = null;
        for (Best best : bests) {
            if (best == null || !matches(best.query(), content) || !best.hasRoomFor(content)) {
                continue;
            }
            if (isWanted == null) {
                isWanted = wanted.test(content);
            }
            if (!isWanted) {
                return;
            }
            best.take();
        }
    }

    /** True if there are so few contents that looking at all of them costs little. */
    boolean isSmall() {
        return store.contentCount() <= FEW;
    }

    private boolean matches(ContentQuery query, Content content) {
        return content.getState() == io.tuijian.schemas.ContentState.LIVE
                && (query.authors().isEmpty()
                        ? content.getVisibility() == Visibility.PUBLIC
                        : query.authors().contains(content.getAuthorId()))
                && (query.kinds().isEmpty() || query.kinds().contains(content.getKind()))
                && (query.topics().isEmpty() || content.getTopics().stream().anyMatch(query.topics()::contains))
                && (query.cities().isEmpty()
                        || content.getCity() != null && query.cities().contains(content.getCity()))
                && (query.groups().isEmpty()
                        || content.getGroupId() != null && query.groups().contains(content.getGroupId()))
                && (query.since() == null || !content.getCreatedAt().isBefore(query.since()))
                && (query.mostSights() == null || sights(content) <= query.mostSights())
                && (query.order() != ContentQuery.Order.SHUFFLED || random(content) <= (float) query.from());
    }

    /** Greater is better. Null if what is nearest cannot be told. */
    private ToDoubleFunction<Content> order(ContentQuery query) {
        return switch (query.order()) {
            case TREND -> this::trend;
            case NEWEST -> content -> content.getCreatedAt().toEpochMilli();
            case SHUFFLED -> InMemoryContentIndex::random;
            case NEAREST -> nearness(query.near());
        };
    }

    private ToDoubleFunction<Content> nearness(ContentQuery.Near near) {
        Optional<Retrieval> now = retrieval.get();
        if (now.isEmpty() || !now.get().model().version().equals(near.version()) || !isSmall()) {
            return null;
        }
        VectorModel model = now.get().model();
        return content -> dot(near.vector(), model.contentVector(content));
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private long sights(Content content) {
        return Math.round(store.contentState(content.getId()).counts().always(Action.SEEN));
    }

    private double trend(Content content) {
        ContentState state = store.contentState(content.getId());
        return (float) Popularity.trend(state.counts(), content.getCreatedAt().toEpochMilli());
    }

    private static float random(Content content) {
        return (float) StableHash.fraction(content.getId());
    }
}
