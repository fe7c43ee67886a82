package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.FeatureSet;
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
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.ServingModel;
import io.tuijian.models.Settings;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
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

    /** How much more often than by popularity what is liked has to be told from what is not, on the same pages. */
    private static final double CLEARLY = .04;

    private static final int PAGES = 300;
    private static final int POPULARITY = FeatureSet.ALL.names().indexOf("content.long_view_rate.drawn");

    @TempDir
    private Path folder;

    private final Population population = Population.of(11, new PopulationSize(150, 20, 10, 1), TOPICS);
    private final List<Served> served = new ArrayList<>();

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
                    ModelReloader reloader = new ModelReloader(serving);
                    OnlineTrainer trainer = new OnlineTrainer(plan(cluster), Clock.systemUTC(), said::add)) {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> api.store().inMemory().contentCount() == CONTENTS);
                Thread training = new Thread(trainer, "trainer");
                training.start();
                Instant began = Instant.now();
                try (PopulationClient audience = new PopulationClient(
                                population,
                                new PopulationClient.Settings(
                                        URI.create("http://localhost:" + api.port()), 8, 4, 10, Duration.ofDays(1)),
                                Clock.systemUTC());
                        KafkaConsumer<byte[], byte[]> pages = consumer(cluster.bootstrapServers())) {
                    audience.start();
                    await().atMost(GOAL).pollInterval(Duration.ofSeconds(2)).until(() -> {
                        read(pages);
                        System.out.printf(
                                "%d pages, taste %.3f%n", served.size(), taste(newest(), TasteIT::predicted)); // DEBUG
                        return isServed();
                    });
                }
                Duration took = Duration.between(began, Instant.now());
                System.out.printf(
                        "taste told: %.3f by versions up to %s, %.3f by popularity on the same pages, after %d s; %d pages; %s%n",
                        taste(newest(), TasteIT::predicted),
                        serving.version(),
                        taste(newest(), TasteIT::popular),
                        took.toSeconds(),
                        served.size(),
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
                Duration.ofSeconds(5),
                500,
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

    /** Whether the newest pages tell what viewers like clearly better than popularity does. */
    private boolean isServed() {
        List<Served> newest = newest();
        return newest.size() == PAGES && taste(newest, TasteIT::predicted) > taste(newest, TasteIT::popular) + CLEARLY;
    }

    /** The newest pages of promoted versions. */
    private List<Served> newest() {
        return served.stream()
                .filter(page -> !page.getModelVersion().equals(PopularityModel.VERSION))
                .sorted(Comparator.comparing(Served::getAt).reversed())
                .limit(PAGES)
                .toList();
    }

    /** How often, of two items of a page, the one of the topic that the viewer truly likes more has the higher score. */
    private double taste(List<Served> pages, ToDoubleFunction<ServedItem> score) {
        Truth truth = population.truth();
        double right = 0;
        long pairs = 0;
        for (Served page : pages) {
            Map<String, Double> likes = truth.taste(page.getViewerId()).topics();
            for (ServedItem one : page.getItems()) {
                for (ServedItem other : page.getItems()) {
                    if (liking(likes, one) > liking(likes, other) + .5) {
                        double apart = score.applyAsDouble(one) - score.applyAsDouble(other);
                        right += apart > 0 ? 1 : apart == 0 ? .5 : 0;
                        pairs++;
                    }
                }
            }
        }
        return right / pairs;
    }

    private static double predicted(ServedItem item) {
        return item.getProbabilities().get("LONG_VIEW");
    }

    private static double popular(ServedItem item) {
        return item.getFeatures().get(POPULARITY);
    }

    private static double liking(Map<String, Double> likes, ServedItem item) {
        return likes.getOrDefault(topic(Integer.parseInt(item.getContentId().substring(1))), 0.0);
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

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition("served", partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private void read(KafkaConsumer<byte[], byte[]> pages) throws Topic.Undecodable {
        for (var found = pages.poll(Duration.ofMillis(200)); !found.isEmpty(); ) {
            for (var record : found) {
                served.add(Topics.SERVED.decode(record.value()));
            }
            found = pages.poll(Duration.ofMillis(200));
        }
    }
}
