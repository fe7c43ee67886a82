package io.tuijian.launcher.bench;

import io.tuijian.launcher.Failure;
import io.tuijian.ranking.Tuning;
import io.tuijian.ranking.TuningJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a simulated audience makes of this feed, beside plain orders of the same contents. */
@Command(
        name = "quality",
        description =
                "What a simulated audience makes of this feed, beside popularity, chronological and random orders.",
        mixinStandardHelpOptions = true)
final class QualityBench implements Callable<Integer> {
    private static final int DAYS = 2;
    private static final int TURNED = 40;
    private static final List<String> RIVALS =
            List.of("popularity", "rewarding", "chronological", "random", "informed", "oracle");

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as one flat JSON object.")
    private Path json;

    @Option(names = "--seeds", defaultValue = "5", description = "How many trials (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--first-seed", defaultValue = "1", description = "Of the first trial (default: ${DEFAULT-VALUE}).")
    private long firstSeed;

    @Option(names = "--viewers", defaultValue = "250", description = "How many (default: ${DEFAULT-VALUE}).")
    private int viewers;

    @Option(names = "--contents", defaultValue = "4000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int contents;

    @Option(
            names = "--sessions",
            defaultValue = "3",
            description = "Per viewer under each order (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--log-viewers",
            defaultValue = "1000",
            description = "In the log that the models learn from, the others among them (default: ${DEFAULT-VALUE}).")
    private int logViewers;

    @Option(names = "--log-days", defaultValue = "7", description = "Of that log (default: ${DEFAULT-VALUE}).")
    private int logDays;

    @Option(
            names = "--log-sessions",
            defaultValue = "30",
            description = "Per viewer of that log (default: ${DEFAULT-VALUE}).")
    private int logSessions;

    @Option(
            names = "--tuning",
            paramLabel = "FILE",
            description = "Measure this tuning instead of the one that comes with the product.")
    private Path tuning;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Bounds.check(spec, "--seeds", seeds, 1, 100);
        Bounds.check(spec, "--viewers", viewers, 20, 100_000);
        Bounds.check(spec, "--contents", contents, 500, 100_000);
        Bounds.check(spec, "--sessions", sessions, 1, 50);
        Bounds.check(spec, "--log-viewers", logViewers, viewers, 100_000);
        Bounds.check(spec, "--log-days", logDays, 1, 60);
        Bounds.check(spec, "--log-sessions", logSessions, 1, 12 * logDays);
        QualityTrial.Size size = new QualityTrial.Size(
                viewers, contents, DAYS, sessions, Math.min(TURNED, viewers), logViewers, logDays, logSessions);
        Tuning measured = tuning();
        List<Map<String, Double>> trials = trials(size, measured);
        Figures figures = new Figures(spec.commandLine().getOut());
        figures.put("simulated", true);
        figures.put("seeds", seeds);
        figures.put("first_seed", firstSeed);
        figures.put("tuning", measured.version());
        figures.put("viewers", viewers);
        figures.put("contents", contents);
        figures.put("sessions_per_viewer", sessions);
        figures.put("log_viewers", logViewers);
        figures.put("log_days", logDays);
        figures.put("log_sessions_per_viewer", logSessions);
        summarize(trials).forEach((name, value) -> figures.put(name, rounded(value)));
        spec.commandLine().getOut().println("These figures come from a simulation, not from people.");
        if (json != null) {
            figures.writeTo(json);
        }
        return 0;
    }

    private Tuning tuning() {
        if (tuning == null) {
            return Tuning.DEFAULT;
        }
        try {
            return TuningJson.read(Files.readAllBytes(tuning));
        } catch (IOException e) {
            throw new Failure("The tuning " + tuning + " cannot be read.", e);
        } catch (TuningJson.Refused e) {
            throw new Failure("The tuning " + tuning + " is refused: " + e.getMessage(), e);
        }
    }

    /** One after the other on each processor. */
    private List<Map<String, Double>> trials(QualityTrial.Size size, Tuning measured) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(seeds, Runtime.getRuntime().availableProcessors()));
        try {
            List<Future<Map<String, Double>>> running = new ArrayList<>();
            for (int i = 0; i < seeds; i++) {
                long seed = firstSeed + i;
                running.add(threads.submit(() -> new QualityTrial(size, seed).figures(measured)));
            }
            List<Map<String, Double>> done = new ArrayList<>();
            for (Future<Map<String, Double>> one : running) {
                done.add(one.get());
            }
            return done;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Failure failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Means over the trials, each with its standard error as {@code .se}, and the ratios of each trial likewise. */
    static Map<String, Double> summarize(List<Map<String, Double>> trials) {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (Map<String, Double> trial : trials) {
            Map<String, Double> all = new LinkedHashMap<>();
            double mine = trial.get("feed.engagement");
            double whole = trial.get("feed.engagement_per_session");
            for (String rival : RIVALS) {
                all.put("ratio_" + rival, mine / trial.get(rival + ".engagement"));
                all.put("session_ratio_" + rival, whole / trial.get(rival + ".engagement_per_session"));
            }
            all.putAll(trial);
            all.forEach((name, value) ->
                    values.computeIfAbsent(name, any -> new ArrayList<>()).add(value));
        }
        Map<String, Double> summary = new LinkedHashMap<>();
        values.forEach((name, of) -> {
            double mean = of.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
            double squares = of.stream()
                    .mapToDouble(value -> (value - mean) * (value - mean))
                    .sum();
            summary.put(name, mean);
            if (of.size() > 1) {
                summary.put(name + ".se", Math.sqrt(squares / (of.size() - 1) / of.size()));
            }
        });
        return summary;
    }

    private static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }
}
