package io.tuijian.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The folder of one version: {@code model.zip, features.json, metrics.json, card.md} and, of
 * a training on files, {@code data.json}. */
public record Artifact(String model, String version, Path folder) {
    static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * What {@code features.json} says.
     *
     * @param format of {@code model.zip}
     * @param heads the outputs of the network, in its order
     * @param checksum SHA-256 of {@code model.zip} in hexadecimal
     */
    public record Description(String format, List<Inputs.Input> features, List<Action> heads, String checksum) {
        public Inputs inputs() {
            return new Inputs(features);
        }
    }

    /** Reads a model from an artifact, or throws {@link UnusableArtifact}. */
    @FunctionalInterface
    public interface Reader {
        OfflineModel read(Artifact artifact);
    }

    public Path modelFile() {
        return folder.resolve("model.zip");
    }

    public Path metricsFile() {
        return folder.resolve("metrics.json");
    }

    public Path cardFile() {
        return folder.resolve("card.md");
    }

    /** What the gate found, rule by rule. */
    public Path gateFile() {
        return folder.resolve("gate.md");
    }

    /** What the rows looked like that it was trained and judged on. */
    public Path dataFile() {
        return folder.resolve("data.json");
    }

    private Path descriptionFile() {
        return folder.resolve("features.json");
    }

    /** Describes the {@code model.zip} that was written before. */
    public void describe(String format, Inputs inputs, List<Action> heads) {
        try {
            JSON.writeValue(
                    descriptionFile().toFile(), new Description(format, inputs.wanted(), heads, checksum(modelFile())));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot describe " + this, e);
        }
    }

    /**
     * The description, after a look at whether the artifact is whole and wants only what is known here.
     *
     * @throws UnusableArtifact if not
     */
    public Description usable() {
        Description description;
        String checksum;
        try {
            description = JSON.readValue(descriptionFile().toFile(), Description.class);
            checksum = checksum(modelFile());
        } catch (IOException e) {
            throw unusable("a file of it is missing or damaged (" + e.getClass().getSimpleName() + ")", e);
        }
        if (description.features() == null || description.heads() == null) {
            throw unusable("features.json names no features or no heads", null);
        }
        if (!checksum.equals(description.checksum())) {
            throw unusable("model.zip is truncated or changed: its checksum is not the published one", null);
        }
        List<String> unknown = description.inputs().names().stream()
                .filter(name -> !FeatureSet.ALL.names().contains(name))
                .toList();
        if (!unknown.isEmpty()) {
            throw unusable("it wants " + String.join(", ", unknown) + ", which is not a feature here", null);
        }
        return description;
    }

    /** What {@code metrics.json} says; empty if there is none. */
    public JsonNode metrics() {
        try {
            return Files.exists(metricsFile()) ? JSON.readTree(metricsFile().toFile()) : JSON.createObjectNode();
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    /** Why nobody may promote it whatever its files are: the gate's words; empty if the gate let it pass or was not asked. */
    Optional<String> refusal() {
        JsonNode gate = metrics().path("gate");
        if (gate.path("passed").asBoolean(true)) {
            return Optional.empty();
        }
        List<String> reasons = new ArrayList<>();
        gate.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        return Optional.of("the gate refused it" + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)));
    }

    /** This artifact cannot be used, because. */
    public UnusableArtifact unusable(String because, Throwable cause) {
        return new UnusableArtifact(model + " " + version + " is not usable: " + because + ".", cause);
    }

    private static String checksum(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
