package io.tuijian.feedapi;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.schemas.Topic;
import io.tuijian.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A real Kafka and Elasticsearch with our topics and indices, started once for all tests that share them. */
final class RealServers {
    static final int PARTITIONS = 2;

    private static EmbeddedCluster shared;

    private RealServers() {}

    static synchronized EmbeddedCluster shared() {
        if (shared == null) {
            shared = started("shared", Part.KAFKA, Part.ELASTICSEARCH);
        }
        return shared;
    }

    /** Servers for one test that will harm them. */
    static EmbeddedCluster started(String name, Part... parts) {
        EmbeddedCluster cluster = EmbeddedCluster.start(
                EmbeddedOptions.in(Path.of(System.getProperty("tuijian.root"), "feed-api", "target", "servers-" + name))
                        .withElasticsearchHeapMegabytes(256)
                        .withParts(parts));
        for (Topic<?> topic : Topics.ALL) {
            cluster.createTopic(
                    topic.name(), PARTITIONS, topic.compacted() ? Map.of("cleanup.policy", "compact") : Map.of());
        }
        if (java.util.Arrays.asList(parts).contains(Part.ELASTICSEARCH)) {
            try (Elasticsearch elasticsearch = new Elasticsearch(cluster.elasticsearchUrl())) {
                elasticsearch.createIndices();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return cluster;
    }
}
