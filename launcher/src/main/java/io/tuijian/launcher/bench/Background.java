package io.tuijian.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.feedapi.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Viewers who do so many things a second, all through {@code POST /v1/engagements}, each request a handful of one
 * viewer's; a few contents and viewers are far busier than the rest.
 */
final class Background implements AutoCloseable {
    private static final int PER_REQUEST = 10;
    private static final int CALLERS = 4;
    private static final List<String> ACTIONS = List.of(
            "SEEN", "SEEN", "SEEN", "SEEN", "WATCH", "WATCH", "WATCH", "WATCH", "OPEN", "LIKE", "COMMENT", "HIDE");

    private final ScheduledExecutorService callers = Executors.newScheduledThreadPool(CALLERS, work -> {
        Thread thread = new Thread(work, "background");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final ApiCaller api;
    private final int viewers;
    private final int contents;

    Background(ApiCaller api, int viewers, int contents) {
        this.api = api;
        this.viewers = viewers;
        this.contents = contents;
    }

    void start(int perSecond, long seed) {
        long period = TimeUnit.SECONDS.toNanos(1) * PER_REQUEST * CALLERS / perSecond;
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(seed + i);
            callers.scheduleAtFixedRate(() -> request(random), i * period / CALLERS, period, TimeUnit.NANOSECONDS);
        }
    }

    private void request(Random random) {
        try {
            String viewer = "v" + (int) (viewers * Math.pow(random.nextDouble(), 1.5));
            List<Map<String, Object>> engagements = new ArrayList<>(PER_REQUEST);
            for (int i = 0; i < PER_REQUEST; i++) {
                String content = "c" + (int) (contents * Math.pow(random.nextDouble(), 2));
                engagements.add(engagement(
                        "b" + ids.getAndIncrement(),
                        content,
                        ACTIONS.get(random.nextInt(ACTIONS.size())),
                        random.nextInt(30_000)));
            }
            JsonNode answer =
                    api.call("POST", "/v1/engagements", viewer, Role.VIEWER, Map.of("engagements", engagements));
            accepted.addAndGet(answer.path("accepted").size());
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            throw e;
        }
    }

    /** As the body of a request has it; {@code watchedMillis} only counts for {@code WATCH}. */
    static Map<String, Object> engagement(String id, String content, String action, long watchedMillis) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("id", id);
        one.put("contentId", content);
        one.put("action", action);
        one.put("at", Instant.now().toString());
        if (action.equals("WATCH")) {
            one.put("watchedMillis", watchedMillis);
        }
        return one;
    }

    /** How many have been taken since the start; derived ones are not among them. Throws what ended one of the callers. */
    long accepted() {
        if (failure.get() != null) {
            throw failure.get();
        }
        return accepted.get();
    }

    @Override
    public void close() {
        callers.shutdownNow();
        try {
            callers.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
