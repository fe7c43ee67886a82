package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.embedded.RunningJob;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A savepoint taken by StateJob before the newest features were added restores after them. The one kept beside the
 * tests was written by {@link #main}, at {@link #BEFORE} engagements of {@link #engagement}.
 */
class SavepointIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Path SAVEPOINT = Path.of("src/test/resources/savepoints/1");
    private static final Instant FROM = Instant.parse("2026-05-08T00:00:00Z");
    private static final int CONTENTS = 3; // the first is a shop item
    private static final int BEFORE = 30;
    private static final int AFTER = 40;
    private static final World WORLD = new World(1, 1, 30, 1, FROM, FROM);

    /** Views, by three viewers in turn, of three contents in turn; the last ten before the savepoint come again. */
    private static Engagement engagement(int i) {
        int row = i >= BEFORE && i < BEFORE + 10 ? i - 10 : i;
        return World.engagement(
                "e" + row, "v" + row % 3, "c" + row / 3 % CONTENTS, Action.WATCH, FROM.plusSeconds(row));
    }

    @Test
    void counts_go_on_exactly_from_a_savepoint_of_an_earlier_release(@TempDir Path state) {
        try (EmbeddedCluster cluster = start(state);
                TestTopics topics = new TestTopics(cluster, 1)) {
            write(topics, AFTER);
            RunningJob job = submit(
                    cluster,
                    SavepointRestoreSettings.forPath(
                            SAVEPOINT.toAbsolutePath().toUri().toString(), false, RecoveryClaimMode.NO_CLAIM));
            job.awaitRunning(DEADLINE);
            // Rows 30 to 39 repeat 20 to 29 and do not count: each viewer watched ten times, and saw three contents.
            write(topics, AFTER, 60);
            Map<String, ViewerStateRecord> viewers = read(
                    topics.reader(Topics.VIEWER_STATES),
                    ViewerStateRecord::getViewerId,
                    ViewerStateRecord::getEvents,
                    3,
                    20L * 3 - 10 + 9);
            assertThat(viewers).hasSize(3);
            Map<String, ContentStateRecord> contents = read(
                    topics.reader(Topics.CONTENT_STATES),
                    ContentStateRecord::getContentId,
                    ContentStateRecord::getEvents,
                    3,
                    20L * 3 - 10 + 9);
            assertThat(contents.values()).allSatisfy(it -> assertThat(
                            it.getCounts().getCounts().get(0).getAlways())
                    .isPositive());
            read(
                    topics.reader(Topics.AUTHOR_STATES),
                    AuthorStateRecord::getAuthorId,
                    AuthorStateRecord::getEvents,
                    3,
                    20L * 3 - 10 + 9);
        }
    }

    private static EmbeddedCluster start(Path state) {
        return EmbeddedCluster.start(EmbeddedOptions.in(state).withParts(Part.KAFKA, Part.FLINK));
    }

    private static RunningJob submit(EmbeddedCluster cluster, SavepointRestoreSettings restore) {
        StreamExecutionEnvironment env = cluster.environment("state", 1);
        new StateJob(new Clusters(cluster.bootstrapServers(), null)).build(env);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName("state");
        if (restore != null) {
            graph.setSavepointRestoreSettings(restore);
        }
        return cluster.submit(graph);
    }

    private static void write(TestTopics topics, int until) {
        for (int i = 0; i < CONTENTS; i++) {
            topics.write(Topics.CONTENTS, "c" + i, WORLD.content(i));
        }
        write(topics, 0, until);
    }

    private static void write(TestTopics topics, int from, int until) {
        for (int i = from; i < until; i++) {
            topics.write(Topics.ENGAGEMENTS, engagement(i).getViewerId(), engagement(i));
        }
        topics.flush();
    }

    private static <T extends SpecificRecord> Map<String, T> read(
            TestTopics.Reader<T> reader, Function<T, String> id, ToLongFunction<T> events, int keys, long wanted) {
        Map<String, T> newest = new HashMap<>();
        try (reader) {
            await().atMost(DEADLINE).until(() -> {
                reader.more().forEach(it -> newest.put(id.apply(it), it));
                return newest.size() == keys
                        && newest.values().stream().mapToLong(events).sum() == wanted;
            });
        }
        return newest;
    }

    /** Writes the savepoint anew; only for a release whose state cannot be read otherwise. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("tuijian-savepoint");
        try (EmbeddedCluster cluster = start(folder.resolve("state"));
                TestTopics topics = new TestTopics(cluster, 1)) {
            write(topics, BEFORE);
            RunningJob job = submit(cluster, null);
            read(
                    topics.reader(Topics.VIEWER_STATES),
                    ViewerStateRecord::getViewerId,
                    ViewerStateRecord::getEvents,
                    3,
                    BEFORE + 9L);
            Path written = Path.of(java.net.URI.create(job.savepoint(folder.resolve("savepoints"))));
            List<Path> files = new ArrayList<>();
            try (var all = Files.list(written)) {
                all.forEach(files::add);
            }
            Files.createDirectories(SAVEPOINT);
            for (Path file : files) {
                Files.copy(file, SAVEPOINT.resolve(file.getFileName()));
            }
            System.out.println(files.size() + " files written to " + SAVEPOINT);
        }
        System.exit(0);
    }
}
