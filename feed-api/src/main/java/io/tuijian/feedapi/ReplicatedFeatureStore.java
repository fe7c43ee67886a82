package io.tuijian.feedapi;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Relations;
import io.tuijian.features.StateRecords;
import io.tuijian.features.Table;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A feature store that materialises the compacted topics in this process: states, contents and relations, within
 * bounds. Reads are from memory and never block; one thread keeps them up to date, and goes on by itself after Kafka
 * was away. With a checkpoint file it starts where it ended instead of reading the topics again.
 */
public final class ReplicatedFeatureStore implements FeatureStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedFeatureStore.class);

    /** The place of a topic in this list is its number in a checkpoint. */
    private static final List<Topic<?>> TOPICS = List.of(
            Topics.CONTENTS, Topics.RELATIONS, Topics.VIEWER_STATES, Topics.CONTENT_STATES, Topics.AUTHOR_STATES);

    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(10);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Settings settings;
    private final InMemoryFeatureStore store;
    private final ViewerStates viewers;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLong undecodable = new AtomicLong();
    private final AtomicLongArray newest = new AtomicLongArray(TOPICS.size());
    private final Thread reader;
    private final ScheduledExecutorService checkpointer;
    private volatile boolean caughtUp;
    private volatile boolean reachable = true;
    private volatile boolean closed;
    private volatile Instant completeAt;
    private volatile Map<TopicPartition, Long> applied = Map.of();
    private volatile String topicIds = "";
    private volatile long restoredEntries;
    private volatile long recordsRead;
    private long warnedOfEvictions;
    private Instant assignedAt;
    private Instant soundAt;
    private boolean readAll;
    private Set<String> seen; // null unless all is read again over what is here

    /**
     * How it works.
     *
     * @param elsewhere topics whose states are read from somewhere else, so that they are not kept here
     * @param checkpoint the file to start from and to write, null for none
     * @param checkpointEvery how often it is written; it is also written at the end
     * @param oldest an older checkpoint is not used, and after a longer absence of Kafka all is read again: shorter
     *     than the topics keep their tombstones (Kafka: 24 h)
     * @param clock the time of a checkpoint, and now for what has not changed for long
     */
    public record Settings(
            String bootstrapServers,
            StoreLimits limits,
            Set<Topic<?>> elsewhere,
            Path checkpoint,
            Duration checkpointEvery,
            Duration oldest,
            Clock clock) {
        public Settings {
            elsewhere = Set.copyOf(elsewhere);
        }

        /** Everything here, without a checkpoint. */
        public static Settings on(String bootstrapServers) {
            return new Settings(
                    bootstrapServers,
                    StoreLimits.ofHeap(),
                    Set.of(),
                    null,
                    Duration.ofMinutes(5),
                    Duration.ofHours(20),
                    Clock.systemUTC());
        }

        public Settings withLimits(StoreLimits value) {
            return new Settings(bootstrapServers, value, elsewhere, checkpoint, checkpointEvery, oldest, clock);
        }

        public Settings withElsewhere(Set<Topic<?>> value) {
            return new Settings(bootstrapServers, limits, value, checkpoint, checkpointEvery, oldest, clock);
        }

        public Settings withCheckpoint(Path value) {
            return new Settings(bootstrapServers, limits, elsewhere, value, checkpointEvery, oldest, clock);
        }

        Settings withClock(Clock value) {
            return new Settings(bootstrapServers, limits, elsewhere, checkpoint, checkpointEvery, oldest, value);
        }
    }

    public ReplicatedFeatureStore(String bootstrapServers) {
        this(Settings.on(bootstrapServers));
    }

    public ReplicatedFeatureStore(Settings settings) {
        this.settings = settings;
        this.completeAt = settings.clock.instant();
        this.soundAt = completeAt;
        this.store = new InMemoryFeatureStore(settings.limits.contents(), settings.limits.authors());
        this.viewers = new ViewerStates(settings.limits.viewerBytes());
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.reader = new Thread(this::read, "feature-store-reader");
        this.reader.setDaemon(true);
        this.reader.start();
        this.checkpointer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "feature-store-checkpointer");
            thread.setDaemon(true);
            return thread;
        });
        if (settings.checkpoint != null) {
            long every = settings.checkpointEvery.toMillis();
            checkpointer.scheduleWithFixedDelay(this::checkpoint, every, every, TimeUnit.MILLISECONDS);
        }
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

    /** What came from the checkpoint at start; 0 if there was none or it could not be used. */
    public long restoredEntries() {
        return restoredEntries;
    }

    /** What came from the topics since start. */
    public long recordsRead() {
        return recordsRead;
    }

    /** For how long changes may have been missed: since it last knew that it had read all. */
    public Duration behind() {
        return since(completeAt);
    }

    private Duration since(Instant at) {
        Duration since = Duration.between(at, settings.clock.instant());
        return since.isNegative() ? Duration.ZERO : since;
    }

    /** When the newest of this topic that was read was written; empty if none was, or a checkpoint does not tell. */
    public Optional<Instant> newest(Topic<?> topic) {
        long millis = newest.get(TOPICS.indexOf(topic));
        return millis <= 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private void written(Topic<?> topic, long millis) {
        newest.accumulateAndGet(TOPICS.indexOf(topic), millis, Math::max);
    }

    /** What is materialised of contents, authors and relations; viewers are not in there. */
    public InMemoryFeatureStore inMemory() {
        return store;
    }

    /** How many viewers' states are here. */
    public int viewerCount() {
        return viewers.table().size();
    }

    /** How many states and contents had to go for lack of room, since start. */
    public long evicted() {
        return viewers.table().evicted()
                + store.contentTable().evicted()
                + store.contentStateTable().evicted()
                + store.authorTable().evicted();
    }

    @Override
    public Loaded load(String viewerId, List<String> contentIds, Context context) {
        Loaded loaded = store.load(viewers.get(viewerId), contentIds, context);
        return new Loaded(loaded.inputs(), loaded.unknown(), loaded.viewerAge(), Set.of(), behind());
    }

    @Override
    public ViewerState viewer(String viewerId) {
        return viewers.get(viewerId);
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
        Map<TopicPartition, Long> ends = null;
        Instant endsAt = completeAt;
        long asked = System.nanoTime() - ASK_EVERY.toNanos();
        long forgotten = System.nanoTime();
        while (!closed) {
            try {
                if (target == null) {
                    target = assign();
                    ends = null;
                }
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    take(record);
                }
                if (!records.isEmpty()) {
                    recordsRead += records.count();
                    applied = positions(target.keySet());
                }
                if (System.nanoTime() - asked > ASK_EVERY.toNanos()) {
                    asked = System.nanoTime();
                    Instant now = settings.clock.instant();
                    // a poll alone cannot tell silence from absence
                    Map<TopicPartition, Long> asOfNow = consumer.endOffsets(target.keySet(), Duration.ofSeconds(1));
                    reachable = true;
                    if (since(soundAt).compareTo(settings.oldest) > 0) {
                        LOG.warn(
                                "feature store: nothing read for {} h, reading all of the topics again: what was deleted since may have left no trace",
                                since(soundAt).toHours());
                        caughtUp = false;
                        readAll = true;
                        target = null;
                        continue;
                    }
                    if (ends == null) {
                        ends = asOfNow;
                        endsAt = now;
                    }
                }
                if (!caughtUp && reached(target)) {
                    applied = positions(target.keySet());
                    forgetUnseen();
                    complete(assignedAt);
                    caughtUp = true;
                }
                if (caughtUp && ends != null && reached(ends)) {
                    complete(endsAt);
                    ends = null;
                }
                if (System.nanoTime() - forgotten > FORGET_EVERY.toNanos()) {
                    forgotten = System.nanoTime();
                    forget();
                }
            } catch (WakeupException e) {
                break;
            } catch (InterruptException e) {
                break;
            } catch (RuntimeException e) {
                if (reachable && e instanceof KafkaException) {
                    LOG.warn("feature store: Kafka cannot be read, trying again: {}", e.getMessage());
                } else if (reachable) {
                    LOG.error("feature store: reading failed, trying again", e);
                }
                reachable = false;
                LockSupport.parkNanos(RETRY_AFTER.toNanos());
            }
        }
        consumer.close();
    }

    private void complete(Instant at) {
        completeAt = at.isAfter(completeAt) ? at : completeAt;
        soundAt = at.isAfter(soundAt) ? at : soundAt;
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private Map<TopicPartition, Long> positions(Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        return positions;
    }

    private List<Topic<?>> topics() {
        return TOPICS.stream()
                .filter(topic -> !settings.elsewhere.contains(topic))
                .toList();
    }

    /** All partitions of all topics, from the checkpoint or from their beginning; returns where they end now. */
    private Map<TopicPartition, Long> assign() {
        List<TopicPartition> partitions = topics().stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        assignedAt = settings.clock.instant();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> from = Map.of();
        if (settings.checkpoint != null) {
            topicIds = askTopicIds();
            from = readAll ? Map.of() : restore(consumer.beginningOffsets(partitions), ends);
        }
        if (from.isEmpty()) {
            seen = readAll ? new HashSet<>() : null;
            soundAt = assignedAt;
        }
        for (TopicPartition partition : partitions) {
            Long offset = from.get(partition);
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
        return ends;
    }

    /** A topic that was deleted and made again has the same name and another id. */
    private String askTopicIds() {
        List<String> names = topics().stream().map(Topic::name).toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers))) {
            Map<String, String> ids = new TreeMap<>();
            admin.describeTopics(names)
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
            return ids.toString();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new KafkaException("the topics cannot be described", e);
        }
    }

    /** Takes in the checkpoint, if it can be used; returns where to go on, nothing to read all. */
    private Map<TopicPartition, Long> restore(Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        StoreCheckpoint checkpoint = new StoreCheckpoint(settings.checkpoint);
        long started = System.nanoTime();
        try {
            StoreCheckpoint.Header header = checkpoint.header();
            if (header == null) {
                LOG.info("feature store: no checkpoint yet, reading all of the topics");
                return Map.of();
            }
            fits(header, begins, ends);
            long entries = checkpoint.read(this::restore);
            restoredEntries = entries;
            completeAt = header.at();
            soundAt = header.at();
            LOG.info(
                    "feature store: {} entries from the checkpoint of {} in {} ms",
                    entries,
                    header.at(),
                    (System.nanoTime() - started) / 1_000_000);
            return header.offsets();
        } catch (StoreCheckpoint.Unusable | IOException e) {
            LOG.warn(
                    "feature store: the checkpoint {} is not used, reading all of the topics: {}",
                    settings.checkpoint,
                    e.getMessage());
            readAll = true; // some of it may be here already
            return Map.of();
        }
    }

    private void fits(StoreCheckpoint.Header header, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends)
            throws StoreCheckpoint.Unusable {
        Duration age = Duration.between(header.at(), settings.clock.instant());
        if (age.compareTo(settings.oldest) > 0) {
            throw new StoreCheckpoint.Unusable("it is " + age.toHours() + " h old, more than "
                    + settings.oldest.toHours() + " h: what was deleted since may have left no trace");
        }
        if (!header.topics().equals(topicIds)) {
            throw new StoreCheckpoint.Unusable("it is of other topics");
        }
        for (Map.Entry<TopicPartition, Long> offset : header.offsets().entrySet()) {
            Long begin = begins.get(offset.getKey());
            Long end = ends.get(offset.getKey());
            if (begin == null || end == null || offset.getValue() < begin || offset.getValue() > end) {
                throw new StoreCheckpoint.Unusable("it goes on at offset " + offset.getValue() + " of "
                        + offset.getKey() + ", which has " + begin + " to " + end);
            }
        }
    }

    private void restore(StoreCheckpoint.Entry entry) throws IOException {
        if (entry.topic() < 0 || entry.topic() >= TOPICS.size()) {
            throw new IOException("there is no topic " + entry.topic());
        }
        try {
            take(TOPICS.get(entry.topic()), entry.bytes(), entry.id(), entry.order(), entry.writtenAtMillis());
            written(TOPICS.get(entry.topic()), entry.writtenAtMillis());
        } catch (Topic.Undecodable | RuntimeException e) {
            throw new IOException(entry.id() + " is " + e.getMessage(), e);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            Topic<?> topic = topic(record.topic());
            see(topic, record);
            written(topic, record.timestamp());
            if (record.value() == null) {
                remove(topic, new String(record.key(), StandardCharsets.UTF_8));
            } else if (topic == Topics.VIEWER_STATES) {
                viewers.accept(record.value(), record.timestamp());
            } else {
                take(topic, record.value(), null, 0, record.timestamp());
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

    private static Topic<?> topic(String name) {
        for (Topic<?> topic : TOPICS) {
            if (topic.name().equals(name)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("no topic of this store: " + name);
    }

    private void take(Topic<?> topic, byte[] bytes, String id, long order, long writtenAt) throws Topic.Undecodable {
        if (topic == Topics.VIEWER_STATES) {
            viewers.accept(id, bytes, order, writtenAt);
        } else if (topic == Topics.CONTENT_STATES) {
            store.accept(StateRecords.of(Topics.CONTENT_STATES.decode(bytes)), writtenAt);
        } else if (topic == Topics.AUTHOR_STATES) {
            store.accept(StateRecords.of(Topics.AUTHOR_STATES.decode(bytes)), writtenAt);
        } else if (topic == Topics.CONTENTS) {
            store.accept(Topics.CONTENTS.decode(bytes), writtenAt);
        } else {
            store.accept(Topics.RELATIONS.decode(bytes));
        }
    }

    /** A tombstone: whoever is erased is gone here, too. */
    private void remove(Topic<?> topic, String key) {
        if (topic == Topics.VIEWER_STATES) {
            viewers.table().remove(key);
        } else if (topic == Topics.CONTENT_STATES) {
            store.contentStateTable().remove(key);
        } else if (topic == Topics.AUTHOR_STATES) {
            store.authorTable().remove(key);
        } else if (topic == Topics.CONTENTS) {
            store.contentTable().remove(key);
        } else {
            String[] parts = key.split("\\|", 3);
            store.relations().remove(parts[0], RelationKind.valueOf(parts[1]), parts[2]);
        }
    }

    private void see(Topic<?> topic, ConsumerRecord<byte[], byte[]> record) {
        if (seen == null) {
            return;
        }
        String key = topic.name() + ' ' + new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            seen.remove(key);
        } else {
            seen.add(key);
        }
    }

    /** What was here before all was read again and did not come again has been deleted. */
    private void forgetUnseen() {
        if (seen != null) {
            forgetUnseen(Topics.CONTENTS, store.contentTable());
            forgetUnseen(Topics.VIEWER_STATES, viewers.table());
            forgetUnseen(Topics.CONTENT_STATES, store.contentStateTable());
            forgetUnseen(Topics.AUTHOR_STATES, store.authorTable());
            store.relations()
                    .all()
                    .filter(relation -> !seen.contains(Topics.RELATIONS.name() + ' ' + Keys.of(relation)))
                    .forEach(relation -> remove(Topics.RELATIONS, Keys.of(relation)));
        }
        seen = null;
        readAll = false;
    }

    private void forgetUnseen(Topic<?> topic, Table<?> table) {
        table.visit((id, value, order, at) -> {
            if (!seen.contains(topic.name() + ' ' + id)) {
                table.remove(id);
            }
        });
    }

    /** Forgets what was not written for long. */
    void forget() {
        long before =
                settings.clock.instant().minus(settings.limits.unchanged()).toEpochMilli();
        viewers.table().forgetWrittenBefore(before);
        store.contentStateTable().forgetWrittenBefore(before);
        store.authorTable().forgetWrittenBefore(before);
        if (evicted() > warnedOfEvictions) {
            LOG.warn(
                    "feature store: {} states and contents had to go for lack of room; give it more, or viewers to Redis",
                    evicted() - warnedOfEvictions);
            warnedOfEvictions = evicted();
        }
    }

    /** Writes the checkpoint now; what comes in meanwhile may or may not be in it, and is read again. */
    synchronized void checkpoint() {
        Instant at = completeAt;
        Map<TopicPartition, Long> offsets = applied;
        if (!caughtUp || settings.checkpoint == null) {
            return;
        }
        long started = System.nanoTime();
        try {
            long size = new StoreCheckpoint(settings.checkpoint)
                    .write(new StoreCheckpoint.Header(at, topicIds, offsets), this::writeTo);
            LOG.info("feature store: checkpoint of {} bytes in {} ms", size, (System.nanoTime() - started) / 1_000_000);
        } catch (IOException | RuntimeException e) {
            LOG.warn("feature store: the checkpoint {} cannot be written: {}", settings.checkpoint, e.toString());
        }
    }

    private void writeTo(StoreCheckpoint.Out out) throws IOException {
        int contents = TOPICS.indexOf(Topics.CONTENTS);
        store.contentTable()
                .visit((id, content, order, at) ->
                        out.entry(new StoreCheckpoint.Entry(contents, id, order, at, Topics.CONTENTS.encode(content))));
        int relations = TOPICS.indexOf(Topics.RELATIONS);
        for (Relation relation : (Iterable<Relation>) store.relations().all()::iterator) {
            out.entry(new StoreCheckpoint.Entry(relations, Keys.of(relation), 0, 0, Topics.RELATIONS.encode(relation)));
        }
        int viewerStates = TOPICS.indexOf(Topics.VIEWER_STATES);
        viewers.table()
                .visit((id, bytes, order, at) ->
                        out.entry(new StoreCheckpoint.Entry(viewerStates, id, order, at, bytes)));
        int contentStates = TOPICS.indexOf(Topics.CONTENT_STATES);
        store.contentStateTable().visit((id, state, order, at) -> {
            ContentStateRecord record = StateRecords.of(state);
            out.entry(new StoreCheckpoint.Entry(contentStates, id, order, at, Topics.CONTENT_STATES.encode(record)));
        });
        int authorStates = TOPICS.indexOf(Topics.AUTHOR_STATES);
        store.authorTable().visit((id, state, order, at) -> {
            AuthorStateRecord record = StateRecords.of(state);
            out.entry(new StoreCheckpoint.Entry(authorStates, id, order, at, Topics.AUTHOR_STATES.encode(record)));
        });
    }

    /** A change made by this process, visible here at once; the topic brings it again, which changes nothing. */
    void accept(Content content) {
        store.accept(content, settings.clock.millis());
    }

    /** A change made by this process, visible here at once; the topic brings it again, which changes nothing. */
    void accept(Relation relation) {
        store.accept(relation);
    }

    /** Stops reading, and writes a last checkpoint. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        consumer.wakeup();
        try {
            reader.join(STOP.toMillis());
            checkpointer.shutdown();
            checkpointer.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checkpoint();
    }
}
