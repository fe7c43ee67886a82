package io.tuijian.launcher;

import io.tuijian.feedapi.EventLog;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes many records to Kafka in large batches; {@link #close} returns once all are durable. */
final class Import implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final int partitions;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * @param partitions of the topic {@code relations}, which is partitioned by its first part alone
     */
    Import(String bootstrapServers, int partitions) {
        this.partitions = partitions;
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 32L << 20);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    <T extends SpecificRecord> void write(Topic<T> topic, String key, T record) {
        send(EventLog.record(topic, key, record));
    }

    void write(Relation relation) {
        send(EventLog.record(relation, partitions));
    }

    /** Bytes as they are, partitioned as whoever writes this topic does. */
    void write(Topic<?> topic, byte[] key, byte[] value) {
        send(new ProducerRecord<>(topic.name(), key, value));
    }

    /** Ends the import at the first record that Kafka did not take. */
    void send(ProducerRecord<byte[], byte[]> record) {
        check();
        producer.send(record, (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    @Override
    public void close() {
        producer.close();
        check();
    }

    private void check() {
        if (failure.get() != null) {
            throw new Failure("Kafka did not take the import: " + failure.get().getMessage(), failure.get());
        }
    }
}
