package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an Elasticsearch that answers as it is told. */
class BulkRequestsTest {
    private static final List<Document> DOCUMENTS = List.of(document("c1"), document("c2"), document("c3"));

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Result result = new Result();
    private final Kept kept = new Kept();
    private HttpServer server;
    private BulkRequests bulk;

    private record Answer(int status, String body) {}

    private static final class Result implements ResultHandler<Document> {
        volatile boolean complete;
        volatile List<Document> again;

        @Override
        public void complete() {
            complete = true;
        }

        @Override
        public void completeExceptionally(Exception e) {
            throw new AssertionError(e);
        }

        @Override
        public void retryForEntries(List<Document> documents) {
            again = documents;
        }
    }

    /** Keeps refused documents in memory, unless it is told to fail. */
    private static final class Kept implements Refusals {
        private final List<Refused> all = Collections.synchronizedList(new ArrayList<>());
        volatile boolean fails;

        @Override
        public CompletableFuture<Void> keep(List<Refused> refused) {
            if (fails) {
                return CompletableFuture.failedFuture(new IOException("no broker"));
            }
            all.addAll(refused);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    private static Document document(String id) {
        return new Document(id, 1, "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static Answer items(int... statuses) {
        StringBuilder body = new StringBuilder();
        for (int status : statuses) {
            String error = status < 300 ? "" : ", \"error\": {\"reason\": \"because\"}";
            body.append(body.isEmpty() ? "" : ", ").append("{\"index\": {\"status\": " + status + error + "}}");
        }
        return new Answer(200, "{\"errors\": true, \"items\": [" + body + "]}");
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            Answer answer;
            synchronized (answers) {
                answer = answers.remove();
            }
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            requests.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        });
        server.start();
        String url = "http://localhost:" + server.getAddress().getPort();
        bulk = new BulkRequests(
                url,
                "contents",
                "{\"mappings\": {}}",
                new UnregisteredMetricsGroup() {
                    @Override
                    public Counter counter(String name) {
                        return counters.computeIfAbsent(name, any -> new SimpleCounter());
                    }
                },
                kept);
    }

    @AfterEach
    void stop() {
        bulk.close();
        server.stop(0);
    }

    private void answer(Answer... all) {
        synchronized (answers) {
            answers.addAll(List.of(all));
        }
    }

    @Test
    void the_index_is_created_before_the_first_document_or_gets_the_fields_it_lacks() {
        answer(
                new Answer(400, "{\"error\": {\"type\": \"resource_already_exists_exception\"}}"),
                new Answer(200, "{}"),
                new Answer(200, "{\"errors\": false}"),
                new Answer(200, "{\"errors\": false}"));
        bulk.send(DOCUMENTS, result);
        await().until(() -> result.complete);
        bulk.send(DOCUMENTS, result);
        await().until(() -> requests.size() == 4);
        assertThat(requests)
                .containsExactly(
                        "PUT /contents", "PUT /contents/_mapping", "POST /contents/_bulk", "POST /contents/_bulk");
    }

    @Test
    void a_conflict_is_as_good_as_written_and_a_refusal_is_kept_and_counted() {
        answer(new Answer(200, "{}"), items(200, 409, 400));
        bulk.send(DOCUMENTS, result);
        await().until(() -> result.complete);
        assertThat(counters.get("documentsWritten").getCount()).isEqualTo(2);
        assertThat(counters.get("documentsRejected").getCount()).isEqualTo(1);
        assertThat(result.again).isNull();
        assertThat(kept.all).containsExactly(new Refusals.Refused(DOCUMENTS.get(2), "because"));
    }

    @Test
    void a_batch_is_not_complete_before_its_refused_documents_are_kept() {
        kept.fails = true;
        answer(new Answer(200, "{}"), items(200, 429, 400));
        bulk.send(DOCUMENTS, result);
        await().until(() -> result.again != null);
        assertThat(result.again).extracting(Document::id).containsExactly("c2", "c3");
        assertThat(result.complete).isFalse();
        assertThat(counters.get("documentsRejected").getCount()).isZero();

        kept.fails = false;
        answer(items(200, 400));
        bulk.send(DOCUMENTS.subList(1, 3), result);
        await().until(() -> result.complete);
        assertThat(kept.all).extracting(it -> it.document().id()).containsExactly("c3");
    }

    @Test
    void only_what_could_not_be_written_now_is_tried_again() {
        answer(new Answer(200, "{}"), items(429, 201, 503));
        bulk.send(DOCUMENTS, result);
        await().until(() -> result.again != null);
        assertThat(result.again).extracting(Document::id).containsExactly("c1", "c3");
        assertThat(result.complete).isFalse();
    }

    @Test
    void a_server_that_fails_or_is_gone_gets_everything_again() {
        answer(new Answer(200, "{}"), new Answer(503, "{}"));
        bulk.send(DOCUMENTS, result);
        await().until(() -> result.again != null);
        assertThat(result.again).isEqualTo(DOCUMENTS);

        result.again = null;
        server.stop(0);
        bulk.send(DOCUMENTS, result);
        await().until(() -> result.again != null);
        assertThat(result.again).isEqualTo(DOCUMENTS);
    }
}
