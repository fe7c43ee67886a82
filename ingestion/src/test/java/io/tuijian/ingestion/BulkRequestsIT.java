package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkRequestsIT {
    @TempDir
    static Path state;

    @Test
    void a_document_beyond_bounds_is_refused_alone_and_the_others_of_its_batch_are_written() throws Exception {
        Counted metrics = new Counted();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(
                        EmbeddedOptions.in(state).withParts(Part.ELASTICSEARCH).withElasticsearchHeapMegabytes(256));
                BulkRequests requests = new BulkRequests(cluster.elasticsearchUrl(), "notes", "{}", metrics)) {
            List<Document> batch = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String id = i == 13 ? "x".repeat(600) : "n" + i;
                batch.add(new Document(id, 1, "{\"note\": 1}".getBytes(StandardCharsets.UTF_8)));
            }
            CompletableFuture<Void> done = new CompletableFuture<>();
            requests.send(batch, new ResultHandler<>() {
                @Override
                public void complete() {
                    done.complete(null);
                }

                @Override
                public void completeExceptionally(Exception e) {
                    done.completeExceptionally(e);
                }

                @Override
                public void retryForEntries(List<Document> again) {
                    done.completeExceptionally(new AssertionError("asked for again: " + again.size()));
                }
            });
            done.get(60, TimeUnit.SECONDS);
            assertThat(metrics.written.getCount()).isEqualTo(19);
            assertThat(metrics.rejected.getCount()).isEqualTo(1);
        }
    }

    /** Keeps the two counters that are asked for. */
    private static final class Counted extends UnregisteredMetricsGroup {
        private final Counter written = new SimpleCounter();
        private final Counter rejected = new SimpleCounter();

        @Override
        public Counter counter(String name) {
            return name.equals("documentsWritten") ? written : rejected;
        }
    }
}
