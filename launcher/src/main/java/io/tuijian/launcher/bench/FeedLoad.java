package io.tuijian.launcher.bench;

import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Viewers who ask for first pages, at a rate or as fast as they are answered. */
final class FeedLoad {
    private static final Duration VALID = Duration.ofHours(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_UNDER_WAY = 2_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<HttpRequest> requests = new ArrayList<>();
    private final int limit;
    private final Random random;

    /** What came of the requests so far. */
    private static final class Answers {
        private final Latencies latencies = new Latencies();
        private final AtomicInteger due = new AtomicInteger();
        private final AtomicInteger good = new AtomicInteger();
        private final AtomicInteger bad = new AtomicInteger();
        private final AtomicInteger pages = new AtomicInteger();
        private final AtomicLong items = new AtomicLong();
        private final Semaphore underWay;

        Answers(int most) {
            underWay = new Semaphore(most);
        }
    }

    /**
     * What came of a load.
     *
     * @param requests that were answered in the end
     * @param items per page
     */
    record Result(Knee.Step step, int requests, double items) {}

    FeedLoad(String url, String surface, int limit, byte[] key, List<FeedWorld.Place> viewers, long seed) {
        this.limit = limit;
        this.random = new Random(seed);
        Tokens tokens = new Tokens(key);
        for (FeedWorld.Place viewer : viewers) {
            String token = tokens.issue(viewer.viewerId(), EnumSet.of(Role.VIEWER), Instant.now(), VALID);
            requests.add(HttpRequest.newBuilder(URI.create(url + "/v1/feed/" + surface + "?limit=" + limit + "&city="
                            + URLEncoder.encode(viewer.city(), StandardCharsets.UTF_8)))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token)
                    .header("X-Time-Zone", viewer.zone())
                    .build());
        }
    }

    /** One page after the other, each for another viewer, until a time is over; how many there were. */
    int inTurn(int pages, Duration most, Runnable before) throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        int sent = 0;
        while (sent < pages && System.nanoTime() < end) {
            before.run();
            http.send(requests.get(sent % requests.size()), HttpResponse.BodyHandlers.discarding());
            sent++;
        }
        return sent;
    }

    /** So many at a time, each after the one before it; answers a second of the last half, good or not. */
    double asFastAsAnswered(int atATime, Duration duration) throws InterruptedException {
        Answers answers = new Answers(atATime);
        long began = System.nanoTime();
        long half = began + duration.toNanos() / 2;
        long end = began + duration.toNanos();
        int atHalf = 0;
        while (System.nanoTime() < end) {
            answers.underWay.acquire();
            send(answers, System.nanoTime());
            if (System.nanoTime() < half) {
                atHalf = answers.latencies.count();
            }
        }
        double perSecond = (answers.latencies.count() - atHalf) / (duration.toNanos() / 2e9);
        answers.underWay.acquire(atATime);
        return perSecond;
    }

    /** Requests that arrive by chance, so many a second on average. */
    Result at(double rate, Duration duration) throws InterruptedException {
        Answers answers = new Answers(MOST_UNDER_WAY);
        long began = System.nanoTime();
        long end = began + duration.toNanos();
        double due = began;
        while ((due += 1e9 * -Math.log(1 - random.nextDouble()) / rate) < end) {
            for (long left; (left = (long) due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
            answers.underWay.acquire();
            send(answers, (long) due);
        }
        int inTime = answers.good.get();
        answers.underWay.acquire(MOST_UNDER_WAY);
        double seconds = duration.toNanos() / 1e9;
        int all = answers.due.get();
        return new Result(
                new Knee.Step(
                        all / seconds,
                        inTime / seconds,
                        answers.latencies.percentile(.5),
                        answers.latencies.percentile(.99),
                        (double) answers.bad.get() / Math.max(1, all)),
                all,
                (double) answers.items.get() / Math.max(1, answers.pages.get()));
    }

    private void send(Answers answers, long dueNanos) {
        answers.due.incrementAndGet();
        HttpRequest request = requests.get(random.nextInt(requests.size()));
        http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).whenComplete((response, failure) -> {
            answers.latencies.add(System.nanoTime() - dueNanos);
            if (failure == null && response.statusCode() == 200) {
                String page = new String(response.body(), StandardCharsets.ISO_8859_1);
                answers.pages.incrementAndGet();
                answers.items.addAndGet(occurrences(page, "\"position\":"));
                (page.contains("\"degraded\":[]") ? answers.good : answers.bad).incrementAndGet();
            } else {
                answers.bad.incrementAndGet();
            }
            answers.underWay.release();
        });
    }

    private static int occurrences(String text, String part) {
        int found = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            found++;
        }
        return found;
    }

    int limit() {
        return limit;
    }
}
