package io.tuijian.launcher.vectors;

import io.tuijian.features.ViewerState;
import io.tuijian.models.Artifact;
import io.tuijian.models.Inputs;
import io.tuijian.models.Registry;
import io.tuijian.models.VectorFields;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;

/**
 * A model whose space has one direction per topic. One that is turned points the other way, so that its viewers among the
 * contents of one that is not would find what they like least.
 *
 * @param sign 1, or −1 if it is turned
 * @param refused contents whose id ends so have no vector
 */
record TopicSpace(String version, List<String> topics, int sign, String refused) implements VectorModel {
    private static final List<String> TOPICS = List.of("t0", "t1", "t2", "t3");

    /** Publishes one. */
    static String publish(Registry registry, Instant now, int sign, String refused) {
        Registry.Draft draft = registry.draft(VectorFields.MODEL, now);
        try {
            Files.writeString(draft.artifact().modelFile(), sign + " " + refused);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        draft.artifact().describe("topic-space", new Inputs(List.of()), List.of());
        return draft.publish().version();
    }

    static VectorModel read(Artifact artifact) {
        artifact.usable();
        try {
            String[] parts = Files.readString(artifact.modelFile()).split(" ");
            return new TopicSpace(artifact.version(), TOPICS, Integer.parseInt(parts[0]), parts[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int dimensions() {
        return topics.size();
    }

    @Override
    public float[] viewerVector(List<ViewerState.Recent> newestFirst) {
        float[] vector = new float[topics.size()];
        newestFirst.forEach(recent -> add(vector, recent.topics()));
        return vector;
    }

    @Override
    public float[] contentVector(Content content) {
        if (content.getId().endsWith(refused)) {
            throw new IllegalArgumentException("cannot be placed");
        }
        float[] vector = new float[topics.size()];
        add(vector, content.getTopics());
        return vector;
    }

    private void add(float[] vector, List<String> some) {
        for (String topic : some) {
            vector[topics.indexOf(topic)] += (float) sign / some.size();
        }
    }
}
