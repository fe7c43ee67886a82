package io.tuijian.ranking;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Content;
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

    /** Of many contents it looks at so many at least, and at more until it has found enough. */
    private static final int AT_LEAST = 50_000;

    private static final int ENOUGH = 1_000;

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

    /** As {@link #look}, at however many there are. */
    List<Answer> search(List<ContentQuery> queries, Predicate<Content> wanted, int mostOfAnAuthor) throws Unavailable {
        return look(queries, wanted, mostOfAnAuthor, Integer.MAX_VALUE).answers();
    }

    /**
     * What a look came upon.
     *
     * @param answers one per query, in the same order
     * @param lookedAt so many contents
     * @param unfinished true if there were more than it might look at
     */
    record Look(List<Answer> answers, int lookedAt, boolean unfinished) {}

    /**
     * All queries in one pass, which ends early if there are many contents and enough of them were found: the best are
     * then the best of those it came upon.
     *
     * @param wanted asked at most once per content that matches a query
     * @param mostOfAnAuthor at most so many of one original author in an answer
     * @param most looks at no more contents than these
     * @throws Unavailable if too many others are looking right now
     */
    Look look(List<ContentQuery> queries, Predicate<Content> wanted, int mostOfAnAuthor, int most) throws Unavailable {
        List<Best> bests = new ArrayList<>(queries.size());
        for (ContentQuery query : queries) {
            bests.add(new Best(query, nearness(query), mostOfAnAuthor));
        }
        begin();
        try {
            return look(bests, wanted, most);
        } finally {
            scans.release();
        }
    }

    private Look look(List<Best> bests, Predicate<Content> wanted, int most) {
        Looked looked = new Looked(store);
        int seen = 0;
        int found = 0;
        for (Content content : store.contents()) {
            if (seen >= AT_LEAST && found >= ENOUGH) {
                break;
            }
            if (seen == most) {
                return new Look(answers(bests), seen, true);
            }
            seen++;
            looked.at(content);
            if (looked.isLive() && isFound(looked, bests, wanted)) {
                found++;
            }
        }
        return new Look(answers(bests), seen, false);
    }

    private static List<Answer> answers(List<Best> bests) {
        return bests.stream()
                .map(best -> new Answer(best.failed() ? List.of() : best.ids(), best.failed()))
                .toList();
    }

    private static boolean isFound(Looked looked, List<Best> bests, Predicate<Content> wanted) {
        boolean judged = false;
        for (Best best : bests) {
            if (best.hasRoomFor(looked)) {
                if (!judged && !wanted.test(looked.content())) {
                    return false;
                }
                judged = true;
                best.take();
            }
        }
        return judged;
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

    /** True if there are so few contents that looking at all of them costs little. */
    boolean isSmall() {
        return store.contentCount() <= FEW;
    }

    /** Greater is nearer; null if that is not asked, or cannot be told. */
    private ToDoubleFunction<Content> nearness(ContentQuery query) {
        Optional<Retrieval> now = query.near() == null ? Optional.empty() : retrieval.get();
        if (now.isEmpty() || !now.get().model().version().equals(query.near().version()) || !isSmall()) {
            return null;
        }
        VectorModel model = now.get().model();
        return content -> dot(query.near().vector(), model.contentVector(content));
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
