package io.tuijian.models;

import io.tuijian.schemas.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the rows of a training look like day by day (UTC), as far as a bad day can be told by it. Kept beside the version
 * as {@code data.json}, for later ones to be compared with.
 *
 * @param source where the rows come from; only profiles of one source are comparable
 * @param fingerprint SHA-256 of the rows and the settings in hexadecimal: the same for the same training
 * @param anew whether the days are held against each other alone, because a person knows why earlier ones were different
 * @param days those with rows, by date, the first and the last perhaps in part
 */
public record DataProfile(String source, String fingerprint, boolean anew, SortedMap<String, Day> days) {
    /** A day that begins or ends this far inside the window counts as whole. */
    private static final Duration SLACK = Duration.ofHours(2);

    private static final long SEED = 3;

    /** What is a function of the date has one value per day by its nature. */
    private static final Set<String> CALENDAR = Set.of("context.weekday_sin", "context.weekday_cos");

    /**
     * One day.
     *
     * @param whole whether the window holds all of it
     * @param judges whether it begins among the rows to judge by, whose viewers stand still in an imported log
     * @param rates positives per row, by head
     * @param order how far the GAUC of popularity is above that of a coin; NaN if too few tell
     * @param constants the dense values that are the same in all rows of the day, but for those of the calendar
     */
    public record Day(
            boolean whole,
            boolean judges,
            long rows,
            Map<Action, Double> rates,
            Evaluation.Interval order,
            List<String> constants) {}

    /**
     * @param judge compares rows as the training will be judged
     */
    public static DataProfile of(
            TrainingSet rows, String source, Settings settings, Function<TrainingSet, Evaluation> judge) {
        Map<LocalDate, List<TrainingSet.Row>> byDay = new TreeMap<>();
        for (TrainingSet.Row row : rows.rows()) {
            byDay.computeIfAbsent(dayOf(row.servedAtMillis()), day -> new ArrayList<>())
                    .add(row);
        }
        SortedMap<String, Day> days = new TreeMap<>();
        byDay.forEach((day, of) -> {
            Instant begins = day.atStartOfDay(ZoneOffset.UTC).toInstant();
            boolean whole = !rows.from().isAfter(begins.plus(SLACK))
                    && !rows.to().isBefore(begins.plus(Duration.ofDays(1)).minus(SLACK));
            boolean judges = !begins.isBefore(rows.judgedFrom());
            days.put(day.toString(), day(new TrainingSet(rows.names(), of, rows.judgedFrom()), whole, judges, judge));
        });
        return new DataProfile(source, fingerprint(rows, settings), false, days);
    }

    /** The same days, to be held against each other alone. */
    public DataProfile startingAnew() {
        return new DataProfile(source, fingerprint, true, days);
    }

    private static LocalDate dayOf(long millis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
    }

    private static Day day(TrainingSet rows, boolean whole, boolean judges, Function<TrainingSet, Evaluation> judge) {
        Map<Action, Double> rates = new TreeMap<>();
        for (Action action : Heads.ALL) {
            rates.put(action, rows.positives(action) / (double) rows.size());
        }
        Evaluation evaluation = judge.apply(rows);
        Evaluation.Interval order = evaluation.tellingViewers(Heads.HEADLINE) < Gate.TELLING_VIEWERS
                ? new Evaluation.Interval(Double.NaN, Double.NaN, Double.NaN)
                : evaluation.gaucDifference(
                        new PopularityModel().score(rows), Scores.empty(rows.size()), Heads.HEADLINE, SEED);
        return new Day(whole, judges, rows.size(), rates, order, constants(rows));
    }

    private static List<String> constants(TrainingSet rows) {
        float[] first = rows.row(0).dense();
        boolean[] varies = new boolean[rows.names().size()];
        for (TrainingSet.Row row : rows.rows()) {
            for (int i = 0; i < varies.length; i++) {
                varies[i] |= Float.compare(row.dense()[i], first[i]) != 0;
            }
        }
        List<String> constants = new ArrayList<>();
        for (int i = 0; i < varies.length; i++) {
            if (!varies[i] && !CALENDAR.contains(rows.names().get(i))) {
                constants.add(rows.names().get(i));
            }
        }
        return constants;
    }

    private static String fingerprint(TrainingSet rows, Settings settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((settings + " " + rows.judgedFrom() + " " + rows.names()).getBytes(StandardCharsets.UTF_8));
            for (TrainingSet.Row row : rows.rows()) {
                digest.update((row.viewerId()
                                + ' '
                                + row.contentId()
                                + ' '
                                + row.servedAtMillis()
                                + ' '
                                + row.position()
                                + ' '
                                + row.surface()
                                + ' '
                                + row.sampleRate()
                                + ' '
                                + row.labels()
                                + ' '
                                + row.watchedShare()
                                + ' '
                                + Arrays.hashCode(row.dense()))
                        .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What is wrong with some of these days, going by the others; empty if nothing is. */
    public List<String> broken() {
        return new Verdict(DataChecks.of(this, Optional.empty())).reasons();
    }

    /** The newest version that was trained on these rows with these settings, if there is one. */
    public static Optional<Artifact> trained(TrainingSet rows, Settings settings, Registry registry, String model) {
        String fingerprint = fingerprint(rows, settings);
        return registry.list(model).stream()
                .map(listed -> registry.artifact(model, listed.version()))
                .filter(artifact -> of(artifact)
                        .filter(other -> other.fingerprint.equals(fingerprint))
                        .isPresent())
                .findFirst();
    }

    /** Writes {@code data.json}. */
    void write(Artifact artifact) throws IOException {
        Artifact.JSON.writeValue(artifact.dataFile().toFile(), this);
    }

    /** What {@link #write} wrote; empty if this version has none, or none that can be read. */
    static Optional<DataProfile> of(Artifact artifact) {
        if (!Files.exists(artifact.dataFile())) {
            return Optional.empty();
        }
        try {
            return Optional.of(Artifact.JSON.readValue(artifact.dataFile().toFile(), DataProfile.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
