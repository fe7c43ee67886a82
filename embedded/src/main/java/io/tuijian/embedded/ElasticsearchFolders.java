package io.tuijian.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where one Elasticsearch server reads and writes: below the state folder, or, if the server runs as <i>nobody</i> and
 * that one cannot get there, in a folder of its own below the temporary one, to which the state folder then points.
 *
 * @param work holds config, data, logs and tmp
 */
record ElasticsearchFolders(ServerUser user, ElasticsearchDistribution distribution, Path work) {

    static ElasticsearchFolders prepare(StateFolder state, ServerUser user, ElasticsearchDistribution distribution) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (user.root() && !user.runs(java)) {
            throw new EmbeddedStartException("The JDK in " + System.getProperty("java.home")
                    + " cannot be used by the user nobody, as whom Elasticsearch runs when started by root:"
                    + " run as an ordinary user or use a JDK that all may read.");
        }
        try {
            Files.createDirectories(state.elasticsearch());
            Path work = work(state, user);
            return new ElasticsearchFolders(user, readable(user, distribution, work), work);
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The folders of Elasticsearch cannot be prepared in " + state.elasticsearch() + " ("
                            + EmbeddedStartException.rootMessage(e) + ").",
                    e);
        }
    }

    private static Path work(StateFolder state, ServerUser user) throws IOException {
        Optional<Path> elsewhere = state.elsewhere();
        if (elsewhere.isPresent()) {
            Path work = elsewhere.get();
            if (!Files.isDirectory(work, LinkOption.NOFOLLOW_LINKS)) {
                throw new EmbeddedStartException("The Elasticsearch data of the state folder " + state.root()
                        + " lay in " + work + " and are gone: delete the state folder to start afresh.");
            }
            return work;
        }
        if (!user.root() || user.reads(state.elasticsearch())) {
            return state.elasticsearch();
        }
        return state.goElsewhere();
    }

    /** The distribution itself, or a copy of it in the working folder if the server's user cannot read it. */
    private static ElasticsearchDistribution readable(ServerUser user, ElasticsearchDistribution original, Path work)
            throws IOException {
        if (!user.root()
                || (user.runs(original.binary()) && user.reads(original.home().resolve("lib")))) {
            return original;
        }
        Path target = work.resolve(original.home().getFileName());
        if (!Files.isDirectory(target)) {
            Path fresh = work.resolve("copying");
            StateFolder.delete(fresh);
            copy(original.home(), fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE); // never half a distribution under that name
        }
        return new ElasticsearchDistribution(target);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : all.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    Path config() {
        return work.resolve("config");
    }

    Path temporary() {
        return work.resolve("tmp");
    }

    private Path logs() {
        return work.resolve("logs");
    }

    ServerLog console() {
        return new ServerLog(logs().resolve("console.log"));
    }

    /** Writes the settings afresh, clears what an earlier server said, and hands all of it to the server's user. */
    void configure(int port, int heapMegabytes, boolean optimized) throws IOException {
        StateFolder.delete(temporary());
        StateFolder.delete(config());
        for (Path folder : List.of(config(), config().resolve("jvm.options.d"), temporary(), logs(), data())) {
            Files.createDirectories(folder);
        }
        Files.deleteIfExists(portsFile());
        Files.write(config().resolve("log4j2.properties"), distribution.configuration("log4j2.properties"));
        Files.write(config().resolve("jvm.options"), jvmOptions(distribution.configuration("jvm.options")));
        Files.write(
                config().resolve("jvm.options.d").resolve("embedded.options"),
                embeddedOptions(heapMegabytes, optimized));
        Files.writeString(config().resolve("elasticsearch.yml"), settings(port));
        user.own(work);
    }

    /** The distribution's own options, without those that write large files. */
    static List<String> jvmOptions(List<String> original) {
        return original.stream()
                .filter(line -> !line.contains("-Xlog:") && !line.contains("HeapDump"))
                .toList();
    }

    static List<String> embeddedOptions(int heapMegabytes, boolean optimized) {
        List<String> options = new ArrayList<>(
                List.of("-Xms" + heapMegabytes + "m", "-Xmx" + heapMegabytes + "m", "-XX:-AlwaysPreTouch"));
        if (!optimized) {
            options.add("-XX:TieredStopAtLevel=1");
        }
        return options;
    }

    private String settings(int port) {
        StringBuilder text = new StringBuilder();
        text.append("cluster.name: tuijian\n");
        text.append("node.name: embedded\n");
        text.append("path.data: ").append(quoted(data())).append('\n');
        text.append("path.logs: ").append(quoted(logs())).append('\n');
        text.append("discovery.type: single-node\n");
        text.append("network.host: 127.0.0.1\n");
        text.append("http.port: ").append(port).append('\n');
        text.append("transport.port: 0\n");
        text.append("node.portsfile: true\n");
        text.append("xpack.security.enabled: false\n");
        text.append("cluster.routing.allocation.disk.threshold_enabled: false\n");
        if (distribution.hasModule("ingest-geoip")) { // an unknown setting would be refused
            text.append("ingest.geoip.downloader.enabled: false\n");
        }
        return text.toString();
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private Path data() {
        return work.resolve("data");
    }

    private Path portsFile() {
        return logs().resolve("http.ports");
    }

    /** The HTTP port the server has bound; it writes it down once it listens. */
    Optional<Integer> boundPort() {
        try {
            return Files.exists(portsFile()) ? port(Files.readString(portsFile())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // just being written
        }
    }

    static Optional<Integer> port(String portsFile) {
        return portsFile
                .lines()
                .map(String::strip)
                .filter(line -> line.matches(".*:\\d+"))
                .map(line -> Integer.valueOf(line.substring(line.lastIndexOf(':') + 1)))
                .findFirst();
    }
}
