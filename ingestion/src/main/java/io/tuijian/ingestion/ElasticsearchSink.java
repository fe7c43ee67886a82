package io.tuijian.ingestion;

import io.tuijian.schemas.Indices;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes whole documents into one index, at least once, and never over a newer version. Buffers are bounded; what
 * Elasticsearch cannot take now is retried until it can, what it refuses for good becomes a dead letter and is counted
 * ({@code documentsRejected}). Creates the index, with its mapping, unless it exists.
 */
public final class ElasticsearchSink<T> extends AsyncSinkBase<T, Document> {
    private static final long serialVersionUID = 1;
    private static final int MAX_BATCH = 1_000;
    private static final int MAX_IN_FLIGHT = 2;
    private static final int MAX_BUFFERED = 5_000;
    private static final long MAX_BATCH_BYTES = 4 << 20;
    private static final long MAX_BUFFER_MILLIS = 50;
    private static final long MAX_DOCUMENT_BYTES = 1 << 20;
    private static final long REQUEST_TIMEOUT_MILLIS = 600_000;

    /** The document of a value. */
    public interface Of<T> extends Serializable {
        Document of(T value);
    }

    private final String url;
    private final String index;
    private final String body;
    private final Refusals.Opener refusals;

    public ElasticsearchSink(Clusters clusters, Indices.Index index, Of<T> document) {
        super(
                (value, context) -> document.of(value),
                MAX_BATCH,
                MAX_IN_FLIGHT,
                MAX_BUFFERED,
                MAX_BATCH_BYTES,
                MAX_BUFFER_MILLIS,
                MAX_DOCUMENT_BYTES,
                REQUEST_TIMEOUT_MILLIS,
                false);
        this.url = clusters.requireElasticsearch();
        this.index = index.name();
        this.body = index.body();
        String bootstrapServers = clusters.bootstrapServers();
        this.refusals = name -> new RefusedDocuments(bootstrapServers, name);
    }

    @Override
    public StatefulSinkWriter<T, BufferedRequestState<Document>> createWriter(WriterInitContext context)
            throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<T, BufferedRequestState<Document>> restoreWriter(
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
        BulkRequests requests = new BulkRequests(url, index, body, context.metricGroup(), refusals.of(index));
        return new ElasticsearchWriter<>(getElementConverter(), context, configuration, buffered, requests);
    }

    @Override
    public SimpleVersionedSerializer<BufferedRequestState<Document>> getWriterStateSerializer() {
        return new Buffered();
    }

    /** What a checkpoint keeps of a buffer; also that of {@link RedisStates}. */
    static final class Buffered extends AsyncSinkWriterStateSerializer<Document> {
        @Override
        protected void serializeRequestToStream(Document document, DataOutputStream out) throws IOException {
            out.writeUTF(document.id());
            out.writeLong(document.version());
            out.writeInt(document.source().length);
            out.write(document.source());
        }

        @Override
        protected Document deserializeRequestFromStream(long size, DataInputStream in) throws IOException {
            String id = in.readUTF();
            long version = in.readLong();
            byte[] source = new byte[in.readInt()];
            in.readFully(source);
            return new Document(id, version, source);
        }

        @Override
        public int getVersion() {
            return 1;
        }
    }
}
