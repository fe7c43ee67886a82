package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Words;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.ExampleJob;
import io.tuijian.ingestion.StateJob;
import io.tuijian.launcher.ModelReloader;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationClient;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.launcher.population.Truth;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Prediction;
import io.tuijian.models.Registry;
import io.tuijian.models.ServingModel;
import io.tuijian.models.Settings;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole circle: what the population likes, and nobody told the product, is in what it is served some minutes later. */
@Tag("full")
class TasteIT {
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes();
    private static final Duration GOAL = Duration.ofMinutes(15);
    private static final int PARTITIONS = 2;
    private static final int CONTENTS = 1_500;
    private static final List<String> TOPICS =
            IntStream.range(0, 8).mapToObj(topic -> "t" + topic).toList();

    /** How much more often than by popularity what is liked has to be told from what is not. */
    private static final double CLEARLY = .05;

    private static final int VIEWERS = 60;

    @TempDir
    private Path folder;

    private final Population population = Population.of(11, new PopulationSize(150, 20, 10, 1), TOPICS);

    private static Content content(int number) {
        return Content.newBuilder()
                .setId("c" + number)
                .setAuthorId("a" + number % 40)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(Instant.now().minusSeconds(number))
                .setText("video " + number)
                .setTopics(List.of(topic(number)))
                .setVideo(new VideoDetail(8_000L + number % 20 * 1_000))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .build();
    }

    private static String topic(int number) {
        return TOPICS.get(Math.floorMod(number * 31 + number / 8, TOPICS.size()));
    }

    @Test
    void what_viewers_like_reaches_the_served_scores_through_a_promoted_version() throws Exception {
        Registry registry = new Registry(folder.resolve("registry"));
        List<String> said = new CopyOnWriteArrayList<>();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.in(folder.resolve("servers"))
                .withParts(Part.KAFKA, Part.FLINK)
                .withSlots(2))) {
            for (Topic<?> topic : Topics.ALL) {
                cluster.createTopic(
                        topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
            }
            publishContents(cluster.bootstrapServers());
            Clusters clusters = new Clusters(
                    cluster.bootstrapServers(),
                    "http://localhost:1",
                    Clusters.Archive.in(folder.resolve("files").toString()));
            submit(cluster, "state", new StateJob(clusters)::build);
            submit(cluster, "examples", new ExampleJob(clusters)::build);
            ServingModel serving = new ServingModel(registry, "ranker", EngagementNetwork::read);
            try (FeedApi api = api(cluster, serving);
                    ModelReloader reloader = new ModelReloader(serving::reload);
                    OnlineTrainer trainer = new OnlineTrainer(plan(cluster), Clock.systemUTC(), said::add)) {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> api.store().inMemory().contentCount() == CONTENTS);
                Thread training = new Thread(trainer, "trainer");
                training.start();
                FeatureApi server = new FeatureApi(api);
                Instant began = Instant.now();
                try (PopulationClient audience = new PopulationClient(
                        population,
                        new PopulationClient.Settings(
                                URI.create("http://localhost:" + api.port()), 8, 4, 10, Duration.ofDays(1)),
                        Clock.systemUTC())) {
                    audience.start();
                    await().atMost(GOAL)
                            .pollInterval(Duration.ofSeconds(2))
                            .until(() -> !serving.version().equals(PopularityModel.VERSION)
                                    && taste(server, serving.now()) > taste(server, new PopularityModel()) + CLEARLY);
                }
                Duration took = Duration.between(began, Instant.now());
                System.out.printf(
                        "taste told: %.3f by %s, %.3f by popularity, after %d s; %s%n",
                        taste(server, serving.now()),
                        serving.version(),
                        taste(server, new PopularityModel()),
                        took.toSeconds(),
                        trainer.counts().byName());
                assertThat(took).isLessThan(GOAL);
                assertThat(registry.current("ranker").orElseThrow().pinned()).isFalse();
                assertThat(said).anyMatch(line -> line.contains("is promoted, judged by"));
            }
        } finally {
            said.forEach(System.out::println);
        }
    }

    private OnlineTrainer.Plan plan(EmbeddedCluster cluster) {
        return new OnlineTrainer.Plan(
                cluster.bootstrapServers(),
                folder.resolve("trainer"),
                folder.resolve("registry"),
                Settings.USUAL,
                Duration.ofSeconds(2),
                300,
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Optional.empty());
    }

    private FeedApi api(EmbeddedCluster cluster, ServingModel serving) {
        return new FeedApi(
                new FeedApi.Settings(
                        "localhost", 0, cluster.bootstrapServers(), "http://localhost:1", KEY, Duration.ofSeconds(2)),
                Clock.systemUTC(),
                new Words(Map.of()),
                new FeedApi.Model(serving::now, serving::degraded),
                new Readiness(),
                (server, routes) -> routes.post("/demo/tokens", ctx -> {
                    String viewer = FeedApi.body(ctx).path("viewer").asText();
                    ctx.status(201)
                            .json(Map.of(
                                    "token",
                                    server.tokens()
                                            .issue(
                                                    viewer,
                                                    EnumSet.of(Role.VIEWER),
                                                    Instant.now(),
                                                    Duration.ofHours(1))));
                }));
    }

    /**
     * How often, of two contents, the one of the topic that a viewer truly likes more gets the higher probability of a
     * long view from this model, asked as the server asks it; not only on pages, which are chosen by that very score.
     */
    private double taste(FeatureApi server, EngagementModel model) {
        Truth truth = population.truth();
        double right = 0;
        long pairs = 0;
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            String id = population.viewers().get(viewer).id();
            Map<String, Double> likes = truth.taste(id).topics();
            List<FeatureInput> asked = server.inputs(id);
            List<Prediction> answers = model.predict(asked);
            for (int one = 0; one < asked.size(); one++) {
                for (int other = 0; other < asked.size(); other++) {
                    if (liking(likes, asked.get(one)) > liking(likes, asked.get(other)) + .5) {
                        double apart = answers.get(one).probability(Action.LONG_VIEW)
                                - answers.get(other).probability(Action.LONG_VIEW);
                        right += apart > 0 ? 1 : apart == 0 ? .5 : 0;
                        pairs++;
                    }
                }
            }
        }
        return right / pairs;
    }

    /** What the server would ask its model. */
    private record FeatureApi(FeedApi api) {
        List<FeatureInput> inputs(String viewer) {
            Context context = new Context(Instant.now(), ZoneOffset.UTC, Surface.FOR_YOU, null, 0, null, null);
            List<String> contents = IntStream.range(0, 40)
                    .mapToObj(i -> "c" + i * 37 % CONTENTS)
                    .toList();
            return api.store().load(viewer, contents, context).inputs();
        }
    }

    private static double liking(Map<String, Double> likes, FeatureInput input) {
        return likes.getOrDefault(input.content().getTopics().get(0), 0.0);
    }

    private static void submit(
            EmbeddedCluster cluster, String name, java.util.function.Consumer<StreamExecutionEnvironment> job) {
        StreamExecutionEnvironment env = cluster.environment(name, 1, Duration.ofSeconds(30));
        job.accept(env);
        cluster.submit(env, name).awaitRunning(Duration.ofMinutes(1));
    }

    private static void publishContents(String bootstrapServers) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = 0; number < CONTENTS; number++) {
                Content content = content(number);
                producer.send(
                        new ProducerRecord<>("contents", content.getId().getBytes(), Topics.CONTENTS.encode(content)));
            }
        }
    }
}
