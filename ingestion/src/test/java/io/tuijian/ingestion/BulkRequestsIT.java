package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tuijian.embedded.EmbeddedCluster;
import io.tuijian.embedded.EmbeddedOptions;
import io.tuijian.embedded.Part;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Topics;
import java.nio.ByteBuffer;
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
    void a_document_beyond_bounds_becomes_a_dead_letter_and_the_others_of_its_batch_are_written() throws Exception {
        Counted metrics = new Counted();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.in(state)
                        .withParts(Part.KAFKA, Part.ELASTICSEARCH)
                        .withElasticsearchHeapMegabytes(256));
                TestTopics topics = new TestTopics(cluster, 1);
                TestTopics.Reader<DeadLetter> letters = topics.reader(Topics.DEAD_LETTERS);
                BulkRequests requests = new BulkRequests(
                        cluster.elasticsearchUrl(),
                        "notes",
                        "{\"mappings\": {}}",
                        metrics,
                        new RefusedDocuments(cluster.bootstrapServers(), "notes"))) {
            String tooLong = "x".repeat(600);
            List<Document> batch = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String id = i == 13 ? tooLong : "n" + i;
                batch.add(new Document(id, 7, "{\"note\": 1}".getBytes(StandardCharsets.UTF_8)));
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

            List<DeadLetter> dead = new ArrayList<>();
            await().until(() -> dead.addAll(letters.more()));
            assertThat(dead).singleElement().satisfies(letter -> {
                assertThat(letter.getTopic()).isEqualTo("index:notes");
                assertThat(letter.getOffset()).isEqualTo(7);
                assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(tooLong.getBytes(StandardCharsets.UTF_8)));
                assertThat(letter.getValue())
                        .isEqualTo(ByteBuffer.wrap(batch.get(13).source()));
                assertThat(letter.getReason()).contains("too long").doesNotContain("\n");
            });
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
