package io.tuijian.launcher.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tuijian.launcher.Failure;
import io.tuijian.models.Evaluation;
import io.tuijian.models.baselines.Baseline;
import io.tuijian.models.baselines.FactorisationMachine;
import io.tuijian.models.baselines.ItemNeighbours;
import io.tuijian.models.baselines.Popularity;
import io.tuijian.models.baselines.SequentialRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * How well the ranking model orders each viewer's own exposures, beside simple baselines, on a log that it never
 * trained on. Its label is a long view.
 */
@Command(
        name = "ranking",
        description = "How well the ranking model orders each viewer's own exposures, beside simple baselines.",
        mixinStandardHelpOptions = true)
final class EvaluateRanking implements Callable<Integer> {
    /** The name of the model in the figures. */
    static final String RANKER = "ranker";

    private static final long FIRST_SEED = 17;
    private static final double TOO_GOOD = .61;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of KuaiRand-Pure (default: data/kuairand-pure of the checkout).")
    private Path data;

    @Option(
            names = "--protocol",
            paramLabel = "static|prequential",
            defaultValue = "static",
            converter = ProtocolName.class,
            description =
                    "What may be known of an exposure: what was known before the first one judged, or before its own"
                            + " moment (default: ${DEFAULT-VALUE}).")
    private Protocol protocol;

    @Option(
            names = "--surface",
            arity = "1",
            paramLabel = "true|false",
            defaultValue = "true",
            description = "Whether models see the surface, the log's tab (default: ${DEFAULT-VALUE}).")
    private boolean surface;

    @Option(
            names = "--seeds",
            defaultValue = "5",
            description = "How often to train what starts at random, 1 to 20 (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--judged-from",
            paramLabel = "DAY",
            defaultValue = "2022-04-29",
            description = "The first day judged, in China (default: ${DEFAULT-VALUE}).")
    private LocalDate judgedFrom;

    @Option(
            names = "--until",
            paramLabel = "DAY",
            defaultValue = "2022-05-09",
            description = "The day before which the log ends for this evaluation (default: ${DEFAULT-VALUE}).")
    private LocalDate until;

    @Option(
            names = "--permuted",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Look for leaks instead: permute the outcomes over the entire log, N times, 1 to 20; whatever is"
                            + " then ordered better than at random was leaked.")
    private int permuted;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, as one flat object.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** In small letters on the command line. */
    static final class ProtocolName implements ITypeConverter<Protocol> {
        @Override
        public Protocol convert(String name) {
            for (Protocol protocol : Protocol.values()) {
                if (protocol.toString().equals(name)) {
                    return protocol;
                }
            }
            throw new TypeConversionException("'" + name + "' is neither static nor prequential");
        }
    }

    @Override
    public Integer call() {
        checkOptions();
        Path folder = data == null ? Path.of(System.getProperty("tuijian.root", "."), "data", "kuairand-pure") : data;
        if (!Files.isDirectory(folder)) {
            throw new Failure("There is no folder " + folder + "; --data names the one with KuaiRand-Pure.");
        }
        ExposureLog log = timed("read the log", () -> ExposureLog.read(folder).until(until));
        if (log.exposures().stream().noneMatch(one -> one.isFrom(judgedFrom))) {
            throw new Failure("No exposure is of " + judgedFrom + " or later.");
        }
        return permuted > 0 ? searchForLeaks(log) : evaluate(log);
    }

    private void checkOptions() {
        between("--seeds", seeds, 1, 20);
        between("--permuted", permuted, 0, 20);
        if (!judgedFrom.isAfter(LocalDate.of(2022, 4, 24)) || !judgedFrom.isBefore(until)) {
            throw new ParameterException(
                    spec.commandLine(), "--judged-from must be from 2022-04-25 on and before --until.");
        }
        if (json != null
                && json.toAbsolutePath().getParent() != null
                && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new Failure("There is no folder to write " + json + " in.");
        }
    }

    private void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be from " + least + " to " + most + ", not " + value + ".");
        }
    }

    private int evaluate(ExposureLog log) {
        long began = System.nanoTime();
        ProtocolRows.Split rows =
                timed("replay it through folds and formulas", () -> ProtocolRows.of(log, protocol, judgedFrom));
        Contest contest = new Contest(surface ? rows : rows.withoutSurface());
        Standings standings = new Standings(rows.earlier(), rows.later());
        standings.add("random", contest.atRandom());
        baseline(standings, contest, new Popularity());
        baseline(standings, contest, new ItemNeighbours());
        baseline(standings, contest, new SequentialRules());
        for (int i = 0; i < seeds; i++) {
            baseline(standings, contest, FactorisationMachine.logisticRegression(FIRST_SEED + i));
            baseline(standings, contest, FactorisationMachine.of(FIRST_SEED + i));
        }
        for (int i = 0; i < seeds; i++) {
            long seed = FIRST_SEED + i;
            standings.add(
                    RANKER, timed("train the ranker, seed " + seed, () -> contest.ranker(Contest.settings(seed))));
        }
        out().println();
        standings.print(out(), title());
        Map<String, Object> figures = standings.figures();
        double primary = (double) figures.get(RANKER + ".primary");
        if (primary > TOO_GOOD) {
            out().printf(Locale.ROOT, "%nA primary above %.2f is a leak until shown otherwise.%n", TOO_GOOD);
        }
        figures.put("protocol", protocol.toString());
        figures.put("surface", surface);
        figures.put("seeds", seeds);
        figures.put("seconds", Math.round((System.nanoTime() - began) / 1e9));
        write(figures);
        return 0;
    }

    private void baseline(Standings standings, Contest contest, Baseline baseline) {
        standings.add(baseline.name(), contest.baseline(baseline));
    }

    private int searchForLeaks(ExposureLog log) {
        Leaks leaks = new Leaks();
        for (int seed = 1; seed <= permuted; seed++) {
            int drawn = seed;
            leaks.add(timed(
                    "permute, count and train, seed " + drawn,
                    () -> Leaks.trial(log, protocol, judgedFrom, surface, drawn)));
            out().println("    " + leaks.last());
        }
        out().println();
        out().println(leaks.verdict());
        Map<String, Object> figures = new TreeMap<>(leaks.figures());
        figures.put("protocol", protocol.toString());
        figures.put("surface", surface);
        write(figures);
        return leaks.found() ? 1 : 0;
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "Ordering each viewer's own exposures by long views: KuaiRand-Pure, %s, %s",
                protocol,
                surface ? "with the surface" : "without the surface");
    }

    private <T> T timed(String what, Supplier<T> work) {
        long began = System.nanoTime();
        T result = work.get();
        out().printf(Locale.ROOT, "  %-44s %6.1f s%n", what, (System.nanoTime() - began) / 1e9);
        out().flush();
        return result;
    }

    private void write(Map<String, Object> figures) {
        if (json == null) {
            return;
        }
        try {
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(json.toFile(), new TreeMap<>(figures));
        } catch (IOException e) {
            throw new Failure("The figures cannot be written to " + json + ".", e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** An interval in few letters. */
    static String shown(Evaluation.Interval interval) {
        return String.format(Locale.ROOT, "%.4f to %.4f", interval.low(), interval.high());
    }
}
