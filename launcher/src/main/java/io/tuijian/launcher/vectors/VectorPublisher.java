package io.tuijian.launcher.vectors;

import io.tuijian.feedapi.Elasticsearch;
import io.tuijian.models.Artifact;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.UnknownVersion;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.VectorFields;
import io.tuijian.models.retrieval.ServingRetrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Indices;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps both fields of the index full of the vectors that the registry wants there, and promotes a candidate once almost
 * every live content has its vector. Looks at the registry every second, so that promotions, rollbacks and new candidates
 * of other processes are followed; may be killed at any time.
 */
public final class VectorPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VectorPublisher.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** How many looks go by between two at the coverage of what is no candidate. */
    private static final int RARELY = 30;

    private final String bootstrapServers;
    private final Registry registry;
    private final VectorFields fields;
    private final ServingRetrieval.Reader reader;
    private final Elasticsearch elasticsearch;
    private final Coverage coverage;
    private final Clock clock;
    private final Consumer<String> said;
    private final Map<VectorField, FieldWriter> writers = new EnumMap<>(VectorField.class);
    private final Set<String> unusable = new HashSet<>();
    private String lastProblem = "";
    private long looks;
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "vector-publisher");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Begins.
     *
     * @param said hears, in a line each, what a person may want to know
     */
    public VectorPublisher(
            String bootstrapServers,
            String elasticsearchUrl,
            Registry registry,
            ServingRetrieval.Reader reader,
            Clock clock,
            Consumer<String> said) {
        this.bootstrapServers = bootstrapServers;
        this.registry = registry;
        this.fields = new VectorFields(registry);
        this.reader = reader;
        this.elasticsearch = new Elasticsearch(elasticsearchUrl);
        this.coverage = new Coverage(elasticsearch);
        this.clock = clock;
        this.said = said;
        looker.scheduleWithFixedDelay(this::lookUnharmed, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookUnharmed() {
        try {
            look();
            lastProblem = "";
        } catch (IOException | RuntimeException | Error e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(lastProblem)) {
                lastProblem = problem;
                LOG.warn("vectors: {}", problem, e);
                said.accept(problem);
            }
        }
    }

    private void look() throws IOException {
        Map<VectorField, VectorFields.Held> wanted = wanted();
        for (VectorField field : Set.copyOf(writers.keySet())) {
            FieldWriter writer = writers.get(field);
            VectorFields.Held held = wanted.get(field);
            if (!writer.writes(held, forgotten(held, wanted.values()))) {
                writer.close();
                if (!writer.isOver()) {
                    return; // it may take away what a new one writes
                }
                writers.remove(field);
            }
        }
        for (Map.Entry<VectorField, VectorFields.Held> one : wanted.entrySet()) {
            if (!writers.containsKey(one.getKey())) {
                write(one.getKey(), one.getValue(), forgotten(one.getValue(), wanted.values()));
            }
        }
        for (Map.Entry<VectorField, VectorFields.Held> one : wanted.entrySet()) {
            if (one.getValue().candidate() || looks % RARELY == 0) {
                cover(one.getKey(), one.getValue());
            }
        }
        looks++;
    }

    /** What is current has a field, whatever led to it. */
    private Map<VectorField, VectorFields.Held> wanted() {
        Optional<String> current = registry.current(VectorFields.MODEL)
                .map(Registry.Current::version)
                .filter(version -> !version.equals(PopularityModel.VERSION));
        return current.isPresent() && fields.of(current.get()).isEmpty() ? fields.assign(current.get()) : fields.now();
    }

    /** The version whose vectors nobody needs any more once this one is written, null for none. */
    static String forgotten(VectorFields.Held held, Collection<VectorFields.Held> wanted) {
        boolean isKept =
                held == null || wanted.stream().anyMatch(one -> one.version().equals(held.replaced()));
        return isKept ? null : held.replaced();
    }

    private void write(VectorField field, VectorFields.Held held, String forgotten) {
        if (unusable.contains(held.version())) {
            return;
        }
        try {
            Artifact artifact = registry.artifact(VectorFields.MODEL, held.version());
            VectorModel model = reader.read(artifact);
            if (model.dimensions() > Indices.VECTOR_DIMENSIONS) {
                throw artifact.unusable(
                        "its vectors have " + model.dimensions() + " numbers, the index holds "
                                + Indices.VECTOR_DIMENSIONS,
                        null);
            }
            writers.put(field, new FieldWriter(bootstrapServers, field, held, forgotten, model));
        } catch (UnusableArtifact | UnknownVersion e) {
            unusable.add(held.version());
            LOG.warn("no vectors of {}: {}", held.version(), e.getMessage());
            said.accept(e.getMessage());
        }
    }

    private void cover(VectorField field, VectorFields.Held held) throws IOException {
        double share = coverage.of(field, held.version());
        if (share != held.coverage()) {
            fields.covered(held.version(), share);
        }
        if (held.candidate() && share >= VectorFields.ENOUGH) {
            Registry.Current current = fields.promote(held.version(), clock.instant());
            boolean isServed = current.version().equals(held.version());
            said.accept(String.format(
                    Locale.ROOT,
                    isServed
                            ? "retrieval %s is served from now on: %.2f %% of the live contents have its vector."
                            : "retrieval %s is covered to %.2f %% but not promoted: the model is pinned.",
                    held.version(),
                    100 * share));
        }
    }

    @Override
    public void close() {
        looker.shutdown();
        try {
            looker.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writers.values().forEach(FieldWriter::close);
        elasticsearch.close();
    }
}
