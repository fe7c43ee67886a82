package io.tuijian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The unpacked Elasticsearch server: found, never downloaded. */
record ElasticsearchDistribution(Path home) {

    /** Looks where the build unpacks it: the first place that has one wins. */
    static ElasticsearchDistribution locate() {
        String given = System.getProperty("tuijian.elasticsearch.home");
        if (given != null) {
            Path home = Path.of(given).toAbsolutePath();
            if (!isHome(home)) {
                throw new EmbeddedStartException("There is no Elasticsearch in " + home
                        + ", where the system property tuijian.elasticsearch.home points to: correct it.");
            }
            return new ElasticsearchDistribution(home);
        }
        List<Path> targets = targets(System.getProperty("tuijian.root"), codeLocation());
        return targets.stream()
                .flatMap(target -> in(target.resolve("elasticsearch")).stream())
                .findFirst()
                .map(ElasticsearchDistribution::new)
                .orElseThrow(() -> new EmbeddedStartException("The Elasticsearch server is missing in "
                        + String.join(
                                " and ",
                                targets.stream()
                                        .map(target ->
                                                target.resolve("elasticsearch").toString())
                                        .toList())
                        + ": run mvn package -DskipTests first."));
    }

    /** The build folders of this module that may hold it, the most likely one first. */
    static List<Path> targets(String root, Path code) {
        List<Path> targets = new ArrayList<>();
        if (root != null) {
            targets.add(Path.of(root, "embedded", "target").toAbsolutePath());
        }
        if (code != null && code.getParent() != null) {
            targets.add(code.getParent()); // target/classes and target/embedded-*.jar alike
        }
        return targets.stream().distinct().toList();
    }

    private static Path codeLocation() {
        try {
            return Path.of(ElasticsearchDistribution.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException | RuntimeException e) {
            return null; // an unusual class loader: the system property remains
        }
    }

    /** The newest home in a folder: after an upgrade without a clean build there may be two. */
    static Optional<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(ElasticsearchDistribution::isHome)
                    .max(Comparator.comparing(ElasticsearchDistribution::version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Version version(Path home) {
        String name = home.getFileName().toString();
        return Version.parse(name.substring(name.indexOf('-') + 1));
    }

    private static boolean isHome(Path folder) {
        return folder.getFileName().toString().startsWith("elasticsearch-")
                && Files.isRegularFile(folder.resolve("bin").resolve("elasticsearch"));
    }

    Path binary() {
        return home.resolve("bin").resolve("elasticsearch");
    }

    /** Lines of one of its configuration files, which the build makes readable to whoever ran it. */
    List<String> configuration(String name) {
        Path file = home.resolve("config").resolve(name);
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The Elasticsearch server in " + home + " cannot be read ("
                            + EmbeddedStartException.rootMessage(e)
                            + "): run mvn package -DskipTests as the user who starts it.",
                    e);
        }
    }

    boolean hasModule(String name) {
        return Files.isDirectory(home.resolve("modules").resolve(name));
    }
}
