package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.features.CountOnce;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What viewers set, where one server knows less than another; what it knows wrongly is put into its memory alone. */
class ControlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static FeedApi here;
    private static FeedApi there;
    private static Client client;

    @BeforeAll
    static void start() {
        here = started();
        there = started();
        client = new Client(here);
    }

    private static FeedApi started() {
        return Client.started(
                RealServers.shared().bootstrapServers(), RealServers.shared().elasticsearchUrl());
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
    }

    private static void knows(
            FeedApi api, String from, RelationKind kind, String to, boolean active, Instant at, Double value) {
        api.store().accept(new Relation(from, kind, to, active, at, null, Provenance.REAL, value));
    }

    private static boolean holds(FeedApi api, String from, RelationKind kind, String to) {
        return api.store().relations().active(from, kind, to, Instant.now());
    }

    private static void eventually(BooleanSupplier condition) {
        await().atMost(PATIENCE).until(condition::getAsBoolean);
    }

    private static Client.Answer delete(String viewerId, String path) throws IOException {
        return client.call("DELETE", "/v1/viewers/me/" + path, Role.VIEWER, viewerId, null);
    }

    @Test
    void a_block_is_set_and_ended_everywhere_whatever_this_server_believes() throws IOException {
        String alice = "v-controls-alice";
        knows(here, alice, RelationKind.BLOCK, "v-bob", true, Instant.now().plusSeconds(2), null); // a clock is ahead
        client.put(alice, "blocked", "v-bob");
        eventually(() -> holds(there, alice, RelationKind.BLOCK, "v-bob"));
        assertThat(delete(alice, "blocked/v-bob").status()).isEqualTo(204);
        assertThat(holds(here, alice, RelationKind.BLOCK, "v-bob")).isFalse();
        eventually(() -> !holds(there, alice, RelationKind.BLOCK, "v-bob"));

        knows(there, alice, RelationKind.BLOCK, "v-carol", true, Instant.now().minusSeconds(1), null);
        assertThat(delete(alice, "blocked/v-carol").status()).isEqualTo(204);
        eventually(() -> !holds(there, alice, RelationKind.BLOCK, "v-carol"));
    }

    @Test
    void so_is_the_dial() throws IOException {
        String alice = "v-controls-dials";
        Instant now = Instant.now();
        knows(here, alice, RelationKind.DIAL, "people", true, now.minusSeconds(2), .7);
        knows(there, alice, RelationKind.DIAL, "people", true, now.minusSeconds(1), .2);
        assertThat(client.call("PUT", "/v1/viewers/me/dial", Role.VIEWER, alice, Map.of("people", .7))
                        .status())
                .isEqualTo(204);
        eventually(() -> Double.valueOf(.7)
                .equals(there.store().relations().value(alice, RelationKind.DIAL, "people", Instant.now())));
    }

    @Test
    void two_hundred_keywords_can_be_muted_at_a_time_and_two_thousand_ever() throws IOException {
        String alice = "v-controls-mutes";
        Instant before = Instant.now().minusSeconds(1);
        IntStream.range(0, 200)
                .forEach(i -> knows(here, alice, RelationKind.MUTE_KEYWORD, "word" + i, true, before, null));
        Client.Answer refused = client.call("PUT", "/v1/viewers/me/muted-keywords/more", Role.VIEWER, alice, null);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("detail").asText())
                .isEqualTo("At most 200 muted-keywords can be set; end one of them first.");
        client.put(alice, "muted-keywords", "word7");
        client.put(alice, "muted-topics", "t7");
        assertThat(delete(alice, "muted-keywords/word7").status()).isEqualTo(204);
        client.put(alice, "muted-keywords", "more");
        assertThat(delete(alice, "muted-keywords/more").status()).isEqualTo(204);

        IntStream.range(201, 2_000)
                .forEach(i -> knows(here, alice, RelationKind.MUTE_KEYWORD, "word" + i, false, before, null));
        for (String method : List.of("PUT", "DELETE")) {
            refused = client.call(method, "/v1/viewers/me/muted-keywords/another", Role.VIEWER, alice, null);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().path("detail").asText())
                    .isEqualTo("At most 2000 different muted-keywords can ever be set or ended.");
        }
        client.put(alice, "muted-keywords", "word300");
    }

    @Test
    void a_follow_counts_once_however_often_it_is_sent_and_not_when_it_has_ended() throws Exception {
        String alice = "v-controls-follows";
        client.put(alice, "following", "a-counted");
        client.put(alice, "following", "a-counted");
        assertThat(follows(alice, 3)).isEqualTo(1);
        assertThat(delete(alice, "following/a-counted").status()).isEqualTo(204);
        assertThat(delete(alice, "following/a-counted").status()).isEqualTo(204);
        assertThat(follows(alice, 4)).isZero();
        client.put(alice, "following", "a-counted");
        assertThat(follows(alice, 5)).isEqualTo(1);
    }

    /** What counts of the follows of this viewer, once there are so many engagements. */
    private static int follows(String viewerId, int engagements) throws Exception {
        List<Engagement> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", RealServers.shared().bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, RealServers.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topics.ENGAGEMENTS.name(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Engagement engagement = Topics.ENGAGEMENTS.decode(record.value());
                    if (engagement.getViewerId().equals(viewerId)) {
                        found.add(engagement);
                    }
                }
                return found.size() >= engagements;
            });
        }
        assertThat(found).hasSize(engagements).allMatch(one -> one.getAction() == Action.FOLLOW);
        CountOnce.Ledger ledger = CountOnce.inMemory();
        return found.stream()
                .flatMap(engagement -> CountOnce.counted(ledger, engagement).stream())
                .mapToInt(CountOnce.Counted::weight)
                .sum();
    }
}
