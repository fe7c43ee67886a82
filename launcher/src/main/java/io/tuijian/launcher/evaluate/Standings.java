package io.tuijian.launcher.evaluate;

import io.tuijian.models.ByViewer;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Segment;
import io.tuijian.models.TrainingSet;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The scores of all models on the same rows, as figures and as tables of at most 100 columns. */
final class Standings {
    private static final long SEED = 1;
    private static final String BASELINE = "popularity";

    private final TrainingSet earlier;
    private final TrainingSet later;
    private final Map<String, List<float[]>> scores = new LinkedHashMap<>();
    private final Map<String, Standing> standings = new LinkedHashMap<>();

    /** The figures of one model: means over its seeds, and how far the seeds lie apart. */
    private record Standing(
            ByViewer byViewer,
            double gauc,
            double ndcg,
            double primary,
            double withinSurface,
            double spread,
            List<Double> primaries,
            Evaluation.Interval interval) {}

    Standings(TrainingSet earlier, TrainingSet later) {
        this.earlier = earlier;
        this.later = later;
    }

    /** One score per row to judge by; a model may be added once per seed. */
    void add(String model, float[] scored) {
        scores.computeIfAbsent(model, name -> new ArrayList<>()).add(scored);
        standings.remove(model);
    }

    private Standing standing(String model) {
        return standings.computeIfAbsent(model, name -> stand(scores.get(name)));
    }

    private Standing stand(List<float[]> seeds) {
        List<ByViewer> each =
                seeds.stream().map(scored -> ByViewer.of(later, scored)).toList();
        ByViewer mean = ByViewer.mean(each);
        double within = seeds.stream()
                .mapToDouble(scored -> ByViewer.withinSurface(later, scored).gauc())
                .average()
                .orElseThrow();
        List<Double> primaries = each.stream().map(ByViewer::primary).toList();
        return new Standing(
                mean,
                mean.gauc(),
                mean.ndcgAt5(),
                mean.primary(),
                within,
                deviation(primaries),
                primaries,
                mean.interval(SEED));
    }

    /** The standard deviation from seed to seed, 0 of a single one. */
    private static double deviation(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1));
    }

    /** What README.md lists: figures per model, and of the ranker per seed and segment. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new TreeMap<>();
        for (String model : scores.keySet()) {
            Standing standing = standing(model);
            figures.put(model + ".gauc", standing.gauc);
            figures.put(model + ".ndcg@5", standing.ndcg);
            figures.put(model + ".primary", standing.primary);
            figures.put(model + ".primary.low", standing.interval.low());
            figures.put(model + ".primary.high", standing.interval.high());
            figures.put(model + ".primary.spread", standing.spread);
            figures.put(model + ".gauc_within_surface", standing.withinSurface);
        }
        List<Double> primaries = standing(EvaluateRanking.RANKER).primaries;
        for (int i = 0; i < primaries.size(); i++) {
            figures.put(EvaluateRanking.RANKER + ".primary.seed" + (i + 1), primaries.get(i));
        }
        for (Segment segment : Segment.of(earlier, later)) {
            if (segment.rows().length > 0) {
                for (String model : List.of(EvaluateRanking.RANKER, BASELINE)) {
                    double gauc = gauc(segment, model);
                    if (!Double.isNaN(gauc)) {
                        figures.put(model + ".gauc." + segment.key(), gauc);
                    }
                }
                figures.put("rows." + segment.key(), segment.rows().length);
            }
        }
        figures.put("rows.train", earlier.size());
        figures.put("rows.test", later.size());
        return figures;
    }

    private double gauc(Segment segment, String model) {
        TrainingSet part = segment.part(later);
        return scores.get(model).stream()
                .mapToDouble(scored -> ByViewer.of(part, segment.part(scored)).gauc())
                .average()
                .orElseThrow();
    }

    void print(PrintWriter out, String title) {
        out.println(title);
        out.printf(
                Locale.ROOT,
                "%,d exposures to train on, %,d to judge by, of %,d viewers, %,d of them with both labels.%n%n",
                earlier.size(),
                later.size(),
                standing(BASELINE).byViewer.ndcg().length,
                standing(BASELINE).byViewer.telling());
        out.printf(
                "%-22s %7s %7s %8s   %-17s %8s %15s%n",
                "", "GAUC", "nDCG@5", "primary", "95 % of viewers", "± seeds", "within surface");
        for (String model : scores.keySet()) {
            Standing standing = standing(model);
            out.printf(
                    Locale.ROOT,
                    "%-22s %7.4f %7.4f %8.4f   %-17s %8s %15.4f%n",
                    model,
                    standing.gauc,
                    standing.ndcg,
                    standing.primary,
                    EvaluateRanking.shown(standing.interval),
                    scores.get(model).size() < 2 ? "" : String.format(Locale.ROOT, "%.4f", standing.spread),
                    standing.withinSurface);
        }
        out.println();
        for (String model : scores.keySet()) {
            if (!model.equals(EvaluateRanking.RANKER) && !model.equals("random")) {
                Evaluation.Interval above =
                        standing(EvaluateRanking.RANKER).byViewer.above(standing(model).byViewer, SEED);
                out.printf(
                        Locale.ROOT,
                        "ranker above %-22s %+.4f (95 %%: %+.4f to %+.4f)%n",
                        model,
                        above.middle(),
                        above.low(),
                        above.high());
            }
        }
        segments(out);
    }

    private void segments(PrintWriter out) {
        out.println();
        out.printf(
                "%-42s %9s %9s %9s %11s%n", "GAUC among the exposures of", "exposures", "viewers", "ranker", BASELINE);
        for (Segment segment : Segment.of(earlier, later)) {
            if (segment.rows().length == 0) {
                continue;
            }
            int viewers = ByViewer.of(segment.part(later), new float[segment.rows().length])
                    .telling();
            out.printf(
                    Locale.ROOT,
                    "%-42s %,9d %,9d %9s %11s%n",
                    segment.name(),
                    segment.rows().length,
                    viewers,
                    figure(gauc(segment, EvaluateRanking.RANKER)),
                    figure(gauc(segment, BASELINE)));
        }
        out.println("This log tells no city, and has no posts and no shop items; viewers: those with both labels.");
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }
}
