package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadLetterCountsTest {
    @Test
    void a_reason_keeps_its_words_and_loses_what_may_name_somebody() {
        assertThat(DeadLetterCounts.impersonal("unknown content")).isEqualTo("unknown content");
        assertThat(DeadLetterCounts.impersonal("viewer v4711 is 3 years ahead")).isEqualTo("viewer … is … years ahead");
        assertThat(DeadLetterCounts.impersonal("long ".repeat(100)))
                .hasSize(100)
                .endsWith("…");
    }
}
