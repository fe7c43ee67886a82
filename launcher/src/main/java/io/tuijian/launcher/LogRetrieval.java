package io.tuijian.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Artifact;
import io.tuijian.models.Registry;
import io.tuijian.models.VectorFields;
import io.tuijian.models.Verdict;
import io.tuijian.models.dl4j.TwoTowerTrainer;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.Popularity;
import io.tuijian.models.retrieval.RetrievalEvaluation;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A retrieval model from the log of the demo within seconds, where {@code train retrieval} takes minutes: small, with
 * settings that nobody chose by what they find. Learned from the earlier part of the time, judged by the rest beside
 * popularity, published, and proposed if it is no worse.
 */
public final class LogRetrieval {
    private static final long SEED = 17;
    private static final int JUDGES = 2_000;
    private static final int MOST_ENGAGEMENTS = 1_000_000;
    private static final String MEASURE = "ndcg@20";
    private static final RetrievalSettings QUICK =
            new RetrievalSettings(SEED, 48, 50, 512, 1_024, .003, .2, .2, 0, .1, false, 3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private LogRetrieval() {}

    /**
     * What came of it.
     *
     * @param figures of {@code metrics.json}
     * @param proposed whether it is promoted as soon as its vectors are in the index
     */
    public record Trained(String version, Map<String, Double> figures, Verdict verdict, boolean proposed) {}

    /**
     * Trains one version.
     *
     * @param now names the version
     * @throws IllegalArgumentException if the log is too small
     */
    static Trained train(KuaiRand log, Registry registry, Instant now) {
        return train(log, Instant.MIN, registry, now);
    }

    /**
     * The same from a part of the log.
     *
     * @param from the first moment of what is read
     */
    public static Trained train(KuaiRand log, Instant from, Registry registry, Instant now) {
        long began = System.nanoTime();
        EngagementLog engagements = new EngagementLog(MOST_ENGAGEMENTS);
        log.contents().forEach(engagements::content);
        try (Stream<Impression> impressions = log.impressions()) {
            impressions.filter(one -> !one.served().getAt().isBefore(from)).forEach(one -> one.engagements()
                    .forEach(engagements::engagement));
        }
        EngagementLog.Cut cut = engagements.cut();
        TwoTowerTrainer trainer = new TwoTowerTrainer(cut.known(), QUICK);
        for (int round = 0; round < QUICK.rounds(); round++) {
            trainer.round(percent -> {});
        }
        double trainSeconds = Steps.seconds(began);
        Registry.Draft draft = registry.draft(VectorFields.MODEL, now);
        Artifact artifact = draft.artifact();
        try {
            trainer.model(artifact.version()).write(artifact);
            RetrievalEvaluation judge = RetrievalEvaluation.sampled(cut.later(), JUDGES, SEED);
            RetrievalEvaluation.Found found = judge.of(
                    RetrievalModel.read(artifact).over(cut.later().known().catalogue()));
            RetrievalEvaluation.Found popular =
                    judge.of(new Popularity(cut.later().known()));
            RetrievalEvaluation.Interval ahead = found.ahead(popular, MEASURE, SEED);
            Verdict verdict = new Verdict(List.of(new Verdict.Check(
                    "NotWorseThanPopularity",
                    ahead.high() >= 0,
                    String.format(
                            Locale.ROOT,
                            "%s %+.4f [%+.4f, %+.4f] against popularity",
                            MEASURE,
                            ahead.middle(),
                            ahead.low(),
                            ahead.high()))));
            Map<String, Double> figures = new TreeMap<>(found.figures(VectorFields.MODEL));
            figures.putAll(popular.figures("popularity"));
            figures.put("train_seconds", trainSeconds);
            ObjectNode metrics = JSON.createObjectNode()
                    .put("model", VectorFields.MODEL)
                    .put("trained_at", now.toString())
                    .put("rows", cut.known().size());
            figures.forEach(metrics::put);
            verdict.write(metrics.putObject("gate"));
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(artifact.metricsFile().toFile(), metrics);
            Files.writeString(artifact.cardFile(), card(artifact, cut, judge, ahead));
            Files.writeString(artifact.gateFile(), verdict.table());
            Artifact published = draft.publish();
            if (verdict.promoted()) {
                new VectorFields(registry).propose(published.version());
            }
            return new Trained(published.version(), figures, verdict, verdict.promoted());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + artifact.folder(), e);
        } finally {
            draft.discard();
        }
    }

    private static String card(
            Artifact artifact, EngagementLog.Cut cut, RetrievalEvaluation judge, RetrievalEvaluation.Interval ahead) {
        return String.format(
                Locale.ROOT,
                "# %s %s%n%nThe quick one of the demo. Learned from %,d engagements of %,d viewers with %,d contents until %s,"
                        + " judged by what %,d viewers drawn by chance engaged with after it: %s %+.4f [%+.4f, %+.4f]"
                        + " against popularity.%n",
                artifact.model(),
                artifact.version(),
                cut.known().size(),
                cut.known().viewers(),
                cut.known().catalogue().size(),
                cut.at(),
                judge.viewers(),
                MEASURE,
                ahead.middle(),
                ahead.low(),
                ahead.high());
    }
}
