package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every served memory promises. One may serve all tests: each uses viewers of its own. */
abstract class ServedMemoryContract {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private final String here = "-" + TESTS.incrementAndGet();
    private final String alice = "v-alice" + here;
    private final String bob = "v-bob" + here;

    abstract ServedMemory memory();

    private void served(String viewerId, Instant at, String... contentIds) {
        assertThat(memory().remember(viewerId, List.of(contentIds), at)).isTrue();
    }

    private java.util.Set<String> lately(String viewerId, Instant now) {
        ServedMemory.Lately lately = memory().lately(viewerId, now);
        assertThat(lately.complete()).isTrue();
        return lately.contentIds();
    }

    @Test
    void what_was_served_is_remembered_for_half_an_hour() {
        served(alice, NOW, "c1");
        served(alice, NOW.plusSeconds(600), "c2");
        Instant later = NOW.plus(ServedMemory.LASTS);
        assertThat(lately(alice, later.minusMillis(1))).containsExactlyInAnyOrder("c1", "c2");
        assertThat(lately(alice, later)).containsExactly("c2");
        assertThat(lately(alice, later.plusSeconds(600))).isEmpty();
    }

    @Test
    void nobody_was_served_anything_yet() {
        assertThat(lately(alice, NOW)).isEmpty();
    }

    @Test
    void an_empty_page_leaves_nothing() {
        served(alice, NOW);
        assertThat(lately(alice, NOW)).isEmpty();
    }

    @Test
    void viewers_do_not_share_a_memory() {
        served(alice, NOW, "c1");
        assertThat(lately(bob, NOW)).isEmpty();
    }

    @Test
    void what_was_served_again_is_remembered_from_then_on() {
        served(alice, NOW, "c1");
        served(alice, NOW.plusSeconds(600), "c1");
        assertThat(lately(alice, NOW.plus(ServedMemory.LASTS))).containsExactly("c1");
    }

    @Test
    void of_too_many_the_first_served_are_forgotten_first() {
        for (int page = 0; page < 30; page++) {
            served(
                    alice,
                    NOW.plusSeconds(page),
                    IntStream.range(page * 20, page * 20 + 20)
                            .mapToObj(i -> "c" + i)
                            .toArray(String[]::new));
        }
        assertThat(lately(alice, NOW.plusSeconds(30)))
                .hasSize(ServedMemory.MOST_ITEMS)
                .contains("c599", "c100")
                .doesNotContain("c99");
    }

    @Test
    void pages_served_at_once_are_all_remembered() throws Exception {
        int pages = 8;
        ExecutorService pool = Executors.newFixedThreadPool(pages);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Boolean>> all = new ArrayList<>();
            for (int page = 0; page < pages; page++) {
                List<String> items = List.of("c" + page + "a", "c" + page + "b");
                all.add(pool.submit(() -> {
                    start.await();
                    return memory().remember(alice, items, NOW);
                }));
            }
            start.countDown();
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
            assertThat(lately(alice, NOW)).hasSize(2 * pages);
        } finally {
            pool.shutdownNow();
        }
    }
}
