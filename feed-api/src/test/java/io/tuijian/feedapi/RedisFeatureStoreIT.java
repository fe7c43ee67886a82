package io.tuijian.feedapi;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.FeatureStoreContract;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.StoredState;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The contract of every feature store, with all states in a real Redis. */
@Tag("full")
class RedisFeatureStoreIT extends FeatureStoreContract {
    private static final Set<Topic<?>> ALL = Set.of(Topics.VIEWER_STATES, Topics.CONTENT_STATES, Topics.AUTHOR_STATES);

    @TempDir
    static Path folder;

    private static final InMemoryFeatureStore known = new InMemoryFeatureStore();
    private static EmbeddedCluster cluster;
    private static RedisClient redis;
    private static RedisFeatureStore store;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("state")).withParts(Part.REDIS));
        redis = client();
        store = store(ALL);
    }

    private static RedisClient client() {
        return RedisClient.create("redis://" + cluster.redisAddress());
    }

    private static RedisFeatureStore store(Set<Topic<?>> topics) {
        return new RedisFeatureStore(
                new RedisFeatureStore.Settings(cluster.redisAddress(), topics, Duration.ofSeconds(1)),
                known,
                () -> Duration.ZERO);
    }

    @AfterAll
    static void stop() {
        store.close();
        redis.close();
        cluster.close();
    }

    @Override
    protected FeatureStore store() {
        return store;
    }

    @Override
    protected void put(ViewerState state) {
        byte[] bytes = Topics.VIEWER_STATES.encode(StateRecords.of(state));
        write(Topics.VIEWER_STATES, state.viewerId(), state.events(), bytes);
    }

    @Override
    protected void put(ContentState state) {
        byte[] bytes = Topics.CONTENT_STATES.encode(StateRecords.of(state));
        write(Topics.CONTENT_STATES, state.contentId(), state.events(), bytes);
    }

    @Override
    protected void put(AuthorState state) {
        byte[] bytes = Topics.AUTHOR_STATES.encode(StateRecords.of(state));
        write(Topics.AUTHOR_STATES, state.authorId(), state.events(), bytes);
    }

    @Override
    protected void put(Content content) {
        known.accept(content);
    }

    @Override
    protected void put(Relation relation) {
        known.accept(relation);
    }

    private static void write(Topic<?> topic, String id, long events, byte[] bytes) {
        redis.eval(
                StoredState.WRITE_UNLESS_NEWER.getBytes(StandardCharsets.US_ASCII),
                List.of(StoredState.rawKey(topic, id)),
                List.of(StoredState.value(events, bytes), "60000".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void a_state_without_events_for_long_is_gone_and_reads_as_empty() {
        put(ViewerState.empty("v-gone")
                .after(outcome("e", "v-gone", Action.LIKE, content("c").told(), NOON)));
        assertThat(store.viewer("v-gone").events()).isEqualTo(1);
        redis.pexpire(StoredState.key(Topics.VIEWER_STATES, "v-gone"), 1);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> store.viewer("v-gone").equals(ViewerState.empty("v-gone")));
        assertThat(store.missing()).isEmpty();
    }

    @Test
    void while_redis_is_down_a_load_goes_without_and_names_what_is_missing() {
        Content cat = content("c-down").by("a-down").told();
        put(cat);
        put(ViewerState.empty("v-down").after(outcome("e", "v-down", Action.LIKE, cat, NOON)));
        try (RedisFeatureStore viewers = store(Set.of(Topics.VIEWER_STATES))) {
            known.accept(ContentState.empty("c-down").after(outcome("e", "v-down", Action.LIKE, cat, NOON)));
            assertThat(load(viewers).missing()).isEmpty();
            cluster.stopRedis();
            try {
                FeatureStore.Loaded loaded = load(viewers);
                assertThat(loaded.missing()).containsExactly("viewer-states");
                assertThat(loaded.inputs()).hasSize(1);
                assertThat(loaded.inputs().get(0).viewer()).isEqualTo(ViewerState.empty("v-down"));
                assertThat(loaded.inputs().get(0).contentState().events()).isEqualTo(1);
                assertThat(viewers.missing()).containsExactly("viewer-states");
            } finally {
                cluster.startRedis();
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> load(viewers).missing().isEmpty());
            assertThat(viewers.viewer("v-down").events()).isEqualTo(1);
            redis.close();
            redis = client();
        }
    }

    private static FeatureStore.Loaded load(FeatureStore from) {
        return from.load("v-down", List.of("c-down"), context(Surface.FOR_YOU, NOON));
    }

    @Test
    void what_cannot_be_decoded_is_counted_and_reads_as_empty() {
        redis.set("v:v-poison", "nonsense, longer than a header");
        long before = store.undecodable();
        assertThat(store.viewer("v-poison")).isEqualTo(ViewerState.empty("v-poison"));
        assertThat(store.undecodable()).isEqualTo(before + 1);
    }

    @Test
    void an_address_that_is_none_is_refused_at_once() {
        assertThatThrownBy(() -> new RedisFeatureStore(
                        RedisFeatureStore.Settings.viewersAt("nowhere"), known, () -> Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not at nowhere");
    }
}
