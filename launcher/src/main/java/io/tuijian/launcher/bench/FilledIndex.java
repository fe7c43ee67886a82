package io.tuijian.launcher.bench;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tuijian.ingestion.ContentDocument;
import io.tuijian.ingestion.Document;
import io.tuijian.launcher.Failure;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Indices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Writes the documents that {@code IndexJob} would write, in bulk. */
final class FilledIndex {
    private static final int BATCH = 500;
    private static final int AT_ONCE = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore underWay = new Semaphore(AT_ONCE);
    private final AtomicReference<String> problem = new AtomicReference<>();
    private final String url;

    FilledIndex(String url) {
        this.url = url;
    }

    /** Writes all contents with their vectors; returns once they can be searched. */
    void fill(FeedWorld world, RetrievalModel model) throws IOException, InterruptedException {
        refresh("-1");
        ByteArrayOutputStream batch = new ByteArrayOutputStream(2 << 20);
        int held = 0;
        for (Content content : world.store().contents()) {
            Document document = ContentDocument.of(
                    content, world.store().contentState(content.getId()), List.of(FeedWorld.vector(model, content)));
            add(batch, document);
            if (++held % BATCH == 0) {
                send(batch.toByteArray());
                batch.reset();
            }
        }
        if (batch.size() > 0) {
            send(batch.toByteArray());
        }
        underWay.acquire(AT_ONCE);
        check();
        refresh("500ms");
        call("POST", "/" + Indices.CONTENTS.name() + "/_flush?wait_if_ongoing=true", null);
        call("POST", "/" + Indices.CONTENTS.name() + "/_refresh", null);
    }

    private static void add(ByteArrayOutputStream batch, Document document) {
        String id = new String(JsonStringEncoder.getInstance().quoteAsString(document.id()));
        batch.writeBytes(("{\"index\":{\"_id\":\"" + id + "\",\"version\":" + document.version()
                        + ",\"version_type\":\"external_gte\"}}\n")
                .getBytes(StandardCharsets.UTF_8));
        batch.writeBytes(document.source());
        batch.write('\n');
    }

    private void refresh(String interval) throws IOException, InterruptedException {
        call(
                "PUT",
                "/" + Indices.CONTENTS.name() + "/_settings",
                "{\"index\":{\"refresh_interval\":\"" + interval + "\"}}");
    }

    private void send(byte[] lines) throws InterruptedException {
        check();
        underWay.acquire();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url + "/" + Indices.CONTENTS.name() + "/_bulk?filter_path=errors"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines))
                .build();
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (failure != null) {
                problem.compareAndSet(null, failure.getMessage());
            } else if (!response.body().contains("\"errors\":false")) {
                problem.compareAndSet(null, response.body());
            }
            underWay.release();
        });
    }

    private void check() {
        if (problem.get() != null) {
            throw new Failure("Elasticsearch did not take the contents: " + problem.get());
        }
    }

    private void call(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new Failure("Elasticsearch answered " + method + " " + path + " with " + response.body());
        }
    }
}
