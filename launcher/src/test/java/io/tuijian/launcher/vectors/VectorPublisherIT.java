package io.tuijian.launcher.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.ViewerState;
import io.tuijian.feedapi.ElasticContentIndex;
import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.feedapi.EventLog;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.IndexJob;
import io.tuijian.models.Registry;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.VectorFields;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.ServingRetrieval;
import io.tuijian.ranking.ContentIndex;
import io.tuijian.ranking.ContentQuery;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VectorField;
import io.tuijian.schemas.Visibility;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a published model over Kafka, Flink and Elasticsearch to what a viewer finds, on real servers. */
@Tag("full")
class VectorPublisherIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final int CONTENTS = 400;
    private static final String NONE = "none";

    @TempDir
    static Path folder;

    private static EmbeddedCluster cluster;
    private static KafkaProducer<byte[], byte[]> producer;
    private static Elasticsearch elasticsearch;
    private static ContentIndex index;
    private static Registry registry;
    private static VectorFields fields;
    private static ServingRetrieval serving;
    private static final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("state"))
                .withParts(Part.KAFKA, Part.FLINK, Part.ELASTICSEARCH)
                .withElasticsearchHeapMegabytes(256));
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(topic.name(), 2, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        elasticsearch = new Elasticsearch(cluster.elasticsearchUrl());
        elasticsearch.createIndices();
        index = new ElasticContentIndex(elasticsearch, Duration.ofSeconds(10));
        registry = new Registry(folder.resolve("registry"));
        fields = new VectorFields(registry);
        serving = new ServingRetrieval(registry, TopicSpace::read);
        for (int i = 0; i < CONTENTS; i++) {
            write(content("c" + i, i % 4));
        }
        var environment = cluster.environment("index", 2, Duration.ofSeconds(2));
        new IndexJob(new Clusters(cluster.bootstrapServers(), cluster.elasticsearchUrl())).build(environment);
        cluster.submit(environment, "index");
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
            elasticsearch.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Content content(String id, int topic) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId("a1")
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(NOW)
                .setText("hello")
                .setTopics(List.of("t" + topic))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .setProvenance(Provenance.GENERATED)
                .setVersion(1)
                .build();
    }

    private static void write(Content content) throws ExecutionException, InterruptedException {
        producer.send(EventLog.record(Topics.CONTENTS, content.getId(), content))
                .get();
    }

    private static VectorPublisher publisher() {
        return new VectorPublisher(
                cluster.bootstrapServers(),
                cluster.elasticsearchUrl(),
                registry,
                TopicSpace::read,
                Clock.systemUTC(),
                said::add);
    }

    /** What a viewer who enjoyed this topic finds now, the best first. */
    private static List<String> found(int topic, int limit) {
        serving.reload();
        Retrieval retrieval = serving.now().orElseThrow();
        ViewerState.Recent enjoyed = new ViewerState.Recent(
                "e1", "c0", "a1", ContentKind.SHORT_VIDEO, List.of("t" + topic), Action.LIKE, 0, 0);
        try {
            ContentIndex.Answer answer = index.search(List.of(
                            ContentQuery.nearest(retrieval, retrieval.model().viewerVector(List.of(enjoyed)), limit)))
                    .get(0);
            assertThat(answer.failed()).isFalse();
            return answer.contentIds();
        } catch (ContentIndex.Unavailable e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isAbout(int topic, String id) {
        return Integer.parseInt(id.substring(1)) % 4 == topic;
    }

    private static String served() {
        return registry.current(VectorFields.MODEL)
                .map(Registry.Current::version)
                .orElse("");
    }

    @Test
    void from_a_model_to_what_is_found_and_on_to_the_next_and_back() throws Exception {
        String first = TopicSpace.publish(registry, NOW, 1, NONE);
        assertThatThrownBy(() -> registry.promote(VectorFields.MODEL, first, NOW))
                .isInstanceOf(UnusableArtifact.class);
        fields.propose(first);
        try (VectorPublisher publisher = publisher()) {
            await().atMost(DEADLINE).until(() -> served().equals(first));
            assertThat(found(2, 50)).hasSize(50).allMatch(id -> isAbout(2, id));

            write(content("c1002", 2));
            long published = System.nanoTime();
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(20)).until(() -> found(2, CONTENTS)
                    .contains("c1002"));
            System.out.printf(
                    "    a new content was found by its vector %d ms after it was published%n",
                    (System.nanoTime() - published) / 1_000_000);
            write(Content.newBuilder(content("c6", 2))
                    .setState(ContentState.TAKEN_DOWN)
                    .setVersion(2)
                    .build());
            await().atMost(DEADLINE).until(() -> !found(2, CONTENTS).contains("c6"));
        }

        // The next version comes while no publisher runs, and one that ends at once begins with it.
        String second = TopicSpace.publish(registry, NOW.plusSeconds(60), -1, NONE);
        fields.propose(second);
        publisher().close();
        write(content("c1003", 3));
        try (VectorPublisher publisher = publisher()) {
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(50)).until(() -> {
                // Whichever is served just now: met by a vector of the other, a viewer would find the other topics.
                assertThat(found(2, 50)).hasSize(50).allMatch(id -> isAbout(2, id));
                return served().equals(second);
            });
            assertThat(fields.of(first)).contains(VectorField.A);
            assertThat(fields.of(second)).contains(VectorField.B);
            assertThat(found(2, 50)).hasSize(50).allMatch(id -> isAbout(2, id));
            await().atMost(DEADLINE).until(() -> found(3, CONTENTS).contains("c1003"));
            assertThat(said).hasSize(2).last().asString().startsWith("retrieval " + second + " is served from now on");

            registry.rollback(VectorFields.MODEL, NOW.plusSeconds(120));
            assertThat(found(1, 50)).hasSize(50).allMatch(id -> isAbout(1, id));
            assertThat(serving.now().orElseThrow().field()).isEqualTo(VectorField.A);

            String third = TopicSpace.publish(registry, NOW.plusSeconds(180), 1, "7");
            fields.propose(third);
            double most = 1 - (CONTENTS / 10.0 - 1) / (CONTENTS + 1);
            await().atMost(DEADLINE)
                    .until(() -> fields.now().get(VectorField.B).version().equals(third)
                            && fields.now().get(VectorField.B).coverage() > .88);
            await().during(Duration.ofSeconds(3)).until(() -> served().equals(first));
            assertThat(fields.now().get(VectorField.B).coverage()).isBetween(.88, most);
            assertThatThrownBy(() -> registry.promote(VectorFields.MODEL, third, NOW))
                    .isInstanceOf(UnusableArtifact.class)
                    .hasMessageContaining("% of the live contents have its vector, 99.9 % are needed");
            assertThat(found(1, 50)).hasSize(50).allMatch(id -> isAbout(1, id));
        }
    }
}
