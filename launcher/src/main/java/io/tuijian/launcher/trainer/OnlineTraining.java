package io.tuijian.launcher.trainer;

import io.tuijian.features.FeatureSet;
import io.tuijian.models.Artifact;
import io.tuijian.models.Evaluation;
import io.tuijian.models.ExampleRows;
import io.tuijian.models.Gate;
import io.tuijian.models.Heads;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Publication;
import io.tuijian.models.Registry;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.UnknownVersion;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from examples as they come, and publishes what it has learned. An example waits a moment for more labels, is
 * learned once, and is taken back and learned anew when a correction says otherwise. From time to time the network as
 * it is becomes a candidate; the examples that come after it, each of which the candidate has not learned, judge it.
 * Bounded in memory. Not thread-safe, but for {@link #counts} and {@link #state}.
 */
final class OnlineTraining {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineTraining.class);
    private static final List<String> NAMES = FeatureSet.ALL.names();

    /** How many of the examples learned last make the probabilities true. */
    private static final int NEWEST = 5_000;

    /** Fewer tell too little to calibrate by. */
    private static final int TELLING = 500;

    /** How many times the examples that are enough may be held to judge by. */
    private static final int HELD = 10;

    /** How many times the examples that judge are learned before there is a first candidate. */
    private static final int FIRST = 5;

    private static final int WARNINGS = 10;

    /** Weight of the newest batch in the loss that is shown. */
    private static final double SMOOTHING = .05;

    private final Registry registry;
    private final Publication publication;
    private final Checkpoints checkpoints;
    private final Pupil.School school;
    private final Pace pace;
    private final Consumer<String> say;

    private final ExampleRows rows = new ExampleRows();
    private final Counts counts = new Counts();
    private final Map<Integer, Long> offsets = new TreeMap<>();
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final ArrayDeque<TrainingSet.Row> newest = new ArrayDeque<>();
    private final List<Waiting> beforeTheFirst = new ArrayList<>();
    private Pupil pupil;
    private Told told;
    private Candidate candidate;
    private Instant checkpointAt;
    private Checkpoints.Position written;
    private Instant freezeFrom = Instant.MIN;
    private long learnedAtLastFreeze;
    private Instant judgesFrom = Instant.EPOCH;
    private long warned;
    private volatile State state = new State(Double.NaN, null, 0, 0);

    /**
     * How often and how much.
     *
     * @param settle how long an example waits for more labels before it is learned
     * @param waiting at most so many wait; beyond that the oldest is learned at once
     * @param batch examples to learn at a time; fewer when none comes
     * @param fresh examples that judge a candidate, at least
     * @param promoteEvery from one promotion to the next, at least
     * @param judgeFor how long before a promotion is due the candidate is made
     * @param remembered see {@link Told}
     */
    record Pace(
            Duration settle,
            int waiting,
            int batch,
            int fresh,
            Duration promoteEvery,
            Duration judgeFor,
            Duration checkpointEvery,
            int remembered) {}

    /**
     * For those who watch.
     *
     * @param loss mean per row and head of what was learned last, before learning it
     * @param promotedAt null before the first promotion
     * @param waiting examples that wait for more labels
     * @param held examples that will judge the candidate
     */
    record State(double loss, Instant promotedAt, int waiting, int held) {}

    private record Waiting(String id, int correction, TrainingSet.Row row, Instant until) {
        Told.Labels labels() {
            return new Told.Labels(row.labels(), row.watchedShare(), row.sampleRate());
        }
    }

    /** What one viewer was served at one moment. */
    private record Page(String viewerId, long servedAtMillis) {
        static Page of(TrainingSet.Row row) {
            return new Page(row.viewerId(), row.servedAtMillis());
        }
    }

    /**
     * A network as it was, on disk, and the examples that came after it.
     *
     * @param learned what it learned last
     * @param judgesFrom what was served before may be of a page of which it has learned a part
     */
    private record Candidate(
            Artifact artifact,
            Instant since,
            TrainingSet learned,
            Instant judgesFrom,
            Set<Page> begun,
            Map<String, TrainingSet.Row> held) {
        Candidate(Artifact artifact, Instant since, TrainingSet learned, Instant judgesFrom) {
            this(
                    artifact,
                    since,
                    learned,
                    judgesFrom,
                    learned.rows().stream().map(Page::of).collect(Collectors.toSet()),
                    new HashMap<>());
        }

        boolean mayBeJudgedBy(TrainingSet.Row row) {
            return row.servedAtMillis() >= judgesFrom.toEpochMilli() && !begun.contains(Page.of(row));
        }
    }

    /** Goes on from the newest checkpoint, else from the served version, else from nothing. */
    OnlineTraining(
            Registry registry,
            Publication publication,
            Checkpoints checkpoints,
            Pupil.School school,
            Pace pace,
            Instant now,
            Consumer<String> say) {
        this.registry = registry;
        this.publication = publication;
        this.checkpoints = checkpoints;
        this.school = school;
        this.pace = pace;
        this.say = say;
        this.checkpointAt = now.plus(pace.checkpointEvery());
        Optional<Checkpoints.Restored> restored = checkpoints.newest(school, pace.remembered());
        if (restored.isPresent()) {
            pupil = restored.get().pupil();
            told = restored.get().told();
            offsets.putAll(restored.get().position().offsets());
            counts.restore(restored.get().position().counts());
            learnedAtLastFreeze = learned();
            judgesFrom = now; // the pages begun before are not known any more
            say.accept("Goes on from " + restored.get().name() + ".");
        } else {
            told = new Told(pace.remembered());
            pupil = served();
        }
        watch();
    }

    private Pupil served() {
        try {
            Optional<Registry.Current> current = registry.current(publication.model());
            if (current.isPresent() && !current.get().version().equals(PopularityModel.VERSION)) {
                String version = current.get().version();
                Pupil served = school.of(registry.artifact(publication.model(), version));
                say.accept("Starts from the served version " + version + ".");
                return served;
            }
        } catch (UnusableArtifact | UnknownVersion e) {
            LOG.warn("The served version cannot be learned on from: {}", e.getMessage());
        }
        say.accept("Starts afresh.");
        return null;
    }

    /** By partition, the offset to read on from; what is not there was never read. */
    Map<Integer, Long> offsets() {
        return Map.copyOf(offsets);
    }

    Counts counts() {
        return counts;
    }

    State state() {
        return state;
    }

    /** The next record of a partition, in order. */
    void take(int partition, long offset, byte[] bytes, Instant now) {
        offsets.put(partition, offset + 1);
        Example example;
        try {
            example = Topics.EXAMPLES.decode(bytes);
        } catch (Topic.Undecodable e) {
            poison(Counts.Fate.UNDECODABLE, partition, offset, e.getMessage());
            return;
        }
        Optional<TrainingSet.Row> row = rows.row(example);
        if (row.isEmpty()) {
            switch (ExampleRows.passedOver(example).orElseThrow()) {
                case UNSEEN -> counts.add(Counts.Fate.UNSEEN);
                case WITHOUT_FEATURES -> counts.add(Counts.Fate.WITHOUT_FEATURES);
                case MISSHAPEN ->
                    poison(
                            Counts.Fate.MISSHAPEN,
                            partition,
                            offset,
                            example.getFeatures().size() + " features, "
                                    + example.getFeatureNames().size() + " names, sample rate "
                                    + example.getSampleRate());
            }
            return;
        }
        await(example.getId(), example.getCorrection(), row.get(), now);
    }

    private void await(String id, int correction, TrainingSet.Row row, Instant now) {
        Waiting before = waiting.get(id);
        Instant until = before == null ? now.plus(pace.settle()) : before.until();
        waiting.put(id, new Waiting(id, correction, row, until)); // in its old place
        if (waiting.size() > pace.waiting()) {
            Iterator<Waiting> oldest = waiting.values().iterator();
            List<Waiting> batch = new ArrayList<>();
            while (batch.size() < pace.batch() && oldest.hasNext()) {
                batch.add(oldest.next());
                oldest.remove();
            }
            learn(batch);
        }
    }

    private void poison(Counts.Fate fate, int partition, long offset, String why) {
        counts.add(fate);
        warned++;
        if (warned <= WARNINGS) {
            say.accept("Warning: record " + offset + " of partition " + partition + " of " + Topics.EXAMPLES.name()
                    + " is passed over: " + why
                    + (warned == WARNINGS ? "; further ones are only counted." : "."));
        }
    }

    /** Does what is due. Call it often. */
    void tick(Instant now) {
        List<Waiting> due = new ArrayList<>();
        Iterator<Waiting> oldest = waiting.values().iterator();
        while (oldest.hasNext()) {
            Waiting next = oldest.next();
            if (next.until().isAfter(now)) {
                break;
            }
            due.add(next);
            oldest.remove();
        }
        learnInBatches(due);
        if (pupil != null) {
            freeze(now);
            judge(now);
            if (!now.isBefore(checkpointAt)) {
                checkpoint(now);
            }
        }
        watch();
    }

    /** Learns what waits and writes a checkpoint. */
    void checkpoint(Instant now) {
        List<Waiting> all = new ArrayList<>(waiting.values());
        waiting.clear();
        learnInBatches(all);
        checkpointAt = now.plus(pace.checkpointEvery());
        Checkpoints.Position position = new Checkpoints.Position(Map.copyOf(offsets), counts.byName());
        if (pupil == null || position.equals(written)) {
            return;
        }
        try {
            checkpoints.write(pupil, told, position);
            written = position;
        } catch (UncheckedIOException e) {
            LOG.error("no checkpoint", e);
            say.accept("Warning: " + e.getMessage() + " (" + e.getCause().getMessage() + "); trying again in "
                    + pace.checkpointEvery().toSeconds() + " s.");
        }
    }

    private void learnInBatches(List<Waiting> all) {
        for (int from = 0; from < all.size(); from += pace.batch()) {
            learn(all.subList(from, Math.min(all.size(), from + pace.batch())));
        }
    }

    private void learn(List<Waiting> batch) {
        if (pupil == null) {
            beforeTheFirst.addAll(batch);
            if (beforeTheFirst.size() < pace.fresh()) {
                return;
            }
            List<Waiting> first = List.copyOf(beforeTheFirst);
            beforeTheFirst.clear();
            pupil = school.fresh(set(first.stream().map(Waiting::row).toList()));
            learnInBatches(first);
            return;
        }
        List<TrainingSet.Row> fresh = new ArrayList<>();
        List<TrainingSet.Row> corrected = new ArrayList<>();
        List<TrainingSet.Row> before = new ArrayList<>();
        for (Waiting one : batch) {
            Told.Labels known = told.of(one.id());
            if (known != null && known.equals(one.labels())) {
                counts.add(Counts.Fate.UNCHANGED);
                continue;
            }
            if (known == null
                    && one.correction() > 0
                    && told.mayBeForgotten(one.row().servedAtMillis())) {
                counts.add(Counts.Fate.FORGOTTEN);
                continue;
            }
            if (known == null) {
                counts.add(Counts.Fate.LEARNED);
                fresh.add(one.row());
            } else {
                counts.add(Counts.Fate.CORRECTED);
                corrected.add(one.row());
                before.add(
                        one.row().labelled(known.bits(), known.watchedShare()).weighing(known.sampleRate()));
            }
            told.put(one.id(), one.labels(), one.row().servedAtMillis());
            hold(one, known == null);
        }
        if (fresh.isEmpty() && corrected.isEmpty()) {
            return;
        }
        double loss = pupil.learn(set(fresh), set(corrected), set(before));
        if (Double.isFinite(loss)) {
            double smooth = Double.isNaN(state.loss()) ? loss : state.loss() + SMOOTHING * (loss - state.loss());
            state = new State(smooth, state.promotedAt(), waiting.size(), state.held());
        }
        newest.addAll(fresh);
        while (newest.size() > NEWEST) {
            newest.remove();
        }
    }

    /** Only what the candidate cannot have learned judges it, with the labels known at the end. */
    private void hold(Waiting one, boolean isNew) {
        if (candidate == null) {
            return;
        }
        Map<String, TrainingSet.Row> held = candidate.held();
        boolean judges = isNew && held.size() < HELD * pace.fresh() && candidate.mayBeJudgedBy(one.row());
        if (judges || held.containsKey(one.id())) {
            held.put(one.id(), one.row());
        }
    }

    private static TrainingSet set(Collection<TrainingSet.Row> rows) {
        return new TrainingSet(NAMES, List.copyOf(rows), Instant.MAX);
    }

    /** Makes a candidate a while before the next promotion may be, if there is anything new in it. */
    private void freeze(Instant now) {
        long learned = learned();
        if (candidate != null
                || newest.isEmpty()
                || now.isBefore(freezeFrom)
                || now.isBefore(promotionDue().minus(pace.judgeFor()))
                || learned < FIRST * pace.fresh()
                || learned - learnedAtLastFreeze < pace.fresh()) {
            return;
        }
        learnedAtLastFreeze = learned;
        if (newest.size() >= TELLING) {
            pupil.calibrate(set(newest));
        }
        try {
            Path folder = checkpoints.scratch("candidate");
            Artifact artifact = new Artifact(publication.model(), "candidate", folder);
            pupil.write(artifact);
            boolean isFull = newest.size() == NEWEST;
            candidate = new Candidate(artifact, now, set(newest), isFull ? Instant.EPOCH : judgesFrom);
        } catch (IOException e) {
            freezeFrom = now.plus(pace.judgeFor());
            LOG.error("no candidate", e);
            say.accept("Warning: a candidate cannot be written (" + e.getMessage() + ").");
        }
    }

    private long learned() {
        return counts.of(Counts.Fate.LEARNED) + counts.of(Counts.Fate.CORRECTED);
    }

    private Instant promotionDue() {
        Instant promotedAt = promotedAt();
        return promotedAt == null ? Instant.EPOCH : promotedAt.plus(pace.promoteEvery());
    }

    private Instant promotedAt() {
        try {
            return registry.current(publication.model())
                    .map(Registry.Current::promotedAt)
                    .orElse(null);
        } catch (UnusableArtifact e) {
            LOG.warn("{}", e.getMessage());
            return null;
        }
    }

    private void judge(Instant now) {
        if (candidate == null
                || candidate.held().size() < pace.fresh()
                || now.isBefore(promotionDue())
                || now.isBefore(freezeFrom)) {
            return;
        }
        TrainingSet fresh = new TrainingSet(NAMES, List.copyOf(candidate.held().values()), candidate.since());
        Evaluation later = Evaluation.byPage(fresh);
        if (later.tellingViewers(Heads.HEADLINE) < Gate.TELLING_VIEWERS
                && candidate.held().size() < HELD * pace.fresh()) {
            freezeFrom = now.plusSeconds(1); // look again soon
            return;
        }
        Artifact frozen = candidate.artifact();
        TrainingSet learned = candidate.learned();
        candidate = null;
        freezeFrom = now.plus(pace.promoteEvery()).minus(pace.judgeFor());
        try {
            Publication.Done done = publication.publish(
                    artifact -> copy(frozen.folder(), artifact.folder()),
                    new Publication.Judged(learned, later, school.settings(), Double.NaN, List.of()),
                    true,
                    now);
            say.accept(
                    done.promoted()
                            ? "Version " + done.version() + " is promoted, judged by " + fresh.size()
                                    + " fresh examples."
                            : "Version " + done.version() + " is not promoted: "
                                    + (done.verdict().promoted()
                                            ? "the model is pinned."
                                            : String.join(" ", done.verdict().reasons())));
            say.accept(done.verdict().table());
        } catch (UnusableArtifact | UncheckedIOException e) {
            LOG.error("not published", e);
            say.accept("Warning: no version was published: " + e.getMessage());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private void watch() {
        int held = candidate == null ? 0 : candidate.held().size();
        state = new State(state.loss(), promotedAt(), waiting.size(), held);
    }
}
