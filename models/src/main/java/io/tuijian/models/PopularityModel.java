package io.tuijian.models;

import io.tuijian.features.ActionCounts;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.schemas.Action;
import java.util.ArrayList;
import java.util.List;

/**
 * The permanent baseline: how often each action followed a sight of the content, drawn to the rate of the author's
 * other contents, which is drawn to a fixed prior. Knows nothing of the viewer. Safe from many threads.
 */
public final class PopularityModel implements OfflineModel {
    public static final String VERSION = "popularity";

    /** What one level is worth to the next, in sights. */
    private static final double WEIGHT = 20;

    /** How long a sight usually lasts, in milliseconds. */
    private static final double SIGHT = 10_000;

    @Override
    public List<Prediction> predict(List<FeatureInput> inputs) {
        List<Prediction> predictions = new ArrayList<>(inputs.size());
        List<Features> features = FeatureSet.ALL.of(inputs);
        for (FeatureInput input : inputs) {
            float[] byHead = byHead(input.contentState(), input.author());
            for (int head = 0; head < byHead.length; head++) {
                if (!Heads.applies(Heads.ALL.get(head), input.content().getKind())) {
                    byHead[head] = 0;
                }
            }
            predictions.add(new Prediction(features.get(predictions.size()), new HeadProbabilities(byHead)));
        }
        return predictions;
    }

    /** One probability per head of {@link Heads#ALL}. */
    public static float[] byHead(ContentState content, AuthorState author) {
        float[] byHead = new float[Heads.ALL.size()];
        for (int head = 0; head < byHead.length; head++) {
            byHead[head] = of(Heads.ALL.get(head), content, author);
        }
        return byHead;
    }

    /** What it says of one head of {@link Heads#ALL}. */
    public static float of(Action action, ContentState content, AuthorState author) {
        if (action == Action.WATCH) {
            return (float) watched(content.counts(), author.counts());
        }
        double seen = count(content.counts(), Action.SEEN);
        double did = count(content.counts(), action);
        double others = drawn(
                count(author.counts(), action) - did, count(author.counts(), Action.SEEN) - seen, Heads.prior(action));
        return (float) drawn(did, seen, others);
    }

    /** Share of the durations that was watched, drawn in the same way. */
    private static double watched(ActionCounts content, ActionCounts author) {
        double others = drawn(
                (author.watchedMillis() - content.watchedMillis()) / SIGHT,
                (author.durationMillis() - content.durationMillis()) / SIGHT,
                Heads.prior(Action.WATCH));
        return drawn(content.watchedMillis() / SIGHT, content.durationMillis() / SIGHT, others);
    }

    private static double count(ActionCounts counts, Action action) {
        return Math.max(0, counts.always(action));
    }

    private static double drawn(double did, double seen, double prior) {
        double sights = Math.max(0, seen);
        return (Math.min(sights, Math.max(0, did)) + WEIGHT * prior) / (sights + WEIGHT);
    }

    @Override
    public Scores score(TrainingSet rows) {
        Scores scores = Scores.empty(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            float[] byHead = rows.row(row).popularity();
            for (int head = 0; head < byHead.length; head++) {
                boolean applies =
                        Heads.applies(Heads.ALL.get(head), rows.row(row).kind());
                scores.byHead()[head][row] = applies ? byHead[head] : 0;
            }
        }
        return scores;
    }

    @Override
    public String version() {
        return VERSION;
    }
}
