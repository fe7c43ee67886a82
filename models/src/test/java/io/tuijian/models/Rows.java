package io.tuijian.models;

import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up rows whose viewers like what two features say, which popularity does not know. */
public final class Rows {
    public static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    public static final int PLANTED = FeatureSet.ALL.names().indexOf("viewer_topic.lately");
    public static final int SHARED = FeatureSet.ALL.names().indexOf("content.long_view_rate");

    private Rows() {}

    /**
     * One row per minute, ten viewers in turn per hundred rows; the last two fifths are to judge by. Each feature has
     * numbers of its own, so that the world stays the same when features are added.
     */
    public static TrainingSet planted(int count, long seed) {
        Random random = new Random(seed);
        List<Random> values = FeatureSet.ALL.names().stream()
                .map(name -> new Random(31 * seed + name.hashCode()))
                .toList();
        List<TrainingSet.Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] dense = new float[FeatureSet.ALL.names().size()];
            for (int column = 0; column < dense.length; column++) {
                dense[column] = (float) values.get(column).nextGaussian();
            }
            double quality = dense[SHARED];
            double chance = 1 / (1 + Math.exp(1 - quality - 2 * dense[PLANTED]));
            int labels = random.nextDouble() < chance ? 1 << Heads.index(Action.LONG_VIEW) : 0;
            labels |= random.nextDouble() < .4 * chance ? 1 << Heads.index(Action.LIKE) : 0;
            rows.add(row("v" + i % (count / 10), i, dense, labels, (float) (1 / (1 + Math.exp(1 - quality)))));
        }
        return new TrainingSet(FeatureSet.ALL.names(), rows, START.plus(Duration.ofMinutes(count * 3L / 5)));
    }

    /** Without features. */
    static TrainingSet.Row row(String viewer, String surface, int minute, boolean longView) {
        int labels = longView ? 1 << Heads.index(Action.LONG_VIEW) : 0;
        return row(viewer, surface, minute, new float[0], labels, new float[Heads.ALL.size()]);
    }

    private static TrainingSet.Row row(String viewer, int minute, float[] dense, int labels, float popular) {
        float[] popularity = new float[Heads.ALL.size()];
        java.util.Arrays.fill(popularity, popular);
        return row(viewer, "0", minute, dense, labels, popularity);
    }

    private static TrainingSet.Row row(
            String viewer, String surface, int minute, float[] dense, int labels, float[] popularity) {
        return new TrainingSet.Row(
                viewer,
                "c1",
                "a1",
                ContentKind.SHORT_VIDEO,
                List.of("t1"),
                surface,
                at(minute),
                at(minute),
                0,
                1,
                dense,
                List.of(),
                labels,
                Float.NaN,
                popularity);
    }

    private static long at(int minute) {
        return START.plus(Duration.ofMinutes(minute)).toEpochMilli();
    }
}
