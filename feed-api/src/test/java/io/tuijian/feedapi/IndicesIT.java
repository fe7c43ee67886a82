package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No index comes into being but with our fields. */
class IndicesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Indices.Index TAKEN = new Indices.Index("taken", Indices.STOCK.body());
    private static final Indices.Index FRESH = new Indices.Index("fresh", Indices.STOCK.body());

    private Elasticsearch elasticsearch;

    @BeforeEach
    void open() {
        elasticsearch = new Elasticsearch(RealServers.shared().elasticsearchUrl());
    }

    @AfterEach
    void close() throws IOException {
        elasticsearch.createIndices();
        elasticsearch.call("DELETE", "/taken,fresh?ignore_unavailable=true", null, PATIENCE);
        elasticsearch.close();
    }

    @Test
    void one_with_other_fields_is_named_and_the_others_are_created() throws IOException {
        elasticsearch.call("PUT", "/taken/_doc/1", "{\"contentId\": {\"other\": 1}}", PATIENCE);
        assertThatThrownBy(() -> elasticsearch.create(List.of(TAKEN, FRESH)))
                .isInstanceOf(Elasticsearch.Conflict.class)
                .hasMessage("Elasticsearch has other fields than this release needs in taken");
        elasticsearch.require(FRESH, PATIENCE);
        elasticsearch.create(List.of(FRESH));
    }

    @Test
    void one_that_is_missing_is_known_to_be_and_one_that_was_found_stays_so() throws IOException {
        assertThatThrownBy(() -> elasticsearch.require(FRESH, PATIENCE)).hasMessage("fresh is not there yet");
        assertThat(elasticsearch.lacksNone(List.of(FRESH), PATIENCE)).isFalse();
        elasticsearch.create(List.of(FRESH));
        assertThat(elasticsearch.lacksNone(List.of(FRESH), PATIENCE)).isTrue();
        assertThat(elasticsearch.lacksNone(Indices.ALL, PATIENCE)).isTrue();
        try (Elasticsearch absent = new Elasticsearch("http://localhost:1")) {
            assertThat(absent.lacksNone(Indices.ALL, PATIENCE)).isTrue();
            assertThatThrownBy(() -> absent.require(Indices.STOCK, PATIENCE)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void before_their_template_is_there_no_timeline_is_written() throws IOException {
        Instant day = Instant.parse("2020-01-01T00:00:00Z");
        Timelines.Timeline timeline = new Timelines.Timeline("v1", "FOR_YOU", 0, List.of(), Map.of(), Map.of());
        Timelines timelines = new Timelines(elasticsearch, PATIENCE);
        elasticsearch.call("DELETE", "/_index_template/timelines", null, PATIENCE);
        assertThatThrownBy(() -> timelines.write("f1", day, timeline, null)).hasMessage("timelines is not there yet");
        assertThatThrownBy(() -> elasticsearch.call("GET", "/" + Indices.TIMELINES.of(day), null, PATIENCE))
                .as("none was made up")
                .isInstanceOf(Elasticsearch.Refused.class);
        elasticsearch.createIndices();
        assertThat(timelines.write("f1", day, timeline, null)).isTrue();
        assertThat(elasticsearch
                        .call("GET", "/" + Indices.TIMELINES.of(day) + "/_mapping", null, PATIENCE)
                        .findPath("viewerId")
                        .path("type")
                        .asText())
                .isEqualTo("keyword");
        elasticsearch.call("DELETE", "/" + Indices.TIMELINES.of(day), null, PATIENCE);
    }
}
