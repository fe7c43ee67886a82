package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Holds real exchanges against {@code openapi.yaml}: a request that is taken must be one that it allows, and every
 * answer one that it promises. Stricter than clients need be: what it does not name must not be in an answer. Safe from
 * many threads.
 */
final class Contract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROBLEM = "application/problem+json";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final String DEFINITIONS = "$defs";

    /** The one that the server publishes. */
    static final Contract PUBLISHED = new Contract();

    private final JsonNode api = read();
    private final JsonNode strictSchemas = strict(api.path("components").path("schemas"), Position.DEFINITIONS);
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            Dialects.getDraft202012(),
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    private Contract() {}

    /** Sends the request and checks the exchange; of a stream, up to its first event, after which it is closed. */
    HttpResponse<byte[]> send(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(
                request,
                head -> head.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")
                        ? new FirstEvent()
                        : HttpResponse.BodySubscribers.ofByteArray());
        check(request, response);
        return response;
    }

    /** What comes until an empty line; takes no more. */
    private static final class FirstEvent implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> event = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return event;
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            to.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> bytes) {
            bytes.forEach(some -> text.append(StandardCharsets.UTF_8.decode(some)));
            if (text.indexOf("\n\n") >= 0) {
                subscription.cancel();
                onComplete();
            }
        }

        @Override
        public void onError(Throwable error) {
            event.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            event.complete(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Fails if anything in this exchange is not as the contract says. */
    void check(HttpRequest request, HttpResponse<byte[]> response) {
        String exchange = request.method() + " " + request.uri().getRawPath() + " answered " + response.statusCode();
        Optional<Operation> operation = operation(request);
        if (operation.isEmpty()) {
            assertThat(response.statusCode())
                    .as(exchange + " though it is not described")
                    .isIn(404, 405);
            assertThat(problems(PROBLEM, response, reference("Problem")))
                    .as(exchange)
                    .isEmpty();
            return;
        }
        List<String> wrong = new ArrayList<>();
        if (response.statusCode() < 400) {
            wrong.addAll(ofParameters(operation.get(), request));
            wrong.addAll(ofBody(operation.get(), request, response));
        }
        wrong.addAll(ofAnswer(operation.get(), response));
        assertThat(wrong)
                .as("%s: %s", exchange, new String(response.body(), StandardCharsets.UTF_8))
                .isEmpty();
    }

    /** An operation of the contract and what stands in its path. */
    private record Operation(JsonNode path, JsonNode operation, Map<String, String> pathParameters) {
        Stream<JsonNode> parameters() {
            return Stream.of(path, operation).flatMap(owner -> stream(owner.path("parameters")));
        }
    }

    private Optional<Operation> operation(HttpRequest request) {
        String[] parts = request.uri().getRawPath().split("/", -1);
        String method = request.method().toLowerCase(Locale.ROOT);
        return api.path("paths").properties().stream()
                .filter(path -> path.getValue().has(method))
                .sorted(java.util.Comparator.comparing(path -> path.getKey().contains("{"))) // fixed ones first
                .flatMap(path -> matched(path.getKey().split("/", -1), parts)
                        .map(found ->
                                new Operation(path.getValue(), path.getValue().path(method), found))
                        .stream())
                .findFirst();
    }

    private static Optional<Map<String, String>> matched(String[] template, String[] parts) {
        if (template.length != parts.length) {
            return Optional.empty();
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < parts.length; i++) {
            if (template[i].startsWith("{") && !parts[i].isEmpty()) {
                found.put(template[i].substring(1, template[i].length() - 1), decoded(parts[i].replace("+", "%2B")));
            } else if (!template[i].equals(parts[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    private List<String> ofParameters(Operation operation, HttpRequest request) {
        Map<String, String> query = query(request.uri());
        Set<String> unknown = new java.util.HashSet<>(query.keySet());
        List<String> wrong = new ArrayList<>();
        operation.parameters().map(this::resolved).forEach(parameter -> {
            String name = parameter.path("name").asText();
            unknown.remove(name);
            String value =
                    switch (parameter.path("in").asText()) {
                        case "path" -> operation.pathParameters.get(name);
                        case "query" -> query.get(name);
                        default -> request.headers().firstValue(name).orElse(null);
                    };
            if (value == null) {
                if (parameter.path("required").asBoolean()) {
                    wrong.add("the parameter " + name + " is missing");
                }
            } else {
                JsonNode schema = parameter.path("schema");
                wrong.addAll(against(schema(schema, false), typed(value, resolved(schema)), "parameter " + name));
            }
        });
        unknown.forEach(name -> wrong.add("there is no parameter " + name));
        return wrong;
    }

    private List<String> ofBody(Operation operation, HttpRequest request, HttpResponse<byte[]> response) {
        JsonNode described = resolved(operation.operation.path("requestBody"));
        byte[] body = bytes(request);
        if (described.isMissingNode()) {
            return body.length == 0 ? List.of() : List.of("a body is sent though none is described");
        }
        if (body.length == 0 && !described.path("required").asBoolean()) {
            return List.of();
        }
        JsonNode schema = described.path("content").path("application/json").path("schema");
        try {
            return against(schema(schema, false), withoutNulls(taken(JSON.readTree(body), response)), "request");
        } catch (IOException e) {
            return List.of("the request was taken and is not JSON");
        }
    }

    /** Of a batch whose elements are taken one by one, those that were taken. */
    private static JsonNode taken(JsonNode body, HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() != 202 || !body.path("engagements").isArray()) {
            return body;
        }
        ArrayNode taken = (ArrayNode) body.path("engagements");
        List<JsonNode> rejected =
                stream(JSON.readTree(response.body()).path("rejected")).toList();
        for (int i = rejected.size() - 1; i >= 0; i--) {
            taken.remove(rejected.get(i).path("index").asInt());
        }
        return body;
    }

    /** What is null counts as left out. */
    private static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(Contract::withoutNulls);
        return node;
    }

    private List<String> ofAnswer(Operation operation, HttpResponse<byte[]> response) {
        JsonNode responses = operation.operation.path("responses");
        JsonNode described = resolved(responses.path(Integer.toString(response.statusCode())));
        if (described.isMissingNode() && response.statusCode() >= 400 && response.statusCode() < 500) {
            described = resolved(responses.path("default"));
        }
        if (described.isMissingNode()) {
            return List.of("the status is not described");
        }
        List<String> wrong = new ArrayList<>();
        described.path("headers").properties().forEach(header -> response.headers()
                .firstValue(header.getKey())
                .ifPresentOrElse(
                        value -> wrong.addAll(against(
                                schema(header.getValue().path("schema"), false),
                                TextNode.valueOf(value),
                                "header " + header.getKey())),
                        () -> wrong.add("the header " + header.getKey() + " is missing")));
        if (!described.has("content")) {
            if (response.body().length > 0) {
                wrong.add("an answer without content has some");
            }
            return wrong;
        }
        String type = type(response);
        JsonNode media = described.path("content").path(type);
        if (media.isMissingNode()) {
            wrong.add("the content type " + type + " is not described");
            return wrong;
        }
        wrong.addAll(problems(type, response, media.path("schema")));
        return wrong;
    }

    private List<String> problems(String type, HttpResponse<byte[]> response, JsonNode schema) {
        if (!type.equals(type(response))) {
            return List.of("the content type is " + type(response));
        }
        if (!type.endsWith("json")) {
            return List.of();
        }
        try {
            JsonNode body = JSON.readTree(response.body());
            List<String> wrong = new ArrayList<>(against(schema(schema, true), body, "answer"));
            if (type.equals(PROBLEM) && body.path("status").asInt() != response.statusCode()) {
                wrong.add("the problem says " + body.path("status"));
            }
            return wrong;
        } catch (IOException e) {
            return List.of("the answer is not JSON");
        }
    }

    /** An operation as it is described. */
    record Described(String method, String path, List<Parameter> parameters, JsonNode body) {
        /** The examples of its body. */
        List<JsonNode> bodies() {
            JsonNode media = body.path("content").path("application/json");
            List<JsonNode> bodies = new ArrayList<>();
            if (media.has("example")) {
                bodies.add(media.path("example"));
            }
            media.path("examples").forEach(example -> bodies.add(example.path("value")));
            return bodies;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** {@code in} is {@code path}, {@code query} or {@code header}. */
    record Parameter(String name, String in) {}

    /** All that can be asked. */
    Stream<Described> operations() {
        return api.path("paths").properties().stream().flatMap(path -> path.getValue().properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey()))
                .map(operation -> new Described(
                        operation.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        new Operation(path.getValue(), operation.getValue(), Map.of())
                                .parameters()
                                .map(this::resolved)
                                .map(one -> new Parameter(
                                        one.path("name").asText(),
                                        one.path("in").asText()))
                                .toList(),
                        resolved(operation.getValue().path("requestBody")))));
    }

    /** What is wrong with an example of the contract itself. */
    List<String> ofExamples() {
        List<String> wrong = new ArrayList<>();
        examples(api, "", wrong);
        return wrong;
    }

    private void examples(JsonNode node, String where, List<String> wrong) {
        if (node.has("schema")) {
            List<JsonNode> examples = new ArrayList<>();
            if (node.has("example")) {
                examples.add(node.path("example"));
            }
            node.path("examples").forEach(example -> examples.add(example.path("value")));
            examples.forEach(example -> wrong.addAll(against(schema(node.path("schema"), true), example, where)));
        }
        node.properties().forEach(field -> examples(field.getValue(), where + "/" + field.getKey(), wrong));
    }

    /** What is wrong with an answer that should be of this component. */
    List<String> against(String component, JsonNode answer) {
        return against(schema(reference(component), true), answer, component);
    }

    private static List<String> against(Schema schema, JsonNode value, String what) {
        return schema.validate(value).stream().map(error -> what + ": " + error).toList();
    }

    private static JsonNode reference(String component) {
        return JSON.createObjectNode().put("$ref", "#/components/schemas/" + component);
    }

    /** A schema of the document by itself, with all that it may refer to. */
    private Schema schema(JsonNode schema, boolean strict) {
        return compiled.computeIfAbsent(strict + schema.toString(), any -> {
            ObjectNode root = JSON.createObjectNode();
            root.putArray("allOf").add(strict ? strict(schema, Position.USE) : schema);
            root.set(
                    DEFINITIONS, strict ? strictSchemas : api.path("components").path("schemas"));
            return registry.getSchema(root.toString().replace("#/components/schemas/", "#/" + DEFINITIONS + "/"));
        });
    }

    /** Where in a schema a node stands: where it judges a whole value, where it judges along with others, elsewhere. */
    private enum Position {
        USE,
        PART,
        DEFINITIONS,
        USES
    }

    /** The same schema, with what it does not name forbidden; said where a whole value is judged, so that parts add up. */
    private static JsonNode strict(JsonNode node, Position position) {
        if (!node.isObject()) {
            return node;
        }
        ObjectNode strict = JSON.createObjectNode();
        node.properties().forEach(field -> {
            JsonNode value = field.getValue();
            strict.set(
                    field.getKey(),
                    switch (position) {
                        case DEFINITIONS -> strict(value, Position.PART);
                        case USES -> strict(value, Position.USE);
                        case USE, PART ->
                            switch (field.getKey()) {
                                case "properties" -> strict(value, Position.USES);
                                case "items", "additionalProperties" -> strict(value, Position.USE);
                                case "allOf", "oneOf", "anyOf" -> parts(value);
                                default -> value;
                            };
                    });
        });
        if (position == Position.USE) {
            strict.put("unevaluatedProperties", false);
        }
        return strict;
    }

    private static JsonNode parts(JsonNode schemas) {
        ArrayNode parts = JSON.createArrayNode();
        schemas.forEach(schema -> parts.add(strict(schema, Position.PART)));
        return parts;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static JsonNode typed(String value, JsonNode schema) {
        boolean whole = schema.path("type").asText().equals("integer") && value.matches("-?\\d{1,18}");
        return whole ? LongNode.valueOf(Long.parseLong(value)) : TextNode.valueOf(value);
    }

    private static String type(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("none");
        return type.split(";")[0].trim();
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                int cut = pair.indexOf('=');
                query.put(
                        decoded(cut < 0 ? pair : pair.substring(0, cut)),
                        cut < 0 ? "" : decoded(pair.substring(cut + 1)));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /** The body of a request, as it was sent. */
    private static byte[] bytes(HttpRequest request) {
        HttpResponse.BodySubscriber<byte[]> body = HttpResponse.BodySubscribers.ofByteArray();
        request.bodyPublisher().ifPresentOrElse(publisher -> publisher.subscribe(collecting(body)), body::onComplete);
        return body.getBody().toCompletableFuture().join();
    }

    private static Flow.Subscriber<ByteBuffer> collecting(Flow.Subscriber<List<ByteBuffer>> body) {
        return new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                body.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
                body.onNext(List.of(bytes));
            }

            @Override
            public void onError(Throwable error) {
                body.onError(error);
            }

            @Override
            public void onComplete() {
                body.onComplete();
            }
        };
    }

    private static JsonNode read() {
        try (InputStream in = FeedApi.class.getResourceAsStream("/openapi.yaml")) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
