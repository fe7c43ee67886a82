package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.Part;
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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent, the answer is one that the contract describes, and never that something went wrong here. */
class ContractIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.UTF_8);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Percent-encoded. */
    private static final List<String> ODD_WORDS = List.of(
            "%20",
            "%00",
            "%0A",
            "%7F",
            "%FF%FE",
            "%ED%A0%80",
            "..",
            "..%2F..",
            "%2F",
            "%25",
            "%F0%9F%92%A5",
            "null",
            "-1",
            "0",
            "101",
            "%2B5",
            "1e9",
            "99999999999999999999",
            "abc",
            "'",
            "%3Cscript%3E",
            "%7B%7D",
            "x".repeat(65),
            "x".repeat(201),
            "x".repeat(4_000),
            "*",
            "_all",
            "c1,c2",
            "%E2%80%AE",
            "%D9%A5");

    private static final List<JsonNode> ODD_VALUES = List.of(
            NODES.nullNode(),
            NODES.booleanNode(true),
            NODES.numberNode(-1),
            NODES.numberNode(1.5),
            NODES.numberNode(new java.math.BigInteger("9".repeat(400))),
            NODES.numberNode(Double.MAX_VALUE),
            NODES.textNode(""),
            NODES.textNode(" "),
            NODES.textNode("\u0000"),
            NODES.textNode("\ud800"),
            NODES.textNode("\u202e"),
            NODES.textNode("x".repeat(201)),
            NODES.textNode("x".repeat(20_000)),
            NODES.textNode("+1000000000-12-31T23:59:59Z"),
            NODES.arrayNode(),
            NODES.arrayNode().add(1).add("x"),
            NODES.objectNode(),
            NODES.objectNode().put("x", 1));

    private static final List<byte[]> ODD_BODIES = List.of(
            bytes(""),
            bytes("{"),
            bytes("[]"),
            bytes("null"),
            bytes("1"),
            bytes("\"x\""),
            bytes("{}{}"),
            bytes("{\"engagements\":{}}"),
            bytes("{\"engagements\":[null,1,[],{}]}"),
            bytes("\ufeff{}"),
            bytes("[".repeat(100_000)),
            bytes("{\"a\":".repeat(5_000)),
            bytes("{\"text\":\"\\ud800\"}"),
            new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'},
            new byte[100],
            new byte[2 << 20]);

    private static EmbeddedCluster kafka; // its own: what is published here is nobody else's
    private static FeedApi api;
    private static String contentId;

    private final List<String> wrong = new ArrayList<>();

    @AfterEach
    void nothingIsWrong() {
        assertThat(wrong).isEmpty();
    }

    @BeforeAll
    static void start() throws Exception {
        kafka = RealServers.started("odd", Part.KAFKA);
        api = new FeedApi(
                new FeedApi.Settings(
                        "localhost",
                        0,
                        kafka.bootstrapServers(),
                        RealServers.shared().elasticsearchUrl(),
                        KEY,
                        Duration.ofSeconds(5)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
        HttpResponse<byte[]> published =
                send("POST", "/v1/contents", token(EnumSet.of(Role.CREATOR)), Map.of(), bytes("{\"text\":\"hello\"}"));
        contentId = JSON.readTree(published.body()).path("id").asText();
    }

    @AfterAll
    static void stop() {
        api.close();
        kafka.close();
    }

    static Stream<Contract.Described> operations() {
        return Contract.PUBLISHED.operations();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void odd_parameters_are_answered_as_described(Contract.Described operation) throws Exception {
        for (Contract.Parameter odd : operation.parameters()) {
            for (String word : ODD_WORDS) {
                String path = operation.path();
                StringBuilder query = new StringBuilder();
                Map<String, String> headers = new LinkedHashMap<>();
                for (Contract.Parameter each : operation.parameters()) {
                    boolean isOdd = each.equals(odd);
                    switch (each.in()) {
                        case "path" -> path = path.replace("{" + each.name() + "}", isOdd ? word : usual(each));
                        case "query" -> query.append(isOdd ? "&" + each.name() + "=" + word : "");
                        default -> {
                            if (isOdd && word.length() < 4_000 && !word.contains("%")) {
                                headers.put(each.name(), word);
                            }
                        }
                    }
                }
                String url = path + (query.isEmpty() ? "" : "?" + query.substring(1));
                call(operation.method(), url, token(EnumSet.allOf(Role.class)), headers, usualBody(operation));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void odd_bodies_are_answered_as_described(Contract.Described operation) throws Exception {
        if (operation.body().isMissingNode()) {
            return;
        }
        String token = token(EnumSet.allOf(Role.class));
        for (byte[] body : ODD_BODIES) {
            call(operation.method(), usualPath(operation), token, Map.of(), body);
        }
        for (JsonNode usual : operation.bodies()) {
            for (JsonNode odd : odd(usual)) {
                call(operation.method(), usualPath(operation), token, Map.of(), JSON.writeValueAsBytes(odd));
            }
        }
    }

    /** The same with one property, of whatever depth, odd. */
    private static List<JsonNode> odd(JsonNode usual) {
        List<JsonNode> odd = new ArrayList<>(ODD_VALUES);
        if (usual.isObject()) {
            usual.properties().forEach(field -> odd(field.getValue())
                    .forEach(value -> odd.add(((ObjectNode) usual.deepCopy()).set(field.getKey(), value))));
        } else if (usual.isArray() && !usual.isEmpty()) {
            odd(usual.get(0)).forEach(value -> odd.add(NODES.arrayNode().add(value)));
        }
        return odd;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void odd_tokens_are_answered_as_described(Contract.Described operation) throws Exception {
        List<String> tokens = new ArrayList<>(List.of(
                "",
                "Bearer",
                "Bearer x.y.z",
                "Basic eDp5",
                "Bearer " + "x".repeat(2_000),
                "Bearer " + api.tokens().issue("v1", EnumSet.of(Role.VIEWER), Instant.EPOCH, Duration.ofHours(1)),
                token(EnumSet.noneOf(Role.class)) + "x"));
        for (Role role : Role.values()) {
            tokens.add(token(EnumSet.of(role)));
        }
        for (String token : tokens) {
            call(operation.method(), usualPath(operation), token, Map.of(), usualBody(operation));
        }
    }

    @Test
    void what_is_not_described_is_answered_by_a_problem() throws Exception {
        for (String path :
                List.of("/v1", "/v1/feed", "/v1/contents/c1/c2", "/favicon.ico", "/assets/none", "/v1//contents")) {
            for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH")) {
                call(method, path, token(EnumSet.allOf(Role.class)), Map.of(), new byte[0]);
            }
        }
    }

    private static String usualPath(Contract.Described operation) {
        String path = operation.path();
        for (Contract.Parameter each : operation.parameters()) {
            path = path.replace("{" + each.name() + "}", usual(each));
        }
        return path;
    }

    private static String usual(Contract.Parameter parameter) {
        return switch (parameter.name()) {
            case "surface" -> "for-you";
            case "kind" -> "muted-keywords";
            case "feedId" -> "f20261121x";
            default -> contentId;
        };
    }

    private static byte[] usualBody(Contract.Described operation) throws IOException {
        List<JsonNode> bodies = operation.bodies();
        return bodies.isEmpty() ? new byte[0] : JSON.writeValueAsBytes(bodies.get(0));
    }

    private static String token(EnumSet<Role> roles) {
        return "Bearer " + api.tokens().issue("a-odd", roles, Instant.now(), Duration.ofHours(1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Checked against the contract, in which no 5xx is described but 503, and nothing here is down. */
    private void call(String method, String path, String token, Map<String, String> headers, byte[] body)
            throws Exception {
        try {
            assertThat(send(method, path, token, headers, body).statusCode())
                    .as("%s %s", method, path)
                    .isLessThan(500);
        } catch (AssertionError | IOException e) {
            wrong.add(method + " " + path + ": "
                    + new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8) + ": " + e.getMessage());
        }
    }

    private static HttpResponse<byte[]> send(
            String method, String path, String token, Map<String, String> headers, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", token);
        }
        headers.forEach(request::header);
        try {
            return Contract.PUBLISHED.send(HTTP, request.build());
        } catch (IOException e) { // the server hung up after the request before, which was no HTTP
            return Contract.PUBLISHED.send(HTTP, request.build());
        }
    }
}
