package io.tuijian.launcher;

import io.tuijian.ingestion.Clusters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The checkout: where its data, notebooks and working files are. */
final class Home {
    private final Path root;
    private final Path work;

    /**
     * @param work the folder for everything the product writes
     */
    Home(Path root, Path work) {
        this.root = root.toAbsolutePath().normalize();
        this.work = work.toAbsolutePath().normalize();
    }

    /** The checkout that {@code ./tuijian} was called from. */
    static Home here() {
        Path root = Path.of(System.getProperty("tuijian.root", "."));
        return new Home(root, root.resolve(".tuijian"));
    }

    Path root() {
        return root;
    }

    Path kuaiRand() {
        return root.resolve("data/kuairand-pure");
    }

    Path notebooks() {
        return root.resolve("notebooks");
    }

    /** Everything the product writes into the checkout is below this folder. */
    Path work() {
        return work;
    }

    Path demoState() {
        return work().resolve("demo");
    }

    Path registry() {
        return work().resolve("registry");
    }

    /** The file that the feed of this checkout is tuned by, if it is there. */
    Path tuning() {
        return work().resolve("tuning.json");
    }

    /** Where the servers of the running demo are, as a {@link ClusterConfig}; there while one runs. */
    Path demoServers() {
        return work().resolve("demo.properties");
    }

    /** Remembers where the servers of the demo are, its files and its registry. */
    void remember(Clusters clusters, int partitions) {
        Map<String, Object> values = Map.of(
                ClusterConfig.BOOTSTRAP_SERVERS,
                clusters.bootstrapServers(),
                ClusterConfig.PARTITIONS,
                partitions,
                ClusterConfig.ELASTICSEARCH,
                clusters.elasticsearchUrl(),
                ClusterConfig.ARCHIVE,
                Path.of(clusters.archive().folder()).toAbsolutePath(),
                ClusterConfig.REGISTRY,
                registry());
        remember(values, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Remembers where its API listens, beside the servers. */
    void rememberApi(int port) {
        remember(Map.of(ClusterConfig.API_PORT, port), StandardOpenOption.APPEND);
    }

    private void remember(Map<String, Object> values, StandardOpenOption how) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(values)
                .forEach((key, value) ->
                        lines.append(key).append('=').append(value).append('\n'));
        try {
            Files.createDirectories(work());
            Files.writeString(demoServers(), lines, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
        } catch (IOException e) {
            throw new Failure("The file " + demoServers() + " cannot be written.", e);
        }
    }

    /** Forgets them. */
    void forget() throws IOException {
        Files.deleteIfExists(demoServers());
    }

    /** Where {@code run jobs} keeps its checkpoints unless told otherwise. */
    Path jobsState() {
        return work().resolve("jobs");
    }

    /** Where {@code run trainer} keeps its checkpoints unless told otherwise. */
    Path trainerState() {
        return work().resolve("trainer");
    }

    /** The jobs and all they need, for a Flink cluster. */
    Path jobsJar() {
        return root.resolve("ingestion/target/ingestion-0.1.0-SNAPSHOT-jobs.jar");
    }

    /** The key that signs this checkout's tokens, or null if no demo has run yet. */
    byte[] key() {
        Path file = keyFile();
        try {
            return Files.exists(file)
                    ? HexFormat.of().parseHex(Files.readString(file).strip())
                    : null;
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure("The key " + file + " cannot be read; delete it and start the demo again.", e);
        }
    }

    /** Where {@link #key} is kept. */
    Path keyFile() {
        return work().resolve("key");
    }

    /** The key, made now if there is none; readable by its owner only. */
    byte[] keyOrNew() {
        byte[] key = key();
        if (key != null) {
            return key;
        }
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        Path file = keyFile();
        try {
            Files.createDirectories(work());
            if (Files.getFileStore(work()).supportsFileAttributeView("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, HexFormat.of().formatHex(fresh), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new Failure("The key " + file + " cannot be written.", e);
        }
        return fresh;
    }
}
