package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.features.Story;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static Fate fate(String feedId) {
        return new Fate(feedId, "v1", Story.NOON, Surface.FOR_YOU, 1.0, List.of());
    }

    @Test
    void without_kafka_no_page_waits_and_what_is_lost_is_counted() {
        Served served = Served.newBuilder()
                .setFeedId("f1")
                .setViewerId("v1")
                .setAt(Story.NOON)
                .setSurface(Surface.FOR_YOU)
                .setZone("Asia/Shanghai")
                .setModelVersion("popularity")
                .setOrigin(Origin.LIVE)
                .build();
        try (EventLog log = new EventLog("localhost:1")) {
            log.fate(fate("f1"));
            assertThat(log.losing()).as("fates are a sample").isFalse();
            long before = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                log.served(served);
                log.fate(fate("f1"));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(500));
            assertThat(log.losing()).isTrue();
            assertThat(log.lost().get(Topics.SERVED)).hasValue(20);
            assertThat(log.lost().get(Topics.FATES)).hasValue(21);
            assertThatThrownBy(
                            () -> log.content(Story.content("c-cat").by("a-bob").told()))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("same ids");
        }
    }
}
