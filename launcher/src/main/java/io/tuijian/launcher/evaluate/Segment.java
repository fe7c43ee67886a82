package io.tuijian.launcher.evaluate;

import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Some of the rows to judge by, compared with each other alone.
 *
 * @param key in the figures
 * @param name in the table
 * @param rows their numbers
 */
record Segment(String key, String name, int[] rows) {
    private static final int FEW_OF_CONTENT = 20;
    private static final int FEW_OF_AUTHOR = 50;
    private static final int SURFACES = 5;

    /** By kind, by how much was known of viewer, content and author before, and the largest surfaces. */
    static List<Segment> of(TrainingSet earlier, TrainingSet later) {
        Map<String, Integer> viewers = counts(earlier, TrainingSet.Row::viewerId);
        Map<String, Integer> contents = counts(earlier, TrainingSet.Row::contentId);
        Map<String, Integer> authors = counts(earlier, TrainingSet.Row::authorId);
        List<Segment> segments = new ArrayList<>();
        for (ContentKind kind : ContentKind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            segments.add(where(later, "kind." + name, name.replace('_', ' ') + "s", row -> row.kind() == kind));
        }
        segments.add(where(
                later, "new_viewers", "new viewers: never met before", row -> !viewers.containsKey(row.viewerId())));
        segments.add(where(
                later,
                "new_contents",
                "new contents: shown less than " + FEW_OF_CONTENT + " times before",
                row -> contents.getOrDefault(row.contentId(), 0) < FEW_OF_CONTENT));
        segments.add(where(
                later,
                "small_authors",
                "small authors: shown less than " + FEW_OF_AUTHOR + " times before",
                row -> authors.getOrDefault(row.authorId(), 0) < FEW_OF_AUTHOR));
        Map<String, Integer> surfaces = counts(later, TrainingSet.Row::surface);
        surfaces.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SURFACES)
                .forEach(surface -> segments.add(
                        where(later, "surface." + surface.getKey(), "surface " + surface.getKey(), row -> row.surface()
                                .equals(surface.getKey()))));
        return segments;
    }

    private static Map<String, Integer> counts(TrainingSet set, Function<TrainingSet.Row, String> id) {
        Map<String, Integer> counts = new HashMap<>();
        set.rows().forEach(row -> counts.merge(id.apply(row), 1, Integer::sum));
        return counts;
    }

    private static Segment where(TrainingSet later, String key, String name, Predicate<TrainingSet.Row> wanted) {
        return new Segment(
                key,
                name,
                IntStream.range(0, later.size())
                        .filter(row -> wanted.test(later.row(row)))
                        .toArray());
    }

    TrainingSet part(TrainingSet all) {
        return new TrainingSet(
                all.names(), Arrays.stream(rows).mapToObj(all::row).toList(), all.judgedFrom());
    }

    float[] part(float[] all) {
        float[] part = new float[rows.length];
        for (int i = 0; i < part.length; i++) {
            part[i] = all[rows[i]];
        }
        return part;
    }
}
