package io.tuijian.launcher.trainer;

import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows all partitions of {@code examples} from given offsets, and from the beginning where there is none; new
 * partitions, too. No consumer group knows of it. Not thread-safe.
 */
final class ExampleTopic implements AutoCloseable {
    private static final Duration LOOK_FOR_PARTITIONS = Duration.ofSeconds(30);
    private static final int AT_ONCE = 500;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Integer, Long> offsets;
    private final Consumer<String> say;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private Instant lookAt = Instant.MIN;

    ExampleTopic(String bootstrapServers, Map<Integer, Long> offsets, Consumer<String> say) {
        this.offsets = offsets;
        this.say = say;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        AT_ONCE),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** What came, at most some hundred records, in the order of each partition; nothing if Kafka is not there. */
    Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration patience, Instant now) {
        try {
            if (!now.isBefore(lookAt)) {
                lookAt = now.plus(LOOK_FOR_PARTITIONS);
                lookForPartitions();
            }
            return consumer.poll(patience);
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach((partition, wanted) -> {
                consumer.seekToBeginning(List.of(partition));
                say.accept("Warning: record " + wanted + " of " + partition
                        + " is not in Kafka; reading on from the first that is.");
            });
            return List.of();
        } catch (TimeoutException e) {
            return List.of();
        }
    }

    private void lookForPartitions() {
        for (var info : consumer.partitionsFor(Topics.EXAMPLES.name())) {
            TopicPartition partition = new TopicPartition(info.topic(), info.partition());
            if (assigned.add(partition)) {
                consumer.assign(assigned);
                Long offset = offsets.get(partition.partition());
                if (offset == null) {
                    consumer.seekToBeginning(List.of(partition));
                } else {
                    consumer.seek(partition, offset);
                }
            }
        }
    }

    /** How many records are still to be read, as far as it is known. */
    long lag() {
        return assigned.stream()
                .map(consumer::currentLag)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .sum();
    }

    /** Ends a poll in another thread. */
    void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
