package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.FeatureStoreContract;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of every feature store, kept over a real Kafka. */
class ReplicatedFeatureStoreIT extends FeatureStoreContract {
    private static KafkaProducer<byte[], byte[]> producer;
    private static ReplicatedFeatureStore store;

    @BeforeAll
    static void start() {
        String bootstrapServers = RealServers.shared().bootstrapServers();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        store = new ReplicatedFeatureStore(bootstrapServers);
    }

    @AfterAll
    static void stop() {
        store.close();
        producer.close();
    }

    @Override
    protected FeatureStore store() {
        return store;
    }

    @Override
    protected void put(ViewerState state) {
        send(Topics.VIEWER_STATES, state.viewerId(), StateRecords.of(state));
    }

    @Override
    protected void put(ContentState state) {
        send(Topics.CONTENT_STATES, state.contentId(), StateRecords.of(state));
    }

    @Override
    protected void put(AuthorState state) {
        send(Topics.AUTHOR_STATES, state.authorId(), StateRecords.of(state));
    }

    @Override
    protected void put(Content content) {
        send(Topics.CONTENTS, content.getId(), content);
    }

    @Override
    protected void put(Relation relation) {
        send(Topics.RELATIONS, Keys.of(relation), relation);
    }

    private static <T extends SpecificRecord> void send(Topic<T> topic, String key, T record) {
        send(topic, key, topic.encode(record));
    }

    private static void send(Topic<?> topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value));
    }

    @Test
    void another_process_that_starts_later_reads_the_same() {
        put(ViewerState.empty("v-late"));
        producer.flush();
        try (ReplicatedFeatureStore late =
                new ReplicatedFeatureStore(RealServers.shared().bootstrapServers())) {
            await().atMost(Duration.ofSeconds(30)).until(late::caughtUp);
            assertThat(late.viewer("v-late")).isEqualTo(ViewerState.empty("v-late"));
        }
    }

    @Test
    void poison_is_counted_and_passed_over() {
        long before = store.undecodable();
        send(Topics.VIEWER_STATES, "v-poison", new byte[] {1, 2, 3});
        put(ViewerState.empty("v-after"));
        await().atMost(Duration.ofSeconds(30)).until(() -> store.undecodable() == before + 1);
    }
}
