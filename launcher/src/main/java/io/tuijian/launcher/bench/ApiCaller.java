package io.tuijian.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Tokens;
import io.tuijian.launcher.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Calls one server of the feed over HTTP as anyone; safe from many threads. */
final class ApiCaller {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration VALID = Duration.ofHours(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> issued = new ConcurrentHashMap<>();
    private final String url;
    private final Tokens tokens;

    ApiCaller(int port, Tokens tokens) {
        this.url = "http://127.0.0.1:" + port;
        this.tokens = tokens;
    }

    /**
     * The answer's body, missing if it has none.
     *
     * @param body null for none
     * @throws Failure if the server does not answer with success in time
     */
    JsonNode call(String method, String path, String caller, Role role, Object body) {
        String token = issued.computeIfAbsent(
                role + caller, who -> tokens.issue(caller, EnumSet.of(role), Instant.now(), VALID));
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token)
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build();
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new Failure(method + " " + path + " was answered with " + response.statusCode() + ": "
                        + JSON.readTree(response.body()).path("detail").asText());
            }
            return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new Failure(method + " " + path + " was not answered: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted", e);
        }
    }
}
