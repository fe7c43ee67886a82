package io.tuijian.ingestion;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** A sink into this process's memory, known by name. */
record Collecting<T>(String name) implements Sink<T> {
    private static final Map<String, List<Object>> WRITTEN = new ConcurrentHashMap<>();

    /** All that has been written so far. */
    @SuppressWarnings("unchecked")
    List<T> written() {
        return (List<T>) WRITTEN.computeIfAbsent(name, any -> new CopyOnWriteArrayList<>());
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        return new SinkWriter<>() {
            @Override
            public void write(T element, Context context) {
                written().add(element);
            }

            @Override
            public void flush(boolean endOfInput) {}

            @Override
            public void close() {}
        };
    }
}
