package io.tuijian.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.ContentState;
import io.tuijian.features.HalfLife;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

/** The documents of the index {@code contents}, held against contents and statistics. */
final class IndexCheck {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STATISTICS_BITS = 21;
    private static final double FLOAT = 1e-5;

    /** What the index weighs an action with, written down once more. */
    private static final Map<Action, Double> WEIGHTS = Map.ofEntries(
            Map.entry(Action.LONG_VIEW, 1.0),
            Map.entry(Action.FINISH, 0.5),
            Map.entry(Action.LIKE, 2.0),
            Map.entry(Action.COMMENT, 2.0),
            Map.entry(Action.FAVORITE, 2.0),
            Map.entry(Action.CART, 2.0),
            Map.entry(Action.SHARE, 3.0),
            Map.entry(Action.FOLLOW, 3.0),
            Map.entry(Action.PURCHASE, 5.0),
            Map.entry(Action.GIFT, 5.0),
            Map.entry(Action.HIDE, -2.0),
            Map.entry(Action.REPORT, -5.0));

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    IndexCheck(String url) {
        this.url = url;
    }

    /** Every document by its id, as a search hit with its version. */
    Map<String, JsonNode> documents() {
        try {
            send("POST", "/contents/_refresh", "");
            JsonNode hits = send("POST", "/contents/_search", "{\"size\": 10000, \"version\": true}")
                    .at("/hits/hits");
            Map<String, JsonNode> documents = new HashMap<>();
            hits.forEach(hit -> documents.put(hit.path("_id").asText(), hit));
            return documents;
        } catch (IOException e) {
            return Map.of(); // not there yet
        }
    }

    /** True once the document is the newest one: its version holds both the content's and the number of events. */
    static boolean isNewest(JsonNode document, Content content, ContentState state) {
        return document != null
                && document.path("_version").asLong() == (content.getVersion() << STATISTICS_BITS | state.events());
    }

    static void same(JsonNode document, Content content, ContentState state) {
        JsonNode source = document.path("_source");
        String id = content.getId();
        assertThat(source.path("state").asText())
                .as(id)
                .isEqualTo(content.getState().name());
        assertThat(source.path("visibility").asText())
                .as(id)
                .isEqualTo(content.getVisibility().name());
        if (content.getState() == io.tuijian.schemas.ContentState.TAKEN_DOWN) {
            assertThat(source.has("text")).as("%s is a tombstone", id).isFalse();
            return;
        }
        assertThat(source.path("text").asText()).as(id).isEqualTo(content.getText());
        double popularity = Math.max(0, weighted(state.counts()));
        assertThat(source.path("popularity").asDouble())
                .as("popularity of %s", id)
                .isCloseTo(popularity, within(FLOAT * Math.max(1, popularity)));
    }

    private static double weighted(ActionCounts counts) {
        return WEIGHTS.entrySet().stream()
                .mapToDouble(
                        weight -> weight.getValue() * counts.count(weight.getKey(), HalfLife.WEEK, counts.asOfMillis()))
                .sum();
    }

    private JsonNode send(String method, String path, String body) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
