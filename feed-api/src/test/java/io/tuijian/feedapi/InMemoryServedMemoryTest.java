package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemoryServedMemoryTest extends ServedMemoryContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final ServedMemory empty = new InMemoryServedMemory((viewer, since, now) -> Map.of(), Instant.now());
    private int asked;

    @Override
    ServedMemory memory() {
        return empty;
    }

    private InMemoryServedMemory after(Map<String, Instant> past, int mostViewers) {
        return new InMemoryServedMemory(
                (viewer, since, now) -> {
                    asked++;
                    return past;
                },
                NOON,
                mostViewers);
    }

    @Test
    void after_a_start_it_knows_what_was_served_before_and_asks_once() {
        InMemoryServedMemory memory = after(Map.of("c1", NOON.minusSeconds(60)), 10);
        assertThat(memory.lately("v-alice", NOON).contentIds()).containsExactly("c1");
        memory.remember("v-alice", List.of("c2"), NOON.plusSeconds(1));
        assertThat(memory.lately("v-alice", NOON.plusSeconds(1)).contentIds()).containsExactlyInAnyOrder("c1", "c2");
        assertThat(memory.lately("v-alice", NOON.plusSeconds(1_739)).contentIds())
                .containsExactlyInAnyOrder("c1", "c2");
        assertThat(memory.lately("v-alice", NOON.plusSeconds(1_740)).contentIds())
                .containsExactly("c2");
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void half_an_hour_after_the_start_it_knows_all_by_itself() {
        InMemoryServedMemory memory = after(Map.of("c1", NOON), 10);
        assertThat(memory.lately("v-alice", NOON.plus(ServedMemory.LASTS))).isEqualTo(lately());
        assertThat(asked).isZero();
    }

    private static ServedMemory.Lately lately() {
        return new ServedMemory.Lately(java.util.Set.of(), true);
    }

    @Test
    void once_it_had_to_forget_someone_it_asks_again() {
        Instant evening = NOON.plus(Duration.ofHours(6));
        InMemoryServedMemory memory = after(Map.of("c1", evening.minusSeconds(60)), 2);
        for (String viewer : List.of("v-alice", "v-bob", "v-cem", "v-dora")) {
            memory.remember(viewer, List.of("c1"), evening);
        }
        for (String viewer : List.of("v-alice", "v-bob", "v-cem", "v-dora")) {
            assertThat(memory.lately(viewer, evening.plusSeconds(1)).contentIds())
                    .containsExactly("c1");
        }
        assertThat(asked).isPositive();
    }

    @Test
    void while_the_timelines_do_not_answer_it_says_that_it_does_not_know_all() {
        boolean[] down = {true};
        InMemoryServedMemory memory = new InMemoryServedMemory(
                (viewer, since, now) -> {
                    asked++;
                    if (down[0]) {
                        throw new IOException("down");
                    }
                    return Map.of("c1", NOON);
                },
                NOON);
        assertThat(memory.lately("v-alice", NOON)).isEqualTo(new ServedMemory.Lately(java.util.Set.of(), false));
        memory.remember("v-alice", List.of("c2"), NOON);
        assertThat(memory.lately("v-alice", NOON.plusMillis(999)))
                .isEqualTo(new ServedMemory.Lately(java.util.Set.of("c2"), false));
        assertThat(asked).as("not by every page").isEqualTo(1);
        down[0] = false;
        ServedMemory.Lately again = memory.lately("v-alice", NOON.plusSeconds(1));
        assertThat(again.complete()).isTrue();
        assertThat(again.contentIds()).containsExactlyInAnyOrder("c1", "c2");
    }
}
