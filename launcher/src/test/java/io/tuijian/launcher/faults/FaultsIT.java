package io.tuijian.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.Actions;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.feedapi.RedisFeatureStore;
import io.tuijian.launcher.Main;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.ViewerStateRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200,000 engagements with all that can be wrong with them, while the jobs' process is killed with -9, the broker
 * restarted, Elasticsearch down for half a minute and Redis restarted. In the end nothing is lost and nothing counted twice.
 *
 * <p>Each fault waits for progress, not for time: the jobs have completed a checkpoint and written more since. And the
 * writer of the log waits for the faults, so that each of them happens while the log is being written.
 */
@Tag("full")
class FaultsIT {
    private static final long SEED = 20_221_030;
    private static final int ENGAGEMENTS = Integer.getInteger("faults.engagements", 200_000);
    private static final int PARTITIONS = 4;
    private static final List<String> JOBS = List.of("state", "index", "reach", "examples");
    private static final int PORTIONS = 20; // more than the faults ask for: some are left after the last one
    private static final int WRITTEN_PER_SECOND = 6_000;
    private static final int FURTHER = 300;
    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final Duration REDIS_OUTAGE = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    @TempDir
    static Path folder;

    private static final List<String> story = new ArrayList<>();
    private static final Instant began = Instant.now();
    private static final Semaphore portions = new Semaphore(0);
    private static Server kafka;
    private static Server elasticsearch;
    private static Server redis;
    private static LogWriter writer;
    private static JobsProcess jobs;
    private static FaultyLog log;
    private static InMemoryFeatureStore expected;

    @BeforeAll
    static void everything_goes_wrong() throws IOException {
        kafka = new Server(EmbeddedOptions.in(folder.resolve("kafka")).withParts(Part.KAFKA));
        elasticsearch = new Server(EmbeddedOptions.in(folder.resolve("elasticsearch"))
                .withParts(Part.ELASTICSEARCH)
                .withElasticsearchHeapMegabytes(256));
        redis = new Server(EmbeddedOptions.in(folder.resolve("redis")).withParts(Part.REDIS));
        for (Topic<?> topic : Topics.ALL) {
            kafka.cluster()
                    .createTopic(
                            topic.name(),
                            PARTITIONS,
                            topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        log = new FaultyLog(SEED, ENGAGEMENTS, Instant.now().minus(Duration.ofDays(21)));
        writer = new LogWriter(kafka.cluster().bootstrapServers());
        jobs = new JobsProcess(
                List.of(
                        Main.class.getName(),
                        "run",
                        "jobs",
                        "--config",
                        configuration().toString()),
                Path.of("target/faults-jobs.log"),
                folder.resolve("jobs/flink/checkpoints"));
        tell("servers are up, the log has %,d records", log.entries().size());

        CompletableFuture<Void> writing = CompletableFuture.runAsync(FaultsIT::write);
        faults();
        assertThat(jobs.kills()).isGreaterThanOrEqualTo(5);
        writing.join();
        writer.write(log.closing(Instant.now(), PARTITIONS));
        writer.flush();
        tell("the whole log is written");
        expected = expected();
    }

    private static Path configuration() throws IOException {
        return Files.writeString(
                folder.resolve("jobs.properties"),
                String.join(
                        "\n",
                        "kafka.bootstrap-servers=" + kafka.cluster().bootstrapServers(),
                        "elasticsearch.url=" + elasticsearch.cluster().elasticsearchUrl(),
                        "redis.address=" + redis.cluster().redisAddress(),
                        "archive.folder=" + folder.resolve("archive"),
                        "checkpoints.folder=" + folder.resolve("jobs"),
                        "checkpoints.interval=2s",
                        "state.backend=rocksdb",
                        "jobs=" + String.join(",", JOBS)));
    }

    /** A portion of the log for each permit, at a pace. */
    private static void write() {
        List<FaultyLog.Entry> entries = List.copyOf(log.entries());
        int portion = entries.size() / PORTIONS + 1;
        int permitted = 0;
        for (int at = 0; at < entries.size(); ) {
            if (at >= permitted) {
                portions.acquireUninterruptibly();
                permitted += portion;
            }
            int until = Math.min(at + WRITTEN_PER_SECOND / 20, Math.min(permitted, entries.size()));
            writer.write(entries.subList(at, until));
            at = until;
            pause(Duration.ofMillis(50));
        }
    }

    private static void faults() {
        jobs.start();
        kill("while it counts");

        jobs.start();
        awaitCheckpoints();
        elasticsearch.down();
        Instant down = Instant.now();
        tell("Elasticsearch is down");
        awaitOutput();
        pause(OUTAGE.minus(Duration.between(down, Instant.now())));
        awaitOutput();
        jobs.kill();
        tell("killed while Elasticsearch is down, where states were still counted");
        jobs.start();
        elasticsearch.up();
        tell(
                "Elasticsearch is up again, after %d s",
                Duration.between(down, Instant.now()).toSeconds());

        awaitCheckpoints();
        kafka.down();
        kafka.up();
        tell("the broker has restarted under the running jobs");
        kill("after the broker's restart");

        jobs.start();
        awaitOutput();
        redis.cluster().stopRedis();
        jobs.kill();
        tell("killed soon after its restart, while Redis was down");
        jobs.start();
        pause(REDIS_OUTAGE);
        redis.cluster().startRedis();
        kill("after the restart of Redis");

        jobs.start();
        awaitCheckpoints();
        kafka.down();
        jobs.kill();
        kafka.up();
        tell("killed while the broker was down");

        jobs.start();
        kill("once more");

        jobs.start();
        portions.release(PORTIONS); // the rest
    }

    private static void kill(String when) {
        awaitCheckpoints();
        awaitOutput();
        jobs.kill();
        tell("killed %s", when);
    }

    /** A further portion of the log, and a checkpoint of each job since the start. */
    private static void awaitCheckpoints() {
        portions.release();
        until(() -> jobs.checkpointed().containsAll(JOBS));
    }

    /** A further portion of the log, and states that come of it; without a checkpoint in between as a rule. */
    private static void awaitOutput() {
        try (ReadTopic<ViewerStateRecord> states =
                new ReadTopic<>(kafka.cluster().bootstrapServers(), Topics.VIEWER_STATES)) {
            long before = states.written();
            portions.release();
            until(() -> states.written() > before + FURTHER);
        }
    }

    private static void until(BooleanSupplier condition) {
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(50)).until(() -> {
            jobs.assertAlive();
            return condition.getAsBoolean();
        });
    }

    private static InMemoryFeatureStore expected() {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, log.contents());
        log.engagements().forEach(replay::engagement);
        replay.finish();
        return replay.store();
    }

    @AfterAll
    static void stop() {
        System.out.println(String.join(System.lineSeparator(), story));
        for (AutoCloseable part : new AutoCloseable[] {jobs, writer, redis, elasticsearch, kafka}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void tell(String line, Object... figures) {
        story.add(String.format(
                Locale.ROOT,
                "%4d s  " + line,
                concat(Duration.between(began, Instant.now()).toSeconds(), figures)));
        System.out.println(story.get(story.size() - 1));
    }

    private static Object[] concat(Object first, Object[] rest) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(rest));
        return all.toArray();
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(Math.max(0, duration.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The newest record of each key as a reader keeps it, and as the compacted topic will. */
    private static final class Newest<T extends SpecificRecord> {
        final Map<String, T> kept = new HashMap<>();
        final Map<String, T> last = new HashMap<>();
        long records;

        static <T extends SpecificRecord> Newest<T> of(
                Topic<T> topic, Function<T, String> key, ToLongFunction<T> events, Map<String, Long> wanted) {
            Newest<T> newest = new Newest<>();
            try (ReadTopic<T> reader = new ReadTopic<>(kafka.cluster().bootstrapServers(), topic)) {
                await().atMost(DEADLINE).pollInterval(Duration.ofMillis(500)).until(() -> {
                    jobs.assertAlive();
                    reader.more(state -> {
                        newest.records++;
                        newest.last.put(key.apply(state), state);
                        newest.kept.merge(
                                key.apply(state),
                                state,
                                (old, next) -> events.applyAsLong(next) < events.applyAsLong(old) ? old : next);
                    });
                    return wanted.entrySet().stream()
                            .allMatch(entry -> newest.last.containsKey(entry.getKey())
                                    && events.applyAsLong(newest.last.get(entry.getKey())) >= entry.getValue());
                });
            }
            assertThat(newest.last.keySet()).as(topic.name()).isEqualTo(wanted.keySet());
            newest.last.forEach((id, state) -> assertThat(state)
                    .as("%s: the last of %s is the newest that anyone has seen", topic, id)
                    .isEqualTo(newest.kept.get(id)));
            return newest;
        }
    }

    @Test
    void every_state_equals_the_replay_of_the_log() {
        Map<String, Long> viewers = new HashMap<>();
        Map<String, Long> contents = new HashMap<>();
        Map<String, Long> authors = new HashMap<>();
        Map<String, Set<String>> opinions = new HashMap<>();
        for (Engagement engagement : log.engagements()) {
            String viewer = engagement.getViewerId();
            String content = engagement.getContentId();
            String author = expected.content(content).getAuthorId();
            put(viewers, viewer, expected.viewer(viewer).events());
            put(contents, content, expected.contentState(content).events());
            put(authors, author, expected.author(author).events());
            if (Actions.TELLING.contains(engagement.getAction())) {
                opinions.computeIfAbsent(viewer, id -> new HashSet<>()).add(engagement.getId());
            }
        }
        Map<String, Integer> most = new HashMap<>();
        opinions.forEach((viewer, ids) -> most.put(viewer, ids.size()));
        StateCheck check = new StateCheck(most);

        Newest<ViewerStateRecord> viewerStates =
                Newest.of(Topics.VIEWER_STATES, ViewerStateRecord::getViewerId, ViewerStateRecord::getEvents, viewers);
        viewerStates.last.forEach((id, record) -> check.same(StateRecords.of(record), expected.viewer(id)));
        same(check, viewers.keySet());
        Newest<ContentStateRecord> contentStates = Newest.of(
                Topics.CONTENT_STATES, ContentStateRecord::getContentId, ContentStateRecord::getEvents, contents);
        contentStates.last.forEach((id, record) -> {
            assertThat(record.getEvents()).as(id).isEqualTo(contents.get(id));
            check.same(
                    id,
                    StateRecords.of(record).counts(),
                    expected.contentState(id).counts());
        });
        Newest<AuthorStateRecord> authorStates =
                Newest.of(Topics.AUTHOR_STATES, AuthorStateRecord::getAuthorId, AuthorStateRecord::getEvents, authors);
        authorStates.last.forEach((id, record) -> {
            assertThat(record.getEvents()).as(id).isEqualTo(authors.get(id));
            check.same(id, StateRecords.of(record).counts(), expected.author(id).counts());
        });
        tell(
                "%,d engagements, %,d of them distinct: %,d viewers, %,d contents, %,d authors, from %,d states written",
                log.engagements().size(),
                log.engagements().stream().map(Engagement::getId).distinct().count(),
                viewers.size(),
                contents.size(),
                authors.size(),
                viewerStates.records + contentStates.records + authorStates.records);
        tell("%s", check.summary());
    }

    /** What a server of the feed would read in Redis. */
    private static void same(StateCheck check, Set<String> viewers) {
        RedisFeatureStore.Settings settings = new RedisFeatureStore.Settings(
                redis.cluster().redisAddress(), Set.of(Topics.VIEWER_STATES), Duration.ofSeconds(5));
        try (RedisFeatureStore store = new RedisFeatureStore(settings, expected, () -> Duration.ZERO)) {
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(500)).until(() -> viewers.stream()
                    .allMatch(id ->
                            store.viewer(id).events() == expected.viewer(id).events()));
            viewers.forEach(id -> check.same(store.viewer(id), expected.viewer(id)));
            assertThat(store.reachable()).isTrue();
        }
        tell("Redis holds the same %,d viewers", viewers.size());
    }

    /** An engagement that changes nothing, such as an undo of what never came, leaves no state behind. */
    private static void put(Map<String, Long> events, String id, long count) {
        if (count > 0) {
            events.put(id, count);
        }
    }

    @Test
    void dead_letters_are_exactly_the_poison() {
        Map<String, String> poison = writer.poison();
        Map<String, String> dead = new TreeMap<>();
        long[] written = {0};
        try (ReadTopic<io.tuijian.schemas.DeadLetter> reader =
                new ReadTopic<>(kafka.cluster().bootstrapServers(), Topics.DEAD_LETTERS)) {
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(500)).until(() -> {
                reader.more(letter -> {
                    written[0]++;
                    dead.put(
                            letter.getTopic() + "|" + letter.getPartition() + "|" + letter.getOffset(),
                            letter.getReason());
                });
                return dead.keySet().containsAll(poison.keySet());
            });
        }
        assertThat(dead.keySet()).isEqualTo(poison.keySet());
        dead.forEach((place, reason) -> {
            if (poison.get(place).endsWith(": ")) {
                assertThat(reason).as(place).startsWith(poison.get(place));
            } else {
                assertThat(reason).as(place).isEqualTo(poison.get(place));
            }
        });
        tell(
                "%,d poisonous records are the %,d dead letters (written %,d times), with %d different reasons",
                poison.size(), dead.size(), written[0], new HashSet<>(dead.values()).size());
    }

    @Test
    void every_example_is_there_once() throws IOException {
        ExampleCheck check = new ExampleCheck(log);
        Path examples = folder.resolve("archive/examples");
        await().atMost(DEADLINE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            jobs.assertAlive();
            return Files.isDirectory(examples)
                    && finalRows(examples).size() >= check.ids().size();
        });
        Map<String, Example> files = ExampleCheck.byId(finalRows(examples));
        assertThat(files.keySet()).isEqualTo(check.ids());
        files.values().forEach(check::same);

        Map<String, Example> topic = new HashMap<>();
        long[] rows = {0};
        try (ReadTopic<Example> reader = new ReadTopic<>(kafka.cluster().bootstrapServers(), Topics.EXAMPLES)) {
            reader.more(row -> {
                rows[0]++;
                topic.put(row.getId(), row);
            });
        }
        assertThat(topic.keySet()).isEqualTo(files.keySet());
        long apart = 0;
        for (Example row : topic.values()) {
            if (!row.equals(files.get(row.getId()))) {
                apart++;
                check.same(row);
                assertThat(check.isCertain(row.getId()))
                        .as("the last row in the topic, %s, is that of the files, %s", row, files.get(row.getId()))
                        .isFalse();
            }
        }
        tell(
                "%s; the topic has them in %,d rows, %,d of them with other late labels than the files",
                check.summary(), rows[0], apart);
    }

    /** The rows of all generations. */
    private static List<Example> finalRows(Path folder) throws IOException {
        List<Example> rows = new ArrayList<>();
        try (Stream<Path> generations = Files.list(folder)) {
            for (Path generation : generations.toList()) {
                try (Stream<Example> one = AvroFiles.read(generation, Topics.EXAMPLES)) {
                    one.forEach(rows::add);
                }
            }
        }
        return rows;
    }

    @Test
    void the_index_holds_every_content_with_its_statistics() {
        IndexCheck index = new IndexCheck(elasticsearch.cluster().elasticsearchUrl());
        Map<String, JsonNode> documents = new HashMap<>();
        await().atMost(DEADLINE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            documents.clear();
            documents.putAll(index.documents());
            for (Content content : log.contents()) {
                JsonNode document = documents.get(content.getId());
                if (!IndexCheck.isNewest(document, content, expected.contentState(content.getId()))) {
                    return false;
                }
            }
            return true;
        });
        int takenDown = 0;
        for (Content content : log.contents()) {
            takenDown += content.getState() == io.tuijian.schemas.ContentState.TAKEN_DOWN ? 1 : 0;
            IndexCheck.same(documents.get(content.getId()), content, expected.contentState(content.getId()));
        }
        assertThat(documents).hasSize(FaultyLog.CONTENTS);
        tell("%,d documents, %,d of them tombstones, are those of the replay", documents.size(), takenDown);
    }
}
