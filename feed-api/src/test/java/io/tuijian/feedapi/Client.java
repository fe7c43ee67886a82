package io.tuijian.feedapi;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.models.PopularityModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Calls a server as whoever is asked for. */
record Client(FeedApi api) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.US_ASCII);

    /** An answer as it came. */
    record Answer(int status, byte[] bytes) {
        JsonNode body() throws IOException {
            return JSON.readTree(bytes);
        }
    }

    /** A server on these servers that has caught up. */
    static FeedApi started(String bootstrapServers, String elasticsearch) {
        FeedApi api = new FeedApi(
                new FeedApi.Settings("localhost", 0, bootstrapServers, elasticsearch, KEY, Duration.ofSeconds(5)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
        return api;
    }

    Answer call(String method, String path, Role role, String id, Object body) throws IOException {
        String token = api.tokens().issue(id, EnumSet.of(role), Instant.now(), Duration.ofMinutes(5));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        try {
            HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The id of what this author publishes. */
    String publish(String authorId, Map<String, Object> body) throws IOException {
        Answer answer = call("POST", "/v1/contents", Role.CREATOR, authorId, body);
        if (answer.status() != 201) {
            throw new AssertionError(new String(answer.bytes(), StandardCharsets.UTF_8));
        }
        return answer.body().path("id").asText();
    }

    /** A relation of a viewer, set. */
    void put(String viewerId, String kind, String to) throws IOException {
        Answer answer = call("PUT", "/v1/viewers/me/" + kind + "/" + to, Role.VIEWER, viewerId, null);
        if (answer.status() != 204) {
            throw new AssertionError(new String(answer.bytes(), StandardCharsets.UTF_8));
        }
    }

    Answer engage(Role role, String id, Map<String, Object> engagement) throws IOException {
        return call("POST", "/v1/engagements", role, id, Map.of("engagements", List.of(engagement)));
    }
}
