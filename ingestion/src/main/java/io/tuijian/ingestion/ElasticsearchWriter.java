package io.tuijian.ingestion;

import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;

/** One subtask's buffer of documents; hands batches to {@link BulkRequests}. */
final class ElasticsearchWriter<T> extends AsyncSinkWriter<T, Document> {
    private static final int OVERHEAD = 100;
    private final BulkRequests requests;

    ElasticsearchWriter(
            ElementConverter<T, Document> converter,
            WriterInitContext context,
            AsyncSinkWriterConfiguration configuration,
            Collection<BufferedRequestState<Document>> buffered,
            BulkRequests requests) {
        super(converter, context, configuration, buffered);
        this.requests = requests;
    }

    @Override
    protected void submitRequestEntries(List<Document> documents, ResultHandler<Document> result) {
        requests.send(List.copyOf(documents), result);
    }

    @Override
    protected long getSizeInBytes(Document document) {
        return document.source().length + document.id().length() + OVERHEAD;
    }

    @Override
    public void close() {
        super.close();
        requests.close();
    }
}
