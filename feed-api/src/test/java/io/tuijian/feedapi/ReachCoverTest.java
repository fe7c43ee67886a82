package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachCoverTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:20:00Z");

    private static ReachCover of(String from, String to) {
        return ReachCover.of(Instant.parse(from), Instant.parse(to), NOW);
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    @Test
    void whole_days_are_days_and_edges_are_hours() {
        assertThat(of("2026-11-01T22:30:00Z", "2026-11-05T01:00:00Z"))
                .isEqualTo(new ReachCover(
                        at("2026-11-01T22:00:00Z"),
                        at("2026-11-02T00:00:00Z"),
                        at("2026-11-05T00:00:00Z"),
                        at("2026-11-05T01:00:00Z")));
    }

    @Test
    void today_counts_as_whole_if_the_range_reaches_now() {
        assertThat(of("2026-11-20T00:00:00Z", "2026-11-21T08:20:00Z"))
                .isEqualTo(new ReachCover(
                        at("2026-11-20T00:00:00Z"),
                        at("2026-11-20T00:00:00Z"),
                        at("2026-11-22T00:00:00Z"),
                        at("2026-11-22T00:00:00Z")));
        assertThat(of("2026-11-20T00:00:00Z", "2026-11-21T08:00:00Z").lastDay())
                .as("an hour earlier it does not")
                .isEqualTo(at("2026-11-21T00:00:00Z"));
    }

    @Test
    void a_range_without_a_whole_day_is_hours() {
        ReachCover cover = of("2026-11-20T05:00:00Z", "2026-11-20T07:00:01Z");
        assertThat(cover.hasDays()).isFalse();
        assertThat(cover.from()).isEqualTo(at("2026-11-20T05:00:00Z"));
        assertThat(cover.to()).isEqualTo(at("2026-11-20T08:00:00Z"));
    }

    @Test
    void settled_days_ended_a_day_ago() {
        ReachCover days = ReachCover.settled(Instant.parse("2026-11-17T12:00:00Z"), NOW, NOW, Duration.ofHours(24));
        assertThat(days.from()).isEqualTo(at("2026-11-18T00:00:00Z"));
        assertThat(days.to()).as("the 20th ended eight hours ago").isEqualTo(at("2026-11-20T00:00:00Z"));
        assertThat(ReachCover.settled(NOW.minusSeconds(60), NOW, NOW, Duration.ofHours(24))
                        .hasDays())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void every_hour_of_the_range_is_covered_once(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Instant from = NOW.minusSeconds(random.nextInt(20 * 86_400));
            Instant to = from.plusSeconds(1 + random.nextInt(10 * 86_400));
            ReachCover cover = ReachCover.of(from, to, NOW);
            for (long hour = at("2026-10-30T00:00:00Z"); hour < at("2026-12-03T00:00:00Z"); hour += ReachCover.HOUR) {
                boolean asked = hour + ReachCover.HOUR > from.toEpochMilli() && hour < to.toEpochMilli();
                boolean byDay = hour >= cover.firstDay() && hour < cover.lastDay();
                boolean byHour =
                        hour >= cover.from() && hour < cover.firstDay() || hour >= cover.lastDay() && hour < cover.to();
                assertThat(byDay && byHour).isFalse();
                if (hour <= NOW.toEpochMilli()) { // nothing is counted later
                    assertThat(byDay || byHour)
                            .as("seed %d: %s of %s to %s", seed, Instant.ofEpochMilli(hour), from, to)
                            .isEqualTo(asked);
                }
            }
        }
    }
}
