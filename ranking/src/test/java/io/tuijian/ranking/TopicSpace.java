package io.tuijian.ranking;

import io.tuijian.features.ViewerState;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Content;
import java.util.List;

/** A model whose space has one direction per topic, in which viewers and contents lie that have to do with it. */
record TopicSpace(String version, List<String> topics) implements VectorModel {
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
        float[] vector = new float[topics.size()];
        add(vector, content.getTopics());
        return vector;
    }

    private void add(float[] vector, List<String> some) {
        for (String topic : some) {
            if (topics.contains(topic)) {
                vector[topics.indexOf(topic)] += 1f / some.size();
            }
        }
    }
}
