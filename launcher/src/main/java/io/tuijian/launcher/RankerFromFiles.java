package io.tuijian.launcher;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Artifact;
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
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;

/** Trains the ranking model on the newest rows of a folder, and says what came of it. */
final class RankerFromFiles {
    private static final int MOST_ROWS = 1_000_000;

    private final Path from;
    private final Window window;
    private final Registry registry;
    private final Settings settings;
    private final PrintWriter out;

    /**
     * Which rows to take.
     *
     * @param days at most so many, back from the newest row before the end; 0 for all
     * @param until the first moment after the window; {@link Instant#MAX} for the newest row
     */
    record Window(int days, Instant until) {
        static final Window ALL = new Window(0, Instant.MAX);

        TrainingSet of(TrainingSet rows) {
            if (equals(ALL)) {
                return rows;
            }
            TrainingSet before = until.equals(Instant.MAX) ? rows : rows.knownBefore(until);
            if (before.size() == 0) {
                throw new Failure("There are no rows before " + until + ".");
            }
            TrainingSet taken =
                    days == 0 ? before : before.servedFrom(before.to().minus(Duration.ofDays(days)));
            return new TrainingSet(taken.names(), taken.rows(), RankerTraining.judgedFrom(taken.from(), taken.to()));
        }
    }

    /** What came of it, worst last. */
    enum Outcome {
        /** The version may be served, and is if that was asked for. */
        ALLOWED,
        /** It may be served, but a rollback pinned another. */
        PINNED,
        REFUSED
    }

    /**
     * @param from example files by day, or the KuaiRand log
     */
    RankerFromFiles(Path from, Window window, Path registry, Settings settings, PrintWriter out) {
        this.from = from;
        this.window = window;
        this.registry = new Registry(registry);
        this.settings = settings;
        this.out = out;
    }

    /**
     * Trains, judges and publishes one version, unless there is one of just these rows and settings already.
     *
     * @param promote whether to promote it if the gate allows
     * @throws Failure if there are no rows, or too few
     */
    Outcome train(boolean promote, Instant now) {
        Steps steps = new Steps(out);
        boolean logged = isExamples();
        TrainingSet rows = window.of(steps.run("rows are read", step -> logged ? examples() : ofLog(from)));
        RankerTraining.Judging judging = logged ? RankerTraining.Judging.BY_PAGE : RankerTraining.Judging.BY_VIEWER;
        try {
            Optional<Artifact> same =
                    RankerTraining.profile(rows, settings, judging).trained(registry, RankerTraining.MODEL);
            return same.isPresent()
                    ? again(same.get(), promote, now, steps)
                    : first(rows, judging, promote, now, steps);
        } catch (IllegalArgumentException e) {
            throw new Failure("The rows in " + from + " are too few to train and judge: " + e.getMessage(), e);
        }
    }

    private Outcome first(TrainingSet rows, RankerTraining.Judging judging, boolean promote, Instant now, Steps steps) {
        RankerTraining.Trained trained = steps.run(
                "the ranker learns and is judged",
                step -> RankerTraining.run(
                        rows, now, registry, settings, (what, done) -> step.at(done), promote, judging));
        steps.say("");
        steps.say(trained.verdict().table());
        steps.say("ranker " + trained.version() + " is published; "
                + registry.artifact(RankerTraining.MODEL, trained.version()).cardFile());
        return say(trained.version(), trained.verdict().promoted(), trained.promoted(), promote, steps);
    }

    /** The same rows again would only make the same version under another name. */
    private Outcome again(Artifact same, boolean promote, Instant now, Steps steps) {
        boolean allowed = same.metrics().at("/gate/passed").asBoolean();
        steps.say("ranker " + same.version() + " was trained on just these rows; " + same.cardFile());
        boolean promoted = promote
                && allowed
                && registry.promoteUnlessPinned(RankerTraining.MODEL, same.version(), now)
                        .version()
                        .equals(same.version());
        return say(same.version(), allowed, promoted, promote, steps);
    }

    private static Outcome say(String version, boolean allowed, boolean promoted, boolean promote, Steps steps) {
        if (!allowed) {
            steps.say("The gate refuses it.");
            return Outcome.REFUSED;
        }
        steps.say(promoted ? "It is served from now on." : "./tuijian models promote " + version + " serves it.");
        return promote && !promoted ? Outcome.PINNED : Outcome.ALLOWED;
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
