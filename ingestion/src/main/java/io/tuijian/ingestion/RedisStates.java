package io.tuijian.ingestion;

import io.tuijian.schemas.StoredState;
import io.tuijian.schemas.Topic;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes whole states to Redis ({@link StoredState}), at least once, and never over a state of more events. Buffers are
 * bounded and part of every checkpoint; while Redis cannot take them, they are retried and the job waits. A state that
 * is not written again for {@code expiry} is forgotten.
 */
public final class RedisStates<S> extends AsyncSinkBase<S, Document> {
    private static final long serialVersionUID = 1;

    /** How long the state of a viewer stays who does nothing. */
    public static final Duration VIEWERS_LAST = Duration.ofDays(90);

    private static final int MAX_BATCH = 500;
    private static final int MAX_IN_FLIGHT = 2;
    private static final int MAX_BUFFERED = 2_000;
    private static final long MAX_BATCH_BYTES = 4 << 20;
    private static final long MAX_BUFFER_MILLIS = 10;
    private static final long MAX_STATE_BYTES = 4 << 20;
    private static final long REQUEST_TIMEOUT_MILLIS = 600_000;

    /** What the sink asks of a state. */
    public interface Id<S> extends Serializable {
        String of(S state);
    }

    /** How many events a state holds. */
    public interface Events<S> extends Serializable {
        long of(S state);
    }

    private final String addresses;
    private final Duration expiry;

    /**
     * @param addresses {@code host:port}, of a Redis Cluster some of its nodes: {@code host:port,host:port}
     * @param expiry zero to keep states for ever
     */
    public RedisStates(
            String addresses, Topic<?> topic, Encoding<S> encoding, Id<S> id, Events<S> events, Duration expiry) {
        super(
                new Stored<>(StoredState.key(topic, ""), encoding, id, events),
                MAX_BATCH,
                MAX_IN_FLIGHT,
                MAX_BUFFERED,
                MAX_BATCH_BYTES,
                MAX_BUFFER_MILLIS,
                MAX_STATE_BYTES,
                REQUEST_TIMEOUT_MILLIS,
                false);
        this.addresses = addresses;
        this.expiry = expiry;
    }

    private record Stored<S>(String prefix, Encoding<S> encoding, Id<S> id, Events<S> events)
            implements ElementConverter<S, Document> {
        @Override
        public Document apply(S state, SinkWriter.Context context) {
            long count = events.of(state);
            return new Document(prefix + id.of(state), count, StoredState.value(count, encoding.encode(state)));
        }
    }

    @Override
    public StatefulSinkWriter<S, BufferedRequestState<Document>> createWriter(WriterInitContext context)
            throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<S, BufferedRequestState<Document>> restoreWriter(
            WriterInitContext context, Collection<BufferedRequestState<Document>> buffered) throws IOException {
        AsyncSinkWriterConfiguration configuration = AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(getMaxBatchSize())
                .setMaxBatchSizeInBytes(getMaxBatchSizeInBytes())
                .setMaxInFlightRequests(getMaxInFlightRequests())
                .setMaxBufferedRequests(getMaxBufferedRequests())
                .setMaxTimeInBufferMS(getMaxTimeInBufferMS())
                .setMaxRecordSizeInBytes(getMaxRecordSizeInBytes())
                .setRequestTimeoutMS(getRequestTimeoutMS())
                .setFailOnTimeout(getFailOnTimeout())
                .build();
        RedisRequests requests = new RedisRequests(addresses, expiry, context.metricGroup());
        return new Writer<>(getElementConverter(), context, configuration, buffered, requests);
    }

    @Override
    public SimpleVersionedSerializer<BufferedRequestState<Document>> getWriterStateSerializer() {
        return new ElasticsearchSink.Buffered();
    }

    private static final class Writer<S> extends AsyncSinkWriter<S, Document> {
        private final RedisRequests requests;

        Writer(
                ElementConverter<S, Document> converter,
                WriterInitContext context,
                AsyncSinkWriterConfiguration configuration,
                Collection<BufferedRequestState<Document>> buffered,
                RedisRequests requests) {
            super(converter, context, configuration, buffered);
            this.requests = requests;
        }

        @Override
        protected void submitRequestEntries(List<Document> states, ResultHandler<Document> result) {
            requests.send(List.copyOf(states), result);
        }

        @Override
        protected long getSizeInBytes(Document state) {
            return state.id().length() + state.source().length;
        }

        @Override
        public void close() {
            super.close();
            requests.close();
        }
    }
}
