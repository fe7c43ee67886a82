package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.feedapi.FeedClient.Page;
import io.tuijian.models.PopularityModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The contract of every served memory, in a real Redis. */
@Tag("full")
class RedisServedMemoryIT extends ServedMemoryContract {
    @TempDir
    static Path folder;

    private static EmbeddedCluster cluster;
    private static Redis redis;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("state")).withParts(Part.REDIS));
        redis = redis();
    }

    private static Redis redis() {
        return new Redis(cluster.redisAddress(), Duration.ofSeconds(1), System::nanoTime);
    }

    @AfterAll
    static void stop() {
        redis.close();
        cluster.close();
    }

    @Override
    ServedMemory memory() {
        return new RedisServedMemory(redis);
    }

    @Test
    void what_one_server_served_another_knows() {
        Instant now = Instant.now();
        try (Redis other = redis()) {
            new RedisServedMemory(other).remember("v-shared", List.of("c1"), now);
            assertThat(memory().lately("v-shared", now).contentIds()).containsExactly("c1");
        }
    }

    @Test
    void a_refresh_on_another_server_brings_other_items() {
        FeedClient.publish(IntStream.range(0, 80)
                .mapToObj(i -> FeedClient.video("fleet" + i, "a-fleet" + i % 40, "t-fleet" + i % 8))
                .toList());
        FeedApi.Stores stores = new FeedApi.Stores(null, RedisFeatureStore.Settings.viewersAt(cluster.redisAddress()));
        try (FeedApi one = FeedClient.server(stores, PopularityModel::new);
                FeedApi other = FeedClient.server(stores, PopularityModel::new)) {
            Page page = FeedClient.page(one, "v-fleet", 20, null);
            Page refreshed = FeedClient.page(other, "v-fleet", 20, null);
            assertThat(page.degraded()).isEmpty();
            assertThat(refreshed.ids()).hasSize(20).doesNotContainAnyElementsOf(page.ids());
            cluster.stopRedis();
            try {
                assertThat(FeedClient.page(one, "v-fleet", 20, null).degraded())
                        .contains("served-memory", "viewer-states");
            } finally {
                cluster.startRedis();
            }
        }
    }

    @Test
    void a_viewer_who_does_not_come_back_takes_no_room() {
        memory().remember("v-gone", List.of("c1"), Instant.now());
        try (RedisClient client = RedisClient.create("redis://" + cluster.redisAddress())) {
            assertThat(client.pttl("served-lately:v-gone")).isBetween(1L, ServedMemory.LASTS.toMillis());
        }
    }

    @Test
    void a_redis_that_is_full_is_still_read() {
        Instant now = Instant.now();
        memory().remember("v-early", List.of("c1"), now);
        try (RedisClient client = RedisClient.create("redis://" + cluster.redisAddress())) {
            client.configSet("maxmemory", "1");
            try {
                assertThat(memory().remember("v-late", List.of("c1"), now)).isFalse();
                assertThat(memory().lately("v-early", now)).isEqualTo(new ServedMemory.Lately(Set.of("c1"), true));
                assertThat(redis.reachable()).isTrue();
            } finally {
                client.configSet("maxmemory", "0");
            }
        }
    }

    @Test
    void while_redis_is_down_it_says_that_it_does_not_know() {
        Instant now = Instant.now();
        cluster.stopRedis();
        try {
            assertThat(memory().lately("v-alice", now)).isEqualTo(new ServedMemory.Lately(Set.of(), false));
            assertThat(memory().remember("v-alice", List.of("c1"), now)).isFalse();
        } finally {
            cluster.startRedis();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> memory().lately("v-alice", now).complete());
    }
}
