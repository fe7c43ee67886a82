package io.tuijian.models.dl4j;

import io.tuijian.models.Evaluation;
import io.tuijian.models.Heads;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Progress;
import io.tuijian.models.Scores;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network is worth that learned from a part of the rows: whether more would help. Counts and rates, which are
 * features, are those of all rows at every point.
 */
public final class LearningCurve {
    private static final long SEED = 5;

    private LearningCurve() {}

    /**
     * One training, judged on all later rows by the headline.
     *
     * @param share of the rows to train on
     * @param rows that it learned from
     * @param gauc of the network
     * @param gain by how much that is above popularity's
     */
    public record Point(double share, int rows, double gauc, Evaluation.Interval gain) {}

    /**
     * A training per share, each on the rows of the one before and more.
     *
     * @param shares in (0, 1]
     * @throws IllegalArgumentException if a part is too small to train on
     */
    public static List<Point> of(TrainingSet rows, Settings settings, List<Double> shares, Progress progress) {
        TrainingSet earlier = rows.earlier();
        List<Point> points = new ArrayList<>();
        for (double share : shares) {
            progress.at("training", points.size() / (double) shares.size());
            TrainingSet part = earlier.sample(share);
            Scores scores =
                    Trainer.train(part, settings, Progress.UNHEARD).frozen().score(rows.later());
            points.add(point(share, part.size(), new Evaluation(rows.later()), scores));
        }
        progress.at("training", 1);
        return points;
    }

    /** The point of a model that learned from all rows to train on. */
    public static Point whole(TrainingSet rows, Scores scores) {
        return point(1, rows.earlier().size(), new Evaluation(rows.later()), scores);
    }

    private static Point point(double share, int learned, Evaluation later, Scores scores) {
        return new Point(
                share,
                learned,
                later.gauc(scores, Heads.HEADLINE),
                later.gaucDifference(scores, new PopularityModel().score(later.rows()), Heads.HEADLINE, SEED));
    }
}
