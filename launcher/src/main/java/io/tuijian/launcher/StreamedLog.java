package io.tuijian.launcher;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.feedapi.ReplicatedFeatureStore;
import io.tuijian.ingestion.ArchiveJob;
import io.tuijian.ingestion.Clusters;
import io.tuijian.ingestion.StateJob;
import io.tuijian.launcher.replay.Archive;
import io.tuijian.launcher.replay.Backfill;
import io.tuijian.launcher.world.Impression;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.AvroFiles;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A log as it streams through the product's own parts on this machine: it is written to a Kafka of its own, from where
 * {@link StateJob} folds it into states, which the store that serving reads follows, and {@link ArchiveJob} files it.
 * Close it to stop them.
 */
public final class StreamedLog implements AutoCloseable {
    private static final int PARTITIONS = 2;
    private static final Duration CHECKPOINTS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 100;

    private final EmbeddedCluster cluster;
    private final Path files;
    private ReplicatedFeatureStore store;

    private StreamedLog(Path folder) {
        files = folder.resolve("files");
        cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(folder.resolve("state")).withParts(Part.KAFKA, Part.FLINK));
    }

    /**
     * Streams all of it, and returns when the store and the files have it.
     *
     * @param folder to work in, an empty one
     * @throws Failure if the jobs do not come to an end of it within three minutes
     */
    public static StreamedLog of(Path folder, Iterable<Content> contents, List<Impression> impressions) {
        StreamedLog log = new StreamedLog(folder);
        try {
            log.stream(contents, impressions);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        return log;
    }

    private void stream(Iterable<Content> contents, List<Impression> impressions) {
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        Clusters clusters =
                new Clusters(cluster.bootstrapServers(), null, new Clusters.Archive(files.toString(), null, 1));
        submit("states", new StateJob(clusters)::build);
        submit("archive", new ArchiveJob(clusters)::build);
        Map<String, String> authors = new HashMap<>();
        Set<String> viewers = new LinkedHashSet<>();
        Set<String> shown = new LinkedHashSet<>();
        long engagements = 0;
        try (Import kafka = new Import(cluster.bootstrapServers(), PARTITIONS)) {
            for (Content content : contents) {
                kafka.write(Topics.CONTENTS, content.getId(), content);
                authors.put(content.getId(), content.getAuthorId());
            }
            for (Impression one : impressions) {
                kafka.write(Topics.SERVED, one.served().getViewerId(), one.served());
                viewers.add(one.served().getViewerId());
                one.served().getItems().forEach(item -> shown.add(item.getContentId()));
                for (Engagement engagement : one.engagements()) {
                    kafka.write(Topics.ENGAGEMENTS, engagement.getViewerId(), engagement);
                    engagements++;
                    if (engagement.getAction() == Action.FOLLOW) {
                        kafka.write(follow(engagement, authors.get(engagement.getContentId())));
                    }
                }
            }
        }
        long sent = engagements;
        await(
                "files",
                () -> filed(Topics.ENGAGEMENTS) >= sent
                        && filed(Topics.SERVED) >= impressions.size()
                        && filed(Topics.CONTENTS) >= authors.size());
        InMemoryFeatureStore counted =
                Backfill.over(archive(), FeatureSet.ALL, null).store();
        store = new ReplicatedFeatureStore(cluster.bootstrapServers());
        await("states", () -> hasAsMany(counted, viewers, shown, authors));
    }

    /** Follows come as a relation too, whoever imports a log. */
    private static Relation follow(Engagement engagement, String authorId) {
        return new Relation(
                engagement.getViewerId(),
                RelationKind.FOLLOW,
                authorId,
                engagement.getUndoes() == null,
                engagement.getAt(),
                null,
                Provenance.REAL,
                null);
    }

    /** Whether the store has counted as many events as the files tell, of everybody and everything. */
    private boolean hasAsMany(
            InMemoryFeatureStore counted, Set<String> viewers, Set<String> shown, Map<String, String> authors) {
        InMemoryFeatureStore streamed = store.inMemory();
        return viewers.stream()
                        .allMatch(id ->
                                store.viewer(id).events() == counted.viewer(id).events())
                && shown.stream()
                        .allMatch(id -> store.content(id) != null
                                && streamed.contentState(id).events()
                                        == counted.contentState(id).events()
                                && streamed.author(authors.get(id)).events()
                                        == counted.author(authors.get(id)).events());
    }

    private void submit(String name, Consumer<StreamExecutionEnvironment> job) {
        StreamExecutionEnvironment environment = cluster.environment(name, PARTITIONS, CHECKPOINTS);
        job.accept(environment);
        cluster.submit(environment, name);
    }

    private <T extends SpecificRecord> long filed(Topic<T> topic) {
        Path folder = files.resolve("archive").resolve(topic.name());
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<T> records = AvroFiles.read(folder, topic)) {
            return records.count();
        }
    }

    private static void await(String what, BooleanSupplier done) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new Failure("The " + what + " of the log are not there after " + PATIENCE.toSeconds() + " s.");
            }
            sleep(POLL_MILLIS);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a log streams.", e);
        }
    }

    /** The states as serving reads them. */
    public FeatureStore store() {
        return store;
    }

    /** What the archive job filed. */
    public Archive archive() {
        return Archive.in(files);
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
        cluster.close();
    }
}
