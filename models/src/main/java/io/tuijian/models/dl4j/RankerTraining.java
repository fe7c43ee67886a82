package io.tuijian.models.dl4j;

import io.tuijian.models.DataProfile;
import io.tuijian.models.Epoch;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Progress;
import io.tuijian.models.Publication;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.Shelf;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Verdict;
import io.tuijian.models.scoring.FastScorer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From rows to a served ranker: trains on the earlier part of the time, evaluates what was written on the later part,
 * publishes it, and promotes it if the gate allows. What is published is exactly what was measured.
 */
public final class RankerTraining {
    /** The name of the ranking model in the registry. */
    public static final String MODEL = Shelf.RANKER;

    private static final double EARLIER = .6;

    private RankerTraining() {}

    /** Where to cut a log of this time: three fifths of it to train on, the rest to judge by. */
    public static Instant judgedFrom(Instant first, Instant last) {
        return first.plusMillis((long) (EARLIER * Duration.between(first, last).toMillis()));
    }

    /** What rows are compared within. */
    public enum Judging {
        BY_VIEWER,
        BY_PAGE;

        private Evaluation of(TrainingSet rows) {
            return this == BY_PAGE ? Evaluation.byPage(rows) : new Evaluation(rows);
        }
    }

    /**
     * What came of a training.
     *
     * @param metrics the figures of {@code metrics.json}, with those of {@code popularity} on the same rows
     * @param promoted whether it is served now; false also if a rollback pinned another version
     */
    public record Trained(
            String version, Map<String, Double> metrics, Verdict verdict, boolean promoted, Duration took) {}

    /**
     * Trains, evaluates, publishes and perhaps promotes one version.
     *
     * @param now names the version
     * @throws IllegalArgumentException if the rows are too few to train and judge
     */
    public static Trained run(TrainingSet rows, Instant now, Registry registry, Settings settings, Progress progress) {
        return run(rows, now, registry, settings, progress, true, Judging.BY_VIEWER);
    }

    /**
     * The same, and promotes only if asked to.
     *
     * @param judging by viewer, where each row is of another page and viewers are held still; by page otherwise
     */
    public static Trained run(
            TrainingSet rows,
            Instant now,
            Registry registry,
            Settings settings,
            Progress progress,
            boolean promote,
            Judging judging) {
        return run(rows, now, registry, settings, progress, promote, judging, false);
    }

    /**
     * The same.
     *
     * @param anew whether the days of the rows are held against each other alone, and not against the version before
     */
    public static Trained run(
            TrainingSet rows,
            Instant now,
            Registry registry,
            Settings settings,
            Progress progress,
            boolean promote,
            Judging judging,
            boolean anew) {
        long began = System.nanoTime();
        TrainingSet earlier = rows.earlier();
        TrainingSet later = rows.later();
        if (earlier.size() == 0 || later.size() == 0) {
            throw new IllegalArgumentException("There must be rows on both sides of " + rows.judgedFrom() + ".");
        }
        List<Epoch> epochs = new ArrayList<>();
        Learner learner = Trainer.train(earlier, settings, progress, epochs::add);
        double trainSeconds = seconds(began);
        progress.at("evaluating", 0);
        DataProfile data = profile(rows, settings, judging);
        Publication.Done done = new Publication(registry, MODEL, EngagementNetwork::read, FastScorer::read)
                .publish(
                        learner::write,
                        new Publication.Judged(
                                earlier,
                                judging.of(later),
                                settings,
                                trainSeconds,
                                epochs,
                                anew ? data.startingAnew() : data),
                        promote,
                        now);
        progress.at("evaluating", 1);
        return new Trained(
                done.version(),
                done.figures(),
                done.verdict(),
                done.promoted(),
                Duration.ofNanos(System.nanoTime() - began));
    }

    /** What these rows look like by day. */
    public static DataProfile profile(TrainingSet rows, Settings settings, Judging judging) {
        return DataProfile.of(rows, judging.name(), settings, judging::of);
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
