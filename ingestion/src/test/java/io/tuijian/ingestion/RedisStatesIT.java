package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.embedded.RunningJob;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.ContentState;
import io.tuijian.schemas.StoredState;
import io.tuijian.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

@Tag("full")
class RedisStatesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int IDS = 100;
    private static final int STATES = 60_000;

    @TempDir
    static Path folder;

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("state")).withParts(Part.REDIS, Part.FLINK));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static RedisClient client() {
        return RedisClient.create("redis://" + cluster.redisAddress());
    }

    private static ContentState state(String id, long events) {
        return new ContentState(id, ActionCounts.NONE, events, events);
    }

    private static Document document(String id, long events) {
        byte[] bytes = Encoding.CONTENT_STATE.encode(state(id, events));
        return new Document(StoredState.key(Topics.CONTENT_STATES, id), events, StoredState.value(events, bytes));
    }

    private static ContentState stored(RedisClient redis, String id) throws Exception {
        byte[] value = redis.get(StoredState.rawKey(Topics.CONTENT_STATES, id));
        return Encoding.CONTENT_STATE.decode(StoredState.bytes(value));
    }

    /** Sends a batch; returns what came back to be tried again. */
    private static List<Document> sent(RedisRequests requests, List<Document> batch) throws Exception {
        CompletableFuture<List<Document>> again = new CompletableFuture<>();
        requests.send(batch, new ResultHandler<>() {
            @Override
            public void complete() {
                again.complete(List.of());
            }

            @Override
            public void completeExceptionally(Exception e) {
                again.completeExceptionally(e);
            }

            @Override
            public void retryForEntries(List<Document> documents) {
                again.complete(documents);
            }
        });
        return again.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private static RedisRequests requests(Duration expiry) {
        return new RedisRequests(cluster.redisAddress(), expiry, new UnregisteredMetricsGroup());
    }

    @Test
    void an_older_state_never_replaces_a_newer_one_however_they_come() throws Exception {
        try (RedisRequests requests = requests(Duration.ZERO);
                RedisClient redis = client()) {
            List<Document> batch = new ArrayList<>();
            for (long events : new long[] {3, 255, 256, 70_000, 65_536, 12}) {
                batch.add(document("c-order", events));
            }
            assertThat(sent(requests, batch)).isEmpty();
            assertThat(stored(redis, "c-order")).isEqualTo(state("c-order", 70_000));
            assertThat(sent(requests, List.of(document("c-order", 70_000)))).isEmpty();
            assertThat(redis.pttl("c:c-order")).isEqualTo(-1);
        }
    }

    @Test
    void a_state_is_forgotten_when_it_is_not_written_again() throws Exception {
        try (RedisRequests requests = requests(Duration.ofDays(90));
                RedisRequests hasty = requests(Duration.ofMillis(50));
                RedisClient redis = client()) {
            sent(requests, List.of(document("c-expires", 1)));
            assertThat(redis.ttl("c:c-expires")).isBetween(89 * 86_400L, 90 * 86_400L);
            sent(hasty, List.of(document("c-expires", 2)));
            await().atMost(DEADLINE).until(() -> !redis.exists("c:c-expires"));
        }
    }

    @Test
    void what_is_no_state_under_a_key_is_left_alone_and_the_rest_is_written() throws Exception {
        try (RedisRequests requests = requests(Duration.ZERO);
                RedisClient redis = client()) {
            redis.lpush("c:c-list", "someone else's");
            assertThat(sent(requests, List.of(document("c-list", 1), document("c-fine", 1))))
                    .isEmpty();
            assertThat(redis.lrange("c:c-list", 0, -1)).containsExactly("someone else's");
            assertThat(stored(redis, "c-fine").events()).isEqualTo(1);
        }
    }

    @Test
    void a_server_that_forgot_the_script_gets_it_again() throws Exception {
        try (RedisRequests requests = requests(Duration.ZERO);
                RedisClient redis = client()) {
            sent(requests, List.of(document("c-script", 1)));
            redis.scriptFlush();
            assertThat(sent(requests, List.of(document("c-script", 2)))).isEmpty();
            assertThat(stored(redis, "c-script").events()).isEqualTo(2);
        }
    }

    @Test
    void a_restart_of_redis_loses_nothing_and_stops_nothing() throws Exception {
        StreamExecutionEnvironment env = cluster.environment("redis-states", 2, Duration.ofMillis(200));
        env.fromSequence(0, STATES - 1)
                .uid("numbers")
                .map(new Paced())
                .returns(Encoding.CONTENT_STATE)
                .uid("states")
                .sinkTo(new RedisStates<>(
                        cluster.redisAddress(),
                        Topics.CONTENT_STATES,
                        Encoding.CONTENT_STATE,
                        ContentState::contentId,
                        ContentState::events,
                        Duration.ofHours(1)))
                .uid("redis");
        RunningJob job = cluster.submit(env, "redis-states");
        try (RedisClient before = client()) {
            await().atMost(DEADLINE).until(() -> before.dbSize() >= IDS / 2);
        }
        cluster.stopRedis();
        TimeUnit.MILLISECONDS.sleep(500); // long enough to fail more than once
        cluster.startRedis();
        job.await(DEADLINE);
        try (RedisClient after = client()) {
            for (int i = 0; i < IDS; i++) {
                assertThat(stored(after, "c-flow" + i).events()).isEqualTo((STATES - IDS + i) / IDS);
            }
        }
    }

    /** States of a hundred contents, ever more events in each, over some seconds. */
    private static final class Paced implements MapFunction<Long, ContentState> {
        @Override
        public ContentState map(Long number) throws InterruptedException {
            if (number % 100 == 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return state("c-flow" + number % IDS, number / IDS);
        }
    }
}
