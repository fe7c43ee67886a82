package io.tuijian.launcher;

import io.tuijian.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning to where it ended when the reading began. */
final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TopicReader() {}

    /**
     * Hands over each record, in the order of their partitions.
     *
     * @return how many records could not be decoded
     * @throws Failure if Kafka does not answer, or nothing comes for 30 s
     */
    static <T extends SpecificRecord> long each(String bootstrapServers, Topic<T> topic, Consumer<T> records) {
        return since(bootstrapServers, topic, Instant.EPOCH, records);
    }

    /** The same of the records that were appended at this moment or later, perhaps with some before. */
    static <T extends SpecificRecord> long since(
            String bootstrapServers, Topic<T> topic, Instant from, Consumer<T> records) {
        long undecodable = 0;
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.offsetsForTimes(partitions.stream()
                            .collect(Collectors.toMap(Function.identity(), partition -> from.toEpochMilli())))
                    .forEach((partition, found) ->
                            consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
            long reached = -1;
            long since = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                long position =
                        partitions.stream().mapToLong(consumer::position).sum();
                if (position > reached) {
                    reached = position;
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
                    throw new Failure("Kafka at " + bootstrapServers + " does not answer: nothing of " + topic.name()
                            + " came for " + PATIENCE.toSeconds() + " s.");
                }
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                    try {
                        records.accept(topic.decode(found.value()));
                    } catch (Topic.Undecodable e) {
                        undecodable++;
                    }
                }
            }
        } catch (TimeoutException e) {
            throw new Failure("Kafka at " + bootstrapServers + " does not answer: " + e.getMessage(), e);
        }
        return undecodable;
    }
}
