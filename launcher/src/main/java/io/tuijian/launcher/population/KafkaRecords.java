package io.tuijian.launcher.population;

import io.tuijian.feedapi.EventLog;
import io.tuijian.schemas.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The events of a population as Kafka records: topic, key, partition and bytes as the product writes them. */
public final class KafkaRecords {
    private KafkaRecords() {}

    /**
     * @param partitions of the topic {@code relations}, which is partitioned by its first part alone
     */
    public static ProducerRecord<byte[], byte[]> of(Event event, int partitions) {
        if (event instanceof Event.Did did) {
            return EventLog.record(Topics.ENGAGEMENTS, did.engagement().getViewerId(), did.engagement());
        }
        if (event instanceof Event.Shown shown) {
            return EventLog.record(Topics.SERVED, shown.served().getViewerId(), shown.served());
        }
        if (event instanceof Event.Related related) {
            return EventLog.record(related.relation(), partitions);
        }
        Event.Published published = (Event.Published) event;
        return EventLog.record(Topics.CONTENTS, published.content().getId(), published.content());
    }
}
