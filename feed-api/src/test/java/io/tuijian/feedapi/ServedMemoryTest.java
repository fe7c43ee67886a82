package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServedMemoryTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private final ServedMemory memory = new ServedMemory();

    @Test
    void what_was_served_is_remembered_for_half_an_hour() {
        memory.remember("v-alice", List.of("c1"), NOON);
        memory.remember("v-alice", List.of("c2"), NOON.plusSeconds(600));
        Instant later = NOON.plus(HALF_AN_HOUR);
        assertThat(memory.lately("v-alice", later.minusMillis(1))).containsExactlyInAnyOrder("c1", "c2");
        assertThat(memory.lately("v-alice", later)).containsExactly("c2");
        assertThat(memory.lately("v-alice", later.plusSeconds(600))).isEmpty();
    }

    @Test
    void viewers_do_not_share_a_memory() {
        memory.remember("v-alice", List.of("c1"), NOON);
        assertThat(memory.lately("v-bob", NOON)).isEmpty();
    }

    @Test
    void what_was_served_again_is_remembered_from_then_on() {
        memory.remember("v-alice", List.of("c1"), NOON);
        memory.remember("v-alice", List.of("c1"), NOON.plusSeconds(600));
        assertThat(memory.lately("v-alice", NOON.plus(HALF_AN_HOUR))).containsExactly("c1");
    }

    @Test
    void of_too_many_the_first_served_are_forgotten_first() {
        for (int page = 0; page < 30; page++) {
            int first = page * 20;
            memory.remember(
                    "v-alice",
                    IntStream.range(first, first + 20).mapToObj(i -> "c" + i).toList(),
                    NOON.plusSeconds(page));
        }
        assertThat(memory.lately("v-alice", NOON.plusSeconds(30)))
                .hasSize(500)
                .contains("c599", "c100")
                .doesNotContain("c99");
    }
}
