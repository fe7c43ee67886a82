package io.tuijian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The one folder that holds everything the servers write, locked against a second user while it is open. */
final class StateFolder implements AutoCloseable {

    private static final String ELSEWHERE = "tuijian-elasticsearch";

    private final Path root;
    private final boolean keep;
    private final FileChannel channel;
    private final FileLock lock;

    private StateFolder(Path root, boolean keep, FileChannel channel, FileLock lock) {
        this.root = root;
        this.keep = keep;
        this.channel = channel;
        this.lock = lock;
    }

    /** Creates the folder where needed and locks it; the lock of a process that died is none. */
    static StateFolder open(Path root, boolean keep) {
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The state folder " + root + " cannot be created (" + EmbeddedStartException.rootMessage(e)
                            + "): choose another one.",
                    e);
        }
        Path file = root.resolve("lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The state folder " + root + " cannot be written to (" + EmbeddedStartException.rootMessage(e)
                            + "): choose another one.",
                    e);
        }
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = Files.readString(file).strip();
                channel.close();
                throw new EmbeddedStartException("The state folder " + root + " is in use by "
                        + (holder.isEmpty() ? "another process" : "process " + holder)
                        + ": stop that one or choose another folder.");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
            return new StateFolder(root, keep, channel, lock);
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The state folder " + root + " cannot be locked (" + EmbeddedStartException.rootMessage(e)
                            + "): choose one on a local disk.",
                    e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    Path root() {
        return root;
    }

    boolean keep() {
        return keep;
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path elasticsearch() {
        return root.resolve("elasticsearch");
    }

    Path flink() {
        return root.resolve("flink");
    }

    Path redis() {
        return root.resolve("redis");
    }

    /** Where the id of the Redis process stands. */
    Path redisProcess() {
        return root.resolve("redis-process");
    }

    /** Where the ids of the Elasticsearch processes stand. */
    Path processes() {
        return root.resolve("processes");
    }

    /** The folder of Elasticsearch, if it could not be below this one. */
    Optional<Path> elsewhere() {
        try {
            return Files.exists(pointer())
                    ? Optional.of(Path.of(Files.readString(pointer()).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new folder for Elasticsearch below the temporary one, remembered here. */
    Path goElsewhere() throws IOException {
        Path folder = Files.createTempDirectory(ELSEWHERE); // a random name, so that nobody can have made it before
        Files.writeString(pointer(), folder.toString());
        return folder;
    }

    private Path pointer() {
        return elasticsearch().resolve("location");
    }

    /** Deletes what the servers wrote, and nothing else that may lie in the folder. */
    void clear() {
        elsewhere()
                .filter(folder -> folder.getFileName().toString().startsWith(ELSEWHERE))
                .ifPresent(StateFolder::delete);
        for (Path part : List.of(kafka(), elasticsearch(), flink(), redis(), processes(), redisProcess())) {
            delete(part);
        }
    }

    static void delete(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new EmbeddedStartException(
                    "Could not delete " + path + " (" + EmbeddedStartException.rootMessage(e) + ").", e);
        }
    }

    @Override
    public void close() {
        try {
            if (!keep) {
                clear();
                Files.deleteIfExists(root.resolve("lock"));
            }
            lock.release();
            channel.close();
            if (!keep && isEmpty(root)) {
                Files.delete(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
