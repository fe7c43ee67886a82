package io.tuijian.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.schemas.VectorField;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of one model as people look at them, from the command line and through the API alike. What they do with
 * them is {@link Registry#promote} and {@link Registry#rollback}. Safe from many threads.
 */
public final class Shelf {
    /** The name of the ranking model in the registry. */
    public static final String RANKER = "ranker";

    /** The models that a feed is made with. */
    public static final List<String> MODELS = List.of(RANKER, VectorFields.MODEL);

    private static final int LONGEST_TEXT = 100_000;

    private final Registry registry;
    private final String model;

    public Shelf(Registry registry, String model) {
        this.registry = registry;
        this.model = model;
    }

    /** Where a version stands. */
    public enum State {
        /** It is promoted. */
        SERVING,
        /** It is promoted, by a rollback: nothing but a person's word changes that. */
        PINNED,
        /** The gate let it pass, and a person may promote it, of {@code retrieval} once its vectors are there. */
        CANDIDATE,
        /** The gate refused it, or a part of it is missing. */
        REFUSED
    }

    /**
     * One version.
     *
     * @param hindrance what {@link Registry#promote} would refuse it with, as far as a look at its figures tells; null if
     *     nothing hinders it
     * @param rows that it learned from, null if it does not say
     * @param judgedRows that it was judged by, null if it does not say
     * @param passed what the gate said, null if it was not asked
     * @param reasons of a refusal
     * @param field of the index that holds its vectors, null if none does
     * @param coverage share of the live contents with its vector, null without a field
     * @param metrics every number of {@code metrics.json}
     */
    public record Version(
            String version,
            State state,
            String hindrance,
            Instant trainedAt,
            Long rows,
            Long judgedRows,
            Boolean passed,
            List<String> reasons,
            VectorField field,
            Double coverage,
            Map<String, Double> metrics) {
        public boolean promoted() {
            return state == State.SERVING || state == State.PINNED;
        }
    }

    /**
     * What is promoted.
     *
     * @param version {@link PopularityModel#VERSION} if a rollback led there
     * @param rollbackTo where a rollback would lead now
     */
    public record Serving(String version, Instant since, boolean pinned, String rollbackTo) {}

    /**
     * All that is known of one version.
     *
     * @param calibration by head, empty if it does not say
     * @param gate what the gate found, rule by rule, as a table; null if there is none
     * @param card for people, in Markdown; null if there is none
     */
    public record Details(Version version, Map<String, List<Bins.Bin>> calibration, String gate, String card) {}

    /** The figure by which versions of this model are told apart, here and under {@code popularity}. */
    public String measure() {
        return model.equals(VectorFields.MODEL) ? "ndcg@10" : "gauc";
    }

    /**
     * What is promoted; empty if nothing was yet.
     *
     * @throws UnusableArtifact if {@code current.json} is damaged
     */
    public Optional<Serving> serving() {
        return registry.current(model)
                .map(current -> new Serving(
                        current.version(), current.promotedAt(), current.pinned(), registry.rollbackLeadsTo(model)));
    }

    /**
     * The published versions, newest first.
     *
     * @throws UnusableArtifact if {@code current.json} or {@code fields.json} is damaged
     */
    public List<Version> versions() {
        Map<VectorField, VectorFields.Held> fields = fields();
        List<Version> versions = new ArrayList<>();
        for (Registry.Listed one : registry.list(model)) {
            try {
                versions.add(version(one, fields, registry.plainHindrance(model, one.version())));
            } catch (UnknownVersion e) {
                continue; // it was removed for newer ones just now
            }
        }
        return versions;
    }

    /**
     * One version; its files are looked at as a promotion looks at them.
     *
     * @throws UnknownVersion if there is none of this name
     * @throws UnusableArtifact if {@code current.json} or {@code fields.json} is damaged
     */
    public Details details(String version) {
        Artifact artifact = registry.artifact(model, version);
        Registry.Listed listed = registry.list(model).stream()
                .filter(one -> one.version().equals(version))
                .findFirst()
                .orElseThrow(() -> new UnknownVersion(model, version));
        return new Details(
                version(listed, fields(), registry.hindrance(model, version)),
                calibration(artifact.metrics().path("calibration")),
                text(artifact.gateFile()),
                text(artifact.cardFile()));
    }

    private Map<VectorField, VectorFields.Held> fields() {
        return model.equals(VectorFields.MODEL) ? new VectorFields(registry).now() : Map.of();
    }

    private Version version(
            Registry.Listed listed, Map<VectorField, VectorFields.Held> fields, Optional<String> hindrance) {
        Artifact artifact = registry.artifact(model, listed.version());
        JsonNode metrics = artifact.metrics();
        JsonNode gate = metrics.path("gate");
        List<String> reasons = new ArrayList<>();
        gate.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        Optional<Map.Entry<VectorField, VectorFields.Held>> held = fields.entrySet().stream()
                .filter(entry -> entry.getValue().version().equals(listed.version()))
                .findFirst();
        Long trained = rows(metrics.at("/data/train/rows"));
        return new Version(
                listed.version(),
                state(listed, artifact),
                hindrance.orElse(null),
                trainedAt(metrics, listed.version()),
                trained == null ? rows(metrics.path("rows")) : trained,
                rows(metrics.at("/data/test/rows")),
                gate.has("passed") ? gate.path("passed").asBoolean() : null,
                List.copyOf(reasons),
                held.map(Map.Entry::getKey).orElse(null),
                held.map(entry -> entry.getValue().coverage()).orElse(null),
                listed.metrics());
    }

    private static State state(Registry.Listed listed, Artifact artifact) {
        if (listed.promoted()) {
            return listed.pinned() ? State.PINNED : State.SERVING;
        }
        return artifact.refusal().isPresent() ? State.REFUSED : State.CANDIDATE;
    }

    private static Instant trainedAt(JsonNode metrics, String version) {
        try {
            return Instant.parse(metrics.path("trained_at").asText());
        } catch (DateTimeException e) {
            return Registry.moment(version);
        }
    }

    private static Long rows(JsonNode rows) {
        return rows.isNumber() ? rows.asLong() : null;
    }

    private static Map<String, List<Bins.Bin>> calibration(JsonNode json) {
        Map<String, List<Bins.Bin>> calibration = new LinkedHashMap<>();
        json.properties().forEach(head -> {
            List<Bins.Bin> bins = new ArrayList<>();
            head.getValue()
                    .forEach(bin -> bins.add(new Bins.Bin(
                            bin.path("predicted").asDouble(),
                            bin.path("observed").asDouble(),
                            bin.path("count").asLong())));
            calibration.put(head.getKey(), bins);
        });
        return calibration;
    }

    private static String text(Path file) {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            char[] text = new char[LONGEST_TEXT];
            int length = 0;
            for (int read = 0; read >= 0 && length < text.length; length += Math.max(0, read)) {
                read = in.read(text, length, text.length - length);
            }
            return new String(text, 0, length);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the registry: " + file.getFileName(), e);
        }
    }
}
