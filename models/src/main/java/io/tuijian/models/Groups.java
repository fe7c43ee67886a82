package io.tuijian.models;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Row numbers by what the rows share, in order of first appearance. */
record Groups(int[][] rows) {
    static Groups by(TrainingSet set, Function<TrainingSet.Row, Object> shared) {
        Map<Object, IntStream.Builder> groups = new LinkedHashMap<>();
        for (int row = 0; row < set.size(); row++) {
            groups.computeIfAbsent(shared.apply(set.row(row)), key -> IntStream.builder())
                    .add(row);
        }
        Collection<IntStream.Builder> found = groups.values();
        return new Groups(found.stream().map(rows -> rows.build().toArray()).toArray(int[][]::new));
    }

    static Groups byViewer(TrainingSet set) {
        return by(set, TrainingSet.Row::viewerId);
    }

    /** One request has one surface, so only rows of the same surface ever compete. */
    static Groups byViewerAndSurface(TrainingSet set) {
        record Pair(String viewer, String surface) {}
        return by(set, row -> new Pair(row.viewerId(), row.surface()));
    }

    /** What one viewer was served at one moment. */
    static Groups byPage(TrainingSet set) {
        record Page(String viewer, long servedAtMillis) {}
        return by(set, row -> new Page(row.viewerId(), row.servedAtMillis()));
    }
}
