package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.feedapi.FeedClient.Answer;
import io.tuijian.feedapi.FeedClient.Page;
import io.tuijian.models.PopularityModel;
import io.tuijian.ranking.Share;
import io.tuijian.schemas.RelationKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What viewers and operators can turn while the feed runs. */
class TuningIT {
    private static final Set<String> FOLLOWED =
            IntStream.range(0, 10).mapToObj(i -> "a-tuned" + 6 * i).collect(Collectors.toSet());

    private static FeedApi api;

    @BeforeAll
    static void start() {
        FeedClient.publish(IntStream.range(0, 120)
                .mapToObj(i -> FeedClient.video("tuned" + i, "a-tuned" + i % 60, "t-tuned" + i % 6))
                .toList());
        api = FeedClient.server();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Answer call(String method, String path, String viewer, Object body) {
        return call(api, method, path, viewer, body);
    }

    private static Answer call(FeedApi api, String method, String path, String viewer, Object body) {
        return FeedClient.call(api, method, path, Role.VIEWER, viewer, body);
    }

    private static Map<String, JsonNode> controls(String viewer) {
        return controls(api, viewer);
    }

    private static Map<String, JsonNode> controls(FeedApi api, String viewer) {
        Map<String, JsonNode> byKind = new HashMap<>();
        call(api, "GET", "/v1/viewers/me/controls", viewer, null)
                .body()
                .path("controls")
                .forEach(control -> byKind.put(control.path("kind").asText(), control));
        return byKind;
    }

    @Test
    void the_dial_is_turned_read_and_given_up_and_moves_the_feed_at_once() {
        String viewer = "v-turns-the-dial";
        for (String author : FOLLOWED) {
            assertThat(call("PUT", "/v1/viewers/me/following/" + author, viewer, null)
                            .status())
                    .isEqualTo(204);
        }
        assertThat(controls(viewer)).doesNotContainKey("DIAL");
        assertThat(call("PUT", "/v1/viewers/me/dial", viewer, Map.of("people", 0.0))
                        .status())
                .isEqualTo(204);
        long least = known(FeedClient.page(api, viewer, 10, null));
        assertThat(call("PUT", "/v1/viewers/me/dial", viewer, Map.of("people", 1))
                        .status())
                .isEqualTo(204);
        JsonNode dial = controls(viewer).get("DIAL");
        assertThat(dial.path("to").asText()).isEqualTo("people");
        assertThat(dial.path("value").asDouble()).isEqualTo(1);
        assertThat(dial.path("expiresAt").isNull()).isTrue();
        assertThat(known(FeedClient.page(api, viewer, 10, null)))
                .as("of ten, by people they follow")
                .isGreaterThan(least);
        assertThat(call("DELETE", "/v1/viewers/me/dial", viewer, null).status()).isEqualTo(204);
        assertThat(call("DELETE", "/v1/viewers/me/dial", viewer, null).status()).isEqualTo(204);
        assertThat(controls(viewer)).doesNotContainKey("DIAL");
        assertThat(api.store().relations().value(viewer, RelationKind.DIAL, "people", Instant.now()))
                .isNull();
    }

    private static long known(Page page) {
        return page.authors().stream().filter(FOLLOWED::contains).count();
    }

    @Test
    void a_dial_that_cannot_be_turned_so_is_refused_with_one_sentence() {
        for (Object people : new Object[] {1.01, -0.1, "0.5", true, List.of(1)}) {
            Answer refused = call("PUT", "/v1/viewers/me/dial", "v-wrong", Map.of("people", people));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().path("detail").asText()).startsWith("people must be a number from 0");
        }
        assertThat(call("PUT", "/v1/viewers/me/dial", "v-wrong", Map.of()).status())
                .isEqualTo(400);
        assertThat(call("PUT", "/v1/viewers/me/dial", "v-wrong", null).status()).isEqualTo(400);
        assertThat(controls("v-wrong")).isEmpty();
    }

    @Test
    void what_was_hidden_stands_in_the_controls_at_once_with_its_expiry() {
        Map<String, Object> hide = Map.of(
                "id",
                "hide-1",
                "contentId",
                "tuned7",
                "action",
                "HIDE",
                "at",
                Instant.now().toString());
        assertThat(call("POST", "/v1/engagements", "v-hides", Map.of("engagements", List.of(hide)))
                        .status())
                .isEqualTo(202);
        Map<String, JsonNode> controls = controls("v-hides");
        assertThat(controls.get("LESS_OF_AUTHOR").path("to").asText()).isEqualTo("a-tuned7");
        JsonNode topic = controls.get("LESS_OF_TOPIC");
        assertThat(topic.path("to").asText()).isEqualTo("t-tuned1");
        assertThat(topic.path("factor").asDouble()).isBetween(.5, .6);
        assertThat(lasts(topic)).isEqualTo(Duration.ofDays(14));
    }

    @Test
    void a_changed_file_works_within_seconds_and_a_bad_one_is_named_as_degraded(@TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("tuning.json");
        String viewer = "v-hides-later";
        try (FeedApi tuned = FeedClient.server(FeedApi.Stores.REPLICATED, PopularityModel::new, file)) {
            Map<String, Object> hide = Map.of(
                    "id",
                    "hide-1",
                    "contentId",
                    "tuned8",
                    "action",
                    "HIDE",
                    "at",
                    Instant.now().toString());
            call(tuned, "POST", "/v1/engagements", viewer, Map.of("engagements", List.of(hide)));
            Files.writeString(file, "{\"version\": \"t2\", \"lessOfDays\": 1}");
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                            lasts(controls(tuned, viewer).get("LESS_OF_TOPIC")))
                    .isEqualTo(Duration.ofDays(1)));
            Files.writeString(file, "{\"version\": \"t3\", \"temprature\": 1}");
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                            FeedClient.page(tuned, viewer, 5, null).degraded())
                    .contains("tuning"));
        }
    }

    private static Duration lasts(JsonNode control) {
        return Duration.between(
                Instant.parse(control.path("at").asText()),
                Instant.parse(control.path("expiresAt").asText()));
    }

    @Test
    void promised_and_given_shares_are_metrics() throws Exception {
        FeedClient.page(api, "v-counts", 20, null);
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        for (Share share : Share.values()) {
            assertThat(metrics)
                    .contains("tuijian_share_promised_total{share=\"" + share.turn() + "\"}")
                    .contains("tuijian_share_given_total{share=\"" + share.turn() + "\"}");
        }
    }
}
