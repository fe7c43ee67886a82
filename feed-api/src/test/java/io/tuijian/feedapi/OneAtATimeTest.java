package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void the_pages_of_one_viewer_are_made_one_after_the_other() throws Exception {
        OneAtATime oneAtATime = new OneAtATime(LONG);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Integer>> pages = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pages.add(pool.submit(() -> oneAtATime.of("v-alice", () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.yield();
                return running.decrementAndGet();
            })));
        }
        for (Future<Integer> page : pages) {
            assertThat(page.get(10, TimeUnit.SECONDS)).isZero();
        }
        assertThat(most).hasValue(1);
    }

    /** A page of Alice's that takes until it is let go. */
    private CountDownLatch slow(OneAtATime oneAtATime) throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        pool.submit(() -> oneAtATime.of("v-alice", () -> {
            began.countDown();
            return awaited(end);
        }));
        began.await();
        return end;
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void another_viewer_does_not_wait() throws Exception {
        OneAtATime oneAtATime = new OneAtATime(LONG);
        CountDownLatch end = slow(oneAtATime);
        assertThat(pool.submit(() -> oneAtATime.of("v-bob", () -> "a page")).get(10, TimeUnit.SECONDS))
                .isEqualTo("a page");
        end.countDown();
    }

    @Test
    void nobody_waits_longer_than_patience() throws Exception {
        OneAtATime oneAtATime = new OneAtATime(Duration.ofMillis(1));
        CountDownLatch end = slow(oneAtATime);
        assertThat(pool.submit(() -> oneAtATime.of("v-alice", () -> "a page")).get(10, TimeUnit.SECONDS))
                .isEqualTo("a page");
        end.countDown();
    }

    @Test
    void beyond_a_few_who_wait_nobody_waits() throws Exception {
        OneAtATime oneAtATime = new OneAtATime(LONG);
        CountDownLatch end = slow(oneAtATime);
        CountDownLatch pages = new CountDownLatch(12);
        for (int i = 0; i < 20; i++) {
            pool.submit(() -> oneAtATime.of("v-alice", () -> {
                pages.countDown();
                return null;
            }));
        }
        assertThat(pages.await(10, TimeUnit.SECONDS)).isTrue();
        end.countDown();
    }

    @Test
    void a_page_that_fails_lets_the_next_one_go() throws Exception {
        OneAtATime oneAtATime = new OneAtATime(LONG);
        Future<?> failing = pool.submit(() -> oneAtATime.of("v-alice", () -> {
            throw new IllegalStateException("broken");
        }));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> failing.get(10, TimeUnit.SECONDS)))
                .hasRootCauseMessage("broken");
        assertThat(pool.submit(() -> oneAtATime.of("v-alice", () -> "a page")).get(10, TimeUnit.SECONDS))
                .isEqualTo("a page");
    }
}
