package io.tuijian.models;

import io.tuijian.features.FeatureInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The model that is current in the registry, else the one before it, else popularity. {@link #reload} follows
 * promotions and rollbacks; a request that asks {@link #now} once is answered by one version. Safe from many threads.
 */
public final class ServingModel implements EngagementModel {
    private final Registry registry;
    private final String name;
    private final Artifact.Reader reader;

    private volatile State state = new State("", new PopularityModel(), List.of());

    private record State(String current, OfflineModel model, List<String> degraded) {}

    /** Loads what is current. */
    public ServingModel(Registry registry, String name, Artifact.Reader reader) {
        this.registry = registry;
        this.name = name;
        this.reader = reader;
        reload();
    }

    /** The model of this moment: for one request, so that its scores and its version belong together. */
    public OfflineModel now() {
        return state.model;
    }

    /** Looks whether another version is current and loads it; cheap if not. Meant to be called every second. */
    public synchronized void reload() {
        String current = registry.text(name, Registry.CURRENT).orElse("");
        if (!current.equals(state.current)) {
            state = loaded(current);
        }
    }

    /** One sentence per thing that is not as it should be; empty if what is served is what was promoted. */
    public List<String> degraded() {
        return state.degraded;
    }

    private State loaded(String text) {
        List<String> degraded = new ArrayList<>();
        List<String> choices = new ArrayList<>();
        try {
            Optional<Registry.Current> current = registry.current(name);
            if (current.isEmpty() && !state.current.isEmpty()) {
                throw new UnusableArtifact("current.json of " + name + " is gone.");
            }
            current.ifPresent(found -> {
                choices.add(found.version());
                choices.addAll(found.before());
            });
        } catch (UnusableArtifact e) {
            return new State(text, state.model, List.of(e.getMessage()));
        }
        for (String version : choices) {
            if (version.equals(state.model.version())) {
                return new State(text, state.model, List.copyOf(degraded));
            }
            try {
                if (version.equals(PopularityModel.VERSION)) {
                    break;
                }
                return new State(text, reader.read(registry.artifact(name, version)), List.copyOf(degraded));
            } catch (UnusableArtifact | UnknownVersion e) {
                degraded.add(e.getMessage());
            }
        }
        return new State(text, new PopularityModel(), List.copyOf(degraded));
    }

    @Override
    public List<Prediction> predict(List<FeatureInput> inputs) {
        return now().predict(inputs);
    }

    @Override
    public String version() {
        return now().version();
    }
}
