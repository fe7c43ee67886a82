package io.tuijian.feedapi;

import io.tuijian.ranking.Tuning;
import io.tuijian.ranking.TuningJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tuning in a file, looked at by whoever asks, at most once a second. A file that is no tuning, or has other
 * values under the version that is in use, is refused with one line, and the tuning before it goes on, as it does if the
 * file is taken away. Safe from many threads.
 */
final class TuningFile implements Supplier<Tuning> {
    private static final Logger LOG = LoggerFactory.getLogger(TuningFile.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LARGEST = 1 << 20;

    private final Path file; // null for none
    private final LongSupplier nanos;
    private final AtomicLong nextLook;
    private volatile Tuning tuning = Tuning.DEFAULT;
    private volatile boolean refused;
    private Stamp read; // only by whoever looks

    private record Stamp(FileTime changedAt, long size, Object key) {}

    /** @param file null for the tuning that comes with the product */
    TuningFile(Path file) {
        this(file, System::nanoTime);
    }

    TuningFile(Path file, LongSupplier nanos) {
        this.file = file;
        this.nanos = nanos;
        this.nextLook = new AtomicLong(nanos.getAsLong() + PAUSE_NANOS);
        look();
    }

    /** The tuning to build a whole page with. */
    @Override
    public Tuning get() {
        long due = nextLook.get();
        long now = nanos.getAsLong();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + PAUSE_NANOS)) {
            look();
        }
        return tuning;
    }

    /** {@code tuning} if the file is refused as it is now. */
    List<String> degraded() {
        return refused ? List.of("tuning") : List.of();
    }

    private synchronized void look() {
        if (file == null) {
            return;
        }
        Stamp now;
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            now = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            read = null; // not there (any more): when it comes it is read
            refused = false;
            return;
        }
        if (now.equals(read)) {
            return;
        }
        read = now; // before it is read: what is written meanwhile has another stamp
        try {
            if (now.size > LARGEST) {
                throw new IOException("larger than " + LARGEST + " bytes");
            }
            Tuning next = TuningJson.read(Files.readAllBytes(file));
            boolean other = !next.equals(tuning);
            if (other && next.version().equals(tuning.version())) {
                throw new IOException("it has other values under the same version; give it a version of its own");
            }
            refused = false;
            if (other) {
                tuning = next;
                LOG.info("tuning {} from {}", next.version(), file);
            }
        } catch (TuningJson.Refused | IOException e) {
            refused = true;
            LOG.warn("{} is refused, tuning {} goes on: {}", file, tuning.version(), e.getMessage());
        }
    }
}
