package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.StateRecords;
import io.tuijian.feedapi.FeedApi;
import io.tuijian.feedapi.Readiness;
import io.tuijian.feedapi.Role;
import io.tuijian.feedapi.Words;
import io.tuijian.launcher.ModelReloader;
import io.tuijian.models.ExampleRows;
import io.tuijian.models.Heads;
import io.tuijian.models.OfflineModel;
import io.tuijian.models.Registry;
import io.tuijian.models.Scores;
import io.tuijian.models.ServingModel;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.EngagementNetwork;
import io.tuijian.schemas.Action;
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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions come and go while pages are asked for: no answer fails, and none is of two versions. */
@Tag("full")
class HotReloadIT {
    private static final byte[] KEY = "a key for tests, 32 bytes or more.".getBytes();
    private static final int CONTENTS = 300;
    private static final int RELOADS = 10;
    private static final int THREADS = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger answers = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean loading = true;

    private static Content content(int number) {
        return Content.newBuilder()
                .setId("c" + number)
                .setAuthorId("a" + number % 40)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(Instant.now().minusSeconds(number))
                .setText("video " + number)
                .setTopics(List.of("t" + number % 5))
                .setVideo(new VideoDetail(20_000L))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .build();
    }

    /** Each from another seed and other pages, so that no two say the same. */
    private String publish(Registry registry, int seed) {
        NetworkSchool school = new NetworkSchool(Settings.USUAL.withSeed(seed));
        Pages pages = new Pages(seed, 50);
        ExampleRows rows = new ExampleRows();
        List<TrainingSet.Row> some = new ArrayList<>();
        for (int page = 0; page < 200; page++) {
            pages.next(Instant.now().minusSeconds(3600))
                    .forEach(example -> some.add(rows.row(example).orElseThrow()));
        }
        TrainingSet all = new TrainingSet(io.tuijian.features.FeatureSet.ALL.names(), some, Instant.MAX);
        TrainingSet none = new TrainingSet(all.names(), List.of(), Instant.MAX);
        Pupil pupil = school.fresh(all);
        pupil.learn(all, none, none);
        Registry.Draft draft = registry.draft("ranker", Instant.now());
        try {
            pupil.write(draft.artifact());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return draft.publish().version();
    }

    private void load(FeedApi api, int thread) {
        for (int i = 0; loading; i++) {
            String viewer = "v" + (thread + THREADS * i); // a new one each time, who has seen nothing yet
            String token = api.tokens().issue(viewer, EnumSet.of(Role.VIEWER), Instant.now(), Duration.ofMinutes(5));
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + api.port() + "/v1/feed/for-you?limit=10"))
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", "Bearer " + token)
                    .build();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    failures.add(answer.statusCode() + " " + answer.body());
                }
                answers.incrementAndGet();
            } catch (java.io.IOException | InterruptedException e) {
                failures.add(e.toString());
            }
        }
    }

    @Test
    void ten_reloads_under_load_fail_no_answer_and_mix_no_versions_and_a_rollback_takes_seconds() throws Exception {
        Registry registry = new Registry(folder.resolve("registry"));
        List<String> versions = new ArrayList<>();
        for (int seed = 0; seed <= RELOADS; seed++) {
            versions.add(publish(registry, seed));
        }
        registry.promote("ranker", versions.get(0), Instant.now());
        ServingModel serving = new ServingModel(registry, "ranker", EngagementNetwork::read);
        ExecutorService callers = Executors.newFixedThreadPool(THREADS);
        List<Served> served;
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("servers")).withParts(Part.KAFKA))) {
            for (Topic<?> topic : Topics.ALL) {
                cluster.createTopic(
                        topic.name(), 1, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
            }
            publishContents(cluster.bootstrapServers());
            try (FeedApi api = new FeedApi(
                            new FeedApi.Settings(
                                    "localhost",
                                    0,
                                    cluster.bootstrapServers(),
                                    "http://localhost:1",
                                    KEY,
                                    Duration.ofSeconds(2)),
                            Clock.systemUTC(),
                            new Words(Map.of()),
                            new FeedApi.Model(serving::now, serving::degraded),
                            new Readiness(),
                            (server, routes) -> {});
                    ModelReloader reloader = new ModelReloader(serving::reload)) {
                await().atMost(DEADLINE).until(() -> api.store().inMemory().contentCount() == CONTENTS);
                for (int thread = 0; thread < THREADS; thread++) {
                    int number = thread;
                    callers.submit(() -> load(api, number));
                }
                await().atMost(DEADLINE).until(() -> answers.get() > 20);
                for (String version : versions.subList(1, versions.size())) {
                    registry.promote("ranker", version, Instant.now());
                    await().atMost(Duration.ofSeconds(5))
                            .until(() -> serving.version().equals(version));
                    int before = answers.get();
                    await().atMost(DEADLINE).until(() -> answers.get() > before + 20);
                }
                new Registry(folder.resolve("registry")).rollback("ranker", Instant.now());
                String back = versions.get(RELOADS - 1);
                await().atMost(Duration.ofSeconds(5))
                        .until(() -> serving.version().equals(back));
                registry.promoteUnlessPinned("ranker", versions.get(3), Instant.now());
                int before = answers.get();
                await().atMost(DEADLINE).until(() -> answers.get() > before + 100);
                assertThat(serving.version()).isEqualTo(back);
                loading = false;
                callers.shutdown();
                assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            }
            served = served(cluster.bootstrapServers());
        } finally {
            loading = false;
            callers.shutdownNow();
        }
        assertThat(failures).isEmpty();
        assertThat(served).hasSize(answers.get());
        assertThat(served.stream().map(Served::getModelVersion).distinct()).containsAll(versions);
        eachIsOfOneVersion(registry, versions, served);
    }

    /** What was answered is what the version named says of what was logged, and no other version says that. */
    private static void eachIsOfOneVersion(Registry registry, List<String> versions, List<Served> served) {
        Map<String, OfflineModel> models = new HashMap<>();
        versions.forEach(version -> models.put(version, EngagementNetwork.read(registry.artifact("ranker", version))));
        int head = Heads.index(Action.LONG_VIEW);
        for (Served page : served) {
            TrainingSet rows = rows(page);
            Scores own = models.get(page.getModelVersion()).score(rows);
            for (int i = 0; i < rows.size(); i++) {
                double answered = page.getItems().get(i).getProbabilities().get("LONG_VIEW");
                assertThat(own.byHead()[head][i])
                        .as("%s in a page of %s", page.getItems().get(i).getContentId(), page.getModelVersion())
                        .isCloseTo((float) answered, within(1e-4f));
            }
            String other = versions.get((versions.indexOf(page.getModelVersion()) + 1) % versions.size());
            float[] others = models.get(other).score(rows).byHead()[head];
            double apart = IntStream.range(0, others.length)
                    .mapToDouble(i -> Math.abs(others[i] - own.byHead()[head][i]))
                    .max()
                    .orElseThrow();
            assertThat(apart)
                    .as("versions differ, so that a mixed page would be seen")
                    .isGreaterThan(1e-4);
        }
    }

    private static TrainingSet rows(Served page) {
        List<TrainingSet.Row> rows = new ArrayList<>();
        for (ServedItem item : page.getItems()) {
            int number = Integer.parseInt(item.getContentId().substring(1));
            Content content = content(number);
            float[] dense = new float[item.getFeatures().size()];
            for (int i = 0; i < dense.length; i++) {
                dense[i] = item.getFeatures().get(i);
            }
            rows.add(new TrainingSet.Row(
                    page.getViewerId(),
                    content.getId(),
                    content.getAuthorId(),
                    content.getKind(),
                    content.getTopics(),
                    page.getSurface().name(),
                    page.getAt().toEpochMilli(),
                    page.getAt().toEpochMilli(),
                    0,
                    1,
                    dense,
                    page.getRecent().stream().map(StateRecords::of).toList(),
                    0,
                    Float.NaN,
                    new float[Heads.ALL.size()]));
        }
        return new TrainingSet(page.getFeatureNames(), rows, Instant.MAX);
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

    private List<Served> served(String bootstrapServers) throws Topic.Undecodable {
        List<Served> served = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("served", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            while (served.size() < answers.get() && System.nanoTime() < deadline) {
                for (var found : consumer.poll(Duration.ofMillis(200))) {
                    served.add(Topics.SERVED.decode(found.value()));
                }
            }
        }
        return served;
    }
}
