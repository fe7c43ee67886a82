package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.embedded.RunningJob;
import io.tuijian.features.CountOnce;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jobs that write files, on a real Kafka and Flink, over a log with duplicates, undos, poison, late engagements and
 * purchases after days, while ExampleJob fails twice and ArchiveJob is started again.
 */
class FilesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final Instant FROM = Instant.parse("2022-05-08T00:00:00Z");
    private static final World WORLD = new World(11, 60, 40, 3_000, FROM, FROM.plus(Duration.ofHours(20)));
    private static final int VIEWERS = 60;

    @TempDir
    static Path state;

    private static EmbeddedCluster cluster;
    private static TestTopics topics;
    private static Clusters clusters;
    private static final List<Content> contents = new ArrayList<>();
    private static final List<Served> served = new ArrayList<>();
    private static final List<Engagement> engagements = new ArrayList<>();
    private static final List<Relation> relations = new ArrayList<>();
    private static final List<Fate> fates = new ArrayList<>();
    private static int firstServed;
    private static int firstEngagements;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.start(EmbeddedOptions.in(state.resolve("servers"))
                .withParts(Part.KAFKA, Part.FLINK)
                .withSlots(4));
        topics = new TestTopics(cluster, 4);
        clusters = new Clusters(
                cluster.bootstrapServers(),
                null,
                new Clusters.Archive(state.resolve("files").toString(), "first", 1));
        for (int i = 0; i < WORLD.contents(); i++) {
            contents.add(WORLD.content(i));
        }
        for (int i = 0; i < VIEWERS; i++) {
            relations.add(
                    new Relation("v" + i, RelationKind.FOLLOW, "a1", i % 2 == 0, FROM, null, Provenance.REAL, null));
        }
        makeLog();
        served.subList(0, VIEWERS).forEach(page -> fates.add(fate(page)));
        contents.forEach(it -> topics.write(Topics.CONTENTS, it.getId(), it));
        relations.forEach(it -> topics.write(Topics.RELATIONS, it.getFrom(), it));
        fates.forEach(it -> topics.write(Topics.FATES, it.getViewerId(), it));
        topics.write(Topics.FATES, "v1", "poison".getBytes(StandardCharsets.UTF_8));
        write(served.subList(0, firstServed), engagements.subList(0, firstEngagements));
    }

    /** Of a page whose candidates were all shown. */
    private static Fate fate(Served page) {
        List<FateOfCandidate> candidates = page.getItems().stream()
                .map(item -> FateOfCandidate.newBuilder()
                        .setContentId(item.getContentId())
                        .setAuthorId(item.getAuthorId())
                        .setStage(FateStage.SERVED)
                        .setPosition(item.getPosition())
                        .build())
                .toList();
        return new Fate(page.getFeedId(), page.getViewerId(), page.getAt(), page.getSurface(), .1, candidates);
    }

    /** What happens after the first rows are there; written by the test that comes first. */
    private static synchronized void writeTheRest() {
        if (firstServed < served.size()) {
            write(
                    served.subList(firstServed, served.size()),
                    engagements.subList(firstEngagements, engagements.size()));
            firstServed = served.size();
        }
    }

    private static void write(List<Served> pages, List<Engagement> actions) {
        pages.forEach(it -> topics.write(Topics.SERVED, it.getViewerId(), it));
        actions.forEach(it -> topics.write(Topics.ENGAGEMENTS, it.getViewerId(), it));
        topics.flush();
    }

    @AfterAll
    static void stop() {
        if (topics != null) {
            topics.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static void makeLog() {
        Random random = new Random(WORLD.seed());
        List<Engagement> held = new ArrayList<>();
        WORLD.play((page, all) -> {
            served.add(page);
            for (Engagement engagement : all) {
                switch (random.nextInt(20)) {
                    case 0 -> held.add(engagement);
                    case 1 -> engagements.addAll(List.of(engagement, engagement));
                    case 2 -> {
                        Engagement undo = Engagement.newBuilder(engagement)
                                .setId(engagement.getId() + "-undo")
                                .setUndoes(engagement.getId())
                                .build();
                        boolean overtakes = random.nextInt(3) == 0;
                        engagements.add(overtakes ? undo : engagement);
                        engagements.add(overtakes ? engagement : undo);
                    }
                    default -> engagements.add(engagement);
                }
            }
            if (held.size() > 50) {
                engagements.add(held.remove(random.nextInt(held.size())));
            }
        });
        engagements.addAll(held);
        List<Served> shops = served.stream()
                .filter(page -> isShop(page.getItems().get(0).getContentId()))
                .limit(40)
                .toList();
        somethingAt("two-days", Duration.ofDays(2));
        firstServed = served.size();
        firstEngagements = engagements.size();
        for (Served page : shops) {
            engagements.add(Engagement.newBuilder(World.engagement(
                            "late-" + page.getFeedId(),
                            page.getViewerId(),
                            page.getItems().get(0).getContentId(),
                            Action.PURCHASE,
                            FROM.plus(Duration.ofDays(5))))
                    .setFeedId(page.getFeedId())
                    .build());
        }
        somethingAt("nine-days", Duration.ofDays(9));
        topics.write(Topics.ENGAGEMENTS, "v1", "poison".getBytes(StandardCharsets.UTF_8));
        topics.write(Topics.SERVED, "v1", "poison".getBytes(StandardCharsets.UTF_8));
    }

    /** A page and a view of every viewer, so that every partition gets there. */
    private static void somethingAt(String name, Duration after) {
        Instant at = FROM.plus(after);
        Served page = served.get(0);
        for (int i = 0; i < VIEWERS; i++) {
            String viewer = "v" + i;
            String feed = name + "-" + i;
            served.add(Served.newBuilder(page)
                    .setFeedId(feed)
                    .setViewerId(viewer)
                    .setAt(at)
                    .build());
            engagements.add(Engagement.newBuilder(World.engagement(
                            feed, viewer, page.getItems().get(0).getContentId(), Action.OPEN, at))
                    .setFeedId(feed)
                    .build());
        }
    }

    private static boolean isShop(String content) {
        return Integer.parseInt(content.substring(1)) % 10 == 0;
    }

    /** What is true of each example at its end, by its id, counted here in plain words. */
    private static Map<String, Set<String>> expected() {
        Map<String, Map<Action, Integer>> counts = new HashMap<>();
        Map<String, CountOnce.Ledger> ledgers = new HashMap<>();
        Map<String, String> feeds = new HashMap<>();
        for (Engagement engagement : engagements) {
            var ledger = ledgers.computeIfAbsent(engagement.getViewerId(), viewer -> CountOnce.inMemory());
            for (CountOnce.Counted counted : CountOnce.counted(ledger, engagement)) {
                String feed = counted.weight() < 0 ? feeds.get(counted.id()) : engagement.getFeedId();
                feeds.put(counted.id(), feed);
                counts.computeIfAbsent(Keys.example(feed, counted.contentId()), id -> new HashMap<>())
                        .merge(counted.action(), counted.weight(), Integer::sum);
            }
        }
        Map<String, Set<String>> labels = new TreeMap<>();
        for (Served page : served) {
            String content = page.getItems().get(0).getContentId();
            boolean open = page.getFeedId().startsWith("nine-days")
                    || (page.getFeedId().startsWith("two-days")
                            && Duration.ofDays(9)
                                            .compareTo(Duration.ofDays(2)
                                                    .plus(isShop(content) ? AwaitKind.WEEK : AwaitKind.DAY))
                                    <= 0);
            if (!open) {
                String id = Keys.example(page.getFeedId(), content);
                labels.put(id, labels(counts.getOrDefault(id, Map.of())));
            }
        }
        return labels;
    }

    private static Set<String> labels(Map<Action, Integer> counts) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getKey().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static RunningJob submit(String name, Consumer<StreamExecutionEnvironment> job) {
        StreamExecutionEnvironment env = cluster.environment(name, 2, Duration.ofMillis(500));
        job.accept(env);
        return cluster.submit(env, name);
    }

    private static <T extends SpecificRecord> List<T> rows(String folder, Topic<T> topic) {
        Path path = state.resolve("files").resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<T> rows = AvroFiles.read(path, topic)) {
            return rows.toList();
        }
    }

    @Test
    void every_example_is_filed_once_and_the_topic_says_the_same_although_the_job_failed_twice() throws Exception {
        ExampleJob.Sinks sinks = ExampleJob.sinks(clusters);
        RunningJob job = submit("examples", env -> new ExampleJob(
                        ExampleJob.sources(clusters),
                        new ExampleJob.Sinks(
                                new Fails(new Fails(sinks.examples(), "early", 0, 1_000), "late", 1, 30),
                                sinks.files()),
                        "first",
                        1)
                .build(env));
        await().atMost(DEADLINE)
                .until(() -> !rows("examples/first", Topics.EXAMPLES).isEmpty());
        writeTheRest();
        Map<String, Set<String>> expected = expected();
        await().atMost(DEADLINE)
                .until(() -> rows("examples/first", Topics.EXAMPLES).size() >= expected.size());
        assertThat(Fails.HAPPENED).containsOnlyKeys("early", "late");
        assertThat(job.failure()).isPresent();
        job.cancel();

        List<Example> filed = rows("examples/first", Topics.EXAMPLES);
        assertThat(filed).extracting(Example::getId).doesNotHaveDuplicates();
        Map<String, Set<String>> labels = new TreeMap<>();
        filed.forEach(
                row -> labels.put(row.getId(), new TreeSet<>(row.getLabels().keySet())));
        assertThat(labels.keySet()).hasSameSizeAs(expected.keySet());
        assertThat(differing(labels, expected)).isEmpty();
        Map<String, Example> last = new HashMap<>();
        int corrections = 0;
        try (TestTopics.Reader<Example> reader = topics.reader(Topics.EXAMPLES)) {
            for (List<Example> more = reader.more(); !more.isEmpty(); more = reader.more()) {
                for (Example row : more) {
                    corrections += row.getCorrection() > 0 ? 1 : 0;
                    last.put(row.getId(), row);
                }
            }
        }
        assertThat(corrections).isGreaterThanOrEqualTo(40);
        last.keySet().retainAll(expected.keySet());
        assertThat(differing(filed.stream().collect(Collectors.toMap(Example::getId, row -> row)), last))
                .isEmpty();
        assertDays("examples/first", Topics.EXAMPLES, row -> row.getServedAt());
    }

    @Test
    void the_archive_has_every_valid_record_once_although_the_job_was_started_again() throws Exception {
        RunningJob first = submit("archive", env -> new ArchiveJob(clusters).build(env));
        await().atMost(DEADLINE)
                .until(() -> !rows("archive/engagements", Topics.ENGAGEMENTS).isEmpty());
        first.cancel();
        writeTheRest();
        submit("archive", env -> new ArchiveJob(clusters).build(env));
        List<Engagement> more = new ArrayList<>();
        somethingAt("ten-days", Duration.ofDays(10), more);
        more.forEach(it -> topics.write(Topics.ENGAGEMENTS, it.getViewerId(), it));
        topics.flush();
        Set<Engagement> all = new java.util.HashSet<>(engagements);
        all.addAll(more);
        await().atMost(DEADLINE)
                .until(() -> rows("archive/engagements", Topics.ENGAGEMENTS).size() == engagements.size() + more.size()
                        && rows("archive/served", Topics.SERVED).size() == served.size()
                        && rows("archive/fates", Topics.FATES).size() == fates.size()
                        && rows("archive/contents", Topics.CONTENTS).size() == contents.size()
                        && rows("archive/relations", Topics.RELATIONS).size() == relations.size());
        assertThat(Set.copyOf(rows("archive/engagements", Topics.ENGAGEMENTS))).isEqualTo(all);
        assertThat(Set.copyOf(rows("archive/served", Topics.SERVED))).isEqualTo(Set.copyOf(served));
        assertThat(Set.copyOf(rows("archive/fates", Topics.FATES))).isEqualTo(Set.copyOf(fates));
        assertThat(Set.copyOf(rows("archive/contents", Topics.CONTENTS))).isEqualTo(Set.copyOf(contents));
        assertThat(Set.copyOf(rows("archive/relations", Topics.RELATIONS))).isEqualTo(Set.copyOf(relations));
        assertDays("archive/served", Topics.SERVED, Served::getAt);
    }

    private static <T> List<String> differing(Map<String, T> actual, Map<String, T> wanted) {
        return wanted.keySet().stream()
                .filter(id -> !wanted.get(id).equals(actual.get(id)))
                .map(id -> id + " is " + actual.get(id) + " and not " + wanted.get(id))
                .toList();
    }

    private static void somethingAt(String name, Duration after, List<Engagement> into) {
        for (int i = 0; i < VIEWERS; i++) {
            into.add(World.engagement(name + "-" + i, "v" + i, "c1", Action.SEEN, FROM.plus(after)));
        }
    }

    private interface Time<T> {
        Instant of(T row);
    }

    /** Each row lies under its day. */
    private static <T extends SpecificRecord> void assertDays(String folder, Topic<T> topic, Time<T> time) {
        Path path = state.resolve("files").resolve(folder);
        try (Stream<Path> days = Files.list(path)) {
            for (Path day : days.toList()) {
                LocalDate date = LocalDate.parse(day.getFileName().toString().substring("day=".length()));
                try (Stream<T> rows = AvroFiles.read(path, topic, date, date)) {
                    assertThat(rows.map(row -> LocalDate.ofInstant(time.of(row), ZoneOffset.UTC)))
                            .allMatch(date::equals);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("full")
    void a_live_page_becomes_an_example_although_nobody_does_anything_else() {
        Instant now = Instant.now();
        try (EmbeddedCluster quiet = EmbeddedCluster.start(
                        EmbeddedOptions.in(state.resolve("quiet")).withParts(Part.KAFKA, Part.FLINK));
                TestTopics live = new TestTopics(quiet, 4);
                TestTopics.Reader<Example> examples = live.reader(Topics.EXAMPLES)) {
            StreamExecutionEnvironment env = quiet.environment("examples", 2, Duration.ofMillis(500));
            new ExampleJob(new Clusters(
                            quiet.bootstrapServers(),
                            null,
                            Clusters.Archive.in(state.resolve("live").toString())))
                    .build(env);
            quiet.submit(env, "examples").awaitRunning(DEADLINE);
            await().pollDelay(LiveWatermarks.EMPTY.plusSeconds(2))
                    .atMost(DEADLINE)
                    .until(() -> true); // all inputs have been idle by now
            live.write(Topics.CONTENTS, "c1", WORLD.content(1));
            Served page = Served.newBuilder(served.get(0))
                    .setAt(Instant.now())
                    .setItems(List.of(io.tuijian.schemas.ServedItem.newBuilder(
                                    served.get(0).getItems().get(0))
                            .setContentId("c1")
                            .build()))
                    .build();
            live.write(Topics.SERVED, "v1", page);
            live.flush();
            List<Example> all = new ArrayList<>();
            await().atMost(Duration.ofMinutes(3)).until(() -> all.addAll(examples.more()));
            Duration took = Duration.between(page.getAt(), Instant.now());
            assertThat(took).isBetween(JoinExamples.FIRST, JoinExamples.FIRST.plusSeconds(30));
            assertThat(all).extracting(Example::getContentId).containsExactly("c1");
            assertThat(all.get(0).getServedAt()).isAfter(now);
        }
    }

    @Test
    @Tag("full")
    void what_was_due_when_all_had_been_read_comes_after_a_restart_without_a_further_record() {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                        EmbeddedOptions.in(state.resolve("restart")).withParts(Part.KAFKA, Part.FLINK));
                TestTopics log = new TestTopics(cluster, 1);
                Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
                TestTopics.Reader<Example> examples = log.reader(Topics.EXAMPLES)) {
            Clusters clusters = new Clusters(
                    cluster.bootstrapServers(),
                    null,
                    Clusters.Archive.in(state.resolve("restarted").toString()));
            contents.forEach(it -> log.write(Topics.CONTENTS, it.getId(), it));
            for (Duration after : List.of(Duration.ZERO, Duration.ofDays(2))) {
                Served page = Served.newBuilder(served.get(0))
                        .setFeedId("f" + after.toDays())
                        .setAt(FROM.plus(after))
                        .build();
                log.write(Topics.SERVED, page.getViewerId(), page);
            }
            log.flush();
            // Nothing comes of it yet: for 15 s the engagements, of which there are none, hold the time back.
            RunningJob first = start(cluster, clusters);
            TopicPartition pages = new TopicPartition(Topics.SERVED.name(), 0);
            await().atMost(DEADLINE).until(() -> {
                var read = admin.listConsumerGroupOffsets("tuijian-example-job")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(pages);
                return read != null && read.offset() == 2; // in a checkpoint that is complete
            });
            first.cancel();
            start(cluster, clusters);
            List<Example> all = new ArrayList<>();
            await().atMost(DEADLINE).until(() -> all.addAll(examples.more()));
            assertThat(all).extracting(Example::getFeedId).containsOnly("f0");
        }
    }

    private static RunningJob start(EmbeddedCluster cluster, Clusters clusters) {
        StreamExecutionEnvironment env = cluster.environment("examples", 2, Duration.ofMillis(500));
        new ExampleJob(clusters).build(env);
        return cluster.submit(env, "examples");
    }

    /**
     * A sink that throws once in the life of this process under this name, when so many rows of this correction or a
     * later one were written.
     */
    private record Fails(Sink<Example> sink, String name, int correction, int after) implements Sink<Example> {
        private static final Map<String, Boolean> HAPPENED = new ConcurrentHashMap<>();
        private static final Map<String, AtomicInteger> WRITTEN = new ConcurrentHashMap<>();

        @Override
        public SinkWriter<Example> createWriter(WriterInitContext context) throws IOException {
            SinkWriter<Example> writer = sink.createWriter(context);
            AtomicInteger written = WRITTEN.computeIfAbsent(name, any -> new AtomicInteger());
            return new SinkWriter<>() {
                @Override
                public void write(Example row, Context context) throws IOException, InterruptedException {
                    if (row.getCorrection() >= correction
                            && written.incrementAndGet() >= after
                            && HAPPENED.putIfAbsent(name, true) == null) {
                        throw new IOException("thrown by the test, " + name);
                    }
                    writer.write(row, context);
                }

                @Override
                public void flush(boolean endOfInput) throws IOException, InterruptedException {
                    writer.flush(endOfInput);
                }

                @Override
                public void close() throws Exception {
                    writer.close();
                }
            };
        }
    }
}
