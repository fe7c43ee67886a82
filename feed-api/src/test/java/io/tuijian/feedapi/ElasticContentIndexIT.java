package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Popularity;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.ranking.ContentIndex;
import io.tuijian.ranking.ContentIndexContract;
import io.tuijian.ranking.ContentQuery;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a real Elasticsearch finds nearest to a vector, and that it answers as every content index does. */
class ElasticContentIndexIT extends ContentIndexContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONTENTS = 2_000;
    private static final String CONTRACT = "contract";
    private static final int DIMENSIONS = 64;

    private static final float[][] OLDER = vectors(1);
    private static final float[][] NEWER = vectors(2);

    private static Elasticsearch elasticsearch;
    private static ContentIndex index;
    private static ContentIndex contract;

    /** A model that is only asked for its name. */
    private record Named(String version) implements VectorModel {
        @Override
        public int dimensions() {
            return DIMENSIONS;
        }

        @Override
        public float[] viewerVector(List<ViewerState.Recent> newestFirst) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] contentVector(Content content) {
            throw new UnsupportedOperationException();
        }
    }

    /** Of very different lengths, as popular contents have longer vectors. */
    private static float[][] vectors(long seed) {
        Random random = new Random(seed);
        float[][] vectors = new float[CONTENTS][DIMENSIONS];
        for (float[] vector : vectors) {
            double length = Math.exp(random.nextGaussian());
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] = (float) (length * random.nextGaussian());
            }
        }
        return vectors;
    }

    @BeforeAll
    static void write() throws IOException {
        elasticsearch = new Elasticsearch(RealServers.shared().elasticsearchUrl());
        index = new ElasticContentIndex(elasticsearch, PATIENCE);
        contract = new ElasticContentIndex(elasticsearch, PATIENCE, CONTRACT);
        elasticsearch.call("PUT", "/" + CONTRACT, Indices.CONTENTS.body(), PATIENCE);
        writeContract();
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < CONTENTS; i++) {
            bulk.append("{\"index\": {\"_id\": \"knn").append(i).append("\"}}\n");
            ObjectNode document = JSON.createObjectNode()
                    .put("id", "knn" + i)
                    .put("kind", (i % 4 == 0 ? ContentKind.SHOP_ITEM : ContentKind.SHORT_VIDEO).name())
                    .put("state", i % 10 == 9 ? "TAKEN_DOWN" : "LIVE")
                    .put("visibility", i % 10 == 8 ? "FOLLOWERS" : "PUBLIC");
            put(document, VectorField.A, "knn-older", OLDER[i]);
            if (i % 2 == 0) {
                put(document, VectorField.B, "knn-newer", NEWER[i]);
            } else {
                put(document, VectorField.B, "knn-oldest", OLDER[i]);
            }
            bulk.append(document).append('\n');
        }
        elasticsearch.call("POST", "/" + Indices.CONTENTS.name() + "/_bulk?refresh=true", bulk.toString(), PATIENCE);
    }

    /** As IndexJob writes them. */
    private static void writeContract() throws IOException {
        InMemoryFeatureStore store = store();
        StringBuilder bulk = new StringBuilder();
        for (Content content : store.contents()) {
            ActionCounts counts = store.contentState(content.getId()).counts();
            long createdAt = content.getCreatedAt().toEpochMilli();
            ObjectNode document = JSON.createObjectNode()
                    .put("id", content.getId())
                    .put("authorId", content.getAuthorId())
                    .put("kind", content.getKind().name())
                    .put("state", content.getState().name())
                    .put("visibility", content.getVisibility().name())
                    .put("createdAt", createdAt)
                    .put("city", content.getCity())
                    .put("groupId", content.getGroupId())
                    .put("trend", (float) Popularity.trend(counts, createdAt))
                    .put("sights", Math.round(counts.always(Action.SEEN)))
                    .put("random", (float) StableHash.fraction(content.getId()));
            content.getTopics().forEach(document.withArray("topics")::add);
            content.getTopics().stream().limit(1).forEach(topic -> document.put("topic", topic));
            bulk.append("{\"index\": {\"_id\": \"").append(content.getId()).append("\"}}\n");
            bulk.append(document).append('\n');
        }
        elasticsearch.call("POST", "/" + CONTRACT + "/_bulk?refresh=true", bulk.toString(), PATIENCE);
    }

    @Override
    protected ContentIndex index() {
        return contract;
    }

    private static void put(ObjectNode document, VectorField field, String version, float[] vector) {
        ArrayNode values = document.putArray(Indices.vector(field));
        for (int i = 0; i < Indices.VECTOR_DIMENSIONS; i++) {
            values.add(i < vector.length ? vector[i] : 0);
        }
        document.put(Indices.vectorVersion(field), version);
    }

    @AfterAll
    static void remove() throws IOException {
        elasticsearch.call("DELETE", "/" + CONTRACT, null, PATIENCE);
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < CONTENTS; i++) {
            bulk.append("{\"delete\": {\"_id\": \"knn").append(i).append("\"}}\n");
        }
        elasticsearch.call("POST", "/" + Indices.CONTENTS.name() + "/_bulk?refresh=true", bulk.toString(), PATIENCE);
        elasticsearch.close();
    }

    private static ContentQuery near(VectorField field, String version, float[] vector, int limit) {
        return ContentQuery.nearest(new Retrieval(new Named(version), field), vector, limit);
    }

    private static List<String> found(ContentQuery query) throws ContentIndex.Unavailable {
        ContentIndex.Answer answer = index.search(List.of(query)).get(0);
        assertThat(answer.failed()).isFalse();
        return answer.contentIds();
    }

    private static boolean isOpen(int i) {
        return i % 10 < 8;
    }

    private static double dot(float[] one, float[] other) {
        return IntStream.range(0, DIMENSIONS)
                .mapToDouble(i -> one[i] * other[i])
                .sum();
    }

    @Test
    void it_finds_the_nearest_that_are_open_to_all_the_best_first() throws Exception {
        int wanted = 160;
        int hits = 0;
        int queries = 20;
        for (float[] viewer : java.util.Arrays.copyOf(vectors(3), queries)) {
            List<String> truth = IntStream.range(0, CONTENTS)
                    .filter(ElasticContentIndexIT::isOpen)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -dot(viewer, OLDER[i])))
                    .limit(wanted)
                    .map(i -> "knn" + i)
                    .toList();
            List<String> found = found(near(VectorField.A, "knn-older", viewer, wanted));
            assertThat(found).hasSize(wanted).doesNotHaveDuplicates().startsWith(truth.get(0));
            Set<String> both = new HashSet<>(found);
            both.retainAll(truth);
            hits += both.size();
        }
        double recall = hits / (double) (wanted * queries);
        assertThat(recall).as("but for the rounding of sums").isGreaterThan(.999);
    }

    @Test
    void only_vectors_of_the_asked_version_are_met_although_another_shares_the_field() throws Exception {
        List<String> newer = found(near(VectorField.B, "knn-newer", NEWER[0], CONTENTS));
        assertThat(newer).hasSizeGreaterThan(CONTENTS / 3).allMatch(id -> Integer.parseInt(id.substring(3)) % 2 == 0);
        assertThat(found(near(VectorField.B, "knn-oldest", OLDER[1], CONTENTS)))
                .isNotEmpty()
                .allMatch(id -> Integer.parseInt(id.substring(3)) % 2 == 1);
        assertThat(found(near(VectorField.A, "knn-newer", NEWER[0], 9)))
                .as("the other field")
                .isEmpty();
    }

    @Test
    void kinds_are_chosen_before_the_nearest_so_that_enough_of_them_are_found() throws Exception {
        List<String> items =
                found(near(VectorField.A, "knn-older", OLDER[1], 300).ofKinds(Set.of(ContentKind.SHOP_ITEM)));
        assertThat(items).hasSize(300).allMatch(id -> Integer.parseInt(id.substring(3)) % 4 == 0);
    }

    @Test
    void what_cannot_be_answered_is_said_and_spares_the_other_queries() throws Exception {
        List<ContentIndex.Answer> answers = index.search(List.of(
                near(VectorField.A, "knn-older", new float[] {Float.NaN}, 9),
                ContentQuery.best(ContentQuery.Order.NEWEST, 1),
                near(VectorField.A, "knn-older", OLDER[0], 9)));
        assertThat(answers).extracting(ContentIndex.Answer::failed).containsExactly(true, false, false);
        assertThat(answers.get(2).contentIds()).hasSize(9);
    }

    @Test
    void an_index_of_an_earlier_release_gets_the_fields_it_lacks() throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree(Indices.CONTENTS.body());
        ObjectNode properties = (ObjectNode) body.at("/mappings/properties");
        properties.remove(List.of("vectorA", "vectorAVersion", "vectorB", "vectorBVersion"));
        elasticsearch.call("PUT", "/earlier", body.toString(), PATIENCE);
        try {
            elasticsearch.create(new Indices.Index("earlier", Indices.CONTENTS.body()));
            assertThat(elasticsearch
                            .call("GET", "/earlier/_mapping", null, PATIENCE)
                            .at("/earlier/mappings/properties/vectorB/type")
                            .asText())
                    .isEqualTo("dense_vector");
        } finally {
            elasticsearch.call("DELETE", "/earlier", null, PATIENCE);
        }
    }
}
