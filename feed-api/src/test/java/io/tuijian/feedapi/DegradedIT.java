package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.Part;
import io.tuijian.models.PopularityModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Kill any part and the feed still answers, and says what is missing. */
class DegradedIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes();

    private final HttpClient http = HttpClient.newHttpClient();

    private static FeedApi api(String bootstrapServers, String elasticsearch) {
        return api(new FeedApi.Settings("localhost", 0, bootstrapServers, elasticsearch, KEY, Duration.ofSeconds(2)));
    }

    private static FeedApi api(FeedApi.Settings settings) {
        return new FeedApi(
                settings,
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
    }

    private record Answer(int status, JsonNode body) {}

    private Answer call(FeedApi api, String method, String path, Role role, String id, Object body)
            throws IOException, InterruptedException {
        String token = api.tokens().issue(id, EnumSet.of(role), Instant.now(), Duration.ofMinutes(5));
        HttpResponse<byte[]> response = Contract.PUBLISHED.send(
                http,
                HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + token)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                        .build());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    private void publish(FeedApi api, int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            Answer published = call(
                    api,
                    "POST",
                    "/v1/contents",
                    Role.CREATOR,
                    "a" + i,
                    Map.of("text", "news " + i, "topics", List.of("t1")));
            assertThat(published.status()).isEqualTo(201);
        }
    }

    private static List<String> degraded(Answer answer) {
        List<String> degraded = new ArrayList<>();
        answer.body().path("degraded").forEach(part -> degraded.add(part.asText()));
        return degraded;
    }

    @Test
    void without_elasticsearch_pages_come_from_memory_and_have_no_cursor() throws Exception {
        try (FeedApi api = api(RealServers.shared().bootstrapServers(), "http://localhost:1")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
            publish(api, 15);
            Answer page = call(api, "GET", "/v1/feed/for-you?limit=10", Role.VIEWER, "v1", null);
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body().path("items")).hasSize(10);
            assertThat(page.body().path("nextCursor").isNull()).isTrue();
            assertThat(degraded(page)).contains("content-index", "timelines");
            Answer reach = call(api, "GET", "/v1/authors/a1/reach", Role.CREATOR, "a1", null);
            assertThat(reach.status()).isEqualTo(503);
            assertThat(reach.body().path("title").asText()).isNotBlank();
        }
    }

    @Test
    void without_kafka_pages_go_on_and_engagements_are_asked_for_again() throws Exception {
        EmbeddedCluster kafka = RealServers.started("doomed", Part.KAFKA);
        try (FeedApi api = api(kafka.bootstrapServers(), RealServers.shared().elasticsearchUrl())) {
            await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
            publish(api, 15);
            String like = api.store().inMemory().contents().iterator().next().getId();
            kafka.close();
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        Answer page = call(api, "GET", "/v1/feed/for-you?limit=5", Role.VIEWER, "v1", null);
                        assertThat(page.status()).isEqualTo(200);
                        return degraded(page).containsAll(List.of("feature-store", "served-log"));
                    });
            Answer refused = call(
                    api,
                    "POST",
                    "/v1/engagements",
                    Role.VIEWER,
                    "v1",
                    Map.of(
                            "engagements",
                            List.of(Map.of(
                                    "id", "1", "contentId", like, "action", "LIKE", "at", "2026-01-01T00:00:00Z"))));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body().path("detail").asText()).contains("same ids");
        } finally {
            kafka.close();
        }
    }

    @Test
    void without_redis_pages_go_on_without_the_viewers_states_and_say_so() throws Exception {
        FeedApi.Stores absent = new FeedApi.Stores(null, RedisFeatureStore.Settings.viewersAt("localhost:1"));
        FeedApi.Settings settings = new FeedApi.Settings(
                "localhost",
                0,
                RealServers.shared().bootstrapServers(),
                RealServers.shared().elasticsearchUrl(),
                KEY,
                Duration.ofSeconds(2),
                absent);
        try (FeedApi api = api(settings)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
            publish(api, 5);
            Answer page = call(api, "GET", "/v1/feed/for-you?limit=5", Role.VIEWER, "v1", null);
            assertThat(page.status()).isEqualTo(200);
            assertThat(degraded(page)).contains("viewer-states");
        }
    }

    @Test
    void a_page_that_nothing_can_fill_is_empty_not_an_error() throws Exception {
        try (FeedApi api = api(
                RealServers.shared().bootstrapServers(), RealServers.shared().elasticsearchUrl())) {
            await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
            Answer page = call(api, "GET", "/v1/feed/following?limit=5", Role.VIEWER, "v-nobody", null);
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body().path("items")).isEmpty();
            assertThat(page.body().path("nextCursor").isNull()).isTrue();
        }
    }
}
