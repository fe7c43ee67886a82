package io.tuijian.feedapi;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Makes the pages of one viewer wait for each other in this process, so that none repeats what another is about to
 * serve. Nobody waits long, and few wait at once: beyond that a page goes on beside the others.
 */
final class OneAtATime {
    private static final int LOCKS = 1_024;
    private static final int MOST_WAITING = 8;

    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);
    private final Duration patience;

    OneAtATime(Duration patience) {
        this.patience = patience;
    }

    <T> T of(String viewerId, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(viewerId.hashCode(), LOCKS)];
        if (!taken(lock)) {
            return work.get();
        }
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private boolean taken(ReentrantLock lock) {
        if (lock.tryLock()) {
            return true;
        }
        if (lock.getQueueLength() >= MOST_WAITING) {
            return false;
        }
        try {
            return lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
