package io.tuijian.launcher.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tuijian.launcher.Failure;
import io.tuijian.models.dl4j.RetrievalTuning;
import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.ItemNeighbours;
import io.tuijian.models.retrieval.Popularity;
import io.tuijian.models.retrieval.Recommender;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.SequenceFile;
import io.tuijian.models.retrieval.SequentialRules;
import io.tuijian.models.retrieval.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "retrieval",
        description = {
            "How well the retrieval model finds what users take next, beside simple baselines.",
            "Every line of a file is: user item item …, plain or gzip.",
            "All items are ranked; those a user already has are left out."
        },
        mixinStandardHelpOptions = true)
final class EvaluateRetrieval implements Callable<Integer> {
    private static final String LEAVE_ONE_OUT = "leave-one-out";
    private static final String MODEL = "two-tower";
    private static final List<String> SHOWN = List.of("hr@10", "ndcg@10", "recall@20", "ndcg@20");

    @Option(names = "--sequences", paramLabel = "FILE", description = "Items in the order of time.")
    private Path sequences;

    @Option(
            names = "--protocol",
            paramLabel = LEAVE_ONE_OUT,
            description = "With --sequences: find each user's last item from those before (the default).")
    private String protocol;

    @Option(names = "--train", paramLabel = "FILE", description = "Items to learn from; their order means nothing.")
    private Path train;

    @Option(names = "--test", paramLabel = "FILE", description = "Items to find, of the same users.")
    private Path test;

    @Option(
            names = "--minutes",
            defaultValue = "24",
            description = "Training ends after so many minutes with what it has (default: ${DEFAULT-VALUE}).")
    private int minutes;

    @Option(names = "--seed", defaultValue = "17", description = "Of all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as one flat JSON object.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        check();
        Split split;
        try {
            split = sequences != null ? SequenceFile.leaveOneOut(sequences) : SequenceFile.fixed(train, test);
        } catch (SequenceFile.Unusable e) {
            throw new Failure(e.getMessage(), e);
        }
        Histories known = split.known();
        RetrievalEvaluation evaluation = new RetrievalEvaluation(split, seed);
        out.printf(
                Locale.ROOT,
                "%,d users, %,d items, %,d engagements to learn from; %,d users to find items for.%n",
                known.viewers(),
                known.catalogue().size(),
                known.size(),
                evaluation.viewers());
        if (split.repeats() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d items to find are left out: their user has them already, so they are masked.%n",
                    split.repeats());
        }
        out.flush();
        Map<String, Function<Histories, Recommender>> all = new LinkedHashMap<>();
        all.put("popularity", Popularity::new);
        all.put("item-knn", ItemNeighbours::new);
        all.put("sequential-rules", SequentialRules::new);
        RetrievalTuning tuning = new RetrievalTuning(seed, Duration.ofMinutes(minutes), line -> {
            out.println("  " + line);
            out.flush();
        });
        all.put(MODEL, histories -> {
            RetrievalTuning.Tuned tuned = tuning.tune(histories);
            return tuned.model().over(histories.catalogue());
        });

        Map<String, Object> figures = new TreeMap<>();
        Map<String, RetrievalEvaluation.Found> found = new LinkedHashMap<>();
        for (Map.Entry<String, Function<Histories, Recommender>> entry : all.entrySet()) {
            long began = System.nanoTime();
            Recommender recommender = entry.getValue().apply(known);
            double seconds = (System.nanoTime() - began) / 1e9;
            RetrievalEvaluation.Found one = evaluation.of(recommender);
            found.put(entry.getKey(), one);
            figures.putAll(one.figures(entry.getKey()));
            figures.put(entry.getKey() + ".train_seconds", Math.round(10 * seconds) / 10.0);
        }
        figures.put("users", evaluation.viewers());
        figures.put("items", known.catalogue().size());
        figures.put("seed", seed);
        table(out, found);
        write(figures);
        return 0;
    }

    private void check() {
        if (sequences == null && train == null && test == null) {
            throw new ParameterException(spec.commandLine(), "Give --sequences FILE, or --train FILE and --test FILE.");
        }
        if (sequences != null && (train != null || test != null)) {
            throw new ParameterException(spec.commandLine(), "--sequences stands alone, without --train and --test.");
        }
        if (sequences == null && (train == null || test == null)) {
            throw new ParameterException(spec.commandLine(), "--train and --test go together.");
        }
        if (protocol != null && !(protocol.equals(LEAVE_ONE_OUT) && sequences != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--protocol is " + LEAVE_ONE_OUT + ", and goes with --sequences.");
        }
        if (minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--minutes must be at least 1, not " + minutes + ".");
        }
        if (json != null && Files.isDirectory(json)) {
            throw new ParameterException(spec.commandLine(), "--json " + json + " is a folder.");
        }
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new Failure("There is no folder " + json.toAbsolutePath().getParent() + ".");
        }
    }

    private void table(PrintWriter out, Map<String, RetrievalEvaluation.Found> found) {
        out.printf("%n%-18s", "");
        SHOWN.forEach(measure -> out.printf("%20s", measure));
        out.println();
        found.forEach((name, one) -> {
            out.printf("%-18s", name);
            for (String measure : SHOWN) {
                RetrievalEvaluation.Interval interval = one.interval(measure, seed);
                out.printf(
                        Locale.ROOT,
                        "%20s",
                        figure(interval.middle()) + " ±" + figure((interval.high() - interval.low()) / 2));
            }
            out.println();
        });
        out.println("± half of the 95 % interval, users drawn again with replacement.");
        RetrievalEvaluation.Found mine = found.get(MODEL);
        found.forEach((name, other) -> {
            if (other != mine) {
                out.printf("%-26s", "ahead of " + name);
                for (String measure : List.of(SHOWN.get(1), SHOWN.get(2))) {
                    RetrievalEvaluation.Interval ahead = mine.ahead(other, measure, seed);
                    out.printf(
                            Locale.ROOT,
                            "  %s %+.4f [%+.4f, %+.4f]",
                            measure,
                            ahead.middle(),
                            ahead.low(),
                            ahead.high());
                }
                out.println();
            }
        });
        out.flush();
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceFirst("^0", "");
    }

    private void write(Map<String, Object> figures) {
        if (json == null) {
            return;
        }
        try {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), figures);
        } catch (IOException e) {
            throw new Failure("The file " + json + " cannot be written: " + e.getMessage(), e);
        }
    }
}
