package io.tuijian.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import io.tuijian.schemas.Action;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

/** Reads the whole index of reach, past the API, and adds it up naively per author. */
final class ReachScan {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReachScan() {}

    /** By author: how often each action was counted, and served under {@code SERVED}. */
    static Map<String, Map<String, Long>> byAuthor(String elasticsearch) {
        Map<String, Map<String, Long>> totals = new HashMap<>();
        HttpClient http = HttpClient.newHttpClient();
        JsonNode after = null;
        try {
            do {
                String body = "{\"size\": 10000, \"sort\": [{\"hour\": \"asc\"}, {\"contentId\": \"asc\"}]"
                        + (after == null ? "}" : ", \"search_after\": " + after + "}");
                HttpRequest request = HttpRequest.newBuilder(URI.create(elasticsearch + "/reach/_search"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
                JsonNode hits = JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray())
                                .body())
                        .at("/hits/hits");
                for (JsonNode hit : hits) {
                    ReachDocument hour = ReachDocument.fromJson(JSON.writeValueAsBytes(hit.path("_source")));
                    if (hour.level() == Level.CONTENT_HOUR) {
                        add(totals.computeIfAbsent(hour.authorId(), author -> new HashMap<>()), hour.reach());
                    }
                }
                after = hits.isEmpty() ? null : hits.get(hits.size() - 1).path("sort");
            } while (after != null);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return totals;
    }

    private static void add(Map<String, Long> totals, Reach reach) {
        totals.merge("SERVED", reach.served(), Long::sum);
        totals.merge(Action.SEEN.name(), reach.seen(), Long::sum);
        reach.actions().forEach((action, count) -> totals.merge(action.name(), count, Long::sum));
    }
}
