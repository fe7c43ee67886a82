package io.tuijian.models.retrieval;

import io.tuijian.models.Artifact;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.UnknownVersion;
import io.tuijian.models.UnusableArtifact;
import io.tuijian.models.VectorFields;
import io.tuijian.schemas.VectorField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The retrieval model that is current in the registry with the field that holds its vectors, else one before it that has
 * a field, else none. {@link #reload} follows promotions and rollbacks; a request that asks {@link #now} once works with
 * one version. Safe from many threads.
 */
public final class ServingRetrieval {
    /** Reads a model from an artifact, or throws {@link UnusableArtifact}. */
    @FunctionalInterface
    public interface Reader {
        VectorModel read(Artifact artifact);
    }

    private final Registry registry;
    private final Reader reader;
    private final VectorFields fields;

    private volatile State state = new State("", Optional.empty(), List.of());

    private record State(String seen, Optional<Retrieval> retrieval, List<String> degraded) {}

    /** Loads what is current. */
    public ServingRetrieval(Registry registry, Reader reader) {
        this.registry = registry;
        this.reader = reader;
        this.fields = new VectorFields(registry);
        reload();
    }

    /** The model of this moment; empty if there is none, or its vectors are in no field. */
    public Optional<Retrieval> now() {
        return state.retrieval;
    }

    /** One sentence per thing that is not as it should be; empty if what is served is what was promoted. */
    public List<String> degraded() {
        return state.degraded;
    }

    /** Looks whether another version is current, or in another field; cheap if not. Meant to be called every second. */
    public synchronized void reload() {
        String seen = registry.text(VectorFields.MODEL, Registry.CURRENT).orElse("")
                + '\n'
                + registry.text(VectorFields.MODEL, VectorFields.FILE).orElse("");
        if (!seen.equals(state.seen)) {
            state = loaded(seen);
        }
    }

    private State loaded(String seen) {
        List<String> degraded = new ArrayList<>();
        try {
            for (String version : choices()) {
                if (version.equals(PopularityModel.VERSION)) {
                    break;
                }
                Optional<VectorField> field = fields.of(version);
                if (field.isEmpty()) {
                    degraded.add("The vectors of retrieval " + version + " are in no field of the index.");
                    continue;
                }
                try {
                    return new State(
                            seen, Optional.of(new Retrieval(model(version), field.get())), List.copyOf(degraded));
                } catch (UnusableArtifact | UnknownVersion e) {
                    degraded.add(e.getMessage());
                }
            }
        } catch (UnusableArtifact e) {
            return new State(seen, state.retrieval, List.of(e.getMessage()));
        }
        return new State(seen, Optional.empty(), List.copyOf(degraded));
    }

    private List<String> choices() {
        List<String> choices = new ArrayList<>();
        registry.current(VectorFields.MODEL).ifPresent(current -> {
            choices.add(current.version());
            choices.addAll(current.before());
        });
        return choices;
    }

    private VectorModel model(String version) {
        Optional<Retrieval> loaded = state.retrieval;
        return loaded.isPresent() && loaded.get().model().version().equals(version)
                ? loaded.get().model()
                : reader.read(registry.artifact(VectorFields.MODEL, version));
    }
}
