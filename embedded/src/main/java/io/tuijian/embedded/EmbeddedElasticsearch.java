package io.tuijian.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real Elasticsearch server as a child process that does not outlive this one. */
final class EmbeddedElasticsearch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedElasticsearch.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final StateFolder state;
    private final ElasticsearchFolders folders;
    private final EmbeddedOptions options;
    private final RecordedProcesses recorded;
    private volatile Process process;
    private volatile boolean closing;
    private volatile String url;

    EmbeddedElasticsearch(StateFolder state, EmbeddedOptions options) {
        this.state = state;
        this.options = options;
        this.recorded = new RecordedProcesses(state.processes());
        this.folders = ElasticsearchFolders.prepare(state, ServerUser.current(), ElasticsearchDistribution.locate());
    }

    /** Returns when the server answers; the deadline of the options holds. */
    void start() {
        FreePort.close(FreePort.bind(options.elasticsearchPort(), "Elasticsearch", "elasticsearchPort"));
        try {
            folders.configure(
                    options.elasticsearchPort(),
                    options.elasticsearchHeapMegabytes(),
                    options.elasticsearchOptimized());
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The state folder " + state.root() + " cannot be written to ("
                            + EmbeddedStartException.rootMessage(e) + "): choose another one.",
                    e);
        }
        try {
            process = spawn().join();
        } catch (CompletionException e) {
            throw new EmbeddedStartException(
                    "Elasticsearch cannot be started (" + EmbeddedStartException.rootMessage(e) + ").", e);
        }
        recorded.record(Stream.of(process.toHandle()));
        if (closing) { // closed while it was starting
            stop();
            throw new EmbeddedStartException("Elasticsearch was stopped while it was starting.");
        }
        url = awaitHealth();
        recorded.record(
                Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants()));
    }

    /**
     * The kernel ends the child when the <i>thread</i> that started it ends, so the thread stays as long as the
     * process.
     */
    private CompletableFuture<Process> spawn() {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread keeper = new Thread(
                () -> {
                    Process child;
                    try {
                        child = command().start();
                        child.getOutputStream().close();
                    } catch (IOException e) {
                        started.completeExceptionally(e);
                        return;
                    }
                    started.complete(child);
                    child.onExit().join();
                    if (!closing && url != null) {
                        LOG.error(
                                "Elasticsearch ended by itself: {} (log: {})",
                                folders.console().tellingLine(),
                                folders.console().file());
                    }
                },
                "elasticsearch-keeper");
        keeper.setDaemon(true);
        keeper.start();
        return started;
    }

    private ProcessBuilder command() {
        ProcessBuilder builder = new ProcessBuilder(folders.user()
                        .command(List.of(folders.distribution().binary().toString())))
                .directory(folders.work().toFile())
                .redirectErrorStream(true)
                .redirectOutput(folders.console().file().toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ES_"));
        builder.environment().put("ES_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ES_PATH_CONF", folders.config().toString());
        builder.environment().put("ES_TMPDIR", folders.temporary().toString());
        builder.environment().put("HOME", folders.work().toString());
        builder.environment().put("CLI_JAVA_OPTS", launcherOptions(folders.temporary()));
        return builder;
    }

    /** The server's own launcher leaves a folder in its temporary folder at every start; the options split at spaces. */
    private static String launcherOptions(Path temporary) {
        String quick = "-XX:TieredStopAtLevel=1";
        return temporary.toString().matches(".*\\s.*") ? quick : quick + " -Djava.io.tmpdir=" + temporary;
    }

    private String awaitHealth() {
        Instant end = Instant.now().plus(options.deadline());
        HttpClient client = HttpClient.newBuilder()
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        while (Instant.now().isBefore(end)) {
            if (!process.isAlive()) {
                throw failure("ended while starting");
            }
            String address =
                    folders.boundPort().map(port -> "http://localhost:" + port).orElse(null);
            if (address != null && isHealthy(client, address)) {
                return address;
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop();
                throw new EmbeddedStartException("Interrupted while Elasticsearch was starting.", e);
            }
        }
        throw failure("did not come up within " + options.deadline().toSeconds() + " s");
    }

    /** Tells why, from the log, which is kept where it would be deleted with the state. */
    private EmbeddedStartException failure(String what) {
        stop();
        String line = folders.console().tellingLine();
        Path log = folders.console().file();
        if (!state.keep()) {
            Path copy = Path.of(System.getProperty("java.io.tmpdir"), "tuijian-elasticsearch-failed.log");
            try {
                Files.copy(log, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                log = copy;
            } catch (IOException e) {
                LOG.debug("The log could not be copied", e);
            }
        }
        return new EmbeddedStartException("Elasticsearch " + what + ": "
                + (line.isEmpty() ? "it printed nothing" : line) + " (whole log: " + log + ")");
    }

    private static boolean isHealthy(HttpClient client, String address) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(address + "/_cluster/health?wait_for_status=yellow&timeout=2s"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    String url() {
        return url;
    }

    private void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = new ArrayList<>(running.descendants().toList());
        all.add(running.toHandle());
        running.destroy(); // the launcher passes it on to the server, which closes its indices
        try {
            running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.stream().filter(ProcessHandle::isAlive).forEach(RecordedProcesses::end);
        recorded.forget();
    }

    @Override
    public void close() {
        closing = true;
        stop();
    }
}
