package io.tuijian.feedapi;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tuijian.ranking.Ledger;
import io.tuijian.ranking.Share;
import java.util.concurrent.atomic.AtomicLong;

/** What a server tells Prometheus of its parts. */
final class Meters {
    private Meters() {}

    /** Registers what the parts of a server tell of themselves. */
    static void register(
            MeterRegistry metrics, ReplicatedFeatureStore store, EventLog log, Stock stock, Ledger ledger) {
        Gauge.builder("tuijian.store.contents", store.inMemory(), s -> s.contentCount())
                .register(metrics);
        Gauge.builder("tuijian.store.relations", store.relations(), r -> r.count())
                .register(metrics);
        Gauge.builder("tuijian.store.viewers", store, ReplicatedFeatureStore::viewerCount)
                .register(metrics);
        Gauge.builder("tuijian.store.evicted", store, ReplicatedFeatureStore::evicted)
                .register(metrics);
        Gauge.builder("tuijian.store.behind.seconds", store, s -> s.behind().toMillis() / 1e3)
                .register(metrics);
        Gauge.builder("tuijian.store.undecodable", store, ReplicatedFeatureStore::undecodable)
                .register(metrics);
        log.lost().forEach((topic, lost) -> FunctionCounter.builder("tuijian.log.lost", lost, AtomicLong::get)
                .description("Records that tell of pages and that Kafka did not take.")
                .tag("topic", topic.name())
                .register(metrics));
        FunctionCounter.builder("tuijian.stock.not.followed", stock, Stock::notFollowed)
                .description("Sales after which the content does not say what is left, as too many wait to.")
                .register(metrics);
        for (Share share : Share.values()) {
            FunctionCounter.builder("tuijian.share.promised", ledger, l -> l.promised(share))
                    .tag("share", share.turn())
                    .register(metrics);
            FunctionCounter.builder("tuijian.share.given", ledger, l -> l.given(share))
                    .tag("share", share.turn())
                    .register(metrics);
        }
    }
}
