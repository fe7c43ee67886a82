package io.tuijian.launcher.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.launcher.Failure;
import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationLog;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.models.Evaluation;
import io.tuijian.models.Heads;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Progress;
import io.tuijian.models.Scores;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.dl4j.Trainer;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How well the ranking model orders the posts, videos and shop items of a page, by head and kind, on the log of a
 * simulated population: no real log here has posts or shop items. Pages are drawn at random, so that no policy's taste
 * is in them. Its figures say how the model copes with kinds and rare heads, not how people are.
 */
@Command(
        name = "population",
        description = "How well the ranking model orders pages of a simulated population, by kind and action.",
        mixinStandardHelpOptions = true)
final class EvaluatePopulation implements Callable<Integer> {
    private static final Instant UNTIL = Instant.parse("2026-01-01T00:00:00Z");
    private static final int FEWEST_POSITIVES = 50;

    @Option(names = "--viewers", defaultValue = "3000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int viewers;

    @Option(names = "--contents", defaultValue = "6000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int contents;

    @Option(names = "--pages", defaultValue = "40000", description = "Of ten contents (default: ${DEFAULT-VALUE}).")
    private int pages;

    @Option(names = "--seed", defaultValue = "1", description = "Of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, as one flat object.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        check("--viewers", viewers, 100_000);
        check("--contents", contents, 100_000);
        check("--pages", pages, 100_000);
        TrainingSet rows = rows();
        if (rows.earlier().size() == 0 || rows.later().size() == 0) {
            throw new Failure("These pages are too few to train and to judge; give more --pages.");
        }
        OfflineModel ranker = Trainer.train(rows.earlier(), Settings.USUAL.withSeed(seed), Progress.UNHEARD)
                .frozen();
        Map<String, Object> figures = print(rows, ranker);
        if (json != null) {
            try {
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), figures);
            } catch (IOException e) {
                throw new Failure("The figures cannot be written to " + json + ".", e);
            }
        }
        return 0;
    }

    private void check(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(), String.format(Locale.ROOT, "%s must be from 1 to %,d.", option, most));
        }
    }

    /** Every item of every page as it was known when it was served. */
    private TrainingSet rows() {
        Population population =
                Population.of(seed, new PopulationSize(viewers, Math.max(1, contents / 20), contents, 7));
        PopulationLog log = population.log(Policy.random(), pages, UNTIL);
        Map<String, List<Engagement>> byPage = new HashMap<>();
        Instant last = log.from();
        for (Event event : log) {
            if (event instanceof Event.Did did) {
                byPage.computeIfAbsent(did.engagement().getFeedId(), feed -> new ArrayList<>())
                        .add(did.engagement());
            } else if (event instanceof Event.Shown shown) {
                last = shown.served().getAt();
            }
        }
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, List.of());
        TrainingSet.Collector collector = new TrainingSet.Collector(replay.store(), Instant.MAX, pages * 20);
        for (Event event : log) {
            if (event instanceof Event.Published published) {
                replay.store().accept(published.content());
            } else if (event instanceof Event.Related related) {
                replay.store().accept(related.relation());
            } else if (event instanceof Event.Shown shown) {
                replay.page(shown.served(), byPage.getOrDefault(shown.served().getFeedId(), List.of()), collector);
            }
        }
        TrainingSet all = collector.set();
        return new TrainingSet(all.names(), all.rows(), RankerTraining.judgedFrom(log.from(), last));
    }

    private Map<String, Object> print(TrainingSet rows, OfflineModel ranker) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "A simulated population, pages drawn at random: %,d items to train on, %,d to judge by.%n%n",
                rows.earlier().size(),
                rows.later().size());
        out.printf(
                "%-12s %-11s %9s %8s %11s   %-20s %11s%n",
                "GAUC by page", "", "positives", "ranker", "popularity", "ranker above, 95 %", "calibration");
        Map<String, Object> figures = new TreeMap<>();
        for (ContentKind kind : ContentKind.values()) {
            TrainingSet part = new TrainingSet(
                    rows.names(),
                    rows.later().rows().stream()
                            .filter(row -> row.kind() == kind)
                            .toList(),
                    rows.judgedFrom());
            if (part.size() == 0) {
                continue;
            }
            Evaluation evaluation = Evaluation.byPage(part);
            Scores scored = ranker.score(part);
            Scores popular = new PopularityModel().score(part);
            for (Action action : Heads.ALL) {
                Evaluation.Head head = evaluation.head(scored, action);
                if (action == Action.WATCH || head.positives() < FEWEST_POSITIVES || !Double.isFinite(head.gauc())) {
                    continue;
                }
                double baseline = evaluation.head(popular, action).gauc();
                Evaluation.Interval above = evaluation.gaucDifference(scored, popular, action, seed);
                out.printf(
                        Locale.ROOT,
                        "%-12s %-11s %,9d %8.4f %11.4f   %+.4f to %+.4f %12.2f%n",
                        words(kind),
                        words(action),
                        head.positives(),
                        head.gauc(),
                        baseline,
                        above.low(),
                        above.high(),
                        head.calibration());
                String key = kind.name().toLowerCase(Locale.ROOT) + "."
                        + action.name().toLowerCase(Locale.ROOT) + ".gauc";
                figures.put("ranker." + key, head.gauc());
                figures.put("popularity." + key, baseline);
            }
        }
        out.printf("%nThese figures come from a simulation, not from people.%n");
        figures.put("simulated", true);
        figures.put("rows.train", rows.earlier().size());
        figures.put("rows.test", rows.later().size());
        return figures;
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
