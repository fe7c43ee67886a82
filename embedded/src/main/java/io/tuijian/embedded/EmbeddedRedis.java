package io.tuijian.embedded;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's real Redis server as a child process that does not outlive this one; what it holds is in the state
 * folder (append-only file), and it can be stopped and started again on the same port.
 */
final class EmbeddedRedis implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final ServerUser user = ServerUser.ordinary();
    private final StateFolder state;
    private final EmbeddedOptions options;
    private final RecordedProcesses recorded;
    private final ServerLog console;
    private volatile Process process;
    private volatile boolean closing;
    private volatile int port;

    EmbeddedRedis(StateFolder state, EmbeddedOptions options) {
        this.state = state;
        this.options = options;
        this.port = options.redisPort();
        this.recorded = new RecordedProcesses(state.redisProcess());
        this.console = new ServerLog(state.redis().resolve("console.log"));
    }

    /** Returns when the server answers; the deadline of the options holds. */
    synchronized void start() {
        Path server = server(System.getenv("PATH"));
        ServerSocketChannel socket = FreePort.bind(port, "Redis", "redisPort");
        port = FreePort.of(socket);
        try {
            Files.createDirectories(state.redis());
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The state folder " + state.root() + " cannot be written to ("
                            + EmbeddedStartException.rootMessage(e) + "): choose another one.",
                    e);
        } finally {
            FreePort.close(socket);
        }
        try {
            process = spawn(server).join();
        } catch (CompletionException e) {
            throw new EmbeddedStartException(
                    "Redis cannot be started (" + EmbeddedStartException.rootMessage(e) + ").", e);
        }
        recorded.record(Stream.of(process.toHandle()));
        if (closing) { // closed while it was starting
            stop();
            throw new EmbeddedStartException("Redis was stopped while it was starting.");
        }
        awaitAnswer();
        recorded.record(
                Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants()));
    }

    /** Where the server is on this path of folders. */
    static Path server(String path) {
        return Arrays.stream(String.valueOf(path).split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new EmbeddedStartException(
                        "The Redis server is missing: install it (Debian: apt-get install redis-server)."));
    }

    /** The kernel ends the child when the <i>thread</i> that started it ends, so the thread stays. */
    private CompletableFuture<Process> spawn(Path server) {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread keeper = new Thread(
                () -> {
                    Process child;
                    try {
                        child = command(server).start();
                    } catch (IOException e) {
                        started.completeExceptionally(e);
                        return;
                    }
                    started.complete(child);
                    child.onExit().join();
                    if (child == process) {
                        LOG.error("Redis ended by itself: {} (log: {})", console.tellingLine(), console.file());
                    }
                },
                "redis-keeper");
        keeper.setDaemon(true);
        keeper.start();
        return started;
    }

    private ProcessBuilder command(Path server) {
        return new ProcessBuilder(user.command(List.of(
                        server.toString(),
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        state.redis().toString(),
                        "--daemonize",
                        "no",
                        "--save",
                        "",
                        "--appendonly",
                        "yes")))
                .directory(state.redis().toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.file().toFile());
    }

    private void awaitAnswer() {
        long end = System.nanoTime() + options.deadline().toNanos();
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw failure("ended while starting");
            }
            if (answers()) {
                return;
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop();
                throw new EmbeddedStartException("Interrupted while Redis was starting.", e);
            }
        }
        throw failure("did not come up within " + options.deadline().toSeconds() + " s");
    }

    /** While it reads its file from disk it answers with an error. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private EmbeddedStartException failure(String what) {
        String line = console.tellingLine();
        stop();
        return new EmbeddedStartException("Redis " + what + ": " + (line.isEmpty() ? "it printed nothing" : line));
    }

    /** {@code localhost:PORT}. */
    String address() {
        return "localhost:" + port;
    }

    /** Ends the server; {@link #start} starts it again on the same port, with what it held. */
    synchronized void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        running.destroy();
        try {
            running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (running.isAlive()) {
            RecordedProcesses.end(running.toHandle());
        }
        recorded.forget();
    }

    @Override
    public void close() {
        closing = true;
        stop();
    }
}
