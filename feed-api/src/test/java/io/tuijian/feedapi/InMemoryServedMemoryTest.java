package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryServedMemoryTest extends ServedMemoryContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Before before = new Before();
    private final ServedMemory empty = new InMemoryServedMemory(new Before(), Instant.now());

    /** What was served before, to whoever asks. */
    private static final class Before implements InMemoryServedMemory.Past {
        private final Map<String, Instant> served = new HashMap<>();
        private boolean down;
        private int asked;

        @Override
        public Map<String, Instant> servedAfter(String viewerId, Instant since, Instant now) {
            asked++;
            return Map.copyOf(served);
        }

        @Override
        public Instant newest(Instant since, Instant now) throws IOException {
            asked++;
            if (down) {
                throw new IOException("down");
            }
            return served.values().stream().max(Comparator.naturalOrder()).orElse(null);
        }
    }

    @Override
    ServedMemory memory() {
        return empty;
    }

    private InMemoryServedMemory after(Instant served, int mostViewers) {
        before.served.put("c1", served);
        return new InMemoryServedMemory(before, NOON, mostViewers);
    }

    @Test
    void where_nothing_was_served_before_the_start_it_asks_once_for_all_viewers() {
        InMemoryServedMemory memory = new InMemoryServedMemory(before, NOON);
        for (String viewer : List.of("v-alice", "v-bob", "v-cem")) {
            assertThat(memory.lately(viewer, NOON)).isEqualTo(nothing(true));
        }
        assertThat(before.asked).isEqualTo(1);
    }

    @Test
    void after_a_start_it_knows_what_was_served_before_and_asks_once() {
        InMemoryServedMemory memory = after(NOON.minusSeconds(60), 10);
        assertThat(memory.lately("v-alice", NOON).contentIds()).containsExactly("c1");
        memory.remember("v-alice", List.of("c2"), NOON.plusSeconds(1));
        assertThat(memory.lately("v-alice", NOON.plusSeconds(1)).contentIds()).containsExactlyInAnyOrder("c1", "c2");
        assertThat(memory.lately("v-alice", NOON.plusSeconds(1_739)).contentIds())
                .containsExactlyInAnyOrder("c1", "c2");
        assertThat(memory.lately("v-alice", NOON.plusSeconds(1_740)).contentIds())
                .containsExactly("c2");
        assertThat(before.asked).as("for the newest, and for hers").isEqualTo(2);
        assertThat(memory.lately("v-bob", NOON.plusSeconds(1_740))).isEqualTo(nothing(true));
        assertThat(before.asked).as("what came before no longer counts").isEqualTo(2);
    }

    @Test
    void half_an_hour_after_the_start_it_knows_all_by_itself() {
        InMemoryServedMemory memory = after(NOON, 10);
        assertThat(memory.lately("v-alice", NOON.plus(ServedMemory.LASTS))).isEqualTo(nothing(true));
        assertThat(before.asked).isZero();
    }

    private static ServedMemory.Lately nothing(boolean complete) {
        return new ServedMemory.Lately(Set.of(), complete);
    }

    @Test
    void once_it_had_to_forget_someone_it_asks_again() {
        Instant evening = NOON.plus(Duration.ofHours(6));
        InMemoryServedMemory memory = after(evening.minusSeconds(60), 2);
        for (String viewer : List.of("v-alice", "v-bob", "v-cem", "v-dora")) {
            memory.remember(viewer, List.of("c1"), evening);
        }
        for (String viewer : List.of("v-alice", "v-bob", "v-cem", "v-dora")) {
            assertThat(memory.lately(viewer, evening.plusSeconds(1)).contentIds())
                    .containsExactly("c1");
        }
        assertThat(before.asked).isPositive();
    }

    @Test
    void while_the_timelines_do_not_answer_it_says_that_it_does_not_know_all() {
        before.down = true;
        InMemoryServedMemory memory = after(NOON, 10);
        assertThat(memory.lately("v-alice", NOON)).isEqualTo(nothing(false));
        memory.remember("v-alice", List.of("c2"), NOON);
        assertThat(memory.lately("v-alice", NOON.plusMillis(999)))
                .isEqualTo(new ServedMemory.Lately(Set.of("c2"), false));
        assertThat(before.asked).as("not by every page").isEqualTo(1);
        before.down = false;
        ServedMemory.Lately again = memory.lately("v-alice", NOON.plusSeconds(1));
        assertThat(again.complete()).isTrue();
        assertThat(again.contentIds()).containsExactlyInAnyOrder("c1", "c2");
    }
}
