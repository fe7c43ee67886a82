package io.tuijian.launcher.replay;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A CSV log of others in memory, as {@code ./tuijian replay} reads and understands it, to look at and to learn from. */
public final class OwnLog {
    private static final int MOST_ENGAGEMENTS = 5_000_000;

    private final List<Content> contents = new ArrayList<>();
    private final List<Engagement> engagements = new ArrayList<>();
    private final List<CsvLog.Bad> bad = new ArrayList<>();
    private final CsvLog.Counts counts;

    private OwnLog(CsvLog log, String name) {
        Events events = new Events(name);
        counts = log.read(
                row -> {
                    Events.Of all = events.of(row);
                    if (all.content() != null) {
                        contents.add(all.content());
                    }
                    engagements.addAll(all.engagements());
                },
                bad::add);
        engagements.sort(Comparator.comparing(Engagement::getAt));
    }

    /**
     * Reads all of it.
     *
     * @param now rows later than this are bad
     * @throws CsvLog.Unusable with one line, if the file or its header cannot be used
     */
    public static OwnLog read(Path file, ActionWords words, Instant now) {
        return new OwnLog(new CsvLog(file, words, now), "own");
    }

    /** What rows named, each as its first row describes it. */
    public List<Content> contents() {
        return List.copyOf(contents);
    }

    /** In the order of time, with those that follow from others: a long view and a finish from what was watched. */
    public List<Engagement> engagements() {
        return List.copyOf(engagements);
    }

    /** The rows that could not be used. */
    public List<CsvLog.Bad> bad() {
        return List.copyOf(bad);
    }

    /** How many rows there were of each sort. */
    public CsvLog.Counts counts() {
        return counts;
    }

    /** How many engagements there are of each action. */
    public Map<Action, Long> perAction() {
        Map<Action, Long> perAction = new TreeMap<>();
        engagements.forEach(one -> perAction.merge(one.getAction(), 1L, Long::sum));
        return perAction;
    }

    public long viewers() {
        return engagements.stream().map(Engagement::getViewerId).distinct().count();
    }

    /** When the first of it happened. */
    public Instant from() {
        return engagements.get(0).getAt();
    }

    /** When the last of it happened. */
    public Instant to() {
        return engagements.get(engagements.size() - 1).getAt();
    }

    /** Counted to its end by the folds that Flink runs. */
    public FeatureReplay replayed() {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, contents);
        engagements.forEach(replay::engagement);
        replay.finish();
        return replay;
    }

    /** What a retrieval model learns from. */
    public EngagementLog tastes() {
        EngagementLog log = new EngagementLog(MOST_ENGAGEMENTS);
        contents.forEach(log::content);
        engagements.forEach(log::engagement);
        return log;
    }
}
