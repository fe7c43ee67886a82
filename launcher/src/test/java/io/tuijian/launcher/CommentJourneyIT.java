package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Words;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.CommentJob;
import io.tuijian.models.PopularityModel;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the phone of the one who comments to that of a friend: server, Kafka, Flink, Elasticsearch, server. */
@Tag("full")
class CommentJourneyIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int COMMENTS = 10;

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path state;

    private FeedApi api;

    @Test
    void a_comment_arrives_within_a_moment_and_goes_when_it_is_taken_back() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(state).withElasticsearchHeapMegabytes(256).withSlots(2))) {
            for (Topic<?> topic : Topics.ALL) {
                cluster.createTopic(
                        topic.name(), 2, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
            }
            api = new FeedApi(
                    new FeedApi.Settings(
                            "localhost",
                            0,
                            cluster.bootstrapServers(),
                            cluster.elasticsearchUrl(),
                            "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.US_ASCII),
                            Duration.ofSeconds(5)),
                    Clock.systemUTC(),
                    new Words(Map.of()),
                    new FeedApi.Model(PopularityModel::new, List::of),
                    new Readiness(),
                    (server, routes) -> {});
            try {
                api.elasticsearch().createIndices();
                await().atMost(DEADLINE).until(() -> api.store().caughtUp());
                var environment = cluster.environment("comments", 2, Duration.ofSeconds(10));
                new CommentJob(new Clusters(cluster.bootstrapServers(), cluster.elasticsearchUrl())).build(environment);
                cluster.submit(environment, "comments").awaitRunning(DEADLINE);
                journeys();
            } finally {
                api.close();
            }
        }
    }

    private void journeys() throws Exception {
        String content = call("POST", "/v1/contents", Role.CREATOR, "a-bob", Map.of("text", "a day out"))
                .path("id")
                .asText();
        long[] millis = new long[COMMENTS];
        for (int i = 0; i < COMMENTS; i++) {
            String text = "comment " + i;
            long began = System.nanoTime();
            engage(Map.of("id", "e" + i, "contentId", content, "action", "COMMENT", "text", text));
            await().atMost(DEADLINE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> comments(content).path(0).path("text").asText().equals(text));
            millis[i] = (System.nanoTime() - began) / 1_000_000;
        }
        Arrays.sort(millis);
        System.out.printf(
                "A comment can be read %d ms after it was sent, at most %d ms (%d comments, one after the other).%n",
                millis[COMMENTS / 2], millis[COMMENTS - 1], COMMENTS);
        assertThat(comments(content)).hasSize(COMMENTS);
        engage(Map.of("id", "u1", "contentId", content, "action", "COMMENT", "undoes", "e1"));
        engage(Map.of("id", "e2", "contentId", content, "action", "COMMENT", "text", "said again"));
        await().atMost(DEADLINE).until(() -> comments(content).size() == COMMENTS - 1);
        assertThat(comments(content)).noneMatch(one -> Arrays.asList("comment 1", "said again")
                .contains(one.path("text").asText()));
    }

    private JsonNode comments(String content) throws IOException, InterruptedException {
        return call("GET", "/v1/contents/" + content + "/comments?limit=100", Role.VIEWER, "v-alice", null)
                .path("comments");
    }

    private void engage(Map<String, Object> engagement) throws IOException, InterruptedException {
        Map<String, Object> one = new java.util.HashMap<>(engagement);
        one.put("at", Instant.now().toString());
        JsonNode taken = call("POST", "/v1/engagements", Role.VIEWER, "v-carol", Map.of("engagements", List.of(one)));
        assertThat(taken.path("accepted")).hasSize(1);
    }

    private JsonNode call(String method, String path, Role role, String id, Object body)
            throws IOException, InterruptedException {
        String token = api.tokens().issue(id, EnumSet.of(role), Instant.now(), Duration.ofMinutes(5));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                .timeout(DEADLINE)
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isLessThan(300);
        return JSON.readTree(response.body());
    }
}
