package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class LiveWatermarksTest {
    private static final long START = Instant.parse("2026-11-16T08:00:00Z").toEpochMilli();
    private static final long LATENESS = LiveWatermarks.LATENESS.toMillis() + 1;

    private long clock = START;
    private long blocked;
    private long watermark = Long.MIN_VALUE;
    private boolean idle;

    private final RelativeClock activity = new RelativeClock() {
        @Override
        public long relativeTimeMillis() {
            return clock - blocked;
        }

        @Override
        public long relativeTimeNanos() {
            return relativeTimeMillis() * 1_000_000;
        }
    };
    private final WatermarkOutput output = new WatermarkOutput() {
        @Override
        public void emitWatermark(Watermark next) {
            assertThat(next.getTimestamp()).isGreaterThanOrEqualTo(watermark);
            watermark = next.getTimestamp();
            idle = false;
        }

        @Override
        public void markIdle() {
            idle = true;
        }

        @Override
        public void markActive() {
            idle = false;
        }
    };
    private final LiveWatermarks<String> watermarks = new LiveWatermarks<>(() -> clock, activity, true);

    private void read(long at) {
        watermarks.onEvent("", at, output);
        watermarks.onPeriodicEmit(output);
    }

    private void pass(Duration time) {
        for (long end = clock + time.toMillis(); clock < end; ) {
            clock += Math.min(200, end - clock);
            watermarks.onPeriodicEmit(output);
        }
    }

    @Test
    void after_a_live_record_the_clock_goes_on_when_nobody_does_anything() {
        read(START - 300);
        assertThat(watermark).isEqualTo(START - 300 - LATENESS);
        pass(Duration.ofSeconds(4));
        assertThat(watermark).isEqualTo(START - 300 - LATENESS);
        pass(Duration.ofMinutes(2));
        assertThat(watermark).isEqualTo(clock - LATENESS);
    }

    @Test
    void an_output_that_no_record_passes_never_tells_the_time() {
        LiveWatermarks<String> main = new LiveWatermarks<>(() -> clock, activity, false);
        for (int minute = 0; minute < 60; minute++) {
            clock += Duration.ofMinutes(1).toMillis();
            main.onPeriodicEmit(output);
        }
        assertThat(watermark).isEqualTo(Long.MIN_VALUE);
        assertThat(idle).isTrue();
    }

    @Test
    void an_old_log_is_read_in_its_own_time_however_long_it_stops_in_between() {
        long then = START - Duration.ofDays(14).toMillis();
        read(then);
        pass(Duration.ofMinutes(9));
        read(then + 1_000);
        pass(Duration.ofMinutes(9));
        assertThat(watermark).isEqualTo(then + 1_000 - LATENESS);
        assertThat(idle).isFalse();
    }

    @Test
    void ten_quiet_minutes_end_an_old_log() {
        read(START - Duration.ofDays(14).toMillis());
        pass(Duration.ofMinutes(11));
        assertThat(watermark).isEqualTo(clock - LATENESS);
    }

    @Test
    void a_reader_that_is_held_back_is_not_quiet() {
        read(START);
        clock += Duration.ofHours(1).toMillis();
        blocked += Duration.ofHours(1).toMillis();
        watermarks.onPeriodicEmit(output);
        assertThat(watermark).isEqualTo(START - LATENESS);
    }

    @Test
    void what_is_read_between_two_turns_of_the_clock_is_told_to_the_minute() {
        long then = START - Duration.ofDays(14).toMillis();
        for (int second = 0; second < 150; second++) {
            watermarks.onEvent("", then + second * 1_000, output);
        }
        assertThat(watermark).isEqualTo(then + Duration.ofMinutes(2).toMillis() - LATENESS);
        watermarks.onPeriodicEmit(output);
        assertThat(watermark).isEqualTo(then + 149_000 - LATENESS);
    }

    @Test
    void an_empty_partition_holds_nobody_back_and_a_wrong_clock_pushes_nobody_ahead() {
        pass(Duration.ofSeconds(14));
        assertThat(idle).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(idle).isTrue();
        read(clock + Duration.ofDays(1).toMillis());
        assertThat(watermark).isEqualTo(clock - LATENESS);
    }
}
