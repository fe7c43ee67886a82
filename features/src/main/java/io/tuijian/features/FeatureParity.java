package io.tuijian.features;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a set of features says the same from the states of two stores, of every viewer with every content. */
public final class FeatureParity {
    private FeatureParity() {}

    /**
     * One feature, compared.
     *
     * @param values how many were compared
     * @param distinct how many different ones there were: one that never varies is equal for nothing
     * @param equal how many were the same to the last bit
     * @param furthest the largest difference
     */
    public record Compared(String name, long values, long distinct, long equal, double furthest) {
        /** Whether no value is further off than this. */
        public boolean within(double tolerance) {
            return furthest <= tolerance;
        }
    }

    /**
     * Compares every feature of the set, in its order.
     *
     * @throws IllegalArgumentException if one of the stores does not know one of the contents
     */
    public static List<Compared> of(
            FeatureSet set,
            FeatureStore one,
            FeatureStore other,
            List<String> viewers,
            List<String> contents,
            Context context) {
        int size = set.names().size();
        long[] equal = new long[size];
        double[] furthest = new double[size];
        List<Set<Float>> distinct = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            distinct.add(new HashSet<>());
        }
        for (String viewer : viewers) {
            List<Features> ours = set.of(known(one, viewer, contents, context));
            List<Features> theirs = set.of(known(other, viewer, contents, context));
            for (int c = 0; c < contents.size(); c++) {
                float[] here = ours.get(c).dense();
                float[] there = theirs.get(c).dense();
                for (int i = 0; i < size; i++) {
                    equal[i] += here[i] == there[i] ? 1 : 0;
                    furthest[i] = Math.max(furthest[i], Math.abs(here[i] - there[i]));
                    distinct.get(i).add(here[i]);
                }
            }
        }
        List<Compared> compared = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            compared.add(new Compared(
                    set.names().get(i),
                    (long) viewers.size() * contents.size(),
                    distinct.get(i).size(),
                    equal[i],
                    furthest[i]));
        }
        return compared;
    }

    private static List<FeatureInput> known(FeatureStore store, String viewer, List<String> contents, Context context) {
        FeatureStore.Loaded loaded = store.load(viewer, contents, context);
        if (!loaded.unknown().isEmpty()) {
            throw new IllegalArgumentException(
                    "A store does not know " + loaded.unknown().iterator().next() + ".");
        }
        return loaded.inputs();
    }
}
