package io.tuijian.feedapi;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Relations;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A feature store that materialises the compacted topics in this process: states, contents and relations. Reads are
 * from memory and never block; one thread keeps them up to date, and goes on by itself after Kafka was away.
 */
public final class ReplicatedFeatureStore implements FeatureStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedFeatureStore.class);
    private static final List<Topic<?>> TOPICS = List.of(
            Topics.CONTENTS, Topics.RELATIONS, Topics.VIEWER_STATES, Topics.CONTENT_STATES, Topics.AUTHOR_STATES);

    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    private final InMemoryFeatureStore store = new InMemoryFeatureStore();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLong undecodable = new AtomicLong();
    private final Thread reader;
    private volatile boolean caughtUp;
    private volatile boolean reachable = true;
    private volatile boolean closed;

    public ReplicatedFeatureStore(String bootstrapServers) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.reader = new Thread(this::read, "feature-store-reader");
        this.reader.setDaemon(true);
        this.reader.start();
    }

    /** True once everything that was in the topics at start is here. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** False while Kafka cannot be read; what is here stays readable, and ages. */
    public boolean reachable() {
        return reachable;
    }

    /** Records that could not be decoded, since start. */
    public long undecodable() {
        return undecodable.get();
    }

    /** What is materialised. */
    public InMemoryFeatureStore inMemory() {
        return store;
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        return store.load(viewerId, contentIds, context);
    }

    @Override
    public ViewerState viewer(String viewerId) {
        return store.viewer(viewerId);
    }

    @Override
    public Content content(String contentId) {
        return store.content(contentId);
    }

    @Override
    public Relations relations() {
        return store.relations();
    }

    private void read() {
        Map<TopicPartition, Long> target = null;
        long asked = System.nanoTime();
        while (!closed) {
            try {
                if (target == null) {
                    target = assign();
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    take(record);
                }
                if (System.nanoTime() - asked > ASK_EVERY.toNanos()) {
                    consumer.endOffsets(
                            target.keySet(), Duration.ofSeconds(1)); // a poll alone cannot tell silence from absence
                    asked = System.nanoTime();
                    reachable = true;
                }
                if (!caughtUp) {
                    caughtUp = target.entrySet().stream()
                            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                }
            } catch (WakeupException e) {
                break;
            } catch (InterruptException e) {
                break;
            } catch (KafkaException e) {
                if (reachable) {
                    LOG.warn("feature store: Kafka cannot be read, trying again: {}", e.getMessage());
                }
                reachable = false;
                LockSupport.parkNanos(RETRY_AFTER.toNanos());
            }
        }
        consumer.close();
    }

    /** All partitions of all topics from their beginning; returns where they end now. */
    private Map<TopicPartition, Long> assign() {
        List<TopicPartition> partitions = TOPICS.stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer.endOffsets(partitions);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return; // a tombstone: the log forgets it, memory follows at the next start
        }
        try {
            String topic = record.topic();
            if (topic.equals(Topics.VIEWER_STATES.name())) {
                store.accept(StateRecords.of(Topics.VIEWER_STATES.decode(record.value())));
            } else if (topic.equals(Topics.CONTENT_STATES.name())) {
                store.accept(StateRecords.of(Topics.CONTENT_STATES.decode(record.value())));
            } else if (topic.equals(Topics.AUTHOR_STATES.name())) {
                store.accept(StateRecords.of(Topics.AUTHOR_STATES.decode(record.value())));
            } else if (topic.equals(Topics.CONTENTS.name())) {
                store.accept(Topics.CONTENTS.decode(record.value()));
            } else {
                store.accept(Topics.RELATIONS.decode(record.value()));
            }
        } catch (Topic.Undecodable | RuntimeException e) {
            if (undecodable.getAndIncrement() == 0) {
                LOG.warn(
                        "feature store: {} partition {} offset {}: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        e.getMessage());
            }
        }
    }

    /** A change made by this process, visible here at once; the topic brings it again, which changes nothing. */
    void accept(Content content) {
        store.accept(content);
    }

    /** A change made by this process, visible here at once; the topic brings it again, which changes nothing. */
    void accept(Relation relation) {
        store.accept(relation);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            reader.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
