package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CampaignTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    private static Campaign campaign(String field, Object value) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "name",
                "Spring tea",
                "contentIds",
                List.of("c1", "c2", "c1"),
                "from",
                "2026-11-01T00:00:00Z",
                "to",
                "2026-11-15T00:00:00Z"));
        body.put(field, value);
        return Campaign.of(new ObjectMapper().valueToTree(body), "made-up", NOW);
    }

    @Test
    void each_content_counts_once_and_the_order_stays() {
        assertThat(campaign("ordered", true))
                .isEqualTo(new Campaign(
                        "made-up",
                        "Spring tea",
                        List.of("c1", "c2"),
                        true,
                        "2026-11-01T00:00:00Z",
                        "2026-11-15T00:00:00Z",
                        "2026-11-21T08:00:00Z"));
        assertThat(campaign("id", "spring-tea").id()).isEqualTo("spring-tea");
    }

    @Test
    void the_same_words_are_the_same_campaign_whenever_they_are_said() {
        Campaign before = campaign("id", "x");
        Campaign later = new Campaign(
                "x", before.name(), before.contentIds(), before.ordered(), before.from(), before.to(), "later");
        assertThat(before.sameAs(later)).isTrue();
        assertThat(before.sameAs(campaign("id", "y"))).isFalse();
        assertThat(campaign("id", null).sameAs(campaign("ordered", true))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            delimiter = '|',
            value = {
                "id | a/b | Id must be 1 to 64 letters, digits, dashes and underscores.",
                "name | none | Name is missing.",
                "name | ' ' | Name is missing.",
                "from | none | From and to are needed, and from must be before to.",
                "from | 2026-11-15T00:00:00Z | From and to are needed, and from must be before to.",
                "from | 2025-10-10T00:00:00Z | From and to may be at most 400 days apart.",
                "to | tomorrow | To must be a time like 2026-11-21T08:00:00Z.",
                "ordered | yes | Ordered must be true or false.",
                "contentIds | c1 | ContentIds must be a list of at most 200 strings.",
                "contentIds | none | ContentIds is missing or empty."
            })
    void what_is_wrong_is_said_in_one_sentence(String field, String value, String sentence) {
        assertThatThrownBy(() -> campaign(field, value))
                .isInstanceOf(Problem.class)
                .hasMessage(sentence);
    }

    @Test
    void names_and_contents_are_bounded() {
        assertThat(campaign("name", "\ud83c\udf75".repeat(200)).name()).hasSize(400);
        assertThatThrownBy(() -> campaign("name", "x".repeat(201))).hasMessage("Name is longer than 200 characters.");
        List<String> most = IntStream.range(0, 200).mapToObj(i -> "c" + i).toList();
        assertThat(campaign("contentIds", most).contentIds()).hasSize(200);
        assertThatThrownBy(() -> campaign(
                        "contentIds",
                        IntStream.range(0, 201).mapToObj(i -> "c" + i).toList()))
                .hasMessage("ContentIds must be a list of at most 200 strings.");
        assertThat(campaign("from", "2025-10-11T00:00:00Z").from()).isEqualTo("2025-10-11T00:00:00Z");
    }
}
