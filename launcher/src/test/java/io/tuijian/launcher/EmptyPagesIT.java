package io.tuijian.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.feedapi.EventLog;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Words;
import io.tuijian.ingestion.ContentDocument;
import io.tuijian.launcher.Browsers.Opened;
import io.tuijian.launcher.Browsers.Screen;
import io.tuijian.models.PopularityModel;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.Visibility;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The feed page on a system without contents, with one, without its server, and with it again. */
@Tag("full")
class EmptyPagesIT {
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private EmbeddedCluster cluster;

    private FeedApi api(int port) {
        FeedApi api = new FeedApi(
                new FeedApi.Settings(
                        "127.0.0.1",
                        port,
                        cluster.bootstrapServers(),
                        cluster.elasticsearchUrl(),
                        KEY,
                        Duration.ofSeconds(5)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(PopularityModel::new, List::of),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
        return api;
    }

    @Test
    void the_first_content_appears_by_itself_and_the_server_may_go_and_come_back() throws Exception {
        try (EmbeddedCluster started = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("servers"))
                        .withElasticsearchHeapMegabytes(256)
                        .withParts(Part.KAFKA, Part.ELASTICSEARCH));
                Browsers browsers = Browsers.start()) {
            cluster = started;
            prepare();
            FeedApi first = api(0);
            int port = first.port();
            try (first;
                    Opened opened =
                            browsers.open("http://127.0.0.1:" + port + "/?lang=en", Screen.PHONE, ColorScheme.LIGHT)) {
                opened.expectComplaints("404|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET");
                assertThat(opened.one("feed-end")).containsText("Nothing here yet");
                opened.shoot("feed-empty");
                publish();
                assertThat(opened.one("card")).containsText("Hello");
                opened.shoot("feed-one");
                opened.press("ArrowDown");
                assertThat(opened.one("feed-end")).containsText("That is all for now.");
                first.close();
                opened.one("retry").click();
                assertThat(opened.one("connection")).hasText("The server does not answer. Waiting for it…");
                opened.shoot("feed-no-server");
                try (FeedApi second = api(port)) {
                    assertThat(opened.one("connection")).hasText("The server is back.");
                    opened.page.waitForCondition(
                            () -> opened.one("feed-end")
                                    .getAttribute("data-state")
                                    .matches("end|empty"),
                            new Page.WaitForConditionOptions().setTimeout(Browsers.PATIENCE_MILLIS));
                }
            }
        }
    }

    private void prepare() throws IOException {
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(topic.name(), 1, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        try (Elasticsearch elasticsearch = new Elasticsearch(cluster.elasticsearchUrl())) {
            elasticsearch.createIndices();
        }
    }

    private void publish() throws IOException, InterruptedException {
        Content content = Content.newBuilder()
                .setId("c1")
                .setAuthorId("a1")
                .setKind(ContentKind.POST)
                .setCreatedAt(Instant.now())
                .setText("Hello")
                .setTopics(List.of("t1"))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .build();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(EventLog.record(Topics.CONTENTS, "c1", content));
        }
        byte[] document = ContentDocument.of(content, io.tuijian.features.ContentState.empty("c1"), List.of())
                .source();
        HttpRequest put = HttpRequest.newBuilder(URI.create(
                        cluster.elasticsearchUrl() + "/" + Indices.CONTENTS.name() + "/_doc/c1?refresh=true"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(document))
                .build();
        HttpClient.newHttpClient().send(put, HttpResponse.BodyHandlers.ofString());
    }
}
