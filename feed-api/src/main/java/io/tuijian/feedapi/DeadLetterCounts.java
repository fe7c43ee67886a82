package io.tuijian.feedapi;

import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How many inputs could not be used, by topic and reason, over what Kafka still holds of {@code dead-letters}. Each
 * asking reads on from where the one before ended, for a bounded time; once Kafka forgets what was counted, the counting
 * begins again. Holds no input and no key. Safe from many threads.
 */
final class DeadLetterCounts {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int NEWEST = 20;
    private static final int MOST_KINDS = 200;
    private static final int REMEMBERED = 20_000;
    private static final int LONGEST_REASON = 100;
    private static final String OTHER = "other reasons";

    private static final Comparator<Seen> BY_TIME =
            Comparator.comparing(Seen::at).thenComparing(Seen::topic).thenComparing(Seen::offset);

    private final String bootstrapServers;
    private final ReentrantLock reading = new ReentrantLock();
    private final Map<Kind, Long> counts = new HashMap<>();
    private final PriorityQueue<Seen> newest = new PriorityQueue<>(BY_TIME);
    private final Map<Place, Boolean> met = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private Map<TopicPartition, Long> begins = Map.of();
    private Map<TopicPartition, Long> positions = Map.of();
    private Counted counted;
    private long readAt;

    DeadLetterCounts(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Why and where from, in words that tell of nobody. */
    record Kind(String topic, String reason) {}

    /** A letter without what it holds. */
    record Seen(String topic, int partition, long offset, Instant at, String reason) {}

    /** What a letter is known by: a job that restarts may write it twice. */
    private record Place(String topic, int partition, long offset, ByteBuffer key) {}

    /**
     * What was counted.
     *
     * @param unread how many records are still to be read; ask again
     * @param newest the latest first
     */
    record Counted(long total, long unread, Map<Kind, Long> counts, List<Seen> newest) {}

    /** The counts of now; ends the request with 503 if Kafka does not answer. */
    Counted now() {
        try {
            if (!reading.tryLock(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable("The dead letters are being read; try again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server stops.");
        }
        try {
            boolean fresh = counted != null && System.nanoTime() - readAt < FRESH.toNanos();
            if (!fresh) {
                counted = counted(read());
                readAt = System.nanoTime();
            }
            return counted;
        } catch (KafkaException e) {
            throw Problem.unavailable("Kafka does not answer, so that the dead letters cannot be read.");
        } finally {
            reading.unlock();
        }
    }

    private Counted counted(long unread) {
        return new Counted(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                unread,
                Map.copyOf(counts),
                newest.stream().sorted(BY_TIME.reversed()).toList());
    }

    /** Reads on; returns how many records are left. */
    private long read() {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false);
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTERS.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            if (!begin.equals(begins)) {
                counts.clear();
                newest.clear();
                met.clear();
                begins = begin;
                positions = begin;
            }
            consumer.assign(partitions);
            positions.forEach(consumer::seek);
            Map<TopicPartition, Long> reached = new HashMap<>(positions);
            while (left(reached, ends) > 0 && System.nanoTime() < until) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record.value());
                }
                partitions.forEach(partition -> reached.put(partition, consumer.position(partition)));
                positions = Map.copyOf(reached);
            }
            return left(reached, ends);
        }
    }

    private static long left(Map<TopicPartition, Long> reached, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - reached.get(end.getKey())))
                .sum();
    }

    private void take(byte[] bytes) {
        DeadLetter letter;
        try {
            letter = Topics.DEAD_LETTERS.decode(bytes);
        } catch (Topic.Undecodable e) {
            count(new Kind(Topics.DEAD_LETTERS.name(), "no dead letter"));
            return;
        }
        Place place = new Place(letter.getTopic(), letter.getPartition(), letter.getOffset(), letter.getKey());
        if (met.put(place, true) != null) {
            return;
        }
        String reason = impersonal(letter.getReason());
        count(new Kind(impersonal(letter.getTopic()), reason));
        newest.add(new Seen(place.topic(), place.partition(), place.offset(), letter.getAt(), reason));
        if (newest.size() > NEWEST) {
            newest.poll();
        }
    }

    private void count(Kind kind) {
        boolean known = counts.containsKey(kind) || counts.size() < MOST_KINDS;
        counts.merge(known ? kind : new Kind(kind.topic(), OTHER), 1L, Long::sum);
    }

    /** A reason without what may name somebody or something: no word with a digit, nothing long. */
    static String impersonal(String reason) {
        List<String> words = new ArrayList<>();
        for (String word : reason.split("\\s+")) {
            words.add(word.chars().anyMatch(Character::isDigit) ? "…" : word);
        }
        String text = String.join(" ", words);
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON - 1) + "…";
    }
}
