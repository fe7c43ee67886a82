package io.tuijian.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was served of some models when it began. Closing it, or the end of this process, puts that back, pins included;
 * versions that were published in between stay published. A process that is killed outright puts nothing back.
 */
public final class Rehearsal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private final LiveDemo demo;
    private final Map<String, LiveDemo.Serving> before = new LinkedHashMap<>();
    private boolean restored;
    private final Thread atExit = new Thread(this::restore, "rehearsal");

    Rehearsal(LiveDemo demo, List<String> models) {
        this.demo = demo;
        models.forEach(model -> before.put(model, demo.serving(model)));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** What was served of this model when it began. */
    public LiveDemo.Serving before(String model) {
        return before.get(model);
    }

    private synchronized void restore() {
        if (restored) {
            return;
        }
        restored = true;
        before.forEach((model, was) -> {
            try {
                restore(model, was);
            } catch (Failure e) {
                LOG.warn("{} {} is not served again: {}", model, was.version(), e.getMessage());
            }
        });
    }

    /** A rollback leads back and forgets what was tried; it pins, and a promotion lifts that. */
    private void restore(String model, LiveDemo.Serving was) {
        LiveDemo.Serving is = demo.serving(model);
        if (!is.version().equals(was.version())) {
            demo.rollback(model, is.version());
            is = demo.serving(model);
        }
        if (!is.version().equals(was.version()) || is.pinned() && !was.pinned()) {
            demo.promote(model, was.version());
        }
        if (was.pinned() && !demo.serving(model).pinned()) {
            LOG.warn("{} {} was pinned and is not any more", model, was.version());
        }
    }

    /** Puts back what was served; once is enough. */
    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            LOG.debug("the process ends already", e);
        }
    }
}
