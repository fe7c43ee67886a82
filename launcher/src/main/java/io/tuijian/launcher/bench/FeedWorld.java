package io.tuijian.launcher.bench;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.feedapi.EventLog;
import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationLog;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.models.Artifact;
import io.tuijian.models.Progress;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.VectorFields;
import io.tuijian.models.dl4j.Learner;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.dl4j.Trainer;
import io.tuijian.models.dl4j.TwoTowerTrainer;
import io.tuijian.models.retrieval.EngagementLog;
import io.tuijian.models.retrieval.RetrievalModel;
import io.tuijian.models.retrieval.RetrievalSettings;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A platform after a week of a simulated population: contents, relations and states from the product's own folds over
 * its log, a ranker and a retrieval model learned from it.
 */
final class FeedWorld {
    private static final int DAYS = 7;
    private static final int CONTENTS_PER_AUTHOR = 20;
    private static final double NOISE = .3;
    private static final int MOST_ROWS = 200_000;
    private static final int MOST_ENGAGEMENTS = 1_000_000;

    /** As quickly learned as the product's own networks can be; what they cost to ask does not depend on it. */
    private static final Settings RANKER = new Settings(
            Settings.USUAL.seed(),
            Settings.USUAL.members(),
            1,
            Settings.USUAL.batch(),
            Settings.USUAL.hidden(),
            Settings.USUAL.learningRate(),
            Settings.USUAL.stopShare(),
            Settings.USUAL.minPositives(),
            Settings.USUAL.leftOut(),
            Settings.USUAL.tables());

    private static final RetrievalSettings RETRIEVAL =
            new RetrievalSettings(17, 128, 50, 512, 1_024, .003, .2, .2, 0, .1, false, 1);

    /** Where a viewer is. */
    record Place(String viewerId, String city, String zone) {}

    private final Instant until;
    private final FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, List.of());
    private final EngagementLog taken = new EngagementLog(MOST_ENGAGEMENTS);
    private final Map<String, Place> places = new TreeMap<>();
    private final TrainingSet rows;

    FeedWorld(long seed, int contents, int viewers, int pages, Instant until) {
        this.until = until;
        Population population = Population.of(
                seed, new PopulationSize(viewers, Math.max(1, contents / CONTENTS_PER_AUTHOR), contents, DAYS));
        PopulationLog log = population.log(Policy.popularity(NOISE), pages, until);
        Map<String, List<Engagement>> byPage = new HashMap<>();
        for (Event event : log) {
            if (event instanceof Event.Did did) {
                taken.engagement(did.engagement());
                byPage.computeIfAbsent(did.engagement().getFeedId(), feed -> new ArrayList<>())
                        .add(did.engagement());
            }
        }
        TrainingSet.Collector collector = new TrainingSet.Collector(replay.store(), Instant.MAX, MOST_ROWS);
        for (Event event : log) {
            if (event instanceof Event.Published published) {
                replay.store().accept(published.content());
            } else if (event instanceof Event.Related related) {
                replay.store().accept(related.relation());
            } else if (event instanceof Event.Shown shown) {
                Served served = shown.served();
                places.put(served.getViewerId(), new Place(served.getViewerId(), served.getCity(), served.getZone()));
                replay.page(served, byPage.getOrDefault(served.getFeedId(), List.of()), collector);
            }
        }
        replay.finish();
        rows = collector.set();
    }

    InMemoryFeatureStore store() {
        return replay.store();
    }

    /** Those who came at least once, and where they are. */
    List<Place> places() {
        return List.copyOf(places.values());
    }

    /** Learns a ranker and promotes it, whatever it is worth; the number of rows it was learned from. */
    int learnRanker(Registry registry) {
        Learner learner = Trainer.train(rows, RANKER, Progress.UNHEARD);
        publish(registry, RankerTraining.MODEL, learner::write);
        return rows.size();
    }

    /** Learns a retrieval model and promotes it, as if the index had all of its vectors already. */
    RetrievalModel learnRetrieval(Registry registry) {
        replay.store().contents().forEach(taken::content);
        TwoTowerTrainer trainer = new TwoTowerTrainer(taken.cut().known(), RETRIEVAL);
        for (int round = 0; round < RETRIEVAL.rounds(); round++) {
            trainer.round(done -> {});
        }
        Registry.Draft draft = registry.draft(VectorFields.MODEL, until);
        RetrievalModel model = trainer.model(draft.artifact().version());
        try {
            model.write(draft.artifact());
            describe(draft.artifact());
            draft.publish();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            draft.discard();
        }
        VectorFields fields = new VectorFields(registry);
        fields.propose(model.version());
        fields.covered(model.version(), 1);
        fields.promote(model.version(), until);
        return model;
    }

    /** The vector of a content as the index will hold it. */
    static ContentEmbedding vector(RetrievalModel model, Content content) {
        float[] values = model.contentVector(content);
        List<Float> vector = new ArrayList<>(values.length);
        for (float value : values) {
            vector.add(value);
        }
        return new ContentEmbedding(content.getId(), model.version(), vector, VectorField.A, 1L);
    }

    private interface Writer {
        void write(Artifact artifact) throws IOException;
    }

    private void publish(Registry registry, String name, Writer writer) {
        Registry.Draft draft = registry.draft(name, until);
        try {
            writer.write(draft.artifact());
            describe(draft.artifact());
            Artifact published = draft.publish();
            registry.promote(name, published.version(), until);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            draft.discard();
        }
    }

    private static void describe(Artifact artifact) throws IOException {
        Files.writeString(
                artifact.metricsFile(), "{\"model\": \"" + artifact.model() + "\", \"gate\": {\"passed\": true}}");
        Files.writeString(artifact.cardFile(), "# " + artifact.model() + " of a bench; judged by nobody.\n");
    }

    /** Writes all that a server materialises; returns once Kafka has it. */
    void writeTo(String bootstrapServers, int partitions) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 << 10,
                ProducerConfig.LINGER_MS_CONFIG,
                20);
        InMemoryFeatureStore store = store();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            store.relations().all().forEach(relation -> producer.send(EventLog.record(relation, partitions)));
            for (Content content : store.contents()) {
                send(producer, Topics.CONTENTS, content.getId(), content);
            }
            for (ContentState state : store.contentStateTable().values()) {
                send(producer, Topics.CONTENT_STATES, state.contentId(), StateRecords.of(state));
            }
            for (AuthorState state : store.authorTable().values()) {
                send(producer, Topics.AUTHOR_STATES, state.authorId(), StateRecords.of(state));
            }
            for (String viewer : places.keySet()) {
                send(producer, Topics.VIEWER_STATES, viewer, StateRecords.of(store.viewer(viewer)));
            }
        }
    }

    private static <T extends SpecificRecord> void send(
            KafkaProducer<byte[], byte[]> producer, Topic<T> topic, String key, T record) {
        producer.send(EventLog.record(topic, key, record));
    }
}
