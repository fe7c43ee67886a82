package io.tuijian.launcher;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Evaluation;
import io.tuijian.models.ExampleRows;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topics;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.stream.Stream;

/** Trains the ranking model on the newest rows of a folder, and says what came of it. */
final class RankerFromFiles {
    private static final int MOST_ROWS = 1_000_000;

    private final Path from;
    private final Registry registry;
    private final Settings settings;
    private final PrintWriter out;

    /**
     * @param from example files by day, or the KuaiRand log
     */
    RankerFromFiles(Path from, Path registry, Settings settings, PrintWriter out) {
        this.from = from;
        this.registry = new Registry(registry);
        this.settings = settings;
        this.out = out;
    }

    /**
     * Trains, judges and publishes one version.
     *
     * @param promote whether to promote it if the gate allows
     * @return whether the gate allows it
     * @throws Failure if there are no rows, or too few
     */
    boolean train(boolean promote, Instant now) {
        Steps steps = new Steps(out);
        boolean logged = isExamples();
        TrainingSet rows = steps.run("rows are read", step -> logged ? examples() : ofLog(from));
        try {
            RankerTraining.Trained trained = steps.run(
                    "the ranker learns and is judged",
                    step -> RankerTraining.run(
                            rows,
                            now,
                            registry,
                            settings,
                            (what, done) -> step.at(done),
                            promote,
                            logged ? Evaluation::byPage : Evaluation::new));
            steps.say("");
            steps.say(trained.verdict().table());
            steps.say("ranker " + trained.version() + " is published; "
                    + registry.artifact(RankerTraining.MODEL, trained.version()).cardFile());
            steps.say(
                    trained.promoted()
                            ? "It is served from now on."
                            : trained.verdict().promoted()
                                    ? "./tuijian models promote " + trained.version() + " serves it."
                                    : "The gate refuses it.");
            return trained.verdict().promoted();
        } catch (IllegalArgumentException e) {
            throw new Failure("The rows in " + from + " are too few to train and judge: " + e.getMessage(), e);
        }
    }

    private boolean isExamples() {
        if (!Files.isDirectory(from)) {
            throw new Failure("There is no folder " + from + ".");
        }
        return !AvroFiles.files(from, LocalDate.MIN, LocalDate.MAX).isEmpty();
    }

    private TrainingSet examples() {
        ExampleRows reader = new ExampleRows();
        Deque<TrainingSet.Row> rows = new ArrayDeque<>();
        try (Stream<Example> examples = AvroFiles.read(from, Topics.EXAMPLES)) {
            examples.forEach(example -> reader.row(example).ifPresent(row -> {
                rows.add(row);
                if (rows.size() > MOST_ROWS) {
                    rows.remove();
                }
            }));
        } catch (UncheckedIOException e) {
            throw new Failure(e.getMessage(), e);
        }
        if (rows.isEmpty()) {
            throw new Failure("No example in " + from + " was seen and has features.");
        }
        TrainingSet all = new TrainingSet(FeatureSet.ALL.names(), new ArrayList<>(rows), Instant.MAX);
        return new TrainingSet(all.names(), all.rows(), RankerTraining.judgedFrom(all.from(), all.to()));
    }

    /** The rows of the KuaiRand log in this folder, with its own times and nothing generated. */
    static TrainingSet ofLog(Path folder) {
        KuaiRand log = new KuaiRand(folder);
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, log.contents());
        Instant judgedFrom = RankerTraining.judgedFrom(log.firstTime(), log.lastTime());
        TrainingSet.Collector rows = new TrainingSet.Collector(replay.store(), judgedFrom, MOST_ROWS);
        try (Stream<Impression> impressions = log.impressions()) {
            impressions.forEach(one -> replay.page(one.served(), one.engagements(), rows));
        }
        return rows.set();
    }
}
