package io.tuijian.launcher.evaluate;

import io.tuijian.features.FeatureSet;
import io.tuijian.models.Heads;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.baselines.Baseline;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.models.dl4j.Trainer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Scores the rows to judge by as the product's ranker and as baselines would have that learned from the earlier rows. */
final class Contest {
    /**
     * The features that the ranker asks for here: those that mean the same in the earlier exposures, which tell of sights,
     * long views and likes alone, and that stay true of a viewer who is frozen for days.
     */
    static final Set<String> ASKED = Set.of(
            "content.long_view_rate",
            "content.long_view_rate.day",
            "content.long_view_rate.drawn",
            "content.like_rate",
            "content.seen",
            "content.popularity",
            "content.age",
            "content.duration",
            "content.topics",
            "author.long_view_rate",
            "author.long_view_rate.week",
            "author.like_rate",
            "author.popularity",
            "viewer.long_view_rate",
            "viewer.like_rate",
            "viewer.activity");

    private final TrainingSet earlier;
    private final TrainingSet later;

    Contest(ProtocolRows.Split rows) {
        this.earlier = rows.earlier();
        this.later = rows.later();
    }

    /** How the ranker is trained here; each number was chosen on 25 to 28 April, as RATIONALE.md says. */
    static Settings settings(long seed) {
        Settings usual = Settings.USUAL;
        Set<String> leftOut = FeatureSet.ALL.names().stream()
                .filter(name -> !ASKED.contains(name))
                .collect(Collectors.toSet());
        return new Settings(seed, 1, 2, 512, List.of(64, 32), .002, .01, usual.minPositives(), leftOut, usual.tables());
    }

    /** A score per row to judge by. */
    float[] ranker(Settings settings) {
        EngagementNetwork network =
                Trainer.train(earlier, settings, (step, done) -> {}).frozen();
        return network.score(later).of(Heads.HEADLINE);
    }

    /** The same score for all: figures count ties as a random order would be expected to. */
    float[] atRandom() {
        return new float[later.size()];
    }

    /** A score per row to judge by. */
    float[] baseline(Baseline baseline) {
        baseline.learn(earlier.rows());
        return baseline.score(later).of(Heads.HEADLINE);
    }
}
