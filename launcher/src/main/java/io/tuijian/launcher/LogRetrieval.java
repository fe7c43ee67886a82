package io.tuijian.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.features.Actions;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Artifact;
import io.tuijian.models.Registry;
import io.tuijian.models.VectorFields;
import io.tuijian.models.dl4j.TwoTowerTrainer;
import io.tuijian.models.retrieval.Catalogue;
import io.tuijian.models.retrieval.Histories;
import io.tuijian.models.retrieval.Popularity;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import io.tuijian.models.retrieval.Split;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A retrieval model from the log of the demo within seconds: learned from all but the last engagement of each viewer,
 * judged by that one beside popularity, published, and proposed if it is no worse. What is published is what was judged.
 */
final class LogRetrieval {
    private static final long SEED = 17;
    private static final int JUDGES = 2_000;
    private static final String MEASURE = "recall@50";

    /** Chosen to be quick: what training takes decides, not what it finds. */
    private static final RetrievalSettings QUICK =
            new RetrievalSettings(SEED, 48, 50, 512, 1_024, .003, .2, .2, 0, .1, false, 3);

    private static final ObjectMapper JSON = new ObjectMapper();

    private LogRetrieval() {}

    /**
     * What came of it.
     *
     * @param figures of {@code metrics.json}
     */
    record Trained(String version, Map<String, Double> figures, boolean proposed) {}

    /**
     * Trains one version.
     *
     * @param now names the version
     * @throws IllegalArgumentException if nobody in the log engaged with two contents
     */
    static Trained train(KuaiRand log, Registry registry, Instant now) {
        long began = System.nanoTime();
        Split split = Split.lastOut(histories(log));
        TwoTowerTrainer trainer = new TwoTowerTrainer(split.known(), QUICK);
        for (int round = 0; round < QUICK.rounds(); round++) {
            trainer.round(percent -> {});
        }
        double trainSeconds = Steps.seconds(began);
        Registry.Draft draft = registry.draft(VectorFields.MODEL, now);
        Artifact artifact = draft.artifact();
        try {
            trainer.model(artifact.version()).write(artifact);
            RetrievalModel model = RetrievalModel.read(artifact);
            RetrievalEvaluation judge = RetrievalEvaluation.sampled(split, JUDGES, SEED);
            RetrievalEvaluation.Found found = judge.of(model.over(split.known().catalogue()));
            RetrievalEvaluation.Found popular = judge.of(new Popularity(split.known()));
            RetrievalEvaluation.Interval ahead = found.ahead(popular, MEASURE, SEED);
            boolean passed = ahead.high() >= 0;
            Map<String, Double> figures = new TreeMap<>(found.figures("two-tower"));
            figures.putAll(popular.figures("popularity"));
            figures.put("train_seconds", trainSeconds);
            ObjectNode metrics = JSON.createObjectNode().put("model", VectorFields.MODEL);
            figures.forEach(metrics::put);
            metrics.putObject("gate").put("passed", passed);
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(artifact.metricsFile().toFile(), metrics);
            Files.writeString(artifact.cardFile(), card(artifact, split, judge, ahead));
            Artifact published = draft.publish();
            if (passed) {
                new VectorFields(registry).propose(published.version());
            }
            return new Trained(published.version(), figures, passed);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + artifact.folder(), e);
        }
    }

    private static String card(
            Artifact artifact, Split split, RetrievalEvaluation judge, RetrievalEvaluation.Interval ahead) {
        return String.format(
                Locale.ROOT,
                "# %s %s%n%nLearned from %,d engagements of %,d viewers with %,d contents, all but the last of each viewer,"
                        + " and judged by that of %,d viewers drawn by chance: %s %+.4f [%+.4f, %+.4f] against"
                        + " popularity. Settings: %s%n",
                artifact.model(),
                artifact.version(),
                split.known().size(),
                split.known().viewers(),
                split.known().catalogue().size(),
                judge.viewers(),
                MEASURE,
                ahead.middle(),
                ahead.low(),
                ahead.high(),
                QUICK);
    }

    /** What a viewer's state would remember of the log: opinions, without the bad ones, the oldest first. */
    private static Histories histories(KuaiRand log) {
        Collection<Content> contents = log.contents();
        Catalogue catalogue = Catalogue.of(contents);
        Map<String, Integer> numbers = new HashMap<>();
        catalogue.ids().forEach(id -> numbers.put(id, numbers.size()));
        Map<String, List<Integer>> byViewer = new TreeMap<>();
        try (Stream<Impression> impressions = log.impressions()) {
            impressions.forEach(impression -> {
                for (Engagement engagement : impression.engagements()) {
                    Integer number = numbers.get(engagement.getContentId());
                    if (number != null
                            && Actions.TELLING.contains(engagement.getAction())
                            && !Actions.NEGATIVE.contains(engagement.getAction())) {
                        List<Integer> own =
                                byViewer.computeIfAbsent(engagement.getViewerId(), any -> new ArrayList<>());
                        if (own.isEmpty() || !own.get(own.size() - 1).equals(number)) {
                            own.add(number);
                        }
                    }
                }
            });
        }
        int[][] of = byViewer.values().stream()
                .map(own -> own.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        return new Histories(catalogue, of, true);
    }
}
