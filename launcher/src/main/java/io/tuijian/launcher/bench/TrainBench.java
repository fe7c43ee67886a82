package io.tuijian.launcher.bench;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.LearningSpeed;
import io.tuijian.models.tables.EmbeddingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How fast the ranker learns from rows of a real log, beside what the numeric library alone would take, and its memory. */
@Command(
        name = "train",
        description = "Examples learned per second, beside DL4J's bare gradients and matrix products.",
        mixinStandardHelpOptions = true)
final class TrainBench implements Callable<Integer> {
    private static final int TABLE_ROWS = 1_000_000;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as one flat JSON object.")
    private Path json;

    @Option(
            names = "--rows",
            defaultValue = "60000",
            description = "Newest rows to learn from (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Figures figures = new Figures(spec.commandLine().getOut());
        Settings settings = Settings.USUAL;
        TrainingSet real = real();
        figures.put("rows", real.size());
        figures.put("batch", settings.batch());
        figures.put("members", settings.members());
        figures.put("processors", Runtime.getRuntime().availableProcessors());
        figures.put("engagements_per_row", engagements(real));
        measure(figures, "", real, settings);
        TrainingSet full = withFullHistories(real);
        figures.put("full.engagements_per_row", engagements(full));
        measure(figures, "full.", full, settings);
        table(figures, settings.tables().width());
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private static void measure(Figures figures, String prefix, TrainingSet rows, Settings settings) {
        LearningSpeed.Speeds speeds = new LearningSpeed(rows, settings).measure();
        figures.put(prefix + "examples_per_s", Math.round(speeds.whole()));
        figures.put(prefix + "bare_examples_per_s", Math.round(speeds.bare()));
        figures.put(prefix + "matmul_examples_per_s", Math.round(speeds.products()));
        figures.ratio(prefix + "ratio", prefix + "examples_per_s", prefix + "bare_examples_per_s");
        figures.ratio(prefix + "ratio_matmul", prefix + "examples_per_s", prefix + "matmul_examples_per_s");
    }

    private TrainingSet real() {
        Path root = Path.of(System.getProperty("tuijian.root", "."));
        KuaiRand log = new KuaiRand(root.resolve("data/kuairand-pure"));
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, log.contents());
        TrainingSet.Collector collector =
                new TrainingSet.Collector(replay.store(), log.lastTime().plusMillis(1), rows);
        try (Stream<Impression> impressions = log.impressions()) {
            impressions.forEach(one -> replay.page(one.served(), one.engagements(), collector));
        }
        return collector.set();
    }

    /** The same rows, each with as many engagements as a row keeps: those of the rows before it. */
    private static TrainingSet withFullHistories(TrainingSet rows) {
        List<ViewerState.Recent> newest = new ArrayList<>();
        List<TrainingSet.Row> full = new ArrayList<>();
        for (TrainingSet.Row row : rows.rows()) {
            newest.addAll(0, row.recent());
            if (newest.size() > TrainingSet.Row.RECENT) {
                newest.subList(TrainingSet.Row.RECENT, newest.size()).clear();
            }
            full.add(row.withRecent(List.copyOf(newest)));
        }
        return new TrainingSet(rows.names(), full, rows.judgedFrom());
    }

    private static double engagements(TrainingSet rows) {
        double mean = rows.rows().stream()
                .mapToInt(row -> row.recent().size())
                .average()
                .orElse(0);
        return Math.round(10 * mean) / 10.0;
    }

    private static void table(Figures figures, int width) {
        EmbeddingTable table = new EmbeddingTable(width, 1, TABLE_ROWS, 1);
        for (int id = 0; !table.isFull(); id++) {
            table.meet(StableHash.of("v" + id), 0);
        }
        figures.put("table_rows", table.size() - 1);
        figures.put("table_width", width);
        figures.put("bytes_per_row", Math.round(10.0 * table.bytes() / TABLE_ROWS) / 10.0);
    }
}
