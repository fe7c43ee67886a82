package io.tuijian.models;

import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Some of the judged rows, and how well two models order them for each viewer; NaN where nothing can be told. */
record Segment(String name, int rows, double calibration, double gauc, double popularity) {
    /** By kind of content, and by whether the viewer had done anything before. */
    static List<Segment> of(Evaluation later, Scores scores, Scores popularity) {
        List<Segment> segments = new ArrayList<>();
        for (ContentKind kind : ContentKind.values()) {
            add(segments, kind.name(), row -> row.kind() == kind, later, scores, popularity);
        }
        add(segments, "viewers without history", row -> row.recent().isEmpty(), later, scores, popularity);
        add(segments, "viewers with history", row -> !row.recent().isEmpty(), later, scores, popularity);
        return segments;
    }

    private static void add(
            List<Segment> segments,
            String name,
            Predicate<TrainingSet.Row> wanted,
            Evaluation later,
            Scores scores,
            Scores popularity) {
        TrainingSet rows = later.rows();
        int[] chosen = IntStream.range(0, rows.size())
                .filter(row -> wanted.test(rows.row(row)))
                .toArray();
        if (chosen.length == 0) {
            return;
        }
        TrainingSet some = new TrainingSet(
                rows.names(), IntStream.of(chosen).mapToObj(rows::row).toList(), rows.judgedFrom());
        Evaluation evaluation = later.on(some);
        Scores ours = scores.at(chosen);
        segments.add(new Segment(
                name,
                chosen.length,
                evaluation.head(ours, Heads.HEADLINE).calibration(),
                evaluation.gauc(ours, Heads.HEADLINE),
                evaluation.gauc(popularity.at(chosen), Heads.HEADLINE)));
    }
}
