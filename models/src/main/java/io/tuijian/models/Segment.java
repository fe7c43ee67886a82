package io.tuijian.models;

import io.tuijian.schemas.ContentKind;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Some of the judged rows, compared with each other alone.
 *
 * @param key in figures
 * @param name in tables
 * @param rows their numbers in the set that it was cut from; may be none
 */
public record Segment(String key, String name, int[] rows) {
    private static final int FEW_OF_CONTENT = 20;
    private static final int FEW_OF_AUTHOR = 50;
    private static final int SURFACES = 5;
    private static final long SEED = 4;

    /**
     * How well its rows are ordered, by the headline; NaN where nothing can be told.
     *
     * @param telling viewers, or pages, with both labels
     * @param calibration predicted per happened
     * @param gain by how much the GAUC is above that of popularity
     */
    public record Judged(
            int rows, int telling, double calibration, double gauc, double popularity, Evaluation.Interval gain) {}

    /** By kind, by whether the viewer had done anything before, and the largest surfaces. */
    public static List<Segment> of(TrainingSet later) {
        List<Segment> segments = new ArrayList<>(ofKinds(later));
        segments.addAll(ofHistory(later));
        segments.addAll(ofSurfaces(later));
        return segments;
    }

    /** The same and, before the surfaces, by how much was known of viewer, content and author before. */
    public static List<Segment> of(TrainingSet earlier, TrainingSet later) {
        Map<String, Integer> viewers = counts(earlier, TrainingSet.Row::viewerId);
        Map<String, Integer> contents = counts(earlier, TrainingSet.Row::contentId);
        Map<String, Integer> authors = counts(earlier, TrainingSet.Row::authorId);
        List<Segment> segments = new ArrayList<>(ofKinds(later));
        segments.addAll(ofHistory(later));
        segments.add(where(
                later, "new_viewers", "new viewers: never met before", row -> !viewers.containsKey(row.viewerId())));
        segments.add(where(
                later,
                "returning_viewers",
                "returning viewers: met before",
                row -> viewers.containsKey(row.viewerId())));
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
        segments.addAll(ofSurfaces(later));
        return segments;
    }

    /** A segment per kind of content, also of kinds that do not occur; of those unknown to this build there is none. */
    public static List<Segment> ofKinds(TrainingSet set) {
        List<Segment> segments = new ArrayList<>();
        for (ContentKind kind : EnumSet.complementOf(EnumSet.of(ContentKind.UNKNOWN))) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            segments.add(where(set, "kind." + name, name.replace('_', ' ') + "s", row -> row.kind() == kind));
        }
        return segments;
    }

    private static List<Segment> ofHistory(TrainingSet set) {
        return List.of(
                where(set, "no_history", "viewers without history", row -> row.recent()
                        .isEmpty()),
                where(set, "history", "viewers with history", row -> !row.recent()
                        .isEmpty()));
    }

    /** A segment for each of the largest surfaces, the largest first. */
    public static List<Segment> ofSurfaces(TrainingSet set) {
        return counts(set, TrainingSet.Row::surface).entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SURFACES)
                .map(Map.Entry::getKey)
                .map(surface -> where(set, "surface." + surface, "surface " + surface, row -> row.surface()
                        .equals(surface)))
                .toList();
    }

    /** A segment per day in this zone, the first one first. */
    public static List<Segment> ofDays(TrainingSet set, ZoneId zone) {
        Map<String, IntStream.Builder> days = new TreeMap<>();
        for (int row = 0; row < set.size(); row++) {
            Instant at = Instant.ofEpochMilli(set.row(row).servedAtMillis());
            days.computeIfAbsent(at.atZone(zone).toLocalDate().toString(), day -> IntStream.builder())
                    .add(row);
        }
        return days.entrySet().stream()
                .map(day -> new Segment(
                        "day." + day.getKey(),
                        day.getKey(),
                        day.getValue().build().toArray()))
                .toList();
    }

    private static Map<String, Integer> counts(TrainingSet set, Function<TrainingSet.Row, String> id) {
        Map<String, Integer> counts = new HashMap<>();
        set.rows().forEach(row -> counts.merge(id.apply(row), 1, Integer::sum));
        return counts;
    }

    private static Segment where(TrainingSet set, String key, String name, Predicate<TrainingSet.Row> wanted) {
        return new Segment(
                key,
                name,
                IntStream.range(0, set.size())
                        .filter(row -> wanted.test(set.row(row)))
                        .toArray());
    }

    /** Its rows. */
    public TrainingSet part(TrainingSet all) {
        return new TrainingSet(
                all.names(), Arrays.stream(rows).mapToObj(all::row).toList(), all.judgedFrom());
    }

    /** The scores of its rows. */
    public float[] part(float[] all) {
        float[] part = new float[rows.length];
        for (int i = 0; i < part.length; i++) {
            part[i] = all[rows[i]];
        }
        return part;
    }

    /**
     * Judges scores by its rows, in the way in which all are judged.
     *
     * @param later of the set that it was cut from
     */
    public Judged judged(Evaluation later, Scores scores, Scores popularity) {
        if (rows.length == 0) {
            Evaluation.Interval none = new Evaluation.Interval(Double.NaN, Double.NaN, Double.NaN);
            return new Judged(0, 0, Double.NaN, Double.NaN, Double.NaN, none);
        }
        Evaluation evaluation = later.on(part(later.rows()));
        Scores ours = scores.at(rows);
        Scores theirs = popularity.at(rows);
        return new Judged(
                rows.length,
                evaluation.tellingViewers(Heads.HEADLINE),
                evaluation.head(ours, Heads.HEADLINE).calibration(),
                evaluation.gauc(ours, Heads.HEADLINE),
                evaluation.gauc(theirs, Heads.HEADLINE),
                evaluation.gaucDifference(ours, theirs, Heads.HEADLINE, SEED));
    }
}
