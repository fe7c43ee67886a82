package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.ranking.Guarantees;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FatesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final FeedIds ids = new FeedIds(new Signer(new byte[] {1, 2, 3}));

    @Test
    void about_as_many_feeds_are_sampled_as_the_rate_says_and_always_the_same() {
        double rate = 0.05;
        long sampled = IntStream.range(0, 20_000)
                .mapToObj(i -> ids.create("v" + i, NOON))
                .filter(feed -> Fates.sampled(feed, rate))
                .peek(feed -> assertThat(Fates.sampled(feed, rate)).isTrue())
                .peek(feed -> assertThat(Fates.sampled(feed, 2 * rate))
                        .as("more holds less")
                        .isTrue())
                .count();
        assertThat(sampled).isBetween(850L, 1_150L);
    }

    @Test
    void all_or_none_is_all_or_none() {
        String feed = ids.create("v1", NOON);
        assertThat(Fates.sampled(feed, 1)).isTrue();
        assertThat(Fates.sampled(feed, 0)).isFalse();
    }

    @Test
    void no_fate_names_a_private_relation() {
        assertThat(List.of("taken-down", "not-yet", "expired", "unsafe", "seen", "served-lately"))
                .allSatisfy(rule -> assertThat(Fates.told(rule)).isEqualTo(rule));
        List<String> others = new ArrayList<>(Guarantees.names());
        others.removeAll(List.of("taken-down", "not-yet", "expired", "unsafe"));
        assertThat(others)
                .contains("blocked", "muted-author", "muted-topic", "muted-keyword", "not-visible")
                .allSatisfy(rule -> assertThat(Fates.told(rule)).isEqualTo("guarantee"));
    }

    @Test
    void what_is_elsewhere_is_found_by_its_whole_id() {
        Map<String, String> elsewhere = Map.of("FILTERED seen", "c1 c23", "RANKED score", "c2");
        assertThat(Fates.fallen(elsewhere, "c1")).isEqualTo(new Fates.Fallen("FILTERED", "seen"));
        assertThat(Fates.fallen(elsewhere, "c23")).isEqualTo(new Fates.Fallen("FILTERED", "seen"));
        assertThat(Fates.fallen(elsewhere, "c2")).isEqualTo(new Fates.Fallen("RANKED", "score"));
        assertThat(Fates.fallen(elsewhere, "c").stage()).isEqualTo("NOT_RETRIEVED");
        assertThat(Fates.fallen(elsewhere, "c1 c23").stage()).isEqualTo("NOT_RETRIEVED");
        assertThat(Fates.fallen(Map.of(), "c1").stage()).isEqualTo("NOT_RETRIEVED");
    }
}
