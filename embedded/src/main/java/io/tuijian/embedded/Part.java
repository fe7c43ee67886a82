package io.tuijian.embedded;

/** A server that an {@link EmbeddedCluster} can start. */
public enum Part {
    KAFKA,
    ELASTICSEARCH,
    FLINK,
    REDIS
}
