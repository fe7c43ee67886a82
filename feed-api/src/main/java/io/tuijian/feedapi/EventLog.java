package io.tuijian.feedapi;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to Kafka. What it acknowledges is durable; its buffer is bounded. Safe from many threads. */
public final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private volatile boolean losing;

    public EventLog(String bootstrapServers) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 32L << 20);
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Returns once all are durable; ends the request with 503 if Kafka does not take them in time. */
    void engagements(List<Engagement> engagements) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(engagements.size());
        try {
            for (Engagement engagement : engagements) {
                sent.add(send(Topics.ENGAGEMENTS, engagement.getViewerId(), engagement));
            }
        } catch (KafkaException e) {
            throw unavailable();
        }
        sent.forEach(EventLog::await);
    }

    void content(Content content) {
        try {
            await(send(Topics.CONTENTS, content.getId(), content));
        } catch (KafkaException e) {
            throw unavailable();
        }
    }

    void relation(Relation relation) {
        try {
            await(producer.send(record(
                    relation, producer.partitionsFor(Topics.RELATIONS.name()).size())));
        } catch (KafkaException e) {
            throw unavailable();
        }
    }

    /** A relation on its way: partitioned by {@code from} alone, so that all relations of one party keep their order. */
    public static ProducerRecord<byte[], byte[]> record(Relation relation, int partitions) {
        byte[] from = relation.getFrom().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                Topics.RELATIONS.name(),
                Utils.toPositive(Utils.murmur2(from)) % partitions,
                Keys.of(relation).getBytes(StandardCharsets.UTF_8),
                Topics.RELATIONS.encode(relation));
    }

    /** A record on its way, partitioned by its key. */
    public static <T extends SpecificRecord> ProducerRecord<byte[], byte[]> record(
            Topic<T> topic, String key, T record) {
        return new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), topic.encode(record));
    }

    /** Does not wait for Kafka: a page is not held up by its own log. */
    void served(Served served) {
        try {
            producer.send(record(Topics.SERVED, served.getViewerId(), served), (metadata, e) -> losing = e != null);
        } catch (KafkaException e) {
            losing = true;
        }
    }

    /** Does not wait for Kafka, either. A fate that Kafka does not take is lost: it is one of a sample. */
    void fate(Fate fate) {
        try {
            producer.send(record(Topics.FATES, fate.getViewerId(), fate));
        } catch (KafkaException e) {
            LOG.warn("the fates of a page were not logged: {}", e.getMessage());
        }
    }

    /** True while pages are served that Kafka does not take. */
    boolean losing() {
        return losing;
    }

    private <T extends SpecificRecord> Future<RecordMetadata> send(Topic<T> topic, String key, T record) {
        return producer.send(record(topic, key, record));
    }

    private static void await(Future<RecordMetadata> sent) {
        try {
            sent.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static Problem unavailable() {
        return Problem.unavailable("Events cannot be taken right now; send them again with the same ids.");
    }

    @Override
    public void close() {
        producer.close(PATIENCE);
    }
}
