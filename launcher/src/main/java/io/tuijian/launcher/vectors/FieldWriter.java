package io.tuijian.launcher.vectors;

import io.tuijian.models.VectorFields;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VectorField;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the vectors of all contents, and of each new or changed one as it comes, for one field and version; takes away
 * those of the version that the field held before and of contents that were taken down. Holds no contents: it remembers
 * in Kafka how far it has read, and goes on there after any end. The same vectors twice do no harm.
 */
final class FieldWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FieldWriter.class);
    private static final int MOST_AT_ONCE = 1_000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final String bootstrapServers;
    private final VectorField field;
    private final VectorFields.Held held;
    private final String forgotten;
    private final VectorModel model;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to write.
     *
     * @param forgotten a version whose vectors nobody needs any more, null for none
     */
    FieldWriter(
            String bootstrapServers, VectorField field, VectorFields.Held held, String forgotten, VectorModel model) {
        this.bootstrapServers = bootstrapServers;
        this.field = field;
        this.held = held;
        this.forgotten = forgotten;
        this.model = model;
        this.thread = new Thread(this::run, "vectors-" + field);
        thread.setDaemon(true);
        thread.start();
    }

    /** True if this is what it writes, and it does. */
    boolean writes(VectorFields.Held wanted, String forgotten) {
        return wanted != null
                && !closed
                && thread.isAlive()
                && wanted.version().equals(held.version())
                && wanted.assignment() == held.assignment()
                && Objects.equals(forgotten, this.forgotten);
    }

    /** True once it writes nothing any more. */
    boolean isOver() {
        return !thread.isAlive();
    }

    /** Vectors handed to Kafka since start. */
    long written() {
        return written.get();
    }

    /** Contents for which the model gave no vector that can be searched, since start. */
    long failed() {
        return failed.get();
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> contents = consumer();
                    KafkaProducer<byte[], byte[]> vectors = producer()) {
                follow(contents, vectors);
            } catch (KafkaException e) {
                if (!closed) {
                    LOG.warn("vectors of {}: {}; trying again", held.version(), e.getMessage());
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } catch (RuntimeException e) {
                LOG.error("the writer of the vectors of {} failed and is started again", held.version(), e);
                return;
            }
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> contents, KafkaProducer<byte[], byte[]> vectors) {
        List<PartitionInfo> found = contents.partitionsFor(Topics.CONTENTS.name());
        if (found == null || found.isEmpty()) {
            throw new KafkaException("there is no topic " + Topics.CONTENTS.name());
        }
        List<TopicPartition> partitions = found.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        contents.assign(partitions);
        AtomicReference<Exception> refused = new AtomicReference<>();
        while (!closed) {
            ConsumerRecords<byte[], byte[]> records = contents.poll(POLL);
            if (records.isEmpty()) {
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                for (ProducerRecord<byte[], byte[]> one : of(record)) {
                    vectors.send(one, (where, problem) -> {
                        if (problem != null) {
                            refused.compareAndSet(null, problem);
                        }
                    });
                }
            }
            vectors.flush();
            if (refused.get() != null) {
                throw new KafkaException(
                        "Kafka did not take the vectors: " + refused.get().getMessage());
            }
            contents.commitSync();
        }
    }

    /** What a record of {@code contents} leads to; nothing if it is none, which another job reports. */
    private List<ProducerRecord<byte[], byte[]>> of(ConsumerRecord<byte[], byte[]> record) {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(2);
        Content content = null;
        try {
            content = record.value() == null ? null : Topics.CONTENTS.decode(record.value());
        } catch (Topic.Undecodable e) {
            return all;
        }
        String id = content == null ? text(record.key()) : content.getId();
        if (id == null) {
            return all;
        }
        if (content == null || content.getState() == ContentState.TAKEN_DOWN) {
            all.add(gone(id, held.version()));
        } else {
            List<Float> vector = vector(content);
            if (vector != null) {
                ContentEmbedding embedding = new ContentEmbedding(id, held.version(), vector, field, held.assignment());
                all.add(new ProducerRecord<>(
                        Topics.CONTENT_EMBEDDINGS.name(),
                        Keys.of(embedding).getBytes(StandardCharsets.UTF_8),
                        Topics.CONTENT_EMBEDDINGS.encode(embedding)));
                written.incrementAndGet();
            }
        }
        if (forgotten != null) {
            all.add(gone(id, forgotten));
        }
        return all;
    }

    private static String text(byte[] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> gone(String contentId, String version) {
        ContentEmbedding empty = new ContentEmbedding(contentId, version, List.of(), VectorField.UNKNOWN, 0L);
        return new ProducerRecord<>(
                Topics.CONTENT_EMBEDDINGS.name(), Keys.of(empty).getBytes(StandardCharsets.UTF_8), null);
    }

    /** Null, and counted, if the model fails or says what the index cannot hold. */
    private List<Float> vector(Content content) {
        String problem;
        try {
            float[] values = model.contentVector(content);
            problem = values.length > Indices.VECTOR_DIMENSIONS
                    ? "longer than " + Indices.VECTOR_DIMENSIONS
                    : "with a value that is no number";
            List<Float> vector = new ArrayList<>(values.length);
            for (float value : values) {
                vector.add(value);
            }
            if (values.length <= Indices.VECTOR_DIMENSIONS && vector.stream().allMatch(Float::isFinite)) {
                return vector;
            }
        } catch (RuntimeException e) {
            problem = "not there: " + e;
        }
        if (failed.getAndIncrement() == 0) {
            LOG.warn(
                    "the vector of {} under {} is {}; further ones are counted",
                    content.getId(),
                    held.version(),
                    problem);
        }
        return null;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "tuijian-vectors-" + held.version() + "-" + held.assignment());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_AT_ONCE);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
