package io.tuijian.models.dl4j;

import io.tuijian.features.FeatureSet;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Heads;
import io.tuijian.models.Progress;
import io.tuijian.models.Scores;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What a feature is worth: the ranker is trained with it and without it, on the same earlier rows, with the same settings
 * and seeds, and both are judged on the later rows. Nothing is published.
 */
public final class FeatureTrial {
    private static final int CHANCE = 2;

    private FeatureTrial() {}

    /** GAUC of the headline on the later rows, from the two trainings of one seed. */
    public record OfSeed(long seed, double without, double with) {}

    /**
     * What came of it.
     *
     * @param gain of the GAUC, the mean over seeds; its 95 % interval is over viewers and seeds
     * @param tellingViewers that it is made of
     */
    public record Worth(List<OfSeed> seeds, Evaluation.Interval gain, int tellingViewers) {
        /** True if the gain is above 0 beyond chance. */
        public boolean helps() {
            return gain.low() > 0;
        }

        /** True if it is below 0 beyond chance. */
        public boolean harms() {
            return gain.high() < 0;
        }
    }

    private record Arm(long seed, Set<String> leftOut) {}

    /**
     * Trains twice per seed, as many at a time as the machine has processors.
     *
     * @param rows over the set of features, which has this one
     * @param seeds how many, at least two, from the settings' own on
     * @throws IllegalArgumentException if the rows do not have the feature, or are too few to train and judge
     */
    public static Worth of(
            FeatureSet set, String feature, TrainingSet rows, Settings settings, int seeds, Progress progress) {
        if (!rows.names().equals(set.names()) || !set.names().contains(feature)) {
            throw new IllegalArgumentException("The rows do not have the features of the set, with " + feature + ".");
        }
        if (seeds < 2) {
            throw new IllegalArgumentException("One seed does not tell chance from gain.");
        }
        TrainingSet earlier = rows.earlier();
        TrainingSet later = rows.later();
        if (earlier.size() == 0 || later.size() == 0) {
            throw new IllegalArgumentException("There must be rows on both sides of " + rows.judgedFrom() + ".");
        }
        Set<String> without = new HashSet<>(settings.leftOut());
        without.add(feature);
        Set<String> with = new HashSet<>(settings.leftOut());
        with.remove(feature);
        List<Arm> arms = LongStream.range(settings.seed(), settings.seed() + seeds)
                .boxed()
                .flatMap(seed -> List.of(new Arm(seed, without), new Arm(seed, with)).stream())
                .toList();
        AtomicInteger done = new AtomicInteger();
        List<Scores> scores = arms.parallelStream()
                .map(arm -> {
                    Scores of = Trainer.train(earlier, settings.of(arm.seed, arm.leftOut), (step, share) -> {})
                            .frozen(set)
                            .score(later);
                    progress.at("training", done.incrementAndGet() / (double) arms.size());
                    return of;
                })
                .toList();
        Evaluation evaluation = new Evaluation(later);
        List<OfSeed> bySeed = IntStream.range(0, seeds)
                .mapToObj(i -> new OfSeed(
                        arms.get(2 * i).seed,
                        evaluation.gauc(scores.get(2 * i), Heads.HEADLINE),
                        evaluation.gauc(scores.get(2 * i + 1), Heads.HEADLINE)))
                .toList();
        return new Worth(
                bySeed,
                evaluation.gaucDifference(every(scores, 1), every(scores, 0), Heads.HEADLINE, CHANCE),
                evaluation.tellingViewers(Heads.HEADLINE));
    }

    private static List<Scores> every(List<Scores> scores, int from) {
        return IntStream.range(0, scores.size() / 2)
                .mapToObj(i -> scores.get(2 * i + from))
                .toList();
    }
}
