package io.tuijian.launcher.faults;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a log in pieces, in order and each record once, whatever the broker does meanwhile; remembers where the
 * poison came to lie.
 */
final class LogWriter implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 300_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, String> poison = new ConcurrentHashMap<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    LogWriter(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        20,
                        "batch.size",
                        1 << 16,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "max.block.ms",
                        PATIENCE_MILLIS,
                        "delivery.timeout.ms",
                        PATIENCE_MILLIS),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Hands the records to the producer; they arrive soon, or once the broker is back. */
    void write(List<FaultyLog.Entry> entries) {
        for (FaultyLog.Entry entry : entries) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    entry.topic().name(), entry.key().getBytes(StandardCharsets.UTF_8), entry.value());
            producer.send(record, (place, problem) -> {
                if (problem != null) {
                    failure.compareAndSet(null, problem);
                } else if (entry.poison() != null) {
                    poison.put(place.topic() + "|" + place.partition() + "|" + place.offset(), entry.poison());
                }
            });
        }
    }

    /** Hands over one record, of which nothing is remembered. */
    void write(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (place, problem) -> {
            if (problem != null) {
                failure.compareAndSet(null, problem);
            }
        });
    }

    /** Returns once all is durable. */
    void flush() {
        producer.flush();
        if (failure.get() != null) {
            throw new AssertionError("Kafka did not take the log", failure.get());
        }
    }

    /** The reason of each poisonous record by {@code topic|partition|offset}; complete after {@link #flush}. */
    Map<String, String> poison() {
        return poison;
    }

    @Override
    public void close() {
        producer.close();
    }
}
