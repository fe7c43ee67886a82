package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.StateRecords;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors in a document: one per field, each with its version, whatever the order in which they come. */
class VectorsTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final Content VIDEO = World.video("c1", "a1");

    private static ContentUpdate vector(VectorField field, long assignment, String version, float... values) {
        List<Float> vector = new ArrayList<>();
        for (float value : values) {
            vector.add(value);
        }
        return ContentUpdate.of(new ContentEmbedding("c1", version, vector, field, assignment));
    }

    private static ContentUpdate gone(String version) {
        return vector(VectorField.UNKNOWN, 0, version);
    }

    private static ContentUpdate statistics(long events) {
        return ContentUpdate.of(StateRecords.of(new io.tuijian.features.ContentState(
                "c1", ActionCounts.of(Action.LONG_VIEW, NOW, events, 0, 0), events, NOW)));
    }

    private static JsonNode json(Document document) {
        try {
            return new ObjectMapper().readTree(document.source());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Content, ContentUpdate, Document> unopened()
            throws Exception {
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new JoinStatistics(Pace.DOCUMENTS)),
                Content::getId,
                ContentUpdate::contentId,
                Types.STRING);
        harness.setProcessingTime(NOW);
        return harness;
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Content, ContentUpdate, Document> joining()
            throws Exception {
        var harness = unopened();
        harness.open();
        return harness;
    }

    /** The newest document, once all that waits was written. */
    private static Document newest(
            KeyedTwoInputStreamOperatorTestHarness<String, Content, ContentUpdate, Document> harness) throws Exception {
        harness.setProcessingTime(harness.getProcessingTime() + 2_000);
        List<Document> all = harness.extractOutputValues();
        return all.get(all.size() - 1);
    }

    @Test
    void a_vector_comes_with_its_version_as_long_as_the_index_wants_it() throws Exception {
        try (var harness = joining()) {
            harness.processElement1(VIDEO, 0);
            harness.processElement2(vector(VectorField.A, 1, "20261121-080000", .5f, -2), 0);
            Document document = newest(harness);
            assertThat(json(document).path("vectorAVersion").asText()).isEqualTo("20261121-080000");
            JsonNode vector = json(document).path("vectorA");
            assertThat(vector).hasSize(Indices.VECTOR_DIMENSIONS);
            assertThat(vector.get(0).floatValue()).isEqualTo(.5f);
            assertThat(vector.get(1).floatValue()).isEqualTo(-2);
            assertThat(vector.get(2).floatValue()).isZero();
            assertThat(json(document).has("vectorB")).isFalse();
            assertThat(json(document).path("text").asText()).isEqualTo(VIDEO.getText());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void of_two_vectors_for_a_field_the_later_assignment_counts_in_any_order(long seed) throws Exception {
        List<ContentUpdate> updates = new ArrayList<>(List.of(
                vector(VectorField.A, 1, "v1", 1),
                vector(VectorField.B, 2, "v2", 2),
                vector(VectorField.A, 3, "v3", 3),
                gone("v1"),
                statistics(4),
                statistics(5)));
        Collections.shuffle(updates, new Random(seed));
        try (var harness = joining()) {
            harness.processElement1(VIDEO, 0);
            for (ContentUpdate update : updates) {
                harness.processElement2(update, 0);
                harness.setProcessingTime(harness.getProcessingTime() + 1_000);
            }
            Document document = newest(harness);
            assertThat(json(document).path("vectorAVersion").asText()).isEqualTo("v3");
            assertThat(json(document).path("vectorA").get(0).floatValue()).isEqualTo(3);
            assertThat(json(document).path("vectorBVersion").asText()).isEqualTo("v2");
            assertThat(document.version()).isEqualTo(ContentDocument.version(VIDEO.getVersion(), 5 + 3 + 2));
            assertThat(harness.extractOutputValues())
                    .extracting(Document::version)
                    .isSorted();
        }
    }

    @Test
    void a_new_vector_makes_a_newer_document_and_the_same_again_makes_none() throws Exception {
        try (var harness = joining()) {
            harness.processElement1(VIDEO, 0);
            harness.processElement2(vector(VectorField.A, 1, "v1", 1), 0);
            Document first = newest(harness);
            harness.processElement2(vector(VectorField.A, 2, "v2", 2), 0);
            assertThat(newest(harness).version()).isGreaterThan(first.version());
            int written = harness.extractOutputValues().size();
            harness.processElement2(vector(VectorField.A, 2, "v2", 2), 0);
            harness.processElement2(vector(VectorField.A, 1, "v1", 1), 0);
            newest(harness);
            assertThat(harness.extractOutputValues()).hasSize(written);
        }
    }

    @Test
    void what_is_taken_away_leaves_the_document_but_its_version_does_not_step_back() throws Exception {
        try (var harness = joining()) {
            harness.processElement1(VIDEO, 0);
            harness.processElement2(vector(VectorField.A, 4, "v1", 1), 0);
            harness.processElement2(vector(VectorField.B, 5, "v2", 2), 0);
            long before = newest(harness).version();
            harness.processElement2(gone("v1"), 0);
            Document document = newest(harness);
            assertThat(json(document).has("vectorA")).isFalse();
            assertThat(json(document).has("vectorAVersion")).isFalse();
            assertThat(json(document).path("vectorBVersion").asText()).isEqualTo("v2");
            assertThat(document.version()).isEqualTo(before);
        }
    }

    @Test
    void vectors_never_undo_a_take_down() throws Exception {
        try (var harness = joining()) {
            harness.processElement1(VIDEO, 0);
            harness.processElement2(vector(VectorField.A, 1, "v1", 1), 0);
            harness.processElement1(
                    Content.newBuilder(VIDEO)
                            .setState(ContentState.TAKEN_DOWN)
                            .setVersion(VIDEO.getVersion() + 1)
                            .build(),
                    0);
            List<Document> all = harness.extractOutputValues();
            Document tombstone = all.get(all.size() - 1);
            harness.processElement2(vector(VectorField.A, 9_999, "v2", 2), 0);
            Document later = newest(harness);
            assertThat(json(later).path("state").asText()).isEqualTo("TAKEN_DOWN");
            assertThat(json(later).has("vectorA")).isFalse();
            // What a recovered job may write for a moment: the older content with the newest vectors.
            Document stale = ContentDocument.of(
                    VIDEO,
                    io.tuijian.features.ContentState.empty("c1"),
                    List.of(vector(VectorField.A, 9_999, "v2", 2).vector()));
            assertThat(stale.version()).isLessThan(tombstone.version());
        }
    }

    @Test
    void a_vector_that_comes_before_its_content_waits_for_it() throws Exception {
        try (var harness = joining()) {
            harness.processElement2(vector(VectorField.B, 1, "v1", 1), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement1(VIDEO, 0);
            assertThat(json(newest(harness)).path("vectorBVersion").asText()).isEqualTo("v1");
        }
    }

    /** The snapshot was written when the job knew of no vectors: the content c1 with seven long views. */
    @Test
    void a_snapshot_of_an_earlier_release_goes_on_with_vectors() throws Exception {
        try (var harness = unopened()) {
            harness.initializeState(
                    OperatorSnapshotUtil.readStateHandle("src/test/resources/savepoints/join-statistics-1"));
            harness.open();
            harness.processElement2(vector(VectorField.A, 1, "v1", 1), 0);
            Document document = newest(harness);
            assertThat(document.id()).isEqualTo("c1");
            assertThat(json(document).path("popularity").floatValue()).isEqualTo(7);
            assertThat(json(document).path("vectorAVersion").asText()).isEqualTo("v1");
            assertThat(document.version()).isEqualTo(ContentDocument.version(VIDEO.getVersion(), 8));
        }
    }

    @Test
    void state_and_travel_keep_an_update_as_it_is() throws Exception {
        for (ContentUpdate update : List.of(vector(VectorField.A, 3, "v1", 1, 2), gone("v2"), statistics(5))) {
            assertThat(ContentUpdate.decode(ContentUpdate.encode(update))).isEqualTo(update);
        }
    }

    @Test
    void what_is_no_vector_is_refused_with_its_reason() {
        assertThat(problem("c1", "v1", VectorField.A, 1, 1f)).isNull();
        assertThat(problem("c1", "v1", VectorField.UNKNOWN, 0)).as("taken away").isNull();
        assertThat(problem("", "v1", VectorField.A, 1, 1f)).isEqualTo("missing id");
        assertThat(problem("c1", "", VectorField.A, 1, 1f)).isEqualTo("missing id");
        assertThat(problem("c1", "a b", VectorField.A, 1, 1f)).isEqualTo("strange id");
        assertThat(problem("c1", "v1", VectorField.UNKNOWN, 1, 1f)).isEqualTo("vector without a field");
        assertThat(problem("c1", "v1", VectorField.A, -1, 1f)).isEqualTo("negative assignment");
        assertThat(problem("c1", "v1", VectorField.A, 1, Float.NaN)).isEqualTo("vector with a value that is no number");
        assertThat(problem("c1", "v1", VectorField.A, 1, new float[Indices.VECTOR_DIMENSIONS + 1]))
                .isEqualTo("vector longer than 256");
    }

    private static String problem(
            String contentId, String version, VectorField field, long assignment, float... values) {
        ContentEmbedding vector = vector(field, assignment, version, values).vector();
        return Validity.of(
                new ContentEmbedding(contentId, version, vector.getVector(), field, assignment),
                Instant.ofEpochMilli(NOW));
    }

    @Test
    void what_the_compacted_topic_forgets_is_an_empty_vector() throws Topic.Undecodable {
        ContentEmbedding held = vector(VectorField.A, 3, "v1", 1).vector();
        byte[] key = Keys.of(held).getBytes(StandardCharsets.UTF_8);
        Raw there = new Raw("content-embeddings", 0, 0, key, Topics.CONTENT_EMBEDDINGS.encode(held));
        assertThat(IndexJob.embedding(there)).isEqualTo(held);
        ContentEmbedding gone = IndexJob.embedding(new Raw("content-embeddings", 0, 1, key, null));
        assertThat(gone).isEqualTo(gone("v1").vector());
    }
}
