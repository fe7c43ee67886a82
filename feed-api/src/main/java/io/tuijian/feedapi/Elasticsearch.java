package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.schemas.Indices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.elasticsearch.client.Cancellable;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;

/** Elasticsearch over HTTP, in JSON, each call with a deadline after which it is cancelled. Safe from many threads. */
public final class Elasticsearch implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_CONNECTIONS = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RestClient client;
    private final Set<Indices.Index> found = ConcurrentHashMap.newKeySet();

    /**
     * @param urls one or more, separated by commas
     */
    public Elasticsearch(String urls) {
        HttpHost[] hosts = java.util.Arrays.stream(urls.split(","))
                .map(String::trim)
                .map(HttpHost::create)
                .toArray(HttpHost[]::new);
        this.client = RestClient.builder(hosts)
                .setRequestConfigCallback(config ->
                        config.setConnectTimeout(1_000).setSocketTimeout(30_000).setConnectionRequestTimeout(1_000))
                .setHttpClientConfigCallback(http -> http.setMaxConnPerRoute(MOST_CONNECTIONS)
                        .setMaxConnTotal(MOST_CONNECTIONS)
                        .setKeepAliveStrategy((response, context) -> 60_000))
                .build();
    }

    /** The server answered with a status that is not success. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * @param body JSON, newline-delimited JSON for {@code _msearch} and {@code _bulk}, or null
     * @throws Refused if the status is not a success
     * @throws IOException if there is no answer within the deadline
     */
    JsonNode call(String method, String path, String body, Duration deadline) throws IOException {
        return start(method, path, body).within(deadline);
    }

    /** The same, but the answer is waited for later, so that two calls can run side by side. */
    Call start(String method, String path, String body) {
        Request request = new Request(method, path);
        if (body != null) {
            boolean lines = path.contains("_msearch") || path.contains("_bulk");
            request.setEntity(new StringEntity(
                    body, lines ? ContentType.create("application/x-ndjson", "UTF-8") : ContentType.APPLICATION_JSON));
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Cancellable call = client.performRequestAsync(request, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                answer.complete(response);
            }

            @Override
            public void onFailure(Exception exception) {
                answer.completeExceptionally(exception);
            }
        });
        return new Call(answer, call, System.nanoTime());
    }

    /** A call that is under way. */
    record Call(CompletableFuture<Response> answer, Cancellable call, long startedNanos) {
        /**
         * @param deadline since the call was started; then it is cancelled
         */
        JsonNode within(Duration deadline) throws IOException {
            Response response = responseWithin(deadline);
            return response.getEntity() == null
                    ? JSON.nullNode()
                    : JSON.readTree(response.getEntity().getContent());
        }

        /** The same, as it came. */
        byte[] bytesWithin(Duration deadline) throws IOException {
            Response response = responseWithin(deadline);
            return response.getEntity() == null
                    ? new byte[0]
                    : response.getEntity().getContent().readAllBytes();
        }

        private Response responseWithin(Duration deadline) throws IOException {
            try {
                long left = deadline.toNanos() - (System.nanoTime() - startedNanos);
                return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                call.cancel();
                throw new IOException("Elasticsearch did not answer within " + deadline.toMillis() + " ms", e);
            } catch (InterruptedException e) {
                call.cancel();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ResponseException refused) {
                    throw new Refused(refused.getResponse().getStatusLine().getStatusCode(), refused.getMessage());
                }
                throw new IOException(
                        "Elasticsearch does not answer: " + e.getCause().getMessage(), e.getCause());
            }
        }

        void cancel() {
            call.cancel();
        }
    }

    /** Indices have other fields than this release needs: no trying again helps. */
    public static final class Conflict extends IOException {
        private static final long serialVersionUID = 1;

        Conflict(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Creates what is missing of the indices and of their fields, each of them whatever becomes of the others; timelines
     * get a template, as there is one index a day.
     *
     * @throws Conflict if all is well but for those that have other fields
     * @throws IOException if trying again may help
     */
    public void createIndices() throws IOException {
        create(Indices.ALL);
    }

    void create(List<Indices.Index> indices) throws IOException {
        IOException failure = null;
        List<String> conflicts = new ArrayList<>();
        Refused refusal = null;
        for (Indices.Index index : indices) {
            try {
                create(index);
            } catch (Refused e) {
                if (e.status == 400) {
                    conflicts.add(index.name());
                    refusal = e;
                } else {
                    failure = e;
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (refusal != null) {
            throw new Conflict(
                    "Elasticsearch has other fields than this release needs in " + String.join(", ", conflicts),
                    refusal);
        }
    }

    /** Creates this index, or gives one of an earlier release the fields that it lacks. */
    void create(Indices.Index index) throws IOException {
        if (index == Indices.TIMELINES) {
            String body = "{\"index_patterns\": [\"" + index.name() + "-*\"], \"template\": " + index.body() + "}";
            call("PUT", path(index), body, PATIENCE);
            return;
        }
        try {
            call("PUT", path(index), index.body(), PATIENCE);
        } catch (Refused refused) {
            if (!refused.getMessage().contains("resource_already_exists_exception")) {
                throw refused;
            }
            String fields = JSON.readTree(index.body()).path("mappings").toString();
            call("PUT", path(index) + "/_mapping", fields, PATIENCE);
        }
    }

    private static String path(Indices.Index index) {
        return (index == Indices.TIMELINES ? "/_index_template/" : "/") + index.name();
    }

    /**
     * Whoever writes to an index asks this first: Elasticsearch would make up one that is missing, with fields of its own.
     * Once found it is not looked for again.
     *
     * @throws IOException if it is not there, or that is not known within the deadline
     */
    void require(Indices.Index index, Duration deadline) throws IOException {
        if (found.contains(index)) {
            return;
        }
        try {
            call("GET", path(index), null, deadline);
            found.add(index);
        } catch (Refused refused) {
            if (refused.status == 404) {
                throw new Missing(index.name() + " is not there yet", refused);
            }
            throw refused;
        }
    }

    private static final class Missing extends IOException {
        private static final long serialVersionUID = 1;

        Missing(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** False if one of these is known to be missing; an Elasticsearch that does not answer is no reason to wait for it. */
    boolean lacksNone(List<Indices.Index> indices, Duration deadline) {
        try {
            for (Indices.Index index : indices) {
                require(index, deadline);
            }
        } catch (Missing missing) {
            return false;
        } catch (IOException e) {
            return true;
        }
        return true;
    }

    /** Deletes the daily indices of timelines of days that ended before this moment. */
    void deleteTimelinesBefore(Instant moment) throws IOException {
        String last = Indices.TIMELINES.of(moment);
        JsonNode indices = call("GET", "/" + Indices.TIMELINES.name() + "-*?filter_path=*.aliases", null, PATIENCE);
        for (Iterator<String> names = indices.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (name.compareTo(last) < 0) {
                call("DELETE", "/" + name, null, PATIENCE);
            }
        }
    }

    /** The sum of a numeric field over all documents of this index; 0 if it cannot be asked. */
    public double sum(String index, String field) {
        String body = "{\"size\": 0, \"aggs\": {\"sum\": {\"sum\": {\"field\": \"" + field + "\"}}}}";
        try {
            return call("GET", "/" + index + "/_search", body, Duration.ofSeconds(10))
                    .at("/aggregations/sum/value")
                    .asDouble();
        } catch (IOException e) {
            return 0;
        }
    }

    /** How many documents can be searched in this index; 0 if it cannot be asked. */
    public long count(String index) {
        try {
            return call("GET", "/" + index + "/_count", null, Duration.ofSeconds(10))
                    .path("count")
                    .asLong();
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * How many documents of this index match.
     *
     * @param query JSON
     */
    public long count(String index, String query) throws IOException {
        return call("GET", "/" + index + "/_count", "{\"query\": " + query + "}", Duration.ofSeconds(10))
                .path("count")
                .asLong();
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
