package io.tuijian.launcher.faults;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/** How long after an engagement lies in Kafka the documents of its content have it, when the job has nothing else to do. */
final class ReachDelay {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final ReachDocuments documents;
    private final LogWriter writer;
    private final List<Long> written = new ArrayList<>();
    private final List<Long> found = new ArrayList<>();

    ReachDelay(ReachDocuments documents, LogWriter writer) {
        this.documents = documents;
        this.writer = writer;
    }

    /**
     * Two likes of a content at nearly the same time: the document has to be written once more for the second.
     *
     * @param round names the viewers, so that each likes it once
     */
    void measure(String authorId, String contentId, int round) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String id = authorId
                + '|'
                + contentId
                + '|'
                + now.truncatedTo(ChronoUnit.HOURS).toEpochMilli();
        long before = documents.get(id).at("/actions/LIKE").asLong();
        like("v-first-" + round, contentId, now);
        like("v-second-" + round, contentId, now);
        writer.flush();
        long began = System.nanoTime();
        until(() -> documents.get(id).at("/actions/LIKE").asLong() == before + 2);
        written.add(millisSince(began));
        until(() -> documents.find(id).at("/actions/LIKE").asLong() == before + 2);
        found.add(millisSince(began));
    }

    private void like(String viewerId, String contentId, Instant at) {
        Engagement like = Engagement.newBuilder()
                .setId("like-" + contentId)
                .setViewerId(viewerId)
                .setContentId(contentId)
                .setAction(Action.LIKE)
                .setAt(at)
                .setReceivedAt(at)
                .setSurface(Surface.FOR_YOU)
                .build();
        writer.write(new ProducerRecord<>(
                Topics.ENGAGEMENTS.name(), viewerId.getBytes(StandardCharsets.UTF_8), Topics.ENGAGEMENTS.encode(like)));
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(DEADLINE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    private static long millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }

    String summary() {
        Collections.sort(written);
        Collections.sort(found);
        int median = written.size() / 2;
        int last = written.size() - 1;
        return String.format(
                Locale.ROOT,
                "two likes lie in the document %d ms (median) to %d ms after they lay in Kafka, and are found after %d to"
                        + " %d ms; %d trials",
                written.get(median),
                written.get(last),
                found.get(median),
                found.get(last),
                written.size());
    }
}
