package io.tuijian.ingestion;

import io.tuijian.schemas.Topic;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics as unbounded Flink sources of raw records, from the earliest on, and as at-least-once sinks. */
public final class KafkaTopics {
    /** The key of a record, null for none. */
    public interface Key<T> extends Serializable {
        String of(T value);
    }

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);

    private final Clusters clusters;
    private final String job;

    public KafkaTopics(Clusters clusters, String job) {
        this.clusters = clusters;
        this.job = job;
    }

    public KafkaSource<Raw> source(Topic<?> topic) {
        return source(topic, new AsFound());
    }

    private <T> KafkaSource<T> source(Topic<?> topic, KafkaRecordDeserializationSchema<T> deserializer) {
        return KafkaSource.<T>builder()
                .setBootstrapServers(clusters.bootstrapServers())
                .setTopics(topic.name())
                .setGroupId("tuijian-" + job)
                .setClientIdPrefix("tuijian-" + job + "-" + topic.name())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(deserializer)
                .build();
    }

    /**
     * The valid records of a topic, decoded where they are read, so that the watermark of each partition is its own.
     * The others are left out: another job reports them.
     */
    <T> KafkaSource<T> records(Topic<?> topic, Encoding<T> encoding, Decode.Check<T> check) {
        return source(topic, new Valid<>(encoding, check));
    }

    public <T> KafkaSink<T> sink(Topic<?> topic, Encoding<T> encoding, Key<T> key) {
        return KafkaSink.<T>builder()
                .setBootstrapServers(clusters.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
                .setProperty(ProducerConfig.BATCH_SIZE_CONFIG, String.valueOf(128 * 1024))
                .setRecordSerializer(new Keyed<>(topic.name(), encoding, key))
                .build();
    }

    private static final class AsFound implements KafkaRecordDeserializationSchema<Raw> {
        private static final long serialVersionUID = 1;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Raw> out) {
            out.collect(new Raw(record.topic(), record.partition(), record.offset(), record.key(), record.value()));
        }

        @Override
        public TypeInformation<Raw> getProducedType() {
            return TypeInformation.of(Raw.class);
        }
    }

    private record Valid<T>(Encoding<T> encoding, Decode.Check<T> check)
            implements KafkaRecordDeserializationSchema<T> {
        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
            try {
                T value = encoding.decode(record.value());
                if (check.problem(value, Instant.now()) == null) {
                    out.collect(value);
                }
            } catch (Topic.Undecodable e) {
                LOG.debug("{} {} {}: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
            }
        }

        @Override
        public TypeInformation<T> getProducedType() {
            return encoding;
        }
    }

    private record Keyed<T>(String topic, Encoding<T> encoding, Key<T> key)
            implements KafkaRecordSerializationSchema<T> {
        @Override
        public ProducerRecord<byte[], byte[]> serialize(T value, KafkaSinkContext context, Long timestamp) {
            String text = key.of(value);
            return new ProducerRecord<>(
                    topic, text == null ? null : text.getBytes(StandardCharsets.UTF_8), encoding.encode(value));
        }
    }
}
