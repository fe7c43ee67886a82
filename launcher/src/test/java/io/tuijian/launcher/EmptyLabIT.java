package io.tuijian.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Words;
import io.tuijian.launcher.Browsers.Opened;
import io.tuijian.launcher.Browsers.Screen;
import io.tuijian.models.Inputs;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scientist's page outside the demo: with a token, without a version, with one, without its server, and with it again. */
@Tag("full")
class EmptyLabIT {
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private EmbeddedCluster kafka;

    private FeedApi api(int port) {
        FeedApi api = new FeedApi(
                new FeedApi.Settings(
                        "127.0.0.1", port, kafka.bootstrapServers(), "http://localhost:1", KEY, Duration.ofSeconds(1)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of, Optional::empty, registry()),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
        return api;
    }

    private Registry registry() {
        return new Registry(folder.resolve("registry"));
    }

    @Test
    void versions_appear_by_themselves_and_the_server_may_go_and_come_back() throws IOException {
        PlaywrightAssertions.setDefaultAssertionTimeout(Browsers.PATIENCE_MILLIS);
        try (EmbeddedCluster started = EmbeddedCluster.start(
                        EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA));
                Browsers browsers = Browsers.start()) {
            kafka = started;
            for (Topic<?> topic : Topics.ALL) {
                kafka.createTopic(topic.name(), 1, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
            }
            FeedApi first = api(0);
            int port = first.port();
            try (first;
                    Opened lab = browsers.open(
                            "http://127.0.0.1:" + port + "/lab?lang=en", Screen.PHONE, ColorScheme.DARK)) {
                lab.expectComplaints(
                        "404|409|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_CONNECTION_ABORTED");
                lab.one("token-field")
                        .fill(first.tokens()
                                .issue("s1", EnumSet.of(Role.SCIENTIST), Instant.now(), Duration.ofHours(1)));
                lab.press("Enter");
                assertThat(lab.one("serving-version")).hasAttribute("data-version", "popularity");
                assertThat(lab.page.locator("#no-versions")).containsText("No version yet");
                assertThat(lab.one("rollback")).hasCount(0);
                lab.shoot("lab-empty");

                String refused = publish(
                        "{\"ranker.gauc\": 0.5, \"gate\": {\"passed\": false, \"reasons\": [\"EnoughViewers: 3\"]}}");
                assertThat(lab.one("version")).hasAttribute("data-state", "refused");
                assertThat(lab.one("promote")).isDisabled();
                assertThat(lab.one("version")).containsText("EnoughViewers: 3");
                String good = publish("{\"ranker.gauc\": 0.6, \"gate\": {\"passed\": true, \"reasons\": []}}");
                assertThat(lab.one("version")).hasAttribute("data-version", good);
                lab.one("promote").click();
                lab.one("confirm-yes").click();
                assertThat(lab.one("serving-version")).hasAttribute("data-version", good);
                assertThat(registry().current("ranker").orElseThrow().version()).isEqualTo(good);
                assertThat(lab.all("version")).hasCount(2);
                assertThat(lab.all("version").nth(1)).hasAttribute("data-version", refused);

                first.close();
                assertThat(lab.page.locator("#status")).hasAttribute("data-state", "away");
                assertThat(lab.one("serving-version")).isVisible();
                try (FeedApi second = api(port)) {
                    assertThat(second.port()).isEqualTo(port);
                    assertThat(lab.page.locator("#status")).hasAttribute("data-state", "live");
                }
            }
        }
    }

    private String publish(String metrics) throws IOException {
        Registry.Draft draft = registry().draft("ranker", Instant.now());
        Files.writeString(draft.artifact().modelFile(), "weights");
        Files.writeString(draft.artifact().metricsFile(), metrics);
        draft.artifact().describe("test", new Inputs(List.of()), List.of());
        return draft.publish().version();
    }
}
