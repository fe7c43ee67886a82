package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.VideoDetail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Real servers on a real Kafka and Elasticsearch, and clients that ask them over HTTP, as the contract says. */
final class FeedClient {
    static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private FeedClient() {}

    /** A server that has read all there is. */
    static FeedApi server() {
        return server(FeedApi.Stores.REPLICATED, PopularityModel::new);
    }

    static FeedApi server(FeedApi.Stores stores, Supplier<? extends EngagementModel> model) {
        return server(stores, model, null);
    }

    /** @param tuning null for that of the product */
    static FeedApi server(FeedApi.Stores stores, Supplier<? extends EngagementModel> model, Path tuning) {
        FeedApi api = new FeedApi(
                new FeedApi.Settings(
                        "localhost",
                        0,
                        RealServers.shared().bootstrapServers(),
                        RealServers.shared().elasticsearchUrl(),
                        KEY,
                        Duration.ofSeconds(5),
                        stores,
                        tuning),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(model, List::of),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
        return api;
    }

    /** An answer, its body also as it came; null in the body for a table. */
    record Answer(int status, JsonNode body, String text) {}

    static Answer call(FeedApi api, String method, String path, Role role, String id, Object body) {
        return call(
                api, method, path, api.tokens().issue(id, EnumSet.of(role), Instant.now(), Duration.ofHours(1)), body);
    }

    static Answer call(FeedApi api, String method, String path, String token, Object body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path))
                    .timeout(Duration.ofSeconds(30))
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<byte[]> response = Contract.PUBLISHED.send(HTTP, request.build());
            String text = new String(response.body(), StandardCharsets.UTF_8);
            boolean table =
                    response.headers().firstValue("Content-Type").orElse("").startsWith("text/csv");
            return new Answer(response.statusCode(), table ? null : JSON.readTree(text), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A page as a client sees it. */
    record Page(String feedId, List<JsonNode> items, String nextCursor, List<String> degraded) {
        List<String> ids() {
            return items.stream().map(item -> item.at("/content/id").asText()).toList();
        }

        List<String> authors() {
            return items.stream()
                    .map(item -> item.at("/content/authorId").asText())
                    .toList();
        }
    }

    /** @param cursor null for the first page */
    static Page page(FeedApi api, String viewerId, int limit, String cursor) {
        Answer answer = call(api, "GET", path(limit, cursor), Role.VIEWER, viewerId, null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return page(answer);
    }

    static String path(int limit, String cursor) {
        return "/v1/feed/for-you?limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor);
    }

    static Page page(Answer answer) {
        List<JsonNode> items = new ArrayList<>();
        answer.body().path("items").forEach(items::add);
        List<String> degraded = new ArrayList<>();
        answer.body().path("degraded").forEach(part -> degraded.add(part.asText()));
        JsonNode cursor = answer.body().path("nextCursor");
        return new Page(
                answer.body().path("feedId").asText(), items, cursor.isNull() ? null : cursor.asText(), degraded);
    }

    /** A short video, made a while ago, that says something of its own. */
    static Content video(String id, String authorId, String topic) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId(authorId)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(Instant.now().minus(Duration.ofHours(1)))
                .setText("what " + authorId + " filmed: " + id)
                .setTopics(List.of(topic))
                .setVideo(new VideoDetail(30_000L))
                .build();
    }

    /** In Kafka, where servers learn of them, and in the index, which proposes them. */
    static void publish(List<Content> contents) {
        try (EventLog log = new EventLog(RealServers.shared().bootstrapServers());
                Elasticsearch elasticsearch =
                        new Elasticsearch(RealServers.shared().elasticsearchUrl())) {
            StringBuilder bulk = new StringBuilder();
            for (Content content : contents) {
                log.content(content);
                bulk.append("{\"index\": {\"_id\": \"" + content.getId() + "\"}}\n");
                bulk.append(JSON.writeValueAsString(Map.of(
                                "id", content.getId(),
                                "authorId", content.getAuthorId(),
                                "kind", content.getKind().name(),
                                "state", content.getState().name(),
                                "visibility", content.getVisibility().name(),
                                "topics", content.getTopics(),
                                "createdAt", content.getCreatedAt().toEpochMilli(),
                                "random", Math.floorMod(content.getId().hashCode() * 31, 1_000) / 1e3)))
                        .append('\n');
            }
            elasticsearch.call(
                    "POST",
                    "/" + Indices.CONTENTS.name() + "/_bulk?refresh=true",
                    bulk.toString(),
                    Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
