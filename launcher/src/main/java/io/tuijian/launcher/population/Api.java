package io.tuijian.launcher.population;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The HTTP API of a running demo as a client sees it, with the tokens that it gives. Safe from many threads. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TOKENS_KEPT = Duration.ofHours(12);
    private static final int MOST_TOKENS = 100_000;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final URI baseUrl;
    private final Clock clock;

    Api(URI baseUrl, Clock clock) {
        this.baseUrl = baseUrl;
        this.clock = clock;
    }

    private record Token(String token, Instant since) {}

    /** An engagement as it is sent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sent(
            String id,
            String contentId,
            Action action,
            String at,
            String feedId,
            int position,
            String surface,
            String sessionId,
            Long watchedMillis,
            String undoes) {}

    /** The API has too much to do, or a part of it is down. */
    static final class Busy extends IOException {
        private static final long serialVersionUID = 1;

        private final long waitMillis;

        Busy(String message, long waitMillis) {
            super(message);
            this.waitMillis = waitMillis;
        }

        /** How long it asked to wait, 0 if it did not say. */
        long waitMillis() {
            return waitMillis;
        }
    }

    /** The API does not want this; the same again would not help. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    String viewer(String id) throws IOException, InterruptedException {
        return token("viewer", id);
    }

    String author(String id) throws IOException, InterruptedException {
        return token("author", id);
    }

    private String token(String kind, String id) throws IOException, InterruptedException {
        Token known = tokens.get(id);
        if (known != null && clock.instant().isBefore(known.since.plus(TOKENS_KEPT))) {
            return known.token;
        }
        String token =
                post("/demo/tokens", null, Map.of(kind, id)).path("token").asText();
        if (tokens.size() >= MOST_TOKENS) {
            tokens.clear();
        }
        tokens.put(id, new Token(token, clock.instant()));
        return token;
    }

    JsonNode get(String path, String token) throws IOException, InterruptedException {
        return send(request(path, token).GET().build());
    }

    JsonNode post(String path, String token, Object body) throws IOException, InterruptedException {
        return send(request(path, token)
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    }

    void put(String path, String token) throws IOException, InterruptedException {
        send(request(path, token).PUT(HttpRequest.BodyPublishers.ofString("{}")).build());
    }

    JsonNode engagements(String token, List<Sent> engagements) throws IOException, InterruptedException {
        return post("/v1/engagements", token, Map.of("engagements", engagements));
    }

    /** False if it is sold out. */
    boolean order(String token, String contentId, String feedId) throws IOException, InterruptedException {
        return !post("/demo/orders", token, Map.of("contentId", contentId, "feedId", feedId))
                .isMissingNode();
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(baseUrl.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json");
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        int status = response.statusCode();
        String said = request.method() + " " + request.uri().getPath() + " was answered with " + status;
        if (status == 429 || status >= 502 && status <= 504) {
            throw new Busy(
                    said,
                    response.headers()
                            .firstValue("Retry-After")
                            .map(Api::millis)
                            .orElse(0L));
        }
        if (status == 401) {
            tokens.clear();
            throw new Busy(said, 0); // the demo was started anew and gives new tokens
        }
        if (status == 409) {
            return JSON.missingNode(); // somebody was faster
        }
        if (status >= 300) {
            throw new Refused(said);
        }
        return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
    }

    private static long millis(String seconds) {
        return seconds.matches("\\d{1,5}") ? 1000 * Long.parseLong(seconds) : 0;
    }
}
