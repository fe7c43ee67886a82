package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContentNotTakenTest {
    /** What Kafka's client throws, instead of failing what it was given. */
    @Test
    void a_content_that_kafka_does_not_take_ends_the_request_with_503() {
        try (EventLog log = new EventLog("localhost:1")) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> log.content(FeedClient.video("c1", "a1", "t1")))
                    .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.status())
                            .isEqualTo(503));
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
