package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.ActionCounts;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.HalfLife;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.StateJob;
import io.tuijian.launcher.replay.ActionWords;
import io.tuijian.launcher.replay.CsvLog;
import io.tuijian.launcher.replay.Events;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator does to running jobs: replays a log, an archive, dead letters. */
class OperatingIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long SEED = 11;
    private static final int ROWS = 3_000;
    private static final int PARTITIONS = 3;
    private static final Instant FROM = Instant.parse("2022-05-08T00:00:00Z");
    private static final String ACTIONS = "click=OPEN,buy=PURCHASE,pv=SEEN,scroll=ignore";

    @TempDir
    private Path folder;

    private record Said(int status, String out, String err) {}

    private static Said say(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Said(line.execute(args), out.toString(), err.toString());
    }

    /** Kafka and StateJob, and a configuration file that leads there. */
    private record Servers(EmbeddedCluster cluster, Path config) implements AutoCloseable {
        static Servers start(Path folder, String name) throws Exception {
            EmbeddedCluster cluster = EmbeddedCluster.start(
                    EmbeddedOptions.in(folder.resolve(name)).withParts(Part.KAFKA, Part.FLINK));
            new io.tuijian.launcher.Servers(new PrintWriter(System.err))
                    .createTopics(cluster.bootstrapServers(), PARTITIONS, (short) 1);
            var env = cluster.environment("state", 2, Duration.ofMillis(500));
            new StateJob(new Clusters(cluster.bootstrapServers(), null)).build(env);
            cluster.submit(env, "state").awaitRunning(DEADLINE);
            Path config = Files.writeString(
                    folder.resolve(name + ".properties"),
                    "kafka.bootstrap-servers=" + cluster.bootstrapServers() + "\n");
            return new Servers(cluster, config);
        }

        /** All states as they are on their topics now. */
        InMemoryFeatureStore states() {
            InMemoryFeatureStore store = new InMemoryFeatureStore();
            read(Topics.VIEWER_STATES).forEach(it -> store.accept(StateRecords.of(it)));
            read(Topics.CONTENT_STATES).forEach(it -> store.accept(StateRecords.of(it)));
            read(Topics.AUTHOR_STATES).forEach(it -> store.accept(StateRecords.of(it)));
            return store;
        }

        <T extends SpecificRecord> List<T> read(Topic<T> topic) {
            List<T> all = new ArrayList<>();
            TopicReader.each(cluster.bootstrapServers(), topic, all::add);
            return all;
        }

        /** True once a checkpoint says that every engagement has been counted. */
        boolean haveReadAll() throws Exception {
            try (Admin admin = io.tuijian.launcher.Servers.admin(cluster.bootstrapServers())) {
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets("tuijian-state-job")
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    ends.put(new TopicPartition("engagements", partition), OffsetSpec.latest());
                }
                return admin.listOffsets(ends).all().get().entrySet().stream()
                        .allMatch(end -> read.containsKey(end.getKey())
                                && read.get(end.getKey()).offset()
                                        == end.getValue().offset());
            }
        }

        @Override
        public void close() {
            cluster.close();
        }
    }

    /** Our own reading of the log. */
    private record Log(List<Content> contents, List<Engagement> engagements, List<Relation> relations) {
        static Log of(Path file) {
            Log log = new Log(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            Events events = new Events("log");
            new CsvLog(file, ActionWords.of(ACTIONS), Instant.now())
                    .read(
                            row -> {
                                Events.Of of = events.of(row);
                                if (of.content() != null) {
                                    log.contents.add(of.content());
                                }
                                log.engagements.addAll(of.engagements());
                                if (of.relation() != null) {
                                    log.relations.add(of.relation());
                                }
                            },
                            bad -> {});
            return log;
        }

        InMemoryFeatureStore expected() {
            FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, contents);
            engagements.forEach(replay::engagement);
            replay.finish();
            return replay.store();
        }
    }

    private Path csv(Map<String, Integer> purchases) throws IOException {
        Random random = new Random(SEED);
        String[] words = {"click", "buy", "pv", "pv", "like", "WATCH", "WATCH", "follow", "scroll", "jump"};
        StringBuilder csv = new StringBuilder("viewer,content,action,time,author,watched,duration,topics\n");
        for (int i = 0; i < ROWS; i++) {
            int content = random.nextInt(40);
            String word = words[random.nextInt(words.length)];
            int viewer = random.nextInt(60);
            csv.append(String.join(
                            ",",
                            "" + viewer,
                            "" + content,
                            word,
                            "" + FROM.plusSeconds(40L * i - random.nextInt(30)).toEpochMilli(),
                            "" + content % 7,
                            word.equals("WATCH") ? "" + random.nextInt(60_000) : "",
                            "30000",
                            "t" + content % 5))
                    .append('\n');
            if (word.equals("buy")) {
                purchases.merge("v" + viewer, 1, Integer::sum);
            }
        }
        return Files.writeString(folder.resolve("log.csv"), csv);
    }

    @Test
    void a_log_counts_once_however_often_it_is_replayed_and_an_archive_of_it_rebuilds_every_state() throws Exception {
        Map<String, Integer> purchases = new HashMap<>();
        Path csv = csv(purchases);
        Log log = Log.of(csv);
        InMemoryFeatureStore expected = log.expected();
        try (Servers servers = Servers.start(folder, "first")) {
            String[] replay = {
                "replay", "--log", csv.toString(), "--actions", ACTIONS, "--config", servers.config.toString()
            };
            Said said = say(replay);
            assertThat(said.status()).as(said.err()).isZero();
            assertThat(said.err()).contains("log.csv line ", "the action \"jump\" is unknown");
            assertThat(said.out()).contains("40 contents", "ignored", "could not be used");
            awaitSame(servers, log, expected);
            InMemoryFeatureStore counted = servers.states();
            purchases.forEach((viewer, count) -> assertThat(
                            counted.viewer(viewer).counts().always(Action.PURCHASE))
                    .isEqualTo(count.doubleValue()));

            Said again = say(replay);
            assertThat(again.out()).doesNotContain("contents");
            await().atMost(DEADLINE).until(servers::haveReadAll);
            Path after = Files.writeString(
                    folder.resolve("after.csv"),
                    "user_id,item_id,behavior,timestamp\n900,1,pv,1652000000\n901,1,pv,1652000000\n902,1,pv,1652000000\n");
            say("replay", "--log", after.toString(), "--actions", ACTIONS, "--config", servers.config.toString());
            await().atMost(DEADLINE).until(() -> List.of("v900", "v901", "v902").stream()
                    .allMatch(id -> servers.states().viewer(id).events() == 1));
            InMemoryFeatureStore states = servers.states();
            for (Engagement one : log.engagements) {
                assertSame(
                        states.viewer(one.getViewerId()).counts(),
                        expected.viewer(one.getViewerId()).counts());
            }
            assertThat(servers.read(Topics.DEAD_LETTERS)).isEmpty();
            dead_letters_are_listed_and_sent_again(servers);
            of_contents_and_relations_the_newest_is_sent_again_and_pages_when_asked(servers, log);
        }
        archive(Topics.CONTENTS, log.contents, Content::getCreatedAt);
        archive(Topics.RELATIONS, log.relations, Relation::getAt);
        archive(Topics.ENGAGEMENTS, log.engagements, Engagement::getAt);
        try (Servers servers = Servers.start(folder, "second")) {
            Said said =
                    say("replay", "--log", folder.resolve("kept").toString(), "--config", servers.config.toString());
            assertThat(said.status()).as(said.err()).isZero();
            assertThat(said.out()).contains("40 contents", "engagements", "relations");
            awaitSame(servers, log, expected);
        }
    }

    private <T extends SpecificRecord> void archive(
            Topic<T> topic, List<T> records, java.util.function.Function<T, Instant> at) throws IOException {
        Map<String, List<T>> days = new HashMap<>();
        records.forEach(record -> days.computeIfAbsent(
                        AvroFiles.folder(
                                at.apply(record).atOffset(ZoneOffset.UTC).toLocalDate()),
                        day -> new ArrayList<>())
                .add(record));
        for (var day : days.entrySet()) {
            Path file = folder.resolve("kept/archive/" + topic.name() + "/" + day.getKey() + "/part-0.avro");
            Files.createDirectories(file.getParent());
            T first = day.getValue().get(0);
            try (DataFileWriter<T> writer = new DataFileWriter<>(new SpecificDatumWriter<>(topic.type()))) {
                writer.create(first.getSchema(), file.toFile());
                for (T record : day.getValue()) {
                    writer.append(record);
                }
            }
        }
    }

    private void dead_letters_are_listed_and_sent_again(Servers servers) throws Exception {
        Engagement late = Engagement.newBuilder()
                .setId("late")
                .setViewerId("v950")
                .setContentId("c1")
                .setAction(Action.LIKE)
                .setAt(FROM)
                .setReceivedAt(FROM)
                .build();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers.cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("engagements", bytes("v1"), bytes("poison")));
            for (int twice = 0; twice < 2; twice++) {
                producer.send(letter("engagements", 7_000, "v950", Topics.ENGAGEMENTS.encode(late), "content unknown"));
            }
            producer.send(letter("index:contents", 3, "c1", bytes("{\"id\":\"c1\"}"), "mapper_parsing_exception"));
        }
        await().atMost(DEADLINE).until(() -> servers.read(Topics.DEAD_LETTERS).size() == 4);

        String config = servers.config.toString();
        Said list = say("dead-letters", "list", "--config", config);
        assertThat(list.status()).as(list.err()).isZero();
        assertThat(list.out().lines()).hasSize(4); // and the title
        assertThat(list.out()).contains("content unknown", "poison", "\"viewerId\": \"v950\"", "index:contents");
        assertThat(say("dead-letters", "list", "--reason", "UNKNOWN", "--config", config)
                        .out()
                        .lines())
                .hasSize(2);
        assertThat(say("dead-letters", "list", "--limit", "1", "--config", config)
                        .out())
                .contains("The newest 1 of 3.");
        assertThat(say("dead-letters", "list", "--topic", "fates", "--config", config)
                        .out())
                .contains("no dead letters like that");

        assertThat(say("dead-letters", "replay", "--dry-run", "--config", config)
                        .out())
                .contains("1 would be sent again to engagements");
        assertThat(servers.states().viewer("v950").events()).isZero();
        Said replay = say("dead-letters", "replay", "--config", config);
        assertThat(replay.out())
                .contains(
                        "1 sent again to engagements",
                        "1 stay, engagements: not a Engagement: no single-object header",
                        "1 stay, index:contents: index:contents is not a topic");
        await().atMost(DEADLINE)
                .until(() -> servers.states().viewer("v950").events() == 2); // LIKE and the SEEN it implies
        say("dead-letters", "replay", "--config", config);
        await().atMost(DEADLINE).until(servers::haveReadAll);
        Path marker = Files.writeString(
                folder.resolve("marker.csv"), "viewer,content,action,time\n950,2,pv,2022-05-08T00:00:01Z\n");
        say("replay", "--log", marker.toString(), "--actions", ACTIONS, "--config", config);
        await().atMost(DEADLINE).until(() -> servers.states().viewer("v950").events() > 2);
        assertThat(servers.states().viewer("v950").events()).isEqualTo(3);
        assertThat(servers.states().viewer("v950").counts().always(Action.LIKE)).isEqualTo(1);
    }

    private void of_contents_and_relations_the_newest_is_sent_again_and_pages_when_asked(Servers servers, Log log)
            throws Exception {
        Content held = log.contents.get(0);
        Content first = Content.newBuilder(held).setId("c900").setVersion(1).build();
        Content second =
                Content.newBuilder(first).setText("second").setVersion(2).build();
        Relation follows = new Relation("v900", RelationKind.FOLLOW, "a900", true, FROM, null, Provenance.REAL, null);
        Relation noMore = Relation.newBuilder(follows)
                .setActive(false)
                .setAt(FROM.plusSeconds(1))
                .build();
        Served page = Served.newBuilder()
                .setFeedId("f900")
                .setViewerId("v900")
                .setAt(FROM)
                .setSurface(Surface.IMPORTED)
                .setOrigin(Origin.IMPORTED)
                .setItems(List.of())
                .build();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers.cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(letter("contents", 8_000, "c900", Topics.CONTENTS.encode(second), "was too long"));
            producer.send(letter("contents", 8_001, "c900", Topics.CONTENTS.encode(first), "was too long"));
            producer.send(letter("contents", 8_002, held.getId(), Topics.CONTENTS.encode(held), "was too long"));
            producer.send(letter("relations", 8_003, Keys.of(noMore), Topics.RELATIONS.encode(noMore), "clock"));
            producer.send(letter("relations", 8_004, Keys.of(follows), Topics.RELATIONS.encode(follows), "clock"));
            producer.send(letter("served", 8_005, "v900", Topics.SERVED.encode(page), "clock"));
        }
        await().atMost(DEADLINE).until(() -> servers.read(Topics.DEAD_LETTERS).size() == 10);
        int contents = servers.read(Topics.CONTENTS).size();
        int relations = servers.read(Topics.RELATIONS).size();

        String config = servers.config.toString();
        Said replay = say("dead-letters", "replay", "--config", config);
        assertThat(replay.status()).as(replay.err()).isZero();
        assertThat(replay.out())
                .contains(
                        "1 sent again to contents",
                        "1 sent again to relations",
                        "2 stay, contents: there is one of the same key that is as new",
                        "1 stay, relations: there is one of the same key that is as new",
                        "1 stay, served: a page counts as often as it is sent; --topic served sends them");
        assertThat(servers.read(Topics.CONTENTS)).hasSize(contents + 1).contains(second);
        assertThat(servers.read(Topics.RELATIONS)).hasSize(relations + 1).contains(noMore);
        assertThat(servers.read(Topics.SERVED)).isEmpty();

        Said again = say("dead-letters", "replay", "--config", config);
        assertThat(again.out())
                .contains("3 stay, contents: there is one", "2 stay, relations: there is one")
                .doesNotContain("sent again to contents", "sent again to relations");
        assertThat(say("dead-letters", "replay", "--topic", "served", "--dry-run", "--config", config)
                        .out())
                .contains("1 would be sent again to served");
        assertThat(say("dead-letters", "replay", "--topic", "served", "--config", config)
                        .out())
                .contains("1 sent again to served")
                .doesNotContain("contents");
        assertThat(servers.read(Topics.SERVED)).containsExactly(page);
    }

    private static ProducerRecord<byte[], byte[]> letter(
            String topic, long offset, String key, byte[] value, String reason) {
        return new ProducerRecord<>(
                "dead-letters",
                Topics.DEAD_LETTERS.encode(new DeadLetter(
                        topic, 0, offset, ByteBuffer.wrap(bytes(key)), ByteBuffer.wrap(value), reason, FROM)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void awaitSame(Servers servers, Log log, InMemoryFeatureStore expected) {
        List<String> viewers =
                log.engagements.stream().map(Engagement::getViewerId).distinct().toList();
        List<String> contents = log.contents.stream().map(Content::getId).toList();
        List<String> authors =
                log.contents.stream().map(Content::getAuthorId).distinct().toList();
        InMemoryFeatureStore[] states = new InMemoryFeatureStore[1];
        await().atMost(DEADLINE).until(() -> {
            states[0] = servers.states();
            return viewers.stream()
                            .allMatch(id -> states[0].viewer(id).events()
                                    == expected.viewer(id).events())
                    && contents.stream()
                            .allMatch(id -> states[0].contentState(id).events()
                                    == expected.contentState(id).events())
                    && authors.stream()
                            .allMatch(id -> states[0].author(id).events()
                                    == expected.author(id).events());
        });
        assertThat(viewers).hasSizeGreaterThan(50);
        for (String id : viewers) {
            ViewerState actual = states[0].viewer(id);
            assertSame(actual.counts(), expected.viewer(id).counts());
        }
        for (String id : contents) {
            ContentState actual = states[0].contentState(id);
            assertSame(actual.counts(), expected.contentState(id).counts());
        }
        for (String id : authors) {
            AuthorState actual = states[0].author(id);
            assertSame(actual.counts(), expected.author(id).counts());
        }
    }

    private static void assertSame(ActionCounts actual, ActionCounts wanted) {
        assertThat(actual.asOfMillis()).isEqualTo(wanted.asOfMillis());
        assertThat(actual.watchedMillis()).isEqualTo(wanted.watchedMillis());
        for (Action action : Action.values()) {
            for (HalfLife halfLife : HalfLife.values()) {
                double count = wanted.count(action, halfLife, wanted.asOfMillis());
                assertThat(actual.count(action, halfLife, wanted.asOfMillis()))
                        .as("%s %s", action, halfLife)
                        .isCloseTo(count, within(1e-9 * Math.max(1, Math.abs(count))));
            }
        }
    }
}
