package io.tuijian.ingestion;

import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Refused documents as dead letters, at least once: topic {@code index:<name>}, the document's version as offset, its id
 * as key, its bytes as value. One too large for a topic is kept without its bytes.
 */
final class RefusedDocuments implements Refusals {
    private static final String BLOCK_MILLIS = "10000";
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final String origin;
    private final KafkaProducer<byte[], byte[]> producer;

    RefusedDocuments(String bootstrapServers, String index) {
        origin = "index:" + index;
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        BLOCK_MILLIS,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "tuijian-refused-" + index),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public CompletableFuture<Void> keep(List<Refused> refused) {
        return CompletableFuture.allOf(
                refused.stream().map(it -> keep(it, true)).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> keep(Refused refused, boolean whole) {
        CompletableFuture<Void> kept = new CompletableFuture<>();
        Document document = refused.document();
        try {
            producer.send(record(refused, whole), (where, problem) -> {
                if (problem == null) {
                    kept.complete(null);
                } else {
                    kept.completeExceptionally(problem);
                }
            });
        } catch (KafkaException e) {
            kept.completeExceptionally(e);
        }
        return whole && document.source().length > 0
                ? kept.exceptionallyCompose(problem -> problem instanceof RecordTooLargeException
                        ? keep(refused, false)
                        : CompletableFuture.failedFuture(problem))
                : kept;
    }

    private ProducerRecord<byte[], byte[]> record(Refused refused, boolean whole) {
        Document document = refused.document();
        DeadLetter letter = new DeadLetter(
                origin,
                0,
                document.version(),
                ByteBuffer.wrap(document.id().getBytes(StandardCharsets.UTF_8)),
                whole ? ByteBuffer.wrap(document.source()) : null,
                whole ? refused.reason() : refused.reason() + " (too large to be kept)",
                Instant.now());
        // Versions are not unique among documents, unlike offsets in a partition.
        String key = origin + '|' + document.id() + '|' + document.version();
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS.name(), key.getBytes(StandardCharsets.UTF_8), Topics.DEAD_LETTERS.encode(letter));
    }

    @Override
    public void close() {
        producer.close(CLOSING);
    }
}
