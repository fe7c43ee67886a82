package io.tuijian.launcher;

import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import io.tuijian.models.VectorFields;
import io.tuijian.models.Weights;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.scoring.OnnxFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "models",
        description = "Look at the model registry, promote a version, roll back, write one as ONNX.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "<verb>")
final class ModelsCommand {
    @Option(
            names = "--registry",
            scope = ScopeType.INHERIT,
            description = "Folder of the registry (default: .tuijian/registry).")
    private Path folder;

    @Option(
            names = "--model",
            scope = ScopeType.INHERIT,
            defaultValue = RankerTraining.MODEL,
            description = "Name of the model (default: ${DEFAULT-VALUE}).")
    private String model;

    @Spec
    private CommandSpec spec;

    private Registry registry() {
        return new Registry(folder == null ? Home.here().registry() : folder);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(name = "list", description = "List the versions, the newest first.", mixinStandardHelpOptions = true)
    int list() {
        Shelf shelf = new Shelf(registry(), model);
        line("version", "promoted", "pinned", "field", "coverage", shelf.measure(), "baseline");
        for (Shelf.Version one : shelf.versions()) {
            line(
                    one.version(),
                    one.promoted() ? "yes" : "",
                    one.state() == Shelf.State.PINNED ? "yes" : "",
                    one.field() == null ? "" : one.field().name(),
                    one.coverage() == null ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * one.coverage()),
                    figure(one.metrics(), model + "." + shelf.measure()),
                    figure(one.metrics(), "popularity." + shelf.measure()));
        }
        return 0;
    }

    private void line(
            String version,
            String promoted,
            String pinned,
            String field,
            String coverage,
            String figure,
            String baseline) {
        out().printf("%-18s %-10s %-8s ", version, promoted, pinned);
        if (model.equals(VectorFields.MODEL)) {
            out().printf("%-6s %9s ", field, coverage);
        }
        out().printf("%8s %8s%n", figure, baseline);
    }

    @Command(
            name = "promote",
            description = "Serve this version from now on, and end a pin.",
            mixinStandardHelpOptions = true)
    int promote(@Parameters(paramLabel = "VERSION") String version) {
        Registry.Current current = registry().promote(model, version, Instant.now());
        out().println(model + " " + current.version() + " is served from now on.");
        return 0;
    }

    @Command(
            name = "rollback",
            description = "Serve the version before, and pin it: nothing is promoted by itself until models promote.",
            mixinStandardHelpOptions = true)
    int rollback() {
        Registry.Current current = registry().rollback(model, Instant.now());
        out().println(model + " " + current.version() + " is served from now on, pinned.");
        return 0;
    }

    @Command(
            name = "onnx",
            description = "Write a ranker as an ONNX model, for servers of another kind.",
            mixinStandardHelpOptions = true)
    int onnx(
            @Parameters(paramLabel = "VERSION") String version,
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--form",
                            defaultValue = "HOISTED",
                            description = "What is multiplied how often: ${COMPLETION-CANDIDATES}"
                                    + " (default: ${DEFAULT-VALUE}).")
                    OnnxFile.Form form) {
        Weights weights = Weights.read(registry().artifact(model, version));
        try {
            Files.write(file, OnnxFile.of(weights, form));
        } catch (IOException e) {
            throw new Failure("The file " + file + " cannot be written.", e);
        }
        out().println(file + " is written; README.md of models says what goes in and comes out.");
        return 0;
    }

    private static String figure(Map<String, Double> metrics, String name) {
        Double value = metrics.get(name);
        return value == null ? "" : String.format(Locale.ROOT, "%.4f", value);
    }
}
