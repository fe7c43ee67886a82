package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.HalfLife;
import io.tuijian.features.Popularity;
import io.tuijian.features.StateRecords;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ContentDocumentTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final Content VIDEO = World.video("c1", "a1");

    private static ContentUpdate statistics(long events) {
        return ContentUpdate.of(StateRecords.of(new io.tuijian.features.ContentState(
                "c1", ActionCounts.of(Action.LONG_VIEW, NOW, events, 0, 0), events, NOW)));
    }

    private static JsonNode json(Document document) throws IOException {
        return new ObjectMapper().readTree(document.source());
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Content, ContentUpdate, Document> joining()
            throws Exception {
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new JoinStatistics(Pace.DOCUMENTS)),
                Content::getId,
                ContentUpdate::contentId,
                Types.STRING);
        harness.setProcessingTime(NOW);
        harness.open();
        return harness;
    }

    @Test
    void statistics_wait_a_second_but_a_take_down_and_a_change_of_visibility_do_not() throws Exception {
        try (var harness = joining()) {
            harness.processElement2(statistics(1), 0);
            assertThat(harness.extractOutputValues()).as("not yet published").isEmpty();
            harness.processElement1(VIDEO, 0);
            assertThat(json(harness.extractOutputValues().get(0))
                            .get("popularity")
                            .floatValue())
                    .isEqualTo(1);

            harness.processElement2(statistics(2), 0);
            harness.processElement1(
                    Content.newBuilder(VIDEO).setText("edited").setVersion(2).build(), 0);
            assertThat(harness.extractOutputValues()).hasSize(1);
            harness.processElement1(
                    Content.newBuilder(VIDEO)
                            .setVisibility(Visibility.FOLLOWERS)
                            .setVersion(3)
                            .build(),
                    0);
            assertThat(harness.extractOutputValues()).hasSize(2);
            harness.processElement1(
                    Content.newBuilder(VIDEO)
                            .setState(ContentState.TAKEN_DOWN)
                            .setVersion(4)
                            .build(),
                    0);
            assertThat(harness.extractOutputValues()).hasSize(3);
            harness.processElement1(VIDEO, 0);
            harness.processElement2(statistics(3), 0);
            harness.setProcessingTime(NOW + 1_000);

            List<Document> all = harness.extractOutputValues();
            assertThat(all).extracting(Document::version).isSorted().doesNotHaveDuplicates();
            JsonNode tombstone = json(all.get(3));
            assertThat(tombstone.get("state").asText()).isEqualTo("TAKEN_DOWN");
            assertThat(tombstone.has("text")).isFalse();
        }
    }

    @Test
    void the_content_decides_the_version_before_its_statistics() {
        long[] events = {0, 1, 2, 1L << 16, (1L << 17) - 1, 1L << 17, 3L << 20, 1L << 30, 1L << 46, Long.MAX_VALUE};
        for (int i = 1; i < events.length; i++) {
            assertThat(ContentDocument.version(7, events[i])).isGreaterThan(ContentDocument.version(7, events[i - 1]));
        }
        assertThat(ContentDocument.version(8, 0)).isGreaterThan(ContentDocument.version(7, Long.MAX_VALUE));
        assertThat(ContentDocument.version(ContentDocument.GREATEST_VERSION, Long.MAX_VALUE))
                .isPositive();
        assertThat(ContentDocument.GREATEST_VERSION).isGreaterThan(2 * NOW);
    }

    @Test
    void trend_orders_contents_at_any_time_by_their_decayed_counts() {
        ActionCounts old = ActionCounts.of(Action.LONG_VIEW, NOW, 8, 0, 0);
        ActionCounts fresh = ActionCounts.of(Action.LONG_VIEW, NOW + 2 * DAY, 3, 0, 0);
        long created = NOW - 90 * DAY;
        double difference = Popularity.trend(fresh, created) - Popularity.trend(old, created);
        long later = NOW + 5 * DAY;
        double ratio =
                fresh.count(Action.LONG_VIEW, HalfLife.DAY, later) / old.count(Action.LONG_VIEW, HalfLife.DAY, later);
        assertThat(Math.pow(2, difference)).isCloseTo(ratio, within(1e-6));
        assertThat(Popularity.trend(ActionCounts.NONE, NOW))
                .as("a new content is ahead of what was liked long ago")
                .isGreaterThan(Popularity.trend(ActionCounts.of(Action.LIKE, NOW - 9 * DAY, 3, 0, 0), created));
        assertThat(Popularity.popularity(ActionCounts.of(Action.HIDE, NOW, 1, 0, 0)))
                .isZero();
    }

    @Test
    void it_says_what_cold_start_needs_to_know() throws IOException {
        Content content = Content.newBuilder(VIDEO)
                .setTopics(List.of("t-cats", "t-dogs"))
                .setGroupId("g1")
                .build();
        ActionCounts sights =
                ActionCounts.of(Action.SEEN, NOW, 49, 0, 0).plus(ActionCounts.of(Action.SEEN, NOW, -1, 0, 0));
        JsonNode seen = json(ContentDocument.of(
                content, new io.tuijian.features.ContentState("c1", sights, 2, NOW + 90 * DAY), List.of()));
        assertThat(seen.get("sights").asLong()).isEqualTo(48);
        assertThat(seen.get("topic").asText()).isEqualTo("t-cats");
        assertThat(seen.get("groupId").asText()).isEqualTo("g1");
        JsonNode unseen = json(ContentDocument.of(
                Content.newBuilder(VIDEO).setTopics(List.of()).build(),
                io.tuijian.features.ContentState.empty("c1"),
                List.of()));
        assertThat(unseen.get("sights").asLong()).isZero();
        assertThat(unseen.has("topic")).isFalse();
    }

    @Test
    void random_is_stable_and_spreads_over_zero_to_one() throws IOException {
        double sum = 0;
        for (int i = 0; i < 1_000; i++) {
            Content content = World.video("c" + i, "a1");
            double random = json(ContentDocument.of(
                            content, io.tuijian.features.ContentState.empty("c" + i), List.of()))
                    .get("random")
                    .doubleValue();
            assertThat(random).isBetween(0.0, 1.0);
            sum += random;
        }
        assertThat(sum / 1_000).isCloseTo(0.5, within(0.05));
    }

    @Test
    void ids_are_quoted_on_their_way_to_elasticsearch() {
        String lines = new String(BulkRequests.lines(List.of(new Document("a\"|\n", 5, "{}".getBytes()))));
        assertThat(lines)
                .isEqualTo("{\"index\":{\"_id\":\"a\\\"|\\n\",\"version\":5,\"version_type\":\"external_gte\"}}\n{}\n");
    }
}
