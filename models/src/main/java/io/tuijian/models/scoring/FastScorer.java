package io.tuijian.models.scoring;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.models.Artifact;
import io.tuijian.models.HeadProbabilities;
import io.tuijian.models.Heads;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Scores;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Weights;
import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * The weights of a ranker as matrix products with nothing around them: what a viewer brings is multiplied once per page,
 * and a page is scored in room that was made before. Agrees with the library that trained it to 1e-5. Heads that were
 * not trained are popularity's. Safe from many threads; more than {@link #AT_ONCE} of them wait for each other.
 */
public final class FastScorer implements OfflineModel {
    /** How many pages are scored at once: each takes a room, which outlives it. */
    static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final String version;
    private final Weights weights;
    private final Plan plan;
    private final Gather gather;
    private final int[] headOf;
    private final int[] outputOf;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ConcurrentLinkedDeque<Place> places = new ConcurrentLinkedDeque<>();

    /** What one thread scores with. */
    private record Place(Room room, Page page, float[] out) {}

    /** Rows of a training set that are one page. */
    private record Run(int from, int to) {}

    public FastScorer(String version, Weights weights) {
        this.version = version;
        this.weights = weights;
        this.plan = new Plan(weights);
        this.gather = new Gather(weights, FeatureSet.ALL.names());
        this.headOf = weights.outputs().stream()
                .mapToInt(action -> weights.heads().contains(action) ? Heads.index(action) : -1)
                .toArray();
        this.outputOf = new int[Heads.ALL.size()];
        Arrays.fill(outputOf, -1);
        for (int output = 0; output < headOf.length; output++) {
            if (headOf[output] >= 0) {
                outputOf[headOf[output]] = output;
            }
        }
    }

    /**
     * Reads a published ranker.
     *
     * @throws io.tuijian.models.UnusableArtifact if it is damaged or wants what is not known here
     */
    public static FastScorer read(Artifact artifact) {
        return new FastScorer(artifact.version(), Weights.read(artifact));
    }

    /** What candidates of one viewer and moment mean, by {@code output × page.count() + candidate}; the only thing allocated. */
    public float[] score(Page page) {
        float[] out = new float[plan.outputs * page.count()];
        Place place = take();
        try {
            place.room.score(page, out);
        } finally {
            give(place);
        }
        return out;
    }

    /** The page of these candidates, which are of one viewer and moment. */
    public Page page(List<FeatureInput> candidates) {
        List<Features> features = FeatureSet.ALL.of(candidates);
        Page page = new Page(weights, candidates.size());
        viewer(page, candidates.get(0), features.get(0));
        for (int i = 0; i < candidates.size(); i++) {
            gather.candidate(page, features.get(i).dense(), candidates.get(i).content());
        }
        return page;
    }

    private void viewer(Page page, FeatureInput input, Features features) {
        gather.viewer(
                page,
                features.dense(),
                input.viewer().viewerId(),
                input.context().surface().name(),
                features.recent(),
                input.context().now().toEpochMilli());
    }

    @Override
    public List<Prediction> predict(List<FeatureInput> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        List<Features> features = FeatureSet.ALL.of(candidates);
        List<Prediction> predictions = new ArrayList<>(candidates.size());
        Place place = take();
        try {
            for (int from = 0; from < candidates.size(); from = predictions.size()) {
                FeatureInput first = candidates.get(from);
                viewer(place.page, first, features.get(from));
                int to = from;
                while (to < candidates.size() && to - from < Room.ROWS && isOfPage(first, candidates.get(to))) {
                    gather.candidate(
                            place.page,
                            features.get(to).dense(),
                            candidates.get(to).content());
                    to++;
                }
                place.room.score(place.page, place.out);
                for (int i = from; i < to; i++) {
                    predictions.add(prediction(candidates.get(i), features.get(i), place.out, i - from, to - from));
                }
            }
        } finally {
            give(place);
        }
        return predictions;
    }

    private static boolean isOfPage(FeatureInput first, FeatureInput other) {
        return first.viewer() == other.viewer()
                && (first.context() == other.context() || first.context().equals(other.context()))
                && first.relations() == other.relations();
    }

    private Prediction prediction(FeatureInput candidate, Features features, float[] out, int at, int count) {
        float[] byHead = new float[outputOf.length];
        for (int head = 0; head < byHead.length; head++) {
            Action action = Heads.ALL.get(head);
            if (outputOf[head] >= 0) {
                byHead[head] = out[outputOf[head] * count + at];
            } else if (Heads.applies(action, candidate.content().getKind())) {
                byHead[head] = PopularityModel.of(action, candidate.contentState(), candidate.author());
            }
        }
        return new Prediction(features, new HeadProbabilities(byHead));
    }

    @Override
    public Scores score(TrainingSet rows) {
        Scores scores = new PopularityModel().score(rows);
        Gather stored = new Gather(weights, rows.names());
        Place place = take();
        try {
            for (int from = 0; from < rows.size(); ) {
                Run run = run(rows, from, stored, place.page);
                int count = run.to - run.from;
                place.room.score(place.page, place.out);
                for (int output = 0; output < headOf.length; output++) {
                    if (headOf[output] >= 0) {
                        System.arraycopy(place.out, output * count, scores.byHead()[headOf[output]], run.from, count);
                    }
                }
                from = run.to;
            }
        } finally {
            give(place);
        }
        return scores;
    }

    /** Gathers the rows from this one on that are one page: of one viewer, as known at one moment. */
    private static Run run(TrainingSet rows, int from, Gather gather, Page page) {
        TrainingSet.Row first = rows.row(from);
        gather.viewer(page, first.dense(), first.viewerId(), first.surface(), first.recent(), first.servedAtMillis());
        int to = from;
        while (to < rows.size() && to - from < Room.ROWS) {
            TrainingSet.Row row = rows.row(to);
            boolean same = row.viewerId().equals(first.viewerId())
                    && row.servedAtMillis() == first.servedAtMillis()
                    && row.surface().equals(first.surface())
                    && row.recent() == first.recent()
                    && gather.isOfViewer(page, row.dense());
            if (!same) {
                break;
            }
            gather.candidate(page, row.dense(), row.contentId(), row.authorId(), row.topics(), row.kind());
            to++;
        }
        return new Run(from, to);
    }

    private Place take() {
        free.acquireUninterruptibly();
        Place place = places.pollFirst();
        if (place != null) {
            return place;
        }
        boolean made = false;
        try {
            place = new Place(new Room(plan), new Page(weights, Room.ROWS), new float[plan.outputs * Room.ROWS]);
            made = true;
            return place;
        } finally {
            if (!made) {
                free.release();
            }
        }
    }

    private void give(Place place) {
        places.addFirst(place);
        free.release();
    }

    /** All that it knows. */
    public Weights weights() {
        return weights;
    }

    @Override
    public String version() {
        return version;
    }
}
