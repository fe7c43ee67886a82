package io.tuijian.feedapi;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.models.PopularityModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Calls a server as whoever is asked for. */
record Client(FeedApi api) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer as it came. */
    record Answer(int status, byte[] bytes) {
        JsonNode body() throws IOException {
            return JSON.readTree(bytes);
        }
    }

    /** A server on these servers that has caught up. */
    static FeedApi started(String bootstrapServers, String elasticsearch) {
        FeedApi api = new FeedApi(
                new FeedApi.Settings(
                        "localhost", 0, bootstrapServers, elasticsearch, FeedClient.KEY, Duration.ofSeconds(5)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
        return api;
    }

    Answer call(String method, String path, Role role, String id, Object body) {
        FeedClient.Answer answer = FeedClient.call(api, method, path, role, id, body);
        return new Answer(answer.status(), answer.text().getBytes(StandardCharsets.UTF_8));
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
    void put(String viewerId, String kind, String to) {
        Answer answer = call("PUT", "/v1/viewers/me/" + kind + "/" + to, Role.VIEWER, viewerId, null);
        if (answer.status() != 204) {
            throw new AssertionError(new String(answer.bytes(), StandardCharsets.UTF_8));
        }
    }

    Answer engage(Role role, String id, Map<String, Object> engagement) {
        return call("POST", "/v1/engagements", role, id, Map.of("engagements", List.of(engagement)));
    }
}
