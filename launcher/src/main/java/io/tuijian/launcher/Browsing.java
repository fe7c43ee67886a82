package io.tuijian.launcher;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Viewers who ask for page after page, in turns, and do nothing else, so that something is served while one watches. A
 * page that fails is counted and the next one asked for. Closing it stops them.
 */
public final class Browsing implements AutoCloseable {
    private static final int PAGE = 10;

    private final LiveDemo demo;
    private final List<String> viewers;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread named = new Thread(work, "browsing");
        named.setDaemon(true);
        return named;
    });

    Browsing(LiveDemo demo, List<String> viewers, double pagesPerSecond) {
        if (viewers.isEmpty() || !(pagesPerSecond > 0 && pagesPerSecond <= 100)) {
            throw new IllegalArgumentException("Somebody must browse, at up to 100 pages a second.");
        }
        this.demo = demo;
        this.viewers = List.copyOf(viewers);
        thread.scheduleAtFixedRate(this::look, 0, (long) (1e9 / pagesPerSecond), TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            demo.page(viewers.get((int) (asked.getAndIncrement() % viewers.size())), PAGE);
        } catch (RuntimeException e) {
            failed.incrementAndGet();
        }
    }

    /** How many pages were asked for. */
    public long asked() {
        return asked.get();
    }

    /** How many of them were not answered. */
    public long failed() {
        return failed.get();
    }

    /**
     * Waits until so many more pages are answered, or not.
     *
     * @throws Failure if they are not within a minute
     */
    public void await(int pages) {
        long until = asked.get() + pages;
        for (int tenths = 0; asked.get() < until; tenths++) {
            if (tenths == 600) {
                throw new Failure("Fewer than " + pages + " pages were asked for within a minute.");
            }
            LiveDemo.pause();
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
