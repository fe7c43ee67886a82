package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.Part;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StockIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static FeedApi one;
    private static FeedApi two;

    @BeforeAll
    static void start() {
        one = server();
        two = server();
    }

    @AfterAll
    static void stop() {
        for (FeedApi api : new FeedApi[] {one, two}) {
            if (api != null) {
                api.close();
            }
        }
    }

    private static FeedApi server() {
        return Client.started(
                RealServers.shared().bootstrapServers(), RealServers.shared().elasticsearchUrl());
    }

    private static Map<String, Object> item(String text, Integer stock) {
        Map<String, Object> item = new HashMap<>(Map.of("priceMinor", 9_900, "currency", "CNY", "shopId", "s1"));
        if (stock != null) {
            item.put("stock", stock);
        }
        return Map.of("kind", "SHOP_ITEM", "text", text, "item", item);
    }

    /** Published on the first server, known on both. */
    private static String offered(Integer stock) throws IOException {
        String id = new Client(one).publish("a-shop", item("a teapot", stock));
        await().atMost(DEADLINE).until(() -> two.store().content(id) != null);
        return id;
    }

    private static Map<String, Object> order(String contentId, String order, Action action) {
        Map<String, Object> sent = new LinkedHashMap<>();
        sent.put("id", order);
        sent.put("orderId", order);
        sent.put("viewerId", "v-" + order);
        sent.put("contentId", contentId);
        sent.put("action", action.name());
        sent.put("at", "2026-11-21T08:00:00Z");
        sent.put("amountMinor", 9_900);
        sent.put("currency", "CNY");
        return sent;
    }

    private static Client.Answer send(FeedApi api, String contentId, String order) throws IOException {
        return new Client(api).engage(Role.PUBLISHER, "shop-system", order(contentId, order, Action.PURCHASE));
    }

    private static boolean bought(FeedApi api, String contentId, String order) throws IOException {
        Client.Answer answer = send(api, contentId, order);
        assertThat(answer.status()).isEqualTo(202);
        if (answer.body().path("accepted").isEmpty()) {
            assertThat(answer.body().at("/rejected/0/reason").asText()).isEqualTo("sold out");
            return false;
        }
        assertThat(answer.body().at("/accepted/0").asText()).isEqualTo(order);
        return true;
    }

    private static JsonNode counted(String contentId) throws IOException {
        return one.elasticsearch()
                .call("GET", "/" + Indices.STOCK.name() + "/_doc/" + contentId, null, Duration.ofSeconds(10))
                .path("_source");
    }

    private static void awaitStock(String contentId, Integer stock) {
        for (FeedApi api : List.of(one, two)) {
            await().atMost(DEADLINE)
                    .untilAsserted(() ->
                            assertThat(Stock.of(api.store().content(contentId))).isEqualTo(stock));
        }
    }

    /** The ids of the purchases of this content in the log. */
    private static Set<String> purchases(String contentId) throws Exception {
        Set<String> ids = new TreeSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", RealServers.shared().bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < RealServers.PARTITIONS; i++) {
                partitions.add(new TopicPartition(Topics.ENGAGEMENTS.name(), i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Engagement engagement = Topics.ENGAGEMENTS.decode(record.value());
                    if (engagement.getContentId().equals(contentId) && engagement.getAction() == Action.PURCHASE) {
                        ids.add(engagement.getId());
                    }
                }
            }
        }
        return ids;
    }

    @Test
    void the_last_piece_is_sold_once_by_two_servers_and_to_whoever_asks_again_once() throws Exception {
        String teapot = offered(5);
        ExecutorService buyers = Executors.newFixedThreadPool(16);
        Set<String> sold = new TreeSet<>();
        try {
            List<Future<String>> orders = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String order = "o" + i % 20; // each at both servers
                FeedApi api = i % 40 < 20 ? one : two;
                orders.add(buyers.submit(() -> bought(api, teapot, order) ? order : null));
            }
            for (Future<String> order : orders) {
                if (order.get(60, TimeUnit.SECONDS) != null) {
                    sold.add(order.get());
                }
            }
        } finally {
            buyers.shutdownNow();
        }
        assertThat(sold).hasSize(5);
        assertThat(purchases(teapot)).isEqualTo(sold);
        assertThat(counted(teapot).path("remaining").asInt()).isZero();
        for (int i = 0; i < 20; i++) {
            assertThat(bought(i % 2 == 0 ? one : two, teapot, "o" + i)).isEqualTo(sold.contains("o" + i));
        }
        assertThat(counted(teapot).path("remaining").asInt()).isZero();
        awaitStock(teapot, 0);
        for (FeedApi api : List.of(one, two)) {
            JsonNode page = new Client(api)
                    .call("GET", "/v1/feed/shop?limit=100", Role.VIEWER, "v-looks", null)
                    .body();
            assertThat(page.path("items"))
                    .noneMatch(shown -> shown.at("/content/id").asText().equals(teapot));
        }
    }

    @Test
    void the_author_fills_it_up_and_a_change_of_anything_else_leaves_the_count() throws Exception {
        String cup = offered(1);
        assertThat(bought(two, cup, "first")).isTrue();
        awaitStock(cup, 0);
        assertThat(bought(one, cup, "second")).isFalse();

        change(one, cup, item("cups again", 2));
        assertThat(counted(cup).path("remaining").asInt()).isEqualTo(2);
        awaitStock(cup, 2);
        assertThat(bought(two, cup, "first")).as("still the same order").isTrue();
        assertThat(bought(two, cup, "third")).isTrue();
        assertThat(counted(cup).path("remaining").asInt()).isEqualTo(1);
        awaitStock(cup, 1);

        change(two, cup, item("a last cup", 1));
        assertThat(counted(cup).path("remaining").asInt()).isEqualTo(1);
        await().atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(one.store().content(cup).getText()).isEqualTo("a last cup"));
        assertThat(new Client(one)
                        .engage(Role.PUBLISHER, "shop-system", order(cup, "third", Action.REFUND))
                        .body()
                        .path("accepted"))
                .hasSize(1);
        assertThat(counted(cup).path("remaining").asInt())
                .as("a refund does not fill it up")
                .isEqualTo(1);

        change(one, cup, item("cups without end", null));
        await().atMost(DEADLINE).until(() -> Stock.of(two.store().content(cup)) == null);
        for (int i = 0; i < 3; i++) {
            assertThat(bought(two, cup, "more" + i)).isTrue();
        }
    }

    private static void change(FeedApi api, String contentId, Map<String, Object> body) throws IOException {
        Client.Answer answer = new Client(api).call("PUT", "/v1/contents/" + contentId, Role.CREATOR, "a-shop", body);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void what_is_taken_down_while_it_sells_stays_down() throws Exception {
        String lamp = offered(1_000);
        ExecutorService buyers = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 20; i++) {
                String order = "lamp" + i;
                FeedApi api = i % 2 == 0 ? one : two;
                buyers.submit(() -> bought(api, lamp, order));
            }
            assertThat(new Client(one)
                            .call("DELETE", "/v1/contents/" + lamp, Role.CREATOR, "a-shop", null)
                            .status())
                    .isEqualTo(204);
        } finally {
            buyers.shutdown();
        }
        assertThat(buyers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        for (FeedApi api : List.of(one, two)) {
            await().during(Duration.ofSeconds(1)).atMost(DEADLINE).until(() -> {
                Content content = api.store().content(lamp);
                return content.getState() == ContentState.TAKEN_DOWN;
            });
        }
    }

    /** The same as a crash between the count and the log: the piece is taken, and nobody has heard of it. */
    @Test
    void an_order_that_kafka_did_not_take_has_its_piece_when_it_comes_again() throws Exception {
        EmbeddedCluster doomed = RealServers.started("doomed-stock", Part.KAFKA);
        String vase;
        try (FeedApi api =
                Client.started(doomed.bootstrapServers(), RealServers.shared().elasticsearchUrl())) {
            vase = new Client(api).publish("a-shop", item("a vase", 1));
            Content published = api.store().content(vase);
            doomed.close();
            assertThat(send(api, vase, "early").status()).isEqualTo(503);
            assertThat(counted(vase).path("remaining").asInt()).isZero();
            one.store().accept(published); // as if that Kafka had come back
            two.store().accept(published);
        } finally {
            doomed.close();
        }
        assertThat(bought(one, vase, "late")).isFalse();
        assertThat(purchases(vase)).isEmpty();
        assertThat(bought(two, vase, "early")).isTrue();
        assertThat(bought(one, vase, "early")).isTrue();
        assertThat(purchases(vase)).containsExactly("early");
        assertThat(counted(vase).path("remaining").asInt()).isZero();
        awaitStock(vase, 0);
    }

    @Test
    void without_elasticsearch_what_has_a_stock_is_sold_later_and_the_rest_is_sold() throws Exception {
        try (FeedApi alone = Client.started(RealServers.shared().bootstrapServers(), "http://localhost:1")) {
            String rare = offered(1);
            String common = offered(null);
            await().atMost(DEADLINE)
                    .until(() ->
                            alone.store().content(rare) != null && alone.store().content(common) != null);
            Client.Answer refused = send(alone, rare, "patient");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body().path("detail").asText()).contains("same ids");
            assertThat(purchases(rare)).isEmpty();
            assertThat(bought(alone, common, "any")).isTrue();
            assertThat(bought(two, rare, "patient")).isTrue();
            assertThat(bought(one, rare, "later")).isFalse();
        }
    }
}
