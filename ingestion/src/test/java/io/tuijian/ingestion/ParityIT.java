package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model sees is the same, whether the log went through Flink or through the replay. */
class ParityIT {
    private static final Instant FROM = Instant.parse("2022-05-08T00:00:00Z");
    private static final Instant TO = FROM.plus(Duration.ofHours(30));
    private static final World WORLD = new World(11, 60, 40, 1_500, FROM, TO);
    private static final double CLOSE = 1e-6;

    @TempDir
    Path state;

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void flink_and_replay_give_the_same_features(String backend) {
        List<Content> contents =
                IntStream.range(0, WORLD.contents()).mapToObj(WORLD::content).toList();
        List<Engagement> log = log();
        InMemoryFeatureStore replayed = replayed(contents, log);
        InMemoryFeatureStore streamed = streamed(contents, log, backend);

        Context context = new Context(TO, ZoneId.of("Asia/Shanghai"), Surface.FOR_YOU, "s1", 3, null, null);
        List<String> ids = contents.stream().map(Content::getId).toList();
        List<String> names = FeatureSet.ALL.names();
        for (int v = 0; v < WORLD.viewers(); v++) {
            List<FeatureInput> wanted = replayed.load("v" + v, ids, context).inputs();
            List<FeatureInput> actual = streamed.load("v" + v, ids, context).inputs();
            assertThat(actual).hasSameSizeAs(wanted);
            for (int c = 0; c < wanted.size(); c++) {
                Features expected = FeatureSet.ALL.of(wanted.get(c));
                Features found = FeatureSet.ALL.of(actual.get(c));
                for (int f = 0; f < names.size(); f++) {
                    double value = expected.dense()[f];
                    assertThat((double) found.dense()[f])
                            .as("%s of v%d and %s", names.get(f), v, ids.get(c))
                            .isCloseTo(value, within(CLOSE * Math.max(1, Math.abs(value))));
                }
                assertThat(found.ids()).isEqualTo(expected.ids());
                assertThat(new HashSet<>(found.recent())).isEqualTo(new HashSet<>(expected.recent()));
            }
        }
    }

    /** Duplicates, undos that come before and after what they take back, and disorder. */
    private static List<Engagement> log() {
        Random random = new Random(WORLD.seed());
        List<Engagement> log = new ArrayList<>();
        WORLD.play((page, engagements) -> {
            for (Engagement engagement : engagements) {
                if (engagement.getAction() == Action.FOLLOW) {
                    continue; // relations come from their own topic
                }
                log.add(random.nextInt(log.size() + 1), engagement);
                if (random.nextInt(20) == 0) {
                    log.add(random.nextInt(log.size() + 1), engagement);
                }
                if (random.nextInt(20) == 0) {
                    log.add(
                            random.nextInt(log.size() + 1),
                            Engagement.newBuilder(engagement)
                                    .setId(engagement.getId() + "-undo")
                                    .setUndoes(engagement.getId())
                                    .build());
                }
            }
        });
        return log;
    }

    private static InMemoryFeatureStore replayed(List<Content> contents, List<Engagement> log) {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, contents);
        log.forEach(replay::engagement);
        replay.finish();
        return replay.store();
    }

    private InMemoryFeatureStore streamed(List<Content> contents, List<Engagement> log, String backend) {
        Collecting<ViewerState> viewers = new Collecting<>(backend + " viewers");
        Collecting<ContentState> contentStates = new Collecting<>(backend + " contents");
        Collecting<AuthorState> authors = new Collecting<>(backend + " authors");
        Collecting<DeadLetter> dead = new Collecting<>(backend + " dead letters");
        try (EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedOptions.in(state).withParts(Part.FLINK))) {
            StreamExecutionEnvironment env = cluster.environment(backend, 2, Duration.ofMillis(300));
            env.configure(new Configuration().set(StateBackendOptions.STATE_BACKEND, backend));
            new StateJob(
                            new StateJob.Sources(source(Topics.ENGAGEMENTS, log), source(Topics.CONTENTS, contents)),
                            new StateJob.Sinks(viewers, contentStates, authors, dead))
                    .build(env);
            cluster.submit(env, backend).await(Duration.ofMinutes(1));
        }
        assertThat(dead.written()).isEmpty();
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        contents.forEach(store::accept);
        viewers.written().forEach(store::accept);
        contentStates.written().forEach(store::accept);
        authors.written().forEach(store::accept);
        Set<String> known = new HashSet<>();
        viewers.written().forEach(it -> known.add(it.viewerId()));
        assertThat(known).hasSizeGreaterThan(WORLD.viewers() / 2);
        return store;
    }

    private static <T extends SpecificRecord> DataGeneratorSource<Raw> source(Topic<T> topic, List<T> records) {
        List<byte[]> values = new ArrayList<>();
        records.forEach(it -> values.add(topic.encode(it)));
        String name = topic.name();
        return new DataGeneratorSource<>(
                i -> new Raw(name, 0, i, null, values.get(i.intValue())), values.size(), TypeInformation.of(Raw.class));
    }
}
