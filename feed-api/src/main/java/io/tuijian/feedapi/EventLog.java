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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to Kafka: what clients wait for, and apart from it, with a buffer of its own, what tells of pages. What it
 * acknowledges is durable; its buffers are bounded. Safe from many threads.
 */
public final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration KNOWN_FOR = Duration.ofDays(30);
    private static final int LINES_EVERY = 1_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaProducer<byte[], byte[]> pages; // never waits
    private final Map<Topic<?>, AtomicLong> lost =
            Map.of(Topics.SERVED, new AtomicLong(), Topics.FATES, new AtomicLong());
    private volatile boolean losing;

    public EventLog(String bootstrapServers) {
        this.producer = producer(
                bootstrapServers,
                Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500, ProducerConfig.BUFFER_MEMORY_CONFIG, 32L << 20));
        this.pages = producer(
                bootstrapServers,
                Map.of(
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        0,
                        ProducerConfig.METADATA_MAX_IDLE_CONFIG,
                        KNOWN_FOR.toMillis(),
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        16L << 20));
        lost.keySet().forEach(this::ask);
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Has the producer find out, behind the scenes, where this topic is: its first record could not wait for that. */
    private void ask(Topic<?> topic) {
        try {
            pages.partitionsFor(topic.name());
        } catch (KafkaException e) {
            LOG.debug("the topic {} is being asked for", topic.name(), e);
        }
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
        send(Topics.SERVED, served.getViewerId(), served, failed -> losing = failed);
    }

    /** Does not wait for Kafka, either. A fate that Kafka does not take is lost: it is one of a sample. */
    void fate(Fate fate) {
        send(Topics.FATES, fate.getViewerId(), fate, failed -> {});
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T record, Consumer<Boolean> outcome) {
        Callback done = (metadata, e) -> {
            outcome.accept(e != null);
            if (e != null && lost.get(topic).getAndIncrement() % LINES_EVERY == 0) {
                LOG.warn("{} of {} were not logged so far: {}", lost.get(topic), topic.name(), e.getMessage());
            }
        };
        try {
            pages.send(record(topic, key, record), done);
        } catch (KafkaException e) {
            done.onCompletion(null, e);
        }
    }

    /** True while pages are served that Kafka does not take. */
    boolean losing() {
        return losing;
    }

    /** Records by topic that tell of pages and that Kafka did not take. */
    Map<Topic<?>, AtomicLong> lost() {
        return lost;
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
        pages.close(PATIENCE);
    }
}
