package io.tuijian.launcher.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.launcher.Failure;
import io.tuijian.models.Artifact;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.dl4j.RankerTraining;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's own folder: learner, what it was told and how far it has read, written together. A checkpoint appears
 * whole or not at all; the newest two are kept. One process at a time. Not thread-safe.
 */
final class Checkpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DONE = "checkpoint-";
    private static final String HALF = ".half-";
    private static final String LOCK = ".lock";
    private static final int KEPT = 2;

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    /**
     * Locks the folder.
     *
     * @throws Failure if another process has it, or it cannot be written
     */
    Checkpoints(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = tryLock();
            if (lock == null) {
                channel.close();
                throw new Failure("The trainer's folder " + folder + " is in use by another process.");
            }
            for (Path half : named(HALF)) {
                delete(half);
            }
        } catch (IOException e) {
            throw new Failure("The trainer's folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Deletes what a trainer wrote to its folder, and nothing else that may lie there.
     *
     * @param folder of a trainer that is closed; need not be there
     * @throws Failure if it cannot be deleted
     */
    static void forget(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.list(folder)) {
            boolean isAllOurs = true;
            for (Path path : paths.toList()) {
                String name = path.getFileName().toString();
                if (name.startsWith(DONE) || name.startsWith(HALF) || name.equals(LOCK)) {
                    delete(path);
                } else {
                    isAllOurs = false;
                }
            }
            if (isAllOurs) {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new Failure("The trainer's folder " + folder + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    private FileLock tryLock() throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /**
     * How far a learner is.
     *
     * @param offsets by partition, of the next record to read
     * @param counts by name of {@link Counts.Fate}
     */
    record Position(Map<Integer, Long> offsets, Map<String, Long> counts) {}

    /** A checkpoint that was read back. */
    record Restored(String name, Pupil pupil, Told told, Position position) {}

    private record Description(Map<Integer, Long> offsets, Map<String, Long> counts, long toldChecksum) {}

    /** Where a candidate is prepared; nobody else looks there. */
    Path scratch(String name) throws IOException {
        Path scratch = folder.resolve(HALF + name);
        delete(scratch);
        return Files.createDirectory(scratch);
    }

    /** Writes all of it together; returns once it is on the disk. */
    void write(Pupil pupil, Told told, Position position) {
        try {
            List<Path> before = named(DONE);
            long number = before.isEmpty() ? 1 : number(before.get(0)) + 1;
            Path half = scratch("checkpoint");
            pupil.write(artifact(half));
            CRC32 checksum = new CRC32();
            try (DataOutputStream out = new DataOutputStream(new CheckedOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(half.resolve("told.bin"))), checksum))) {
                told.write(out);
            }
            JSON.writeValue(
                    half.resolve("position.json").toFile(),
                    new Description(position.offsets(), position.counts(), checksum.getValue()));
            try (Stream<Path> files = Files.list(half)) {
                for (Path file : files.toList()) {
                    force(file);
                }
            }
            Files.move(half, folder.resolve(String.format("%s%012d", DONE, number)), StandardCopyOption.ATOMIC_MOVE);
            force(folder);
            for (Path old : named(DONE).stream().skip(KEPT).toList()) {
                delete(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A checkpoint cannot be written to " + folder, e);
        }
    }

    /** The newest one that can be read; a damaged one is passed over with a warning. */
    Optional<Restored> newest(Pupil.School school, int remembered) {
        try {
            for (Path done : named(DONE)) {
                try {
                    return Optional.of(read(done, school, remembered));
                } catch (IOException | UnusableArtifact e) {
                    LOG.warn("{} is damaged and passed over", done, e);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new Failure("The trainer's folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Restored read(Path done, Pupil.School school, int remembered) throws IOException {
        Description description = JSON.readValue(done.resolve("position.json").toFile(), Description.class);
        CRC32 checksum = new CRC32();
        Told told;
        try (DataInputStream in = new DataInputStream(new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(done.resolve("told.bin"))), checksum))) {
            told = Told.read(in, remembered);
        }
        if (checksum.getValue() != description.toldChecksum()) {
            throw new IOException("told.bin was changed");
        }
        return new Restored(
                done.getFileName().toString(),
                school.of(artifact(done)),
                told,
                new Position(description.offsets(), description.counts()));
    }

    private static Artifact artifact(Path folder) {
        return new Artifact(RankerTraining.MODEL, folder.getFileName().toString(), folder);
    }

    /** The newest first. */
    private List<Path> named(String prefix) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            Function<Path, String> name = path -> path.getFileName().toString();
            return paths.filter(path -> name.apply(path).startsWith(prefix))
                    .sorted(Comparator.comparing(name).reversed())
                    .toList();
        }
    }

    private static long number(Path done) {
        return Long.parseLong(done.getFileName().toString().substring(DONE.length()));
    }

    private static void force(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.force(true);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
