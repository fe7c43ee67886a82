package io.tuijian.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * From a written model to a published and perhaps promoted version, through the gate. What is published is exactly what
 * was judged. Safe from many threads.
 *
 * @param offline reads what is judged
 * @param served reads what a server will answer with
 */
public record Publication(Registry registry, String model, Artifact.Reader offline, Artifact.Reader served) {
    /** Writes {@code model.zip} and {@code features.json}. */
    @FunctionalInterface
    public interface Writer {
        void write(Artifact artifact) throws IOException;
    }

    /**
     * What is judged, and by what.
     *
     * @param earlier rows it was trained on, or the newest of them
     * @param later rows after those
     * @param epochs how the learning went, empty if it never ends
     * @param data what all rows look like by day; null where they come as a stream and have no days
     */
    public record Judged(
            TrainingSet earlier,
            Evaluation later,
            Settings settings,
            double trainSeconds,
            List<Epoch> epochs,
            DataProfile data) {
        /** Of rows that come as a stream. */
        public Judged(
                TrainingSet earlier, Evaluation later, Settings settings, double trainSeconds, List<Epoch> epochs) {
            this(earlier, later, settings, trainSeconds, epochs, null);
        }
    }

    /**
     * A published version.
     *
     * @param promoted whether it is served now; false also if a rollback pinned another version
     */
    public record Done(String version, Map<String, Double> figures, Verdict verdict, boolean promoted) {}

    /**
     * Publishes a version with its report, {@code gate.md} among it.
     *
     * @param promote whether to promote it if the gate allows
     * @throws UnusableArtifact if what was written cannot be read; nothing is published then
     */
    public Done publish(Writer writer, Judged judged, boolean promote, Instant now) {
        Registry.Draft draft = registry.draft(model, now);
        Artifact artifact = draft.artifact();
        try {
            writer.write(artifact);
            Verdict verdict = new Gate(offline, served).judge(artifact, judged.later(), serving());
            if (judged.data() != null) {
                verdict = verdict.after(DataChecks.of(judged.data(), newestProfile(judged.data())));
                judged.data().write(artifact);
            }
            TrainingSet rows = judged.later().rows();
            Scores scores = offline.read(artifact).score(rows);
            Scores popularity = new PopularityModel().score(rows);
            Map<String, Double> figures = new TreeMap<>(judged.later().figures(model, scores));
            figures.putAll(judged.later().figures(PopularityModel.VERSION, popularity));
            new Report(
                            artifact,
                            now,
                            judged.settings(),
                            judged.earlier(),
                            judged.later(),
                            artifact.usable().heads(),
                            figures,
                            verdict,
                            judged.trainSeconds(),
                            scores,
                            popularity,
                            judged.epochs())
                    .write();
            Files.writeString(artifact.gateFile(), verdict.table());
            String version = draft.publish().version();
            boolean promoted = promote
                    && verdict.promoted()
                    && registry.promoteUnlessPinned(model, version, now)
                            .version()
                            .equals(version);
            return new Done(version, figures, verdict, promoted);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to the registry: " + e.getMessage(), e);
        } finally {
            draft.discard();
        }
    }

    /** Of the newest version of the same source whose own days were good. */
    private Optional<DataProfile> newestProfile(DataProfile mine) {
        return registry.list(model).stream()
                .map(listed -> registry.artifact(model, listed.version()))
                .filter(artifact -> artifact.metrics().at("/gate/passed").asBoolean())
                .flatMap(artifact -> DataProfile.of(artifact).stream())
                .filter(profile -> profile.source().equals(mine.source()))
                .findFirst();
    }

    /** What is served now, as the judge reads it. */
    public OfflineModel serving() {
        return new ServingModel(registry, model, offline).now();
    }
}
