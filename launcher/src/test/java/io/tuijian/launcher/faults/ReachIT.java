package io.tuijian.launcher.faults;

import static java.util.stream.Collectors.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.launcher.Main;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationLog;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job that counts reach, in a process of its own that is killed with -9 while it counts a disturbed log. In the end
 * every figure of every document is what {@link ReachCount} counts over what Kafka holds.
 */
@Tag("full")
class ReachIT {
    private static final long SEED = 20_261_121;
    private static final Instant UNTIL = Instant.parse("2022-05-08T16:00:00Z"); // all is the same in each run
    private static final int PAGES = Integer.getInteger("reach.pages", 100_000);
    private static final int PARTITIONS = 4;
    private static final int PAGE = 10;
    private static final int EVENTS_PER_PAGE = 13; // more or less
    private static final Duration DEADLINE = Duration.ofMinutes(15);
    private static final int QUIET_CHECKPOINTS = 3;

    private static final int FURTHER = 100;

    private final Semaphore portions = new Semaphore(0);
    private final List<String> story = new ArrayList<>();
    private final Instant began = Instant.now();

    @TempDir
    private Path folder;

    private Server kafka;
    private Server elasticsearch;
    private ReachDocuments documents;
    private JobsProcess jobs;

    @Test
    void twenty_thousand_impressions_are_counted_exactly_though_the_job_is_killed() throws Exception {
        reconcile(new PopulationSize(1_000, 20, 300, 2), 2_000, 1);
    }

    @Test
    void a_million_impressions_are_counted_exactly_though_the_job_is_killed_three_times() throws Exception {
        reconcile(new PopulationSize(30_000, 120, 1_500, 3), PAGES, 3);
    }

    private void reconcile(PopulationSize size, int pages, int kills) throws Exception {
        CompletableFuture<Server> starting =
                CompletableFuture.supplyAsync(() -> new Server(EmbeddedOptions.in(folder.resolve("elasticsearch"))
                        .withParts(Part.ELASTICSEARCH)
                        .withElasticsearchHeapMegabytes(256)));
        try (Server logs =
                        new Server(EmbeddedOptions.in(folder.resolve("kafka")).withParts(Part.KAFKA));
                Server index = starting.join();
                JobsProcess process = new JobsProcess(
                        List.of(
                                Main.class.getName(),
                                "run",
                                "jobs",
                                "--config",
                                folder.resolve("jobs.properties").toString()),
                        Path.of("target/reach-job.log"),
                        folder.resolve("jobs/flink/checkpoints"))) {
            kafka = logs;
            elasticsearch = index;
            jobs = process;
            documents = new ReachDocuments(index.cluster().elasticsearchUrl());
            configure();
            tell("servers are up");
            jobs.start();
            CompletableFuture<String> writing = CompletableFuture.supplyAsync(() -> write(size, pages, kills));
            for (int kill = 0; kill < kills; kill++) {
                kill();
                jobs.start();
            }
            portions.release(portions(kills)); // the rest
            tell("written: %s", writing.join());
            settle();
            ReachCount count = ReachCount.of(kafka.cluster().bootstrapServers());
            assertThat(count.impressions()).isEqualTo((long) pages * PAGE);
            tell("%,d impressions are counted once more", count.impressions());
            Map<String, JsonNode> all = documents.all();
            tell("%,d documents are read", all.size());
            same(count, all);
            tell("%s", new ViewerRanges(count.viewers(), all, SEED).check(kills * 1_000));
            tell("%s", delay(all, 2 + kills * 3));
        } finally {
            System.out.println(String.join(System.lineSeparator(), story));
        }
    }

    private void configure() throws IOException {
        for (Topic<?> topic : Topics.ALL) {
            kafka.cluster()
                    .createTopic(
                            topic.name(),
                            PARTITIONS,
                            topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        Files.writeString(
                folder.resolve("jobs.properties"),
                String.join(
                        "\n",
                        "kafka.bootstrap-servers=" + kafka.cluster().bootstrapServers(),
                        "elasticsearch.url=" + elasticsearch.cluster().elasticsearchUrl(),
                        "checkpoints.folder=" + folder.resolve("jobs"),
                        "checkpoints.interval=1s",
                        "state.backend=rocksdb",
                        "jobs=reach"));
    }

    /** For each kill two, and as much again as for one after the last. */
    private static int portions(int kills) {
        return 2 * kills + 2;
    }

    /** A portion of the log for each permit. */
    private String write(PopulationSize size, int pages, int kills) {
        Population population = Population.of(SEED, size);
        PopulationLog happened = population.log(Policy.popularity(0.1), pages, UNTIL);
        DisturbedLog log = new DisturbedLog(
                happened.iterator(), pages * EVENTS_PER_PAGE / 3, happened.from(), UNTIL, PARTITIONS, SEED);
        int portion = pages * EVENTS_PER_PAGE / portions(kills);
        try (LogWriter writer = new LogWriter(kafka.cluster().bootstrapServers())) {
            for (int written = 0; log.hasNext(); written++) {
                if (written % portion == 0) {
                    portions.acquireUninterruptibly();
                }
                writer.write(log.next());
            }
            writer.flush();
        }
        return log.summary();
    }

    /** Once it has counted a portion, taken a checkpoint, and written what came of a further portion. */
    private void kill() {
        portions.release();
        until(() -> jobs.checkpointed().contains("reach") && read() > 0);
        long before = documents.written();
        portions.release();
        until(() -> documents.written() > before + FURTHER);
        jobs.kill();
        tell("killed after %,d documents; its checkpoint had %,d of %,d records", documents.written(), read(), end());
    }

    /** Returns once all of Kafka is in a checkpoint, and {@value #QUIET_CHECKPOINTS} more have written no document. */
    private void settle() throws Exception {
        until(() -> read() == end());
        tell("all %,d records are counted", end());
        long[] quiet = {-1, 0};
        until(() -> {
            long written = documents.written();
            if (written != quiet[0]) {
                quiet[0] = written;
                quiet[1] = jobs.checkpoint("reach");
            }
            return jobs.checkpoint("reach") >= quiet[1] + QUIET_CHECKPOINTS;
        });
        tell("nothing more is written after %,d documents", documents.written());
    }

    /** How many records the last checkpoint has behind it, of all topics that the job reads. */
    private long read() {
        return committed().values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    /** How many records those topics hold. */
    private long end() {
        try (Admin admin = admin()) {
            Set<String> topics = new TreeSet<>(Set.of(Topics.SERVED.name(), Topics.ENGAGEMENTS.name()));
            committed().keySet().forEach(partition -> topics.add(partition.topic()));
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (String topic : topics) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                }
            }
            return admin.listOffsets(latest).all().get().values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        try (Admin admin = admin()) {
            return admin.listConsumerGroupOffsets("tuijian-reach-job")
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.cluster().bootstrapServers()));
    }

    private void until(BooleanSupplier condition) {
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(200)).until(() -> {
            jobs.assertAlive();
            return condition.getAsBoolean();
        });
    }

    private void same(ReachCount count, Map<String, JsonNode> all) {
        Map<String, Map<String, Long>> wanted = count.figures();
        List<String> differences = ReachCount.differences(wanted, ReachDocuments.figures(all));
        tell(
                "%,d documents (%s), %,d figures, %,d of them differ",
                wanted.size(),
                wanted.keySet().stream()
                        .collect(Collectors.groupingBy(key -> key.substring(0, key.indexOf('|')), counting())),
                wanted.values().stream().mapToLong(Map::size).sum(),
                differences.size());
        if (!differences.isEmpty()) {
            tell(
                    "%s",
                    differences.stream()
                            .collect(Collectors.groupingBy(
                                    it -> it.replaceAll("\\|\\S* |:.*", " "), TreeMap::new, counting())));
        }
        assertThat(differences.stream().limit(20)).isEmpty();
    }

    private String delay(Map<String, JsonNode> all, int rounds) {
        JsonNode content = all.entrySet().stream()
                .filter(it -> it.getKey().startsWith("CONTENT_DAY"))
                .min(Map.Entry.comparingByKey())
                .orElseThrow()
                .getValue();
        try (LogWriter writer = new LogWriter(kafka.cluster().bootstrapServers())) {
            ReachDelay delay = new ReachDelay(documents, writer);
            for (int round = 0; round < rounds; round++) {
                delay.measure(
                        content.path("authorId").asText(),
                        content.path("contentId").asText(),
                        round);
            }
            return delay.summary();
        }
    }

    private void tell(String line, Object... figures) {
        List<Object> all =
                new ArrayList<>(List.of(Duration.between(began, Instant.now()).toSeconds()));
        all.addAll(List.of(figures));
        story.add(String.format(Locale.ROOT, "%4d s  " + line, all.toArray()));
        System.out.println(story.get(story.size() - 1));
    }
}
