package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.Part;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.models.Artifact;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Inputs;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Registry;
import io.tuijian.models.Shelf;
import io.tuijian.models.VectorFields;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scientists and operators look at versions and change what is served; each answer as the contract says. */
class LabIT {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    @TempDir
    private static Path parent;

    private static EmbeddedCluster kafka; // its own: what lies in dead-letters is nobody else's
    private static Path folder;
    private static FeedApi api;
    private static volatile String served = PopularityModel.VERSION;

    private Registry registry;

    /** What everybody likes, under the name of any version. */
    private static final class Answering implements EngagementModel {
        @Override
        public List<Prediction> predict(List<FeatureInput> inputs) {
            return new PopularityModel().predict(inputs);
        }

        @Override
        public String version() {
            return served;
        }
    }

    @BeforeAll
    static void start() {
        kafka = RealServers.started("lab", Part.KAFKA);
        folder = parent.resolve("registry");
        api = new FeedApi(
                new FeedApi.Settings(
                        "localhost",
                        0,
                        kafka.bootstrapServers(),
                        "http://localhost:1",
                        FeedClient.KEY,
                        Duration.ofSeconds(1)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(Answering::new, List::of, Optional::empty, new Registry(folder)),
                new Readiness(),
                (server, routes) -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> api.store().caughtUp());
    }

    @AfterAll
    static void stop() {
        api.close();
        kafka.close();
    }

    @BeforeEach
    void empty() throws IOException {
        if (Files.exists(folder)) {
            try (var paths = Files.walk(folder)) {
                for (Path path :
                        paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        served = PopularityModel.VERSION;
        registry = new Registry(folder);
    }

    private static FeedClient.Answer get(String path) {
        return FeedClient.call(api, "GET", path, Role.SCIENTIST, "s-lin", null);
    }

    private static FeedClient.Answer post(String path, Object body) {
        return FeedClient.call(api, "POST", path, Role.OPERATOR, "ops", body);
    }

    private String publish(String model, String metrics) throws IOException {
        Registry.Draft draft = registry.draft(model, NOW);
        Artifact artifact = draft.artifact();
        Files.writeString(artifact.modelFile(), "weights");
        Files.writeString(artifact.metricsFile(), metrics);
        Files.writeString(artifact.cardFile(), "# " + model);
        Files.writeString(artifact.gateFile(), "| rule | kept | found |\n|---|---|---|\n| Usable | yes | whole |\n");
        artifact.describe(
                "test",
                new Inputs(List.of(new Inputs.Input(FeatureSet.ALL.names().get(0), 0, 1, -1, 1))),
                List.of(Action.LIKE));
        return draft.publish().version();
    }

    private static JsonNode model(String name) {
        FeedClient.Answer answer = get("/v1/models");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return StreamSupport.stream(answer.body().path("models").spliterator(), false)
                .filter(model -> model.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void only_scientists_and_operators_ask() {
        for (Role role : List.of(Role.VIEWER, Role.CREATOR, Role.PUBLISHER)) {
            for (String path :
                    List.of("/v1/models", "/v1/models/ranker/x", "/v1/lab/freshness", "/v1/lab/dead-letters")) {
                assertThat(FeedClient.call(api, "GET", path, role, "x", null).status())
                        .isEqualTo(403);
            }
            for (String path : List.of("/v1/models/ranker/promote", "/v1/models/ranker/rollback")) {
                assertThat(FeedClient.call(api, "POST", path, role, "x", Map.of("version", "popularity"))
                                .status())
                        .isEqualTo(403);
            }
        }
        assertThat(registry.current(Shelf.RANKER)).isEmpty();
    }

    @Test
    void an_empty_registry_has_both_models_and_no_version() {
        for (String name : List.of("ranker", "retrieval")) {
            assertThat(model(name).path("versions")).isEmpty();
            assertThat(model(name).has("serving")).isFalse();
        }
        assertThat(get("/v1/models/ranker/20261121-080000").status()).isEqualTo(404);
        assertThat(get("/v1/models/nothing/20261121-080000").status()).isEqualTo(404);
    }

    @Test
    void a_version_is_promoted_rolled_back_from_and_promoted_again() throws IOException {
        String first = publish(
                "ranker",
                "{\"ranker.gauc\": 0.6, \"popularity.gauc\": 0.5, \"calibration\": {\"LIKE\": [{\"predicted\": 0.1, \"observed\": 0.2, \"count\": 3}]}}");
        String second = publish("ranker", "{\"ranker.gauc\": 0.7}");
        assertThat(post("/v1/models/ranker/promote", Map.of("version", first)).status())
                .isEqualTo(200);
        FeedClient.Answer promoted = post("/v1/models/ranker/promote", Map.of("version", second));
        assertThat(promoted.body().path("version").asText()).isEqualTo(second);
        assertThat(model("ranker").at("/serving/rollbackTo").asText()).isEqualTo(first);
        FeedClient.Answer back = post("/v1/models/ranker/rollback", Map.of("from", second));
        assertThat(back.body().path("version").asText()).isEqualTo(first);
        assertThat(back.body().path("pinned").asBoolean()).isTrue();
        assertThat(model("ranker").at("/versions/1/state").asText()).isEqualTo("pinned");
        FeedClient.Answer again = post("/v1/models/ranker/rollback", Map.of("from", second));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().path("detail").asText()).contains(first);
        assertThat(post("/v1/models/ranker/promote", Map.of("version", second))
                        .body()
                        .path("pinned")
                        .asBoolean())
                .isFalse();
        assertThat(post("/v1/models/ranker/rollback", null)
                        .body()
                        .path("version")
                        .asText())
                .isEqualTo(first);
        JsonNode details = get("/v1/models/ranker/" + first).body();
        assertThat(details.at("/calibration/LIKE/0/count").asInt()).isEqualTo(3);
        assertThat(details.path("gateReport").asText()).contains("| Usable | yes |");
        assertThat(details.path("card").asText()).isEqualTo("# ranker");
        assertThat(details.at("/metrics/popularity.gauc").asDouble()).isEqualTo(.5);
    }

    @Test
    void what_must_not_be_served_is_refused_with_the_words_of_the_command_line() throws IOException {
        String bad =
                publish("ranker", "{\"gate\": {\"passed\": false, \"reasons\": [\"EnoughViewers: 3 later viewers\"]}}");
        FeedClient.Answer refused = post("/v1/models/ranker/promote", Map.of("version", bad));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText())
                .isEqualTo("ranker " + bad + " is not usable: the gate refused it: EnoughViewers: 3 later viewers.");
        assertThat(model("ranker").at("/versions/0/hindrance").asText())
                .isEqualTo(refused.body().path("detail").asText());
        String uncovered = publish("retrieval", "{}");
        VectorFields fields = new VectorFields(registry);
        fields.propose(uncovered);
        fields.covered(uncovered, .5);
        FeedClient.Answer waiting = post("/v1/models/retrieval/promote", Map.of("version", uncovered));
        assertThat(waiting.status()).isEqualTo(409);
        assertThat(waiting.body().path("detail").asText()).contains("50.00 % of the live contents have its vector");
        fields.covered(uncovered, 1);
        assertThat(post("/v1/models/retrieval/promote", Map.of("version", uncovered))
                        .status())
                .isEqualTo(200);
        assertThat(post("/v1/models/ranker/promote", Map.of("version", "20260101-000000"))
                        .status())
                .isEqualTo(404);
        assertThat(post("/v1/models/ranker/promote", Map.of("version", 1)).status())
                .isEqualTo(400);
        assertThat(post("/v1/models/ranker/rollback", Map.of("from", 1)).status())
                .isEqualTo(400);
    }

    @Test
    void a_registry_that_is_damaged_gone_or_no_folder_is_503() throws IOException {
        String version = publish("ranker", "{}");
        registry.promote("ranker", version, NOW);
        Files.writeString(folder.resolve("ranker/current.json"), "{\"version\": \"2026");
        assertThat(get("/v1/models").status()).isEqualTo(503);
        assertThat(post("/v1/models/ranker/promote", Map.of("version", version)).status())
                .isEqualTo(503);
        assertThat(post("/v1/models/ranker/rollback", Map.of()).status()).isEqualTo(503);
        empty();
        served = version;
        FeedClient.Answer gone = get("/v1/models");
        assertThat(gone.status()).isEqualTo(503);
        assertThat(gone.body().path("detail").asText()).isEqualTo("The registry of models is gone.");
        Files.writeString(folder, "");
        assertThat(get("/v1/models").status()).isEqualTo(503);
        assertThat(get("/v1/models").text()).doesNotContain(folder.toString());
        Files.delete(folder);
    }

    @Test
    void freshness_tells_of_each_topic_and_of_the_versions_that_answer() {
        served = "20261121-080000";
        JsonNode freshness = get("/v1/lab/freshness").body();
        assertThat(freshness.path("reachable").asBoolean()).isTrue();
        assertThat(freshness.path("topics")).hasSize(5);
        assertThat(freshness.at("/serving/ranker").asText()).isEqualTo(served);
        FeedClient.call(api, "POST", "/v1/contents", Role.CREATOR, "a1", Map.of("text", "hello"));
        await().atMost(Duration.ofSeconds(10)).until(() -> StreamSupport.stream(
                        get("/v1/lab/freshness").body().path("topics").spliterator(), false)
                .anyMatch(topic -> topic.path("topic").asText().equals("contents")
                        && topic.path("entries").asInt() > 0
                        && topic.path("ageSeconds").asDouble() < 60));
    }

    @Test
    void dead_letters_are_counted_once_by_topic_and_reason_and_tell_of_nobody() {
        List<byte[]> letters = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            letters.add(letter("engagements", i, "unknown content"));
        }
        letters.add(letter("engagements", 29, "unknown content")); // a job that restarted
        letters.add(letter("contents", 0, "author a4711 has no name"));
        letters.add("no letter".getBytes(StandardCharsets.UTF_8));
        write(letters);
        FeedClient.Answer answer = get("/v1/lab/dead-letters");
        assertThat(answer.body().path("total").asInt()).isEqualTo(32);
        assertThat(answer.body().path("unread").asInt()).isZero();
        assertThat(answer.body().at("/counts/0").toString())
                .isEqualTo("{\"topic\":\"engagements\",\"reason\":\"unknown content\",\"count\":30}");
        assertThat(answer.body().path("newest")).hasSize(20);
        assertThat(answer.body().at("/newest/0/offset").asInt()).isEqualTo(29);
        assertThat(answer.text()).doesNotContain("a4711", "secret");
        write(List.of(letter("engagements", 40, "unknown content")));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("/v1/lab/dead-letters").body().path("total").asInt() == 33);
    }

    private static byte[] letter(String topic, long offset, String reason) {
        ByteBuffer secret = ByteBuffer.wrap("secret".getBytes(StandardCharsets.UTF_8));
        return Topics.DEAD_LETTERS.encode(
                new DeadLetter(topic, 0, offset, secret, secret, reason, NOW.plusSeconds(offset)));
    }

    private static void write(List<byte[]> letters) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            letters.forEach(letter -> producer.send(new ProducerRecord<>(Topics.DEAD_LETTERS.name(), letter)));
        }
    }
}
