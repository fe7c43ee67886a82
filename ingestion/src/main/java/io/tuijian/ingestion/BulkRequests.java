package io.tuijian.ingestion;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches of documents to one index. What could not be written now goes back to its batch after a while, longer
 * each time it fails in a row; a version conflict means that something newer is there, which is as good. What is refused
 * for good is a dead letter before its batch is complete.
 */
final class BulkRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BulkRequests.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NEWLINE = {'\n'};
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 6;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final RestClient client;
    private final String index;
    private final String body;
    private final Counter written;
    private final Counter rejected;
    private final Refusals refusals;
    private final AtomicInteger failures = new AtomicInteger();
    private final ScheduledExecutorService pauses;
    private volatile boolean indexExists;

    /** Closes the refusals when it is closed. */
    BulkRequests(String url, String index, String body, MetricGroup metrics, Refusals refusals) {
        URI uri = URI.create(url);
        this.client = RestClient.builder(HttpHost.create(uri.getScheme() + "://" + uri.getAuthority()))
                .setRequestConfigCallback(config ->
                        config.setConnectTimeout((int) CONNECT.toMillis()).setSocketTimeout((int) ANSWER.toMillis()))
                .build();
        this.index = index;
        this.refusals = refusals;
        this.body = body;
        this.written = metrics.counter("documentsWritten");
        this.rejected = metrics.counter("documentsRejected");
        this.pauses = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "elasticsearch-" + index + "-retry");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Completes the result when each document is written, superseded or refused for good, or asks for a retry. */
    void send(List<Document> documents, ResultHandler<Document> result) {
        if (indexExists) {
            bulk(documents, result);
            return;
        }
        Request create = new Request("PUT", "/" + index);
        create.setEntity(new NByteArrayEntity(body.getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON));
        client.performRequestAsync(create, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                indexExists = true;
                bulk(documents, result);
            }

            @Override
            public void onFailure(Exception problem) {
                if (String.valueOf(problem.getMessage()).contains("resource_already_exists_exception")) {
                    extend(documents, result);
                } else {
                    retry("the index " + index + " could not be created", problem, documents, result);
                }
            }
        });
    }

    /** An index of an earlier release gets the fields that it lacks. */
    private void extend(List<Document> documents, ResultHandler<Document> result) {
        Request mapping = new Request("PUT", "/" + index + "/_mapping");
        mapping.setEntity(new NByteArrayEntity(fields(), ContentType.APPLICATION_JSON));
        client.performRequestAsync(mapping, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                indexExists = true;
                bulk(documents, result);
            }

            @Override
            public void onFailure(Exception problem) {
                if (isRefusal(problem)) {
                    LOG.error("The index {} cannot get its new fields: {}", index, reason(problem));
                    onSuccess(null);
                } else {
                    retry("the fields of " + index + " could not be looked at", problem, documents, result);
                }
            }
        });
    }

    private byte[] fields() {
        try {
            return JSON.writeValueAsBytes(JSON.readTree(body).required("mappings"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void bulk(List<Document> documents, ResultHandler<Document> result) {
        Request request = new Request("POST", "/" + index + "/_bulk");
        request.addParameter("filter_path", "errors,items.*.status,items.*.error");
        request.setEntity(new NByteArrayEntity(lines(documents), ContentType.APPLICATION_JSON));
        client.performRequestAsync(request, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                try {
                    answered(documents, JSON.readTree(response.getEntity().getContent()), result);
                } catch (IOException | RuntimeException e) {
                    retry("the answer could not be read", e, documents, result);
                }
            }

            @Override
            public void onFailure(Exception problem) {
                if (isRefusal(problem)) {
                    refused(documents, problem, result);
                } else {
                    retry("a batch could not be written", problem, documents, result);
                }
            }
        });
    }

    /** A whole batch is refused when one document of it is beyond bounds: halves find that one. */
    private void refused(List<Document> documents, Exception problem, ResultHandler<Document> result) {
        if (documents.size() == 1) {
            keep(List.of(new Refusals.Refused(documents.get(0), reason(problem))), List.of(), result);
            return;
        }
        int middle = documents.size() / 2;
        List<Document> again = new ArrayList<>();
        bulk(documents.subList(0, middle), new Half(again, result) {
            @Override
            void next() {
                bulk(documents.subList(middle, documents.size()), new Half(again, result) {
                    @Override
                    void next() {
                        if (again.isEmpty()) {
                            result.complete();
                        } else {
                            result.retryForEntries(again);
                        }
                    }
                });
            }
        });
    }

    private static String reason(Exception problem) {
        if (problem instanceof ResponseException answer) {
            try {
                JsonNode body = JSON.readTree(answer.getResponse().getEntity().getContent());
                if (body.path("error").hasNonNull("reason")) {
                    return body.path("error").path("reason").asText();
                }
            } catch (IOException e) {
                LOG.debug("The answer could not be read", e);
            }
        }
        return String.valueOf(problem.getMessage()).lines().findFirst().orElse("refused");
    }

    private static boolean isRefusal(Exception problem) {
        return problem instanceof ResponseException answer
                && switch (answer.getResponse().getStatusLine().getStatusCode()) {
                    case 400, 413 -> true;
                    default -> false;
                };
    }

    /** One half of a batch, after which something else comes. */
    private abstract static class Half implements ResultHandler<Document> {
        private final List<Document> again;
        private final ResultHandler<Document> whole;

        Half(List<Document> again, ResultHandler<Document> whole) {
            this.again = again;
            this.whole = whole;
        }

        abstract void next();

        @Override
        public void complete() {
            next();
        }

        @Override
        public void completeExceptionally(Exception e) {
            whole.completeExceptionally(e);
        }

        @Override
        public void retryForEntries(List<Document> documents) {
            again.addAll(documents);
            next();
        }
    }

    static byte[] lines(List<Document> documents) {
        int size = documents.stream()
                .mapToInt(document -> document.source().length + 120)
                .sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        for (Document document : documents) {
            String id = new String(JsonStringEncoder.getInstance().quoteAsString(document.id()));
            String action = "{\"index\":{\"_id\":\"" + id + "\",\"version\":" + document.version()
                    + ",\"version_type\":\"external_gte\"}}\n";
            out.writeBytes(action.getBytes(StandardCharsets.UTF_8));
            out.writeBytes(document.source());
            out.writeBytes(NEWLINE);
        }
        return out.toByteArray();
    }

    private void answered(List<Document> documents, JsonNode answer, ResultHandler<Document> result) {
        List<Document> again = new ArrayList<>();
        List<Refusals.Refused> refused = new ArrayList<>();
        String problem = null;
        if (answer.path("errors").asBoolean()) {
            for (int i = 0; i < documents.size(); i++) {
                JsonNode item = answer.path("items").path(i).path("index");
                int status = item.path("status").asInt();
                if (status == TOO_MANY || status >= SERVER_ERROR) {
                    again.add(documents.get(i));
                    problem = item.path("error").path("reason").asText();
                } else if (status >= 300 && status != CONFLICT) {
                    refused.add(new Refusals.Refused(
                            documents.get(i), item.path("error").path("reason").asText()));
                }
            }
        }
        written.inc(documents.size() - refused.size() - again.size());
        if (!refused.isEmpty()) {
            keep(refused, again, result);
        } else if (again.isEmpty()) {
            failures.set(0);
            result.complete();
        } else {
            retry(again.size() + " documents could not be written", new IOException(problem), again, result);
        }
    }

    /** Dead letters first, so that a failure of this process loses none; then the rest of the batch again. */
    private void keep(List<Refusals.Refused> refused, List<Document> again, ResultHandler<Document> result) {
        inBackground(
                () -> refusals.keep(refused).whenComplete((kept, problem) -> {
                    if (problem != null) {
                        List<Document> all = new ArrayList<>(again);
                        refused.forEach(it -> all.add(it.document()));
                        retry("dead letters could not be written", new IOException(problem), all, result);
                        return;
                    }
                    rejected.inc(refused.size());
                    refused.forEach(it -> LOG.error(
                            "Elasticsearch refuses {} of {}: {}", it.document().id(), index, it.reason()));
                    if (again.isEmpty()) {
                        failures.set(0);
                        result.complete();
                    } else {
                        retry(
                                again.size() + " documents could not be written",
                                new IOException("see above"),
                                again,
                                result);
                    }
                }),
                0);
    }

    private void inBackground(Runnable work, long pauseMillis) {
        try {
            pauses.schedule(work, pauseMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("Closed: what was under way is written again after the next start", closed);
        }
    }

    private void retry(String what, Exception problem, List<Document> documents, ResultHandler<Document> result) {
        int doublings = Math.min(failures.getAndIncrement(), MOST_DOUBLINGS);
        long pause = FIRST_PAUSE_MILLIS << doublings;
        boolean refused = problem instanceof ResponseException answer
                && answer.getResponse().getStatusLine().getStatusCode() < SERVER_ERROR;
        LOG.warn(
                "Elasticsearch: {}, again in {} ms: {}",
                what,
                pause,
                refused ? problem.getMessage() : problem.toString());
        inBackground(() -> result.retryForEntries(documents), pause);
    }

    @Override
    public void close() {
        pauses.shutdownNow();
        refusals.close();
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("The client was not closed in good order", e);
        }
    }
}
