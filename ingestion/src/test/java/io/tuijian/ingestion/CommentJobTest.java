package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.Engagement;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommentJobTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static Engagement.Builder said(String id, String viewer, String text) {
        return Engagement.newBuilder(World.engagement(id, viewer, "c1", Action.COMMENT, NOON))
                .setText(text);
    }

    private static Engagement undo(String id, String viewer, String undoes, Instant at) {
        return Engagement.newBuilder(World.engagement(id, viewer, "c1", Action.COMMENT, at))
                .setUndoes(undoes)
                .build();
    }

    private static List<Document> documents(List<Engagement> engagements) throws Exception {
        try (var harness = new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(CommentJob.DOCUMENTS))) {
            harness.open();
            for (Engagement engagement : engagements) {
                harness.processElement(engagement, 0);
            }
            return harness.extractOutputValues();
        }
    }

    /** As Elasticsearch does with {@code external_gte}. */
    private static Map<String, Document> index(List<Document> documents) {
        Map<String, Document> index = new HashMap<>();
        documents.forEach(document ->
                index.merge(document.id(), document, (old, it) -> it.version() >= old.version() ? it : old));
        return index;
    }

    private static JsonNode json(Document document) throws IOException {
        return new ObjectMapper().readTree(document.source());
    }

    @Test
    void a_comment_is_a_document_of_what_was_said() throws Exception {
        List<Document> documents = documents(
                List.of(said("e1", "v1", "你好").setAudience(Audience.FRIENDS).build()));
        assertThat(documents).hasSize(1);
        assertThat(documents.get(0).id()).isEqualTo("v1|e1");
        JsonNode json = json(documents.get(0));
        assertThat(json.path("tie").isIntegralNumber()).isTrue();
        assertThat(json.path("at").asLong()).isEqualTo(NOON.toEpochMilli());
        Map<String, String> texts = new TreeMap<>();
        json.properties().stream()
                .filter(field -> field.getValue().isTextual())
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        assertThat(texts)
                .isEqualTo(Map.of(
                        "id",
                        "e1",
                        "contentId",
                        "c1",
                        "viewerId",
                        "v1",
                        "action",
                        "COMMENT",
                        "audience",
                        "FRIENDS",
                        "text",
                        "你好"));
    }

    @Test
    void what_has_no_words_is_not_listed() throws Exception {
        assertThat(documents(List.of(
                        said("e1", "v1", null).build(), said("e2", "v1", " \n").build())))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void only_comments_and_questions_are_listed(Action action) throws Exception {
        List<Document> documents =
                documents(List.of(said("e1", "v1", "hello").setAction(action).build()));
        assertThat(documents).hasSize(action == Action.COMMENT || action == Action.QUESTION ? 1 : 0);
    }

    @Test
    void an_id_is_never_longer_than_elasticsearch_takes() throws Exception {
        String viewer = "v" + "视".repeat(180);
        List<Document> documents = documents(List.of(
                said("e1", viewer, "hello").build(),
                said("e2", viewer, "hello").build(),
                undo("e3", viewer, "e1", NOON)));
        assertThat(documents).extracting(Document::id).allSatisfy(id -> assertThat(id)
                .hasSize(64));
        assertThat(documents.get(0).id())
                .isEqualTo(documents.get(2).id())
                .isNotEqualTo(documents.get(1).id());
    }

    /** What comes twice, in any order, taken back before or after it came: the same index. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void the_order_in_which_they_come_changes_nothing(long seed) throws Exception {
        Random random = new Random(seed);
        List<Engagement> log = new ArrayList<>();
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            String viewer = "v" + random.nextInt(3);
            String id = "e" + random.nextInt(30);
            Instant at = NOON.plusSeconds(i);
            String key = viewer + '|' + id;
            if (random.nextInt(4) == 0) {
                log.add(undo("u" + i, viewer, id, at));
                expected.put(key, null);
            } else {
                log.add(said(id, viewer, "words " + i).setReceivedAt(at).build());
                if (!expected.containsKey(key)) {
                    expected.put(key, "words " + i);
                }
            }
        }
        log.addAll(log.subList(10, 20));
        Collections.shuffle(log, random);
        Map<String, String> listed = new HashMap<>();
        for (Document document : index(documents(log)).values()) {
            listed.put(
                    document.id(),
                    json(document).hasNonNull("text")
                            ? json(document).path("text").asText()
                            : null);
        }
        assertThat(listed).as("seed %d", seed).isEqualTo(expected);
    }
}
