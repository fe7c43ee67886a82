package io.tuijian.ingestion;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** A sink that throws once in the life of this process, when it has written so many elements. */
record FailsOnce<T>(Sink<T> sink, int after) implements Sink<T> {
    private static final AtomicInteger WRITTEN = new AtomicInteger();

    static boolean hasFailed() {
        return WRITTEN.get() < 0;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        SinkWriter<T> writer = sink.createWriter(context);
        return new SinkWriter<>() {
            @Override
            public void write(T element, Context context) throws IOException, InterruptedException {
                if (WRITTEN.getAndIncrement() == after) {
                    WRITTEN.set(Integer.MIN_VALUE);
                    throw new IOException("thrown by the test, once");
                }
                writer.write(element, context);
            }

            @Override
            public void flush(boolean endOfInput) throws IOException, InterruptedException {
                writer.flush(endOfInput);
            }

            @Override
            public void close() throws Exception {
                writer.close();
            }
        };
    }
}
