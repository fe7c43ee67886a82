package io.tuijian.launcher;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second whether other versions are to be served. */
public final class ModelReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelReloader.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final List<Runnable> looks;
    private final ScheduledExecutorService thread;

    public ModelReloader(Runnable... looks) {
        this.looks = List.of(looks);
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread named = new Thread(work, "model-reloader");
            named.setDaemon(true);
            return named;
        });
        thread.scheduleWithFixedDelay(this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (Runnable look : looks) {
            try {
                look.run();
            } catch (RuntimeException | Error e) {
                LOG.error("the registry could not be looked at", e); // the next look may be luckier
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
