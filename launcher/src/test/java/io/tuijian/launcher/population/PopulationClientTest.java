package io.tuijian.launcher.population;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the population behaves towards an API: a small one of its own, which answers as told. */
class PopulationClientTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Population POPULATION = Population.of(1, new PopulationSize(20, 5, 500, 1));

    private final List<JsonNode> engagements = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> published = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile int refuseFeedWith;
    private volatile int refuseEngagementsWith;
    private volatile long slowMillis;
    private HttpServer server;
    private ExecutorService threads;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            Thread.sleep(slowMillis);
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path.equals("/demo/tokens")) {
                JsonNode who = JSON.readTree(body);
                reply(
                        exchange,
                        201,
                        Map.of(
                                "token",
                                who.path("viewer").asText() + who.path("author").asText()));
            } else if (path.startsWith("/v1/feed/")) {
                reply(exchange, refuseFeedWith == 0 ? 200 : refuseFeedWith, page());
            } else if (path.equals("/v1/engagements")) {
                int status = refuseEngagementsWith;
                List<String> accepted = new ArrayList<>();
                for (JsonNode one : JSON.readTree(body).path("engagements")) {
                    engagements.add(one);
                    accepted.add(one.path("id").asText());
                }
                reply(exchange, status == 0 ? 202 : status, Map.of("accepted", accepted, "rejected", List.of()));
            } else if (path.equals("/v1/contents")) {
                published.add(JSON.readTree(body));
                reply(exchange, 201, Map.of("id", "c1"));
            } else {
                reply(exchange, 201, Map.of());
            }
        } catch (InterruptedException e) {
            exchange.close();
        } finally {
            atOnce.decrementAndGet();
        }
    }

    private static void reply(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Map<String, Object> page() {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            items.add(Map.of(
                    "position",
                    i,
                    "content",
                    Map.of(
                            "id",
                            "c" + i,
                            "authorId",
                            "a" + i,
                            "kind",
                            i == 4 ? "SHOP_ITEM" : "SHORT_VIDEO",
                            "topics",
                            List.of("t" + (i + 1)),
                            i == 4 ? "item" : "video",
                            i == 4 ? Map.of("priceMinor", 100, "currency", "CNY") : Map.of("durationMillis", 20_000))));
        }
        return Map.of("feedId", "f1", "items", items, "nextCursor", "next");
    }

    private PopulationClient client(double rate, int concurrency) {
        return new PopulationClient(
                POPULATION,
                new PopulationClient.Settings(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                        rate,
                        concurrency,
                        5,
                        Duration.ofMillis(50)),
                Clock.systemUTC());
    }

    @Test
    void it_scrolls_and_reacts_and_publishes_what_is_marked_as_generated() {
        try (PopulationClient client = client(200, 4)) {
            client.start();
            await().atMost(DEADLINE)
                    .until(() -> client.counts().pages() > 50 && client.counts().publications() > 3);
        }
        assertThat(engagements)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.path("feedId").asText()).isEqualTo("f1"))
                .noneMatch(one -> Set.of("LONG_VIEW", "FINISH", "PURCHASE", "REFUND")
                        .contains(one.path("action").asText()));
        assertThat(published)
                .isNotEmpty()
                .allSatisfy(body -> assertThat(body.path("provenance").asText()).isEqualTo("GENERATED"));
    }

    @Test
    void it_keeps_to_its_rate_and_its_concurrency() {
        slowMillis = 20;
        long began = System.nanoTime();
        PopulationClient.Counts counts;
        try (PopulationClient client = client(40, 3)) {
            client.start();
            await().atMost(DEADLINE).until(() -> client.counts().pages() >= 20);
            counts = client.counts();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat(counts.pages()).isLessThanOrEqualTo((long) (40 * seconds) + 2);
        assertThat(mostAtOnce.get()).isLessThanOrEqualTo(3);
    }

    @Test
    void it_waits_longer_and_longer_while_the_api_is_busy_and_then_goes_on() {
        refuseFeedWith = 503;
        try (PopulationClient client = client(500, 4)) {
            client.start();
            await().atMost(DEADLINE).until(() -> client.counts().waits() > 0);
            int before = requests.get();
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            assertThat(requests.get() - before).isLessThan(20);
            assertThat(client.counts().errors()).isZero();
            refuseFeedWith = 0;
            await().atMost(DEADLINE).until(() -> client.counts().pages() > 10);
        }
    }

    @Test
    void engagements_that_were_not_taken_are_sent_again_under_the_same_ids() {
        refuseEngagementsWith = 429;
        Set<String> first = ConcurrentHashMap.newKeySet();
        try (PopulationClient client = client(100, 1)) {
            client.start();
            await().atMost(DEADLINE).until(() -> client.counts().waits() > 0);
            engagements.forEach(one -> first.add(one.path("id").asText()));
            engagements.clear();
            refuseEngagementsWith = 0;
            await().atMost(DEADLINE).until(() -> engagements.stream()
                    .map(one -> one.path("id").asText())
                    .toList()
                    .containsAll(first));
            assertThat(client.counts().accepted()).isPositive();
        }
        assertThat(first).isNotEmpty();
    }

    @Test
    void what_is_refused_for_good_is_counted_and_dropped() {
        refuseEngagementsWith = 400;
        try (PopulationClient client = client(200, 2)) {
            client.start();
            await().atMost(DEADLINE).until(() -> client.counts().errors() > 3);
            assertThat(client.counts().accepted()).isZero();
            assertThat(client.counts().pages()).isGreaterThan(3);
        }
    }

    @Test
    void it_stops_at_once_even_while_the_api_does_not_answer() {
        slowMillis = 60_000;
        PopulationClient client = client(200, 4);
        client.start();
        await().atMost(DEADLINE).until(() -> requests.get() > 0);
        long began = System.nanoTime();
        client.close();
        assertThat(System.nanoTime() - began).isLessThan(Duration.ofSeconds(4).toNanos());
        int after = requests.get();
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);
        assertThat(requests.get()).isEqualTo(after);
    }

    @Test
    void nobody_there_is_no_reason_to_hurry() {
        server.stop(0);
        try (PopulationClient client = client(1_000, 2)) {
            client.start();
            await().atMost(DEADLINE).until(() -> client.counts().waits() > 0);
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            assertThat(client.counts().waits()).isLessThan(10);
        }
    }
}
