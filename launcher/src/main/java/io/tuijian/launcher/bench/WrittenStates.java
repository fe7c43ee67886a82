package io.tuijian.launcher.bench;

import io.tuijian.embedded.RunningJob;
import io.tuijian.launcher.Failure;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a job writes to the topics of states from now on. It is read only once nothing more comes. */
final class WrittenStates implements AutoCloseable {
    static final List<Topic<?>> STATES = List.of(Topics.VIEWER_STATES, Topics.CONTENT_STATES, Topics.AUTHOR_STATES);
    private static final Duration QUIET = Duration.ofSeconds(6);
    private static final Duration DEADLINE = Duration.ofMinutes(8);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> from;

    /**
     * @param keys how many keys each topic has
     * @param lastWrittenMillis when Kafka took the last of them, epoch milliseconds
     * @param cpuNanos of this process up to then and a few quiet seconds, before the records are read here
     */
    record Summary(long records, Map<String, Integer> keys, long lastWrittenMillis, long cpuNanos) {
        int keys(Topic<?> topic) {
            return keys.get(topic.name());
        }
    }

    WrittenStates(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(STATES.stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList());
        from = consumer.endOffsets(consumer.assignment());
    }

    /** Waits until all states together have so many events each way. */
    Summary awaitStates(RunningJob job, long events) {
        return await(job, events, STATES, value -> switch (value.topic()) {
            case "viewer-states" -> decoded(Topics.VIEWER_STATES, value, ViewerStateRecord::getEvents);
            case "content-states" -> decoded(Topics.CONTENT_STATES, value, ContentStateRecord::getEvents);
            default -> decoded(Topics.AUTHOR_STATES, value, AuthorStateRecord::getEvents);
        });
    }

    /** Waits until the longs of each of these topics add up to this. */
    Summary awaitLongs(RunningJob job, long sum, List<Topic<?>> topics) {
        return await(job, sum, topics, value -> ByteBuffer.wrap(value.value()).getLong());
    }

    private static <T extends SpecificRecord> long decoded(
            Topic<T> topic, ConsumerRecord<byte[], byte[]> record, ToLongFunction<T> events) {
        try {
            return events.applyAsLong(topic.decode(record.value()));
        } catch (Topic.Undecodable e) {
            throw new Failure("What the job wrote to " + topic + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Summary await(
            RunningJob job, long wanted, List<Topic<?>> topics, ToLongFunction<ConsumerRecord<byte[], byte[]>> events) {
        Instant end = Instant.now().plus(DEADLINE);
        Map<String, Map<String, ConsumerRecord<byte[], byte[]>>> newest = new HashMap<>();
        consumer.assignment().forEach(partition -> consumer.seek(partition, from.get(partition)));
        long records = 0;
        long last = 0;
        long reading = 0; // CPU time that went into reading here
        while (true) {
            Map<TopicPartition, Long> until = quiet(end);
            long cpu = IngestBench.cpuNanos() - reading;
            long readingFrom = IngestBench.cpuNanos();
            while (consumer.assignment().stream().anyMatch(it -> consumer.position(it) < until.get(it))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    newest.computeIfAbsent(record.topic(), topic -> new HashMap<>())
                            .put(new String(record.key(), StandardCharsets.UTF_8), record);
                    last = Math.max(last, record.timestamp());
                    records++;
                }
            }
            boolean all = topics.stream()
                    .allMatch(topic -> newest.getOrDefault(topic.name(), Map.of()).values().stream()
                                    .mapToLong(events)
                                    .sum()
                            == wanted);
            if (all) {
                Map<String, Integer> keys = new HashMap<>();
                newest.forEach((topic, byKey) -> keys.put(topic, byKey.size()));
                return new Summary(records, keys, last, cpu);
            }
            reading += IngestBench.cpuNanos() - readingFrom;
            if (Instant.now().isAfter(end)) {
                throw new Failure("The states of " + job.name() + " do not add up to " + wanted + " events after "
                        + DEADLINE.toMinutes() + " minutes");
            }
        }
    }

    /** The ends of all topics once nothing has been written for a while. */
    private Map<TopicPartition, Long> quiet(Instant deadline) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        Instant changed = Instant.now();
        while (ends.equals(from) || Duration.between(changed, Instant.now()).compareTo(QUIET) < 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new Failure("Nothing was written for " + DEADLINE.toMinutes() + " minutes");
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure("Interrupted", e);
            }
            Map<TopicPartition, Long> now = consumer.endOffsets(consumer.assignment());
            if (!now.equals(ends)) {
                ends = now;
                changed = Instant.now();
            }
        }
        return ends;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
