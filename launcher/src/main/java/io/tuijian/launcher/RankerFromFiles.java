package io.tuijian.launcher;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Artifact;
import io.tuijian.models.DataProfile;
import io.tuijian.models.ExampleRows;
import io.tuijian.models.PopularityModel;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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

        /** Its first moment, if what can be in it was served between these two. */
        Instant first(Instant oldest, Instant newest) {
            return days == 0 ? oldest : later(oldest, newest.minus(Duration.ofDays(days)));
        }

        /** The newest moment in it, if this one is the newest of all. */
        Instant last(Instant newest) {
            return newest.isBefore(until) ? newest : until;
        }

        boolean isOver(long knownAtMillis) {
            return !until.equals(Instant.MAX) && knownAtMillis >= until.toEpochMilli();
        }

        private static Instant later(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }
    }

    /** How to go about it. */
    enum Aim {
        PUBLISH,
        /** And to promote it if the gate allows. */
        PROMOTE,
        /** The same, its days held against each other alone and not against those of the version before. */
        PROMOTE_ANEW
    }

    /** What came of it, worst last. */
    enum Outcome {
        /** The version may be served; it is, or a newer one, if that was asked for. */
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
     * Trains, judges and publishes one version, unless there is one of just these rows and settings already. Waits while
     * another process trains for the same registry.
     *
     * @param clock is read when the waiting is over
     * @throws Failure if there are no rows, or too few, or the registry cannot be written
     */
    Outcome train(Aim aim, Clock clock) {
        Steps steps = new Steps(out);
        boolean logged = isExamples();
        try {
            return registry.alone(
                    RankerTraining.MODEL,
                    () -> steps.say("Another training for this registry runs; waiting for its end."),
                    () -> train(logged, aim, clock.instant(), steps));
        } catch (UncheckedIOException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private Outcome train(boolean logged, Aim aim, Instant now, Steps steps) {
        TrainingSet rows = steps.run("rows are read", step -> logged ? examples() : ofLog(from, window));
        RankerTraining.Judging judging = logged ? RankerTraining.Judging.BY_PAGE : RankerTraining.Judging.BY_VIEWER;
        Optional<Artifact> same = DataProfile.trained(rows, settings, registry, RankerTraining.MODEL)
                .filter(artifact -> aim != Aim.PROMOTE_ANEW || isAllowed(artifact));
        return same.isPresent()
                ? again(same.get(), aim != Aim.PUBLISH, now, steps)
                : first(rows, judging, aim, now, steps);
    }

    private Outcome first(TrainingSet rows, RankerTraining.Judging judging, Aim aim, Instant now, Steps steps) {
        boolean promote = aim != Aim.PUBLISH;
        RankerTraining.Trained trained;
        try {
            trained = steps.run(
                    "the ranker learns and is judged",
                    step -> RankerTraining.run(
                            rows,
                            now,
                            registry,
                            settings,
                            (what, done) -> step.at(done),
                            promote,
                            judging,
                            aim == Aim.PROMOTE_ANEW));
        } catch (IllegalArgumentException e) {
            throw new Failure("The rows in " + from + " are too few to train and judge: " + e.getMessage(), e);
        }
        steps.say("");
        steps.say(trained.verdict().table());
        steps.say("ranker " + trained.version() + " is published; "
                + registry.artifact(RankerTraining.MODEL, trained.version()).cardFile());
        return say(trained.version(), trained.verdict().promoted(), trained.promoted(), promote, steps);
    }

    /** The same rows again would only make the same version under another name. */
    private Outcome again(Artifact same, boolean promote, Instant now, Steps steps) {
        boolean allowed = isAllowed(same);
        steps.say("ranker " + same.version() + " was trained on just these rows; " + same.cardFile());
        Optional<String> serving = registry.current(RankerTraining.MODEL).map(Registry.Current::version);
        if (promote && allowed && serving.isPresent() && !isBefore(serving.get(), same.version())) {
            steps.say(
                    serving.get().equals(same.version())
                            ? "It is served."
                            : "ranker " + serving.get() + ", which is newer, is served.");
            return Outcome.ALLOWED;
        }
        boolean promoted = promote
                && allowed
                && registry.promoteUnlessPinned(RankerTraining.MODEL, same.version(), now)
                        .version()
                        .equals(same.version());
        return say(same.version(), allowed, promoted, promote, steps);
    }

    private static boolean isAllowed(Artifact artifact) {
        return artifact.metrics().at("/gate/passed").asBoolean();
    }

    private static boolean isBefore(String serving, String version) {
        return serving.equals(PopularityModel.VERSION) || serving.compareTo(version) < 0;
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
            examples.forEach(example -> reader.row(example)
                    .filter(row -> !window.isOver(row.knownAtMillis()))
                    .ifPresent(row -> {
                        rows.add(row);
                        if (rows.size() > MOST_ROWS) {
                            rows.remove();
                        }
                    }));
        }
        if (rows.isEmpty()) {
            throw new Failure("No example in " + from + " was seen, has features"
                    + (window.until().equals(Instant.MAX) ? "" : ", was known before " + window.until()) + ".");
        }
        TrainingSet all = new TrainingSet(FeatureSet.ALL.names(), new ArrayList<>(rows), Instant.MAX);
        TrainingSet taken = all.servedFrom(window.first(all.from(), all.to()));
        return new TrainingSet(taken.names(), taken.rows(), RankerTraining.judgedFrom(taken.from(), taken.to()));
    }

    /** The rows of the KuaiRand log in this folder, with its own times and nothing generated. */
    static TrainingSet ofLog(Path folder) {
        return ofLog(folder, Window.ALL);
    }

    /** Those of a window, with what was known from the beginning of the log. */
    private static TrainingSet ofLog(Path folder, Window window) {
        KuaiRand log = new KuaiRand(folder);
        Instant last = window.last(log.lastTime());
        Instant first = window.first(log.firstTime(), last);
        Instant judgedFrom = RankerTraining.judgedFrom(first, last);
        List<TrainingSet.Row> taken = replay(log, judgedFrom, window.until()).servedFrom(first).rows().stream()
                .filter(row -> !window.isOver(row.knownAtMillis()))
                .toList();
        if (taken.isEmpty()) {
            throw new Failure("No row in " + folder + " was known before " + window.until() + ".");
        }
        return new TrainingSet(FeatureSet.ALL.names(), taken, judgedFrom);
    }

    /** The rows of all that was served before the end, each with what was known then; of a viewer, before the judged ones. */
    static TrainingSet replay(KuaiRand log, Instant judgedFrom, Instant until) {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, log.contents());
        TrainingSet.Collector rows = new TrainingSet.Collector(replay.store(), judgedFrom, MOST_ROWS);
        try (Stream<Impression> impressions = log.impressions()) {
            impressions
                    .filter(one -> one.served().getAt().isBefore(until))
                    .forEach(one -> replay.page(one.served(), one.engagements(), rows));
        }
        return rows.set();
    }
}
