package io.tuijian.models.dl4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.models.Artifact;
import io.tuijian.models.Registry;
import io.tuijian.models.UnknownVersion;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.VectorFields;
import io.tuijian.models.Verdict;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.ItemNeighbours;
import io.tuijian.models.retrieval.Popularity;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.SequentialRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * From a log to a published retrieval model: learns from the earlier four fifths of the time, judges what was written on
 * the rest, publishes it, and proposes it for promotion if it finds no less than popularity and than what is served,
 * beyond noise: whoever publishes its vectors promotes it once they are in the index.
 */
public final class RetrievalTraining {
    private static final int TELLING_VIEWERS = 30;
    private static final String HEADLINE = "ndcg@20";
    private static final String POPULARITY = "popularity";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private RetrievalTraining() {}

    /** What came of a training; {@code proposed} is false also if a rollback pinned another version. */
    public record Trained(
            String version, Map<String, Double> metrics, Verdict verdict, boolean proposed, Duration took) {}

    /**
     * Trains, judges, publishes and perhaps proposes one version.
     *
     * @param now names the version
     * @param limit of the training
     * @param told hears a line per step
     * @throws IllegalArgumentException if the log is too small to learn and judge
     */
    public static Trained run(
            EngagementLog log, Instant now, Registry registry, long seed, Duration limit, Consumer<String> told) {
        long began = System.nanoTime();
        EngagementLog.Cut cut = log.cut();
        RetrievalTuning.Tuned tuned = new RetrievalTuning(seed, limit, told).tune(cut.known());
        Registry.Draft draft = registry.draft(RetrievalModel.NAME, now);
        Artifact artifact = draft.artifact();
        try {
            tuned.model().write(artifact);
            RetrievalEvaluation later = new RetrievalEvaluation(cut.later(), seed);
            RetrievalModel written = RetrievalModel.read(artifact);
            RetrievalEvaluation.Found mine =
                    later.of(written.over(cut.later().known().catalogue()));
            RetrievalEvaluation.Found popular =
                    later.of(new Popularity(cut.later().known()));
            Map<String, Double> figures = new TreeMap<>(mine.figures(RetrievalModel.NAME));
            figures.putAll(popular.figures(POPULARITY));
            figures.putAll(later.of(new ItemNeighbours(cut.later().known())).figures("item-knn"));
            figures.putAll(later.of(new SequentialRules(cut.later().known())).figures("sequential-rules"));
            Verdict verdict = verdict(registry, later, cut, mine, popular, seed);
            write(artifact, now, cut, later, tuned, figures, verdict);
            Artifact published = draft.publish();
            boolean proposed = verdict.promoted()
                    && registry.current(RetrievalModel.NAME)
                            .filter(Registry.Current::pinned)
                            .isEmpty();
            if (proposed) {
                new VectorFields(registry).propose(published.version());
            }
            return new Trained(
                    published.version(), figures, verdict, proposed, Duration.ofNanos(System.nanoTime() - began));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to " + artifact.folder(), e);
        } finally {
            draft.discard();
        }
    }

    private static Verdict verdict(
            Registry registry,
            RetrievalEvaluation later,
            EngagementLog.Cut cut,
            RetrievalEvaluation.Found mine,
            RetrievalEvaluation.Found popular,
            long seed) {
        List<Verdict.Check> checks = new ArrayList<>();
        checks.add(new Verdict.Check(
                "EnoughViewers",
                later.viewers() >= TELLING_VIEWERS,
                later.viewers() + " viewers with something to be found, at least " + TELLING_VIEWERS));
        checks.add(notWorse("NotWorseThanPopularity", mine, popular, POPULARITY, seed));
        serving(registry).ifPresent(serving -> {
            RetrievalEvaluation.Found theirs =
                    later.of(serving.over(cut.later().known().catalogue()));
            checks.add(notWorse("NotWorseThanServing", mine, theirs, serving.version(), seed));
        });
        return new Verdict(List.copyOf(checks));
    }

    private static Optional<RetrievalModel> serving(Registry registry) {
        try {
            return registry.current(RetrievalModel.NAME)
                    .map(current -> RetrievalModel.read(registry.artifact(RetrievalModel.NAME, current.version())));
        } catch (UnusableArtifact | UnknownVersion e) {
            return Optional.empty(); // what cannot be served is no rival
        }
    }

    private static Verdict.Check notWorse(
            String rule, RetrievalEvaluation.Found mine, RetrievalEvaluation.Found other, String name, long seed) {
        RetrievalEvaluation.Interval ahead = mine.ahead(other, HEADLINE, seed);
        return new Verdict.Check(
                rule,
                ahead.high() >= 0,
                String.format(
                        Locale.ROOT,
                        "%s %+.4f [%+.4f, %+.4f] against %s",
                        HEADLINE,
                        ahead.middle(),
                        ahead.low(),
                        ahead.high(),
                        name));
    }

    private static void write(
            Artifact artifact,
            Instant now,
            EngagementLog.Cut cut,
            RetrievalEvaluation later,
            RetrievalTuning.Tuned tuned,
            Map<String, Double> figures,
            Verdict verdict)
            throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("model", artifact.model());
        json.put("version", artifact.version());
        json.put("trained_at", now.toString());
        json.put("headline", HEADLINE);
        json.put("from", cut.from().toString());
        json.put("judged_from", cut.at().toString());
        json.put("to", cut.to().toString());
        json.put("rows", cut.known().size());
        json.put("contents", cut.known().catalogue().size());
        json.put("dimensions", tuned.model().dimensions());
        json.put("rounds", tuned.rounds());
        json.put("co_occurrence_share", tuned.share());
        json.set("settings", JSON.valueToTree(tuned.settings()));
        figures.forEach(json::put);
        verdict.write(json.putObject("gate"));
        JSON.writeValue(artifact.metricsFile().toFile(), json);
        Files.writeString(artifact.cardFile(), card(artifact, cut, later, tuned, figures, verdict));
        Files.writeString(artifact.gateFile(), verdict.table());
    }

    private static String card(
            Artifact artifact,
            EngagementLog.Cut cut,
            RetrievalEvaluation later,
            RetrievalTuning.Tuned tuned,
            Map<String, Double> figures,
            Verdict verdict) {
        StringBuilder card = new StringBuilder();
        card.append(String.format(
                Locale.ROOT,
                "# %s %s%n%nFinds contents for a viewer: the inner product of two vectors of %d numbers.%n%n## Data%n%n",
                artifact.model(),
                artifact.version(),
                tuned.model().dimensions()));
        card.append(String.format(
                Locale.ROOT,
                "Learned from %,d engagements of %,d viewers with %,d contents, %s to %s; judged by what %,d viewers engaged with from then to %s and had not before.%n",
                cut.known().size(),
                cut.known().viewers(),
                cut.known().catalogue().size(),
                cut.from(),
                cut.at(),
                later.viewers(),
                cut.to()));
        card.append(
                "Settings and rounds were chosen by the last engagement of each viewer in the part learned from.\n");
        card.append("\n## Metrics\n\nAll contents are ranked, those that the viewer knows left out.\n\n");
        card.append("| | two-tower | popularity | item-knn | sequential-rules |\n|---|---|---|---|---|\n");
        for (String measure : List.of("hr@10", "ndcg@10", "recall@20", "ndcg@20", "recall@50")) {
            card.append("| ").append(measure);
            for (String model : List.of(RetrievalModel.NAME, POPULARITY, "item-knn", "sequential-rules")) {
                card.append(String.format(Locale.ROOT, " | %.4f", figures.get(model + "." + measure)));
            }
            card.append(" |\n");
        }
        card.append("\n## Gate\n\n").append(verdict.table());
        card.append("\n## Known limits\n\n")
                .append("- Learned from what an earlier feed chose to show; what was never shown is a guess.\n")
                .append("- A content that nobody had engaged with has the vector of its author, topics and kind.\n")
                .append("- How long ago an engagement was counts in places, not in hours.\n");
        return card.toString();
    }
}
