package io.tuijian.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.launcher.tables.Table;
import io.tuijian.models.Shelf;
import io.tuijian.models.VectorFields;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The running demo as its scientist and its viewers meet it: over HTTP, with the tokens that it gives. Safe from many
 * threads.
 */
public final class LiveDemo {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String SCIENTIST = "s-lin";
    private static final String SIMILAR = "similar";
    private static final String LONG_VIEW = Action.LONG_VIEW.name();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final String url;
    private final String bootstrapServers;

    LiveDemo(String url, String bootstrapServers) {
        this.url = url;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * What the registry says of a model.
     *
     * @param version that is promoted
     * @param rollbackTo where a rollback would lead
     */
    public record Serving(String version, boolean pinned, String rollbackTo) {}

    /** A page of the feed: which contents, and through which doors they came. */
    public record Page(String feedId, List<String> contents, List<String> sources, List<String> degraded) {}

    void requireReady() {
        String told = "; is it still running? ./tuijian demo starts one.";
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/health/ready"))
                            .timeout(TIMEOUT)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new Failure("The demo at " + url + " is not ready yet; it says when it is.");
            }
        } catch (IOException e) {
            throw new Failure("The demo at " + url + " does not answer" + told, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }

    /** Where its pages are. */
    public String url() {
        return url;
    }

    /** Where its Kafka listens. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Ids of the viewers that one can sign in as. */
    public List<String> viewers() {
        List<String> viewers = new ArrayList<>();
        get("/demo/people", null)
                .path("viewers")
                .forEach(viewer -> viewers.add(viewer.path("id").asText()));
        return viewers;
    }

    /** The newest page of what is for this viewer. */
    public Page page(String viewer, int limit) {
        JsonNode page = get("/v1/feed/for-you?limit=" + limit, token("viewer", viewer));
        return new Page(
                page.path("feedId").asText(),
                texts(page.path("items"), "/content/id"),
                texts(page.path("items"), "/source"),
                texts(page.path("degraded"), ""));
    }

    /**
     * What is promoted.
     *
     * @param model {@code ranker} or {@code retrieval}
     * @throws Failure if nothing of this model was ever promoted
     */
    public Serving serving(String model) {
        return find(model)
                .orElseThrow(() -> new Failure("No version of " + model + " is served yet"
                        + (model.equals(VectorFields.MODEL)
                                ? "; a demo learns it within minutes after it is ready."
                                : ".")));
    }

    private Optional<Serving> find(String model) {
        for (JsonNode one : get("/v1/models", scientist()).path("models")) {
            if (one.path("name").asText().equals(model) && one.has("serving")) {
                JsonNode serving = one.path("serving");
                return Optional.of(new Serving(
                        serving.path("version").asText(),
                        serving.path("pinned").asBoolean(),
                        serving.path("rollbackTo").asText()));
            }
        }
        return Optional.empty();
    }

    /** What is served of every model: promoted, answered with at this moment, pinned, and where a rollback would lead. */
    public Table models() {
        return Table.of("model", "promoted", "answers with", "pinned", "a rollback leads to")
                .each(Shelf.MODELS.stream().filter(this::isServed).toList(), model -> {
                    Serving serving = serving(model);
                    return List.of(
                            model,
                            serving.version(),
                            answering(model),
                            serving.pinned() ? "yes" : "no",
                            serving.rollbackTo());
                });
    }

    private boolean isServed(String model) {
        return find(model).isPresent();
    }

    /** The version that the demo answers with at this moment; it follows the registry within two seconds. */
    public String answering(String model) {
        return get("/v1/lab/freshness", scientist()).at("/serving/" + model).asText();
    }

    /**
     * A person's word: this version is served from now on, and a pin is lifted.
     *
     * @throws Failure with the reasons if it is refused
     */
    public void promote(String model, String version) {
        post("/v1/models/" + model + "/promote", scientist(), Map.of("version", version));
    }

    /**
     * Back to what was promoted before, and pinned there.
     *
     * @param from the version to leave
     * @throws Failure if another one is served by now
     */
    public void rollback(String model, String from) {
        post("/v1/models/" + model + "/rollback", scientist(), Map.of("from", from));
    }

    /**
     * Waits until the demo answers with this version.
     *
     * @return how long it took, to about a tenth of a second
     * @throws Failure if it answers with another after this time
     */
    public Duration awaitAnswering(String model, String version, Duration patience) {
        long began = System.nanoTime();
        String answering = answering(model);
        while (!answering.equals(version)) {
            if (System.nanoTime() - began > patience.toNanos()) {
                throw new Failure("After " + patience.toSeconds() + " s the demo answers with " + model + " "
                        + answering + ", not " + version + ".");
            }
            pause();
            answering = answering(model);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** A tenth of a second between two looks. */
    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }

    /** Remembers what is served of these models; its end puts that back. */
    public Rehearsal rehearse(String... models) {
        return new Rehearsal(this, List.of(models));
    }

    /** These viewers ask for page after page, in turns, until it is closed. */
    public Browsing browse(List<String> viewers, double pagesPerSecond) {
        return new Browsing(this, viewers, pagesPerSecond);
    }

    /** What was served to anybody from this moment on, in the order of time, as the topic {@code served} has it. */
    public List<Served> served(Instant since) {
        List<Served> pages = new ArrayList<>();
        TopicReader.since(bootstrapServers, Topics.SERVED, since, page -> {
            if (page.getOrigin() == Origin.LIVE && !page.getAt().isBefore(since)) {
                pages.add(page);
            }
        });
        pages.sort(Comparator.comparing(Served::getAt));
        return pages;
    }

    /**
     * The same as a table: seconds since this moment, viewer, the versions of the ranker and of retrieval that made the
     * page, how many contents are on it, how many of them retrieval found, and how likely a long view of them was held to
     * be, on average.
     */
    public Table pages(Instant since) {
        return Table.of("seconds", "viewer", "ranker", "retrieval", "contents", "similar", "long view")
                .each(
                        served(since),
                        page -> Arrays.asList(
                                Duration.between(since, page.getAt()).toMillis() / 1e3,
                                page.getViewerId(),
                                page.getModelVersion(),
                                page.getRetrievalVersion(),
                                page.getItems().size(),
                                page.getItems().stream()
                                        .filter(item -> item.getSource().equals(SIMILAR))
                                        .count(),
                                page.getItems().stream()
                                        .mapToDouble(
                                                item -> item.getProbabilities().getOrDefault(LONG_VIEW, Double.NaN))
                                        .average()
                                        .orElse(Double.NaN)));
    }

    private static List<String> texts(JsonNode nodes, String pointer) {
        List<String> texts = new ArrayList<>();
        nodes.forEach(node -> texts.add(node.at(pointer).asText()));
        return texts;
    }

    private String scientist() {
        return token("scientist", SCIENTIST);
    }

    private String token(String kind, String id) {
        return tokens.computeIfAbsent(kind + " " + id, who -> post("/demo/tokens", null, Map.of(kind, id))
                .path("token")
                .asText());
    }

    private JsonNode get(String path, String token) {
        return send(request(path, token).GET().build());
    }

    private JsonNode post(String path, String token, Object body) {
        try {
            return send(request(path, token)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build());
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json");
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body = response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
            if (response.statusCode() >= 300) {
                throw new Failure("The demo says: " + body.path("detail").asText("" + response.statusCode()));
            }
            return body;
        } catch (IOException e) {
            throw new Failure("The demo at " + url + " does not answer; is it still running?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }
}
