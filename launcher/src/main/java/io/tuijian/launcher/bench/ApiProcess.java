package io.tuijian.launcher.bench;

import io.tuijian.launcher.Failure;
import io.tuijian.launcher.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Another Java process with the class path and the switches of this one; it does not outlive this one. */
final class ApiProcess implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String LISTENS = "The API listens at ";

    private final Process process;
    private final Path said;
    private final Thread hook;

    private ApiProcess(Process process, Path said) {
        this.process = process;
        this.said = said;
        this.hook = new Thread(process::destroyForcibly, "process-stopper");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a program.
     *
     * @param folder takes what it says and its log
     */
    static ApiProcess start(Path folder, String name, int heapMegabytes, Class<?> main, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-D") || argument.startsWith("-XX:"))
                .filter(argument -> !argument.startsWith("-Dtuijian.log=") && !argument.contains("AlwaysPreTouch"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xms" + heapMegabytes + "m",
                "-Xmx" + heapMegabytes + "m",
                "-Dtuijian.log=" + folder.resolve(name + ".log"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        Path said = folder.resolve(name + ".out");
        return new ApiProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start(),
                said);
    }

    /**
     * Starts the API of a configuration; it is ready.
     *
     * @throws Failure with the last thing it said if it ends or is not ready in time
     */
    static ApiProcess api(Path folder, String name, int heapMegabytes, Path config, Duration patience)
            throws IOException, InterruptedException {
        ApiProcess api =
                start(folder, name, heapMegabytes, Main.class, List.of("run", "api", "--config", config.toString()));
        try {
            api.await("be ready", patience, api::isReady);
            return api;
        } catch (RuntimeException | InterruptedException e) {
            api.close();
            throw e;
        }
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(String what, Duration patience, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                List<String> lines = lines();
                throw new Failure("A process did not " + what + " within " + patience.toSeconds() + " s; it said: "
                        + (lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1)));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    private boolean isReady() throws InterruptedException {
        String url = url();
        if (url == null) {
            return false;
        }
        try {
            HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HttpClient.newHttpClient()
                            .send(ready, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    /** Where the API listens, null if it does not say. */
    String url() {
        return lines().stream()
                .filter(line -> line.startsWith(LISTENS))
                .map(line -> line.substring(LISTENS.length(), line.length() - 1))
                .findFirst()
                .orElse(null);
    }

    /** Returns once it has said a line that begins so, and gives the line. */
    String awaitLine(String beginning, Duration patience) throws IOException, InterruptedException {
        await("say \"" + beginning + "\"", patience, () -> line(beginning) != null);
        return line(beginning);
    }

    private String line(String beginning) {
        return lines().stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElse(null);
    }

    private List<String> lines() {
        try (Stream<String> lines = Files.lines(said)) {
            return lines.toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return List.of();
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process is ending anyway
        }
    }
}
