package io.tuijian.launcher;

import io.tuijian.models.ServingModel;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second whether another version is to be served. */
public final class ModelReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelReloader.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ServingModel model;
    private final ScheduledExecutorService thread;

    public ModelReloader(ServingModel model) {
        this.model = model;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread named = new Thread(work, "model-reloader");
            named.setDaemon(true);
            return named;
        });
        thread.scheduleWithFixedDelay(this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            model.reload();
        } catch (RuntimeException e) {
            LOG.error("the registry could not be looked at", e); // the next look may be luckier
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
