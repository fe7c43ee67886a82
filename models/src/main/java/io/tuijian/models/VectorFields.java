package io.tuijian.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Which version of the retrieval model each field of the index holds the vectors of, or is being filled with:
 * {@code fields.json} in the registry, beside {@code current.json}. A publisher of vectors fills them. Safe from many
 * threads and processes.
 */
public final class VectorFields {
    /** The name of the retrieval model in the registry. */
    public static final String MODEL = "retrieval";

    /** A version is promoted when at least this share of the live contents has its vector. */
    public static final double ENOUGH = .999;

    /** Beside {@code current.json}. */
    public static final String FILE = "fields.json";

    private static final List<VectorField> FIELDS = List.of(VectorField.A, VectorField.B);

    private final Registry registry;

    /**
     * What one field holds.
     *
     * @param assignment counts up each time any field is given to a version
     * @param replaced the version that the field held before, null for none
     * @param coverage share of the live contents that had their vector when it was last looked at
     * @param candidate whether it is to be promoted as soon as the coverage allows
     */
    public record Held(String version, long assignment, String replaced, double coverage, boolean candidate) {
        private Held covering(double share) {
            return new Held(version, assignment, replaced, share, candidate);
        }

        private Held asCandidate(boolean value) {
            return new Held(version, assignment, replaced, coverage, value);
        }
    }

    public VectorFields(Registry registry) {
        this.registry = registry;
    }

    /**
     * What each field holds; a field that was never given is absent.
     *
     * @throws UnusableArtifact if the file is damaged
     */
    public Map<VectorField, Held> now() {
        return read(registry.text(MODEL, FILE).orElse(""));
    }

    /** The field of this version, if it has one. */
    public Optional<VectorField> of(String version) {
        return now().entrySet().stream()
                .filter(entry -> entry.getValue().version().equals(version))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Gives this version a field, never that of the current version; nothing changes if it has one. */
    public Map<VectorField, Held> assign(String version) {
        return change(held -> assign(held, version));
    }

    /**
     * The same for a version that is to be promoted as soon as the coverage allows.
     *
     * @throws UnusableArtifact if it is not whole, or the gate refused it
     */
    public Map<VectorField, Held> propose(String version) {
        Artifact artifact = registry.artifact(MODEL, version);
        artifact.usable();
        artifact.refusal().ifPresent(because -> {
            throw artifact.unusable(because, null);
        });
        return change(held -> {
            assign(held, version);
            replace(held, version, one -> one.asCandidate(true));
        });
    }

    private void assign(Map<VectorField, Held> held, String version) {
        if (held.values().stream().anyMatch(one -> one.version().equals(version))) {
            return;
        }
        String current = registry.current(MODEL).map(Registry.Current::version).orElse("");
        VectorField field = FIELDS.stream()
                .filter(one -> held.get(one) == null || !held.get(one).version().equals(current))
                .min(Comparator.comparingLong(
                        one -> held.get(one) == null ? 0 : held.get(one).assignment()))
                .orElseThrow();
        long last = held.values().stream().mapToLong(Held::assignment).max().orElse(0);
        String replaced = held.get(field) == null ? null : held.get(field).version();
        held.put(field, new Held(version, last + 1, replaced, 0, false));
    }

    private static void replace(Map<VectorField, Held> held, String version, UnaryOperator<Held> change) {
        held.replaceAll((field, one) -> one.version().equals(version) ? change.apply(one) : one);
    }

    /** Remembers which share of the live contents has the vector of this version. */
    public void covered(String version, double coverage) {
        change(held -> replace(held, version, one -> one.covering(coverage)));
    }

    /**
     * Promotes a candidate, unless a rollback pinned the model; in either case it is a candidate no longer.
     *
     * @return what is current then
     * @throws UnusableArtifact if the coverage does not allow it
     */
    public Registry.Current promote(String version, Instant now) {
        Registry.Current current = registry.promoteUnlessPinned(MODEL, version, now);
        settle(version);
        return current;
    }

    /** This version is a candidate no longer. */
    void settle(String version) {
        change(held -> replace(held, version, one -> one.asCandidate(false)));
    }

    /**
     * Refuses a version whose vectors most contents do not have.
     *
     * @throws UnusableArtifact saying what is missing
     */
    static void requireCovered(Registry registry, String version) {
        Artifact artifact = registry.artifact(MODEL, version);
        double coverage = new VectorFields(registry)
                .now().values().stream()
                        .filter(held -> held.version().equals(version))
                        .mapToDouble(Held::coverage)
                        .findFirst()
                        .orElseThrow(() -> artifact.unusable(
                                "its vectors are in no field of the index; ./tuijian run vectors --promote " + version
                                        + " puts them there",
                                null));
        if (coverage < ENOUGH) {
            throw artifact.unusable(
                    String.format(
                            Locale.ROOT,
                            "%.2f %% of the live contents have its vector, %.1f %% are needed",
                            Math.floor(10_000 * coverage) / 100,
                            100 * ENOUGH),
                    null);
        }
    }

    private Map<VectorField, Held> change(Consumer<Map<VectorField, Held>> change) {
        return read(registry.rewrite(MODEL, FILE, text -> {
            Map<VectorField, Held> held = read(text);
            change.accept(held);
            return text(held);
        }));
    }

    private static Map<VectorField, Held> read(String text) {
        Map<VectorField, Held> held = new EnumMap<>(VectorField.class);
        if (text.isEmpty()) {
            return held;
        }
        try {
            JsonNode json = Artifact.JSON.readTree(text);
            for (VectorField field : FIELDS) {
                if (json.has(field.name())) {
                    JsonNode one = json.get(field.name());
                    held.put(
                            field,
                            new Held(
                                    one.required("version").asText(),
                                    one.required("assignment").asLong(),
                                    one.path("replaced").asText(null),
                                    one.path("coverage").asDouble(),
                                    one.path("candidate").asBoolean()));
                }
            }
            return held;
        } catch (IOException | RuntimeException e) {
            throw new UnusableArtifact(FILE + " of " + MODEL + " is damaged.", e);
        }
    }

    private static String text(Map<VectorField, Held> held) {
        ObjectNode json = Artifact.JSON.createObjectNode();
        held.forEach((field, one) -> json.putObject(field.name())
                .put("version", one.version())
                .put("assignment", one.assignment())
                .put("replaced", one.replaced())
                .put("coverage", one.coverage())
                .put("candidate", one.candidate()));
        return json.toPrettyString();
    }
}
