package io.tuijian.ingestion;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics of an embedded Kafka, to write to and to read from the beginning. */
final class TestTopics implements AutoCloseable {
    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;

    TestTopics(EmbeddedCluster cluster, int partitions) {
        bootstrapServers = cluster.bootstrapServers();
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), partitions, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20, "batch.size", 1 << 17),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    <T extends SpecificRecord> void write(Topic<T> topic, String key, T record) {
        write(topic, key, topic.encode(record));
    }

    void write(Topic<?> topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value));
    }

    void flush() {
        producer.flush();
    }

    /** A reader of this topic that goes on where it stopped. */
    <T extends SpecificRecord> Reader<T> reader(Topic<T> topic) {
        return new Reader<>(bootstrapServers, topic);
    }

    @Override
    public void close() {
        producer.close();
    }

    static final class Reader<T extends SpecificRecord> implements AutoCloseable {
        private final Topic<T> topic;
        private final KafkaConsumer<byte[], byte[]> consumer;

        private Reader(String bootstrapServers, Topic<T> topic) {
            this.topic = topic;
            consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", bootstrapServers),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        /** What has arrived since the last time. */
        List<T> more() {
            List<T> all = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                try {
                    all.add(topic.decode(record.value()));
                } catch (Topic.Undecodable e) {
                    throw new AssertionError(e);
                }
            }
            return all;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
