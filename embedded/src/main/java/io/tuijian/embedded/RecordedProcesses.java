package io.tuijian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The child processes of the cluster on a state folder, on disk, so that the next start finds those which outlived
 * their parent. A process counts as ours only if its start time fits too: ids are used again.
 */
record RecordedProcesses(Path file) {

    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    /** One line of the file. */
    record Entry(long pid, long startedMillis) {

        static Entry of(ProcessHandle process) {
            return new Entry(
                    process.pid(),
                    process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
        }

        static Optional<Entry> parse(String line) {
            String[] parts = line.strip().split(" ");
            try {
                return parts.length == 2
                        ? Optional.of(new Entry(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
                        : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty(); // half a line, after a power cut
            }
        }

        boolean sameStart(Instant started) {
            return Math.abs(started.toEpochMilli() - startedMillis) <= CLOCK_TOLERANCE.toMillis();
        }

        Optional<ProcessHandle> alive() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            process.info().startInstant().map(this::sameStart).orElse(false));
        }

        @Override
        public String toString() {
            return pid + " " + startedMillis;
        }
    }

    void record(Stream<ProcessHandle> processes) {
        String text = processes.map(process -> Entry.of(process) + "\n").reduce("", String::concat);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends what is left of an earlier cluster, children included, and waits until it is gone. */
    void endAll() {
        for (Entry entry : read()) {
            entry.alive().ifPresent(RecordedProcesses::end);
        }
        forget();
    }

    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Entry> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream()
                    .flatMap(line -> Entry.parse(line).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a process and its descendants at once; both servers' data survive this. */
    static void end(ProcessHandle process) {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process)).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            try {
                each.onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                throw new EmbeddedStartException(
                        "Process " + each.pid() + " of an earlier start does not end: stop it by hand.", e);
            }
        }
    }
}
