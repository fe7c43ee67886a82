package io.tuijian.launcher.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jobs in a process of their own, which can be killed with -9 and started again. */
final class JobsProcess implements AutoCloseable {
    private final List<String> command;
    private final Path log;
    private final Path checkpoints;
    private Process process;
    private Set<Path> before = Set.of();
    private int kills;

    /**
     * @param main the main class and its arguments
     * @param checkpoints the folder below which each job has one for its checkpoints
     */
    JobsProcess(List<String> main, Path log, Path checkpoints) {
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1500m",
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1", // it never lives long
                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.tuijian",
                "-Dlog4j.shutdownHookEnabled=false",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        this.command.addAll(main);
        this.log = log;
        this.checkpoints = checkpoints;
    }

    /** Starts it; it goes on from the last completed checkpoint. */
    void start() {
        before = completed();
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() {
        assertAlive();
        process.destroyForcibly();
        awaitEnd();
        kills++;
    }

    int kills() {
        return kills;
    }

    /** The jobs that have completed a checkpoint since the start. */
    Set<String> checkpointed() {
        return completed().stream()
                .filter(path -> !before.contains(path))
                .map(path -> checkpoints.relativize(path).getName(0).toString())
                .collect(Collectors.toSet());
    }

    /** The number of the newest completed checkpoint of a job; it goes on growing after a restart. */
    long checkpoint(String job) {
        return completed().stream()
                .filter(path -> checkpoints.relativize(path).startsWith(job))
                .mapToLong(path ->
                        Long.parseLong(path.getParent().getFileName().toString().substring("chk-".length())))
                .max()
                .orElse(0);
    }

    private Set<Path> completed() {
        if (!Files.isDirectory(checkpoints)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.find(checkpoints, 5, (path, attributes) -> path.getFileName()
                .toString()
                .equals("_metadata"))) {
            return files.collect(Collectors.toSet());
        } catch (UncheckedIOException | IOException e) {
            return before; // deleted while we looked: look again
        }
    }

    void assertAlive() {
        if (process == null || !process.isAlive()) {
            throw new AssertionError("the jobs' process ended by itself; its log: " + log);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the jobs' process does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.destroyForcibly();
            awaitEnd();
        }
    }
}
