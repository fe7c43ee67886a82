package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.Features;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.feedapi.RedisFeatureStore;
import io.tuijian.feedapi.ReplicatedFeatureStore;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.StateJob;
import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One log through StateJob, Kafka and Redis into both stores, and through the replay in memory: a model sees the same.
 */
@Tag("full")
class StoreParityIT {
    private static final int IMPRESSIONS = 3_000;
    private static final int PARTITIONS = 2;
    private static final int VIEWERS = 60;
    private static final int CANDIDATES = 500;
    private static final float TOLERANCE = 1e-6f;

    @TempDir
    static Path folder;

    private static EmbeddedCluster cluster;
    private static InMemoryFeatureStore expected;
    private static ReplicatedFeatureStore replicated;
    private static final Set<String> viewers = new LinkedHashSet<>();
    private static final Set<String> contents = new LinkedHashSet<>();
    private static Context context;

    @BeforeAll
    static void play() {
        cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("state")).withParts(Part.KAFKA, Part.FLINK, Part.REDIS));
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        KuaiRand log = new KuaiRand(Path.of(System.getProperty("tuijian.root"), "data", "kuairand-pure"));
        List<Impression> impressions = new ArrayList<>();
        try (Stream<Impression> all = log.impressions()) {
            all.limit(IMPRESSIONS).forEach(impressions::add);
        }
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, log.contents());
        for (Impression one : impressions) {
            viewers.add(one.served().getViewerId());
            contents.add(one.served().getItems().get(0).getContentId());
            replay.page(one.served(), one.engagements(), null);
        }
        replay.finish();
        expected = replay.store();
        Instant end = impressions.get(impressions.size() - 1).served().getAt().plus(Duration.ofHours(1));
        context = new Context(end, ZoneId.of("Asia/Shanghai"), Surface.FOR_YOU, "s", 3, null, null);

        try (Import kafka = new Import(cluster.bootstrapServers(), PARTITIONS)) {
            for (Content content : log.contents()) {
                kafka.write(Topics.CONTENTS, content.getId(), content);
            }
            for (Impression one : impressions) {
                for (Engagement engagement : one.engagements()) {
                    kafka.write(Topics.ENGAGEMENTS, engagement.getViewerId(), engagement);
                }
            }
            expected.relations().all().forEach((Relation relation) -> kafka.write(relation));
        }
        var environment = cluster.environment("states", 2, Duration.ofSeconds(5));
        new StateJob(new Clusters(cluster.bootstrapServers(), null, cluster.redisAddress())).build(environment);
        cluster.submit(environment, "states");
        replicated = new ReplicatedFeatureStore(cluster.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        if (replicated != null) {
            replicated.close();
        }
        cluster.close();
    }

    @Test
    void the_replicated_store_gives_the_features_of_the_replay() {
        same(replicated);
    }

    @Test
    void the_store_with_viewers_in_redis_gives_the_features_of_the_replay() {
        try (RedisFeatureStore redis = new RedisFeatureStore(
                RedisFeatureStore.Settings.viewersAt(cluster.redisAddress()),
                replicated.inMemory(),
                replicated::behind)) {
            same(redis);
        }
    }

    private static void same(FeatureStore store) {
        List<String> candidates = contents.stream().limit(CANDIDATES).toList();
        List<String> people = viewers.stream().limit(VIEWERS).toList();
        await().atMost(Duration.ofSeconds(90)).until(() -> people.stream()
                .allMatch(id -> store.viewer(id).events() == expected.viewer(id).events()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> store.load(people.get(0), candidates, context).inputs().stream()
                        .allMatch(input -> input.contentState().events()
                                        == expected.contentState(input.content().getId())
                                                .events()
                                && input.author().events()
                                        == expected.author(input.author().authorId())
                                                .events()));
        for (String viewer : people) {
            List<FeatureInput> theirs = store.load(viewer, candidates, context).inputs();
            List<FeatureInput> ours = expected.load(viewer, candidates, context).inputs();
            assertThat(theirs).hasSameSizeAs(ours);
            assertThat(store.viewer(viewer).updatedAtMillis())
                    .isEqualTo(expected.viewer(viewer).updatedAtMillis());
            for (int i = 0; i < ours.size(); i++) {
                Features actual = FeatureSet.ALL.of(theirs.get(i));
                Features wanted = FeatureSet.ALL.of(ours.get(i));
                assertThat(theirs.get(i).contentAge()).isEqualTo(ours.get(i).contentAge());
                assertThat(theirs.get(i).authorAge()).isEqualTo(ours.get(i).authorAge());
                assertThat(actual.ids()).isEqualTo(wanted.ids());
                assertThat(actual.recent()).isEqualTo(wanted.recent());
                for (int f = 0; f < wanted.dense().length; f++) {
                    assertThat(Math.abs(actual.dense()[f] - wanted.dense()[f]))
                            .as("%s of %s for %s", FeatureSet.ALL.names().get(f), candidates.get(i), viewer)
                            .isLessThanOrEqualTo(TOLERANCE);
                }
            }
        }
    }
}
