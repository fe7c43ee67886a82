package io.tuijian.models.dl4j;

import io.tuijian.models.Artifact;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Gate;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Progress;
import io.tuijian.models.Registry;
import io.tuijian.models.Report;
import io.tuijian.models.ServingModel;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * From rows to a served ranker: trains on the earlier part of the time, evaluates what was written on the later part,
 * publishes it, and promotes it if the gate allows. What is published is exactly what was measured.
 */
public final class RankerTraining {
    /** The name of the ranking model in the registry. */
    public static final String MODEL = "ranker";

    private static final double EARLIER = .6;

    private RankerTraining() {}

    /** Where to cut a log of this time: three fifths of it to train on, the rest to judge by. */
    public static Instant judgedFrom(Instant first, Instant last) {
        return first.plusMillis((long) (EARLIER * Duration.between(first, last).toMillis()));
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
        long began = System.nanoTime();
        TrainingSet earlier = rows.earlier();
        TrainingSet later = rows.later();
        if (earlier.size() == 0 || later.size() == 0) {
            throw new IllegalArgumentException("There must be rows on both sides of " + rows.judgedFrom() + ".");
        }
        Learner learner = Trainer.train(earlier, settings, progress);
        double trainSeconds = seconds(began);

        Registry.Draft draft = registry.draft(MODEL, now);
        Artifact artifact = draft.artifact();
        learner.write(artifact);
        progress.at("evaluating", 0);
        Evaluation evaluation = new Evaluation(later);
        OfflineModel serving = new ServingModel(registry, MODEL, EngagementNetwork::read).now();
        Verdict verdict = new Gate(EngagementNetwork::read).judge(artifact, evaluation, serving);
        progress.at("evaluating", .5);
        Map<String, Double> figures = new TreeMap<>(
                evaluation.figures(MODEL, EngagementNetwork.read(artifact).score(later)));
        figures.putAll(evaluation.figures(PopularityModel.VERSION, new PopularityModel().score(later)));
        new Report(
                        artifact,
                        now,
                        settings,
                        earlier,
                        evaluation,
                        learner.weights().heads(),
                        figures,
                        verdict,
                        trainSeconds)
                .write();
        progress.at("evaluating", 1);
        Artifact published = draft.publish();
        boolean promoted = verdict.promoted()
                && registry.promoteUnlessPinned(MODEL, published.version(), now)
                        .version()
                        .equals(published.version());
        return new Trained(
                published.version(), figures, verdict, promoted, Duration.ofNanos(System.nanoTime() - began));
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
