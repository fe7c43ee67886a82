package io.tuijian.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What an {@link EmbeddedCluster} starts and where; immutable, each {@code with…} returns a changed copy.
 *
 * @param state the folder that holds everything the servers write
 * @param keep whether the state outlives the cluster: if false, it starts empty and leaves nothing
 * @param parts the servers to start
 * @param kafkaPort port of Kafka, 0 for any free one
 * @param elasticsearchPort HTTP port of Elasticsearch, 0 for any free one
 * @param elasticsearchHeapMegabytes heap of the Elasticsearch server
 * @param elasticsearchOptimized whether Elasticsearch compiles its code as in production, rather than for a quick start
 * @param redisPort port of Redis, 0 for any free one
 * @param slots task slots of Flink: the sum of the parallelism of all jobs that run at once
 * @param deadline how long a server may take to come up
 */
public record EmbeddedOptions(
        Path state,
        boolean keep,
        Set<Part> parts,
        int kafkaPort,
        int elasticsearchPort,
        int elasticsearchHeapMegabytes,
        boolean elasticsearchOptimized,
        int redisPort,
        int slots,
        Duration deadline) {

    public EmbeddedOptions {
        state = state.toAbsolutePath().normalize();
        parts = Set.copyOf(parts);
        requirePort("kafkaPort", kafkaPort);
        requirePort("elasticsearchPort", elasticsearchPort);
        requirePort("redisPort", redisPort);
        if (elasticsearchHeapMegabytes < 128) {
            throw new IllegalArgumentException("Elasticsearch needs at least 128 MB of heap");
        }
        if (slots < 1) {
            throw new IllegalArgumentException("Flink needs at least one slot");
        }
    }

    /** All servers but Redis on free ports, their state in the given folder and gone at the end. */
    public static EmbeddedOptions in(Path state) {
        return new EmbeddedOptions(
                state,
                false,
                EnumSet.complementOf(EnumSet.of(Part.REDIS)),
                0,
                0,
                512,
                false,
                0,
                8,
                Duration.ofMinutes(3));
    }

    public EmbeddedOptions withState(Path value) {
        return new EmbeddedOptions(
                value,
                keep,
                parts,
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withKeep(boolean value) {
        return new EmbeddedOptions(
                state,
                value,
                parts,
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withParts(Part... values) {
        return new EmbeddedOptions(
                state,
                keep,
                Set.copyOf(List.of(values)),
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withKafkaPort(int value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                value,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withElasticsearchPort(int value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                kafkaPort,
                value,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withElasticsearchHeapMegabytes(int value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                kafkaPort,
                elasticsearchPort,
                value,
                elasticsearchOptimized,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withElasticsearchOptimized(boolean value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                value,
                redisPort,
                slots,
                deadline);
    }

    public EmbeddedOptions withRedisPort(int value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                value,
                slots,
                deadline);
    }

    public EmbeddedOptions withSlots(int value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                value,
                deadline);
    }

    public EmbeddedOptions withDeadline(Duration value) {
        return new EmbeddedOptions(
                state,
                keep,
                parts,
                kafkaPort,
                elasticsearchPort,
                elasticsearchHeapMegabytes,
                elasticsearchOptimized,
                redisPort,
                slots,
                value);
    }

    private static void requirePort(String name, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(name + " must lie between 0 and 65535, not " + port);
        }
    }
}
