package io.tuijian.launcher.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The documents of the index {@code reach} as they lie there. */
public final class ReachDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NO_FIGURES = Set.of("hour", "version");
    private static final Set<String> CELLS = Set.of("surfaces", "sources", "touchpoints");
    private static final List<String> CELL = List.of("served", "seen", "engaged", "bought");
    private static final int AT_A_TIME = 2_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    public ReachDocuments(String elasticsearch) {
        this.url = elasticsearch;
    }

    /** Every document by {@code LEVEL|author|content|period}. */
    public Map<String, JsonNode> all() {
        Map<String, JsonNode> documents = new HashMap<>();
        each(documents::put);
        return documents;
    }

    /** The figures of every document, of which none is kept. */
    public Map<String, Map<String, Long>> figures() {
        Map<String, Map<String, Long>> all = new HashMap<>();
        each((key, document) -> all.put(key, figures(document)));
        return all;
    }

    private void each(BiFunction<String, JsonNode, Object> taken) {
        send("POST", "/reach/_refresh", "");
        JsonNode page = send("POST", "/reach/_search?scroll=1m", "{\"size\": " + AT_A_TIME + ", \"sort\": [\"_doc\"]}");
        while (!page.at("/hits/hits").isEmpty()) {
            for (JsonNode hit : page.at("/hits/hits")) {
                JsonNode source = hit.path("_source");
                if (taken.apply(key(source), source) != null) {
                    throw new AssertionError("two documents of " + key(source));
                }
            }
            page = send(
                    "POST", "/_search/scroll", "{\"scroll\": \"1m\", \"scroll_id\": " + page.path("_scroll_id") + "}");
        }
    }

    private static String key(JsonNode source) {
        return source.path("level").asText("CONTENT_HOUR")
                + '|'
                + source.path("authorId").asText()
                + '|'
                + source.path("contentId").asText()
                + '|'
                + source.path("hour").asLong();
    }

    /** All whole numbers but 0 of documents by name, those in objects and rows with dots, and what follows from them. */
    public static Map<String, Map<String, Long>> figures(Map<String, JsonNode> documents) {
        Map<String, Map<String, Long>> all = new HashMap<>();
        documents.forEach((key, document) -> all.put(key, figures(document)));
        return all;
    }

    private static Map<String, Long> figures(JsonNode document) {
        Map<String, Long> figures = new TreeMap<>();
        flatten("", document, figures);
        figures.put("engaged", reach(document).engaged());
        return figures;
    }

    /** As the product reads it. */
    static Reach reach(JsonNode document) {
        try {
            return ReachDocument.fromJson(JSON.writeValueAsBytes(document)).reach();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void flatten(String path, JsonNode node, Map<String, Long> figures) {
        node.fields().forEachRemaining(field -> {
            String name = path + field.getKey();
            if (field.getValue().isObject()) {
                flatten(name + '.', field.getValue(), figures);
            } else if (CELLS.contains(name) || name.equals("pages")) {
                field.getValue().forEach(row -> row(name, row, figures));
            } else if (field.getValue().isIntegralNumber()
                    && !NO_FIGURES.contains(name)
                    && field.getValue().asLong() != 0) {
                figures.put(name.intern(), field.getValue().asLong()); // the same few in every document
            }
        });
    }

    /** {@code ["name", number, …]}. */
    private static void row(String path, JsonNode row, Map<String, Long> figures) {
        for (int i = 1; i < row.size(); i++) {
            String column = path.equals("pages") ? String.valueOf(i - 1) : CELL.get(i - 1);
            if (row.get(i).asLong() != 0) {
                figures.put(
                        (path + '.' + row.get(0).asText() + '.' + column).intern(),
                        row.get(i).asLong());
            }
        }
    }

    /** How many documents were ever written, those refused as older included. */
    public long written() {
        JsonNode total = send("GET", "/reach/_stats/indexing", null).at("/_all/total/indexing");
        return total.path("index_total").asLong() + total.path("index_failed").asLong();
    }

    /** The document of this id as it is now, refreshed or not; missing if there is none. */
    JsonNode get(String id) {
        return send("GET", "/reach/_doc/" + id.replace("|", "%7C"), null).path("_source");
    }

    /** The same as a search finds it, which is a little later. */
    JsonNode find(String id) {
        String body = "{\"query\": {\"ids\": {\"values\": [\"" + id + "\"]}}}";
        return send("POST", "/reach/_search", body).at("/hits/hits/0/_source");
    }

    private JsonNode send(String method, String path, String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
