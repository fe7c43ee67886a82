package io.tuijian.feedapi;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.outcome;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.Part;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.FeatureStoreContract;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every feature store, kept over a real Kafka. */
class ReplicatedFeatureStoreIT extends FeatureStoreContract {
    private static KafkaProducer<byte[], byte[]> producer;
    private static ReplicatedFeatureStore store;

    @BeforeAll
    static void start() {
        String bootstrapServers = RealServers.shared().bootstrapServers();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        store = new ReplicatedFeatureStore(bootstrapServers);
    }

    @AfterAll
    static void stop() {
        store.close();
        producer.close();
    }

    @Override
    protected FeatureStore store() {
        return store;
    }

    @Override
    protected void put(ViewerState state) {
        send(Topics.VIEWER_STATES, state.viewerId(), StateRecords.of(state));
    }

    @Override
    protected void put(ContentState state) {
        send(Topics.CONTENT_STATES, state.contentId(), StateRecords.of(state));
    }

    @Override
    protected void put(AuthorState state) {
        send(Topics.AUTHOR_STATES, state.authorId(), StateRecords.of(state));
    }

    @Override
    protected void put(Content content) {
        send(Topics.CONTENTS, content.getId(), content);
    }

    @Override
    protected void put(Relation relation) {
        send(Topics.RELATIONS, Keys.of(relation), relation);
    }

    private static <T extends SpecificRecord> void send(Topic<T> topic, String key, T record) {
        send(topic, key, topic.encode(record));
    }

    private static void send(Topic<?> topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value));
    }

    @Test
    void another_process_that_starts_later_reads_the_same() {
        put(ViewerState.empty("v-late"));
        producer.flush();
        try (ReplicatedFeatureStore late =
                new ReplicatedFeatureStore(RealServers.shared().bootstrapServers())) {
            await().atMost(Duration.ofSeconds(30)).until(late::caughtUp);
            assertThat(late.viewer("v-late")).isEqualTo(ViewerState.empty("v-late"));
        }
    }

    private static ReplicatedFeatureStore started(ReplicatedFeatureStore.Settings settings) {
        ReplicatedFeatureStore started = new ReplicatedFeatureStore(settings);
        await().atMost(Duration.ofSeconds(30)).until(started::caughtUp);
        return started;
    }

    private static ReplicatedFeatureStore.Settings settings() {
        return ReplicatedFeatureStore.Settings.on(RealServers.shared().bootstrapServers());
    }

    private static ViewerState viewer(String id, int events) {
        ViewerState state = ViewerState.empty(id);
        for (int i = 0; i < events; i++) {
            state = state.after(
                    outcome("e" + i, id, Action.COMMENT, content("c" + i).told(), NOON.plusSeconds(i)));
        }
        return state;
    }

    @Test
    void it_starts_where_it_ended_and_reads_only_what_came_since(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("checkpoint");
        put(viewer("v-kept", 2));
        Content cat = content("c-kept").by("a-kept").told();
        put(cat);
        put(relation("v-kept", RelationKind.FOLLOW, "a-kept"));
        put(ContentState.empty("c-kept").after(outcome("e", "v-kept", Action.SEEN, cat, NOON)));
        put(AuthorState.empty("a-kept").after(outcome("e", "v-kept", Action.SEEN, cat, NOON)));
        put(viewer("v-erased", 1));
        producer.flush();
        started(settings().withCheckpoint(file)).close();
        assertThat(file).isNotEmptyFile();

        put(viewer("v-kept", 3));
        send(Topics.VIEWER_STATES, "v-erased", (byte[]) null);
        producer.flush();
        try (ReplicatedFeatureStore again = started(settings().withCheckpoint(file))) {
            assertThat(again.restoredEntries()).isPositive();
            assertThat(again.recordsRead()).isBetween(2L, 20L);
            assertThat(again.viewer("v-kept")).isEqualTo(viewer("v-kept", 3));
            assertThat(again.viewer("v-erased")).isEqualTo(ViewerState.empty("v-erased"));
            assertThat(again.relations().active("v-kept", RelationKind.FOLLOW, "a-kept", NOON))
                    .isTrue();
            FeatureInput input = again.load("v-kept", List.of("c-kept"), context(Surface.FOR_YOU, NOON))
                    .inputs()
                    .get(0);
            assertThat(input.content()).isEqualTo(cat);
            assertThat(input.contentState().events()).isEqualTo(1);
            assertThat(input.author().events()).isEqualTo(1);
        }
    }

    @Test
    void after_a_restart_it_never_steps_back_to_fewer_events(@TempDir Path folder) {
        Path file = folder.resolve("checkpoint");
        put(viewer("v-back", 5));
        producer.flush();
        started(settings().withCheckpoint(file)).close();
        put(viewer("v-back", 4));
        producer.flush();
        try (ReplicatedFeatureStore again = started(settings().withCheckpoint(file))) {
            assertThat(again.viewer("v-back").events()).isEqualTo(5);
        }
    }

    @Test
    void a_damaged_or_too_old_checkpoint_means_reading_all_again(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("checkpoint");
        put(viewer("v-again", 2));
        producer.flush();
        started(settings().withCheckpoint(file)).close();

        Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofHours(21));
        try (ReplicatedFeatureStore again =
                started(settings().withCheckpoint(file).withClock(tomorrow))) {
            assertThat(again.restoredEntries()).isZero();
            assertThat(again.viewer("v-again").events()).isEqualTo(2);
        }

        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        try (ReplicatedFeatureStore again = started(settings().withCheckpoint(file))) {
            assertThat(again.restoredEntries()).isZero();
            assertThat(again.viewer("v-again").events()).isEqualTo(2);
        }
    }

    @Test
    void a_checkpoint_of_other_topics_is_not_used(@TempDir Path folder) {
        Path file = folder.resolve("checkpoint");
        put(viewer("v-here", 2));
        producer.flush();
        started(settings().withCheckpoint(file)).close();
        try (EmbeddedCluster other = RealServers.started("other", Part.KAFKA);
                ReplicatedFeatureStore elsewhere = started(ReplicatedFeatureStore.Settings.on(other.bootstrapServers())
                        .withCheckpoint(file))) {
            assertThat(elsewhere.restoredEntries()).isZero();
            assertThat(elsewhere.viewer("v-here").events()).isZero();
        }
    }

    @Test
    void what_is_not_written_for_long_is_forgotten_and_what_does_not_fit_goes() {
        for (int i = 0; i < 100; i++) {
            put(viewer("v-many" + i, 3));
        }
        producer.flush();
        Clock inAYear = Clock.offset(Clock.systemUTC(), Duration.ofDays(365));
        try (ReplicatedFeatureStore old = started(settings().withClock(inAYear))) {
            assertThat(old.viewer("v-many99").events()).isEqualTo(3);
            old.forget();
            assertThat(old.viewerCount()).isZero();
        }
        StoreLimits tight = new StoreLimits(20_000, 3, 3, Duration.ofDays(90));
        try (ReplicatedFeatureStore small = started(settings().withLimits(tight))) {
            assertThat(small.inMemory().contentCount()).isLessThanOrEqualTo(3);
            assertThat(small.viewerCount()).isBetween(1, 100);
            assertThat(small.evicted()).isPositive();
        }
    }

    @Test
    void it_tells_for_how_long_it_may_have_missed_changes() {
        EmbeddedCluster doomed = RealServers.started("doomed-store", Part.KAFKA);
        try (ReplicatedFeatureStore cut = started(ReplicatedFeatureStore.Settings.on(doomed.bootstrapServers()))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> cut.behind().compareTo(Duration.ofMillis(200)) < 0);
            doomed.close();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> cut.load("v", List.of(), context(Surface.FOR_YOU, NOON))
                                    .behind()
                                    .compareTo(Duration.ofSeconds(3))
                            > 0);
        } finally {
            doomed.close();
        }
    }

    /** A clock that can be put forward, and that can fail. */
    private static final class TestClock extends Clock {
        private volatile Duration ahead = Duration.ZERO;
        private volatile boolean broken;

        @Override
        public Instant instant() {
            if (broken) {
                throw new IllegalStateException("the clock is broken");
            }
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void after_too_long_without_kafka_all_is_read_again_and_what_is_not_there_is_forgotten() {
        put(viewer("v-stays", 2));
        producer.flush();
        TestClock clock = new TestClock();
        try (ReplicatedFeatureStore cut = started(settings().withClock(clock))) {
            long read = cut.recordsRead();
            cut.accept(content("c-erased").told());
            cut.accept(relation("v-stays", RelationKind.FOLLOW, "a-erased"));
            clock.ahead = Duration.ofHours(30);
            await().atMost(Duration.ofSeconds(30)).until(() -> cut.content("c-erased") == null && cut.caughtUp());
            assertThat(cut.relations().targets("v-stays", RelationKind.FOLLOW, NOON))
                    .doesNotContain("a-erased");
            assertThat(cut.viewer("v-stays").events()).isEqualTo(2);
            assertThat(cut.recordsRead()).isGreaterThan(read);
        }
    }

    @Test
    void the_age_of_a_checkpoint_counts_from_when_all_was_read(@TempDir Path folder) throws Exception {
        StoreCheckpoint file = new StoreCheckpoint(folder.resolve("checkpoint"));
        TestClock clock = new TestClock();
        EmbeddedCluster doomed = RealServers.started("doomed-checkpoint", Part.KAFKA);
        try (ReplicatedFeatureStore cut = started(ReplicatedFeatureStore.Settings.on(doomed.bootstrapServers())
                .withClock(clock)
                .withCheckpoint(folder.resolve("checkpoint")))) {
            doomed.close();
            await().atMost(Duration.ofSeconds(60)).until(() -> !cut.reachable());
            clock.ahead = Duration.ofHours(30);
            cut.checkpoint();
            assertThat(file.header().at()).isBefore(Instant.now());
        } finally {
            doomed.close();
        }
    }

    @Test
    void an_unknown_topic_in_a_checkpoint_means_reading_all_and_keeping_nothing_of_it(@TempDir Path folder)
            throws Exception {
        Path path = folder.resolve("checkpoint");
        put(viewer("v-known", 2));
        producer.flush();
        started(settings().withCheckpoint(path)).close();
        StoreCheckpoint file = new StoreCheckpoint(path);
        file.write(file.header(), out -> {
            Content erased = content("c-zombie").told();
            out.entry(new StoreCheckpoint.Entry(0, "c-zombie", 1, 1, Topics.CONTENTS.encode(erased)));
            out.entry(new StoreCheckpoint.Entry(9, "x", 1, 1, new byte[1]));
        });
        try (ReplicatedFeatureStore again = started(settings().withCheckpoint(path))) {
            assertThat(again.restoredEntries()).isZero();
            assertThat(again.content("c-zombie")).isNull();
            assertThat(again.viewer("v-known").events()).isEqualTo(2);
        }
    }

    @Test
    void the_reader_survives_any_failure_and_tells() {
        TestClock clock = new TestClock();
        try (ReplicatedFeatureStore shaken = started(settings().withClock(clock))) {
            clock.broken = true;
            await().atMost(Duration.ofSeconds(30)).until(() -> !shaken.reachable());
            clock.broken = false;
            put(viewer("v-shaken", 1));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> shaken.reachable() && shaken.viewer("v-shaken").events() == 1);
        }
    }

    @Test
    void poison_is_counted_and_passed_over() {
        long before = store.undecodable();
        send(Topics.VIEWER_STATES, "v-poison", new byte[] {1, 2, 3});
        put(ViewerState.empty("v-after"));
        await().atMost(Duration.ofSeconds(30)).until(() -> store.undecodable() == before + 1);
    }
}
