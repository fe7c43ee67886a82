package io.tuijian.ingestion;

import io.tuijian.features.Facts;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.DeadLetter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Gives each engagement the facts of its content. One that comes before its content waits for it, in order; when too
 * many wait, or the first of them too long, they become dead letters. Nothing has been counted by then, so a replayed
 * dead letter counts. One with an author instead of a content needs no more facts.
 */
final class AwaitContent extends KeyedCoProcessFunction<String, Arrived, Content, Known> {
    private static final long serialVersionUID = 1;
    static final Duration PATIENCE = Duration.ofMinutes(10);
    static final int MOST_WAITING = 10_000;
    static final String REASON = "unknown content";

    private static final int MOST_HELD = 20_000;

    private transient ValueState<Facts> facts;
    private transient Map<String, Facts> held; // the facts met last: reading them from RocksDB takes longer
    private transient ListState<Arrived> waiting;
    private transient ValueState<Integer> waitingCount;
    private transient Counter waited;
    private transient Counter dead;

    @Override
    public void open(OpenContext context) {
        held = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Facts> eldest) {
                return size() > MOST_HELD;
            }
        };
        facts = getRuntimeContext().getState(new ValueStateDescriptor<>("facts", Facts.class));
        waited = getRuntimeContext().getMetricGroup().counter("waited");
        dead = getRuntimeContext().getMetricGroup().counter("deadLetters");
        waiting = getRuntimeContext().getListState(new ListStateDescriptor<>("waiting", Arrived.class));
        waitingCount = getRuntimeContext().getState(new ValueStateDescriptor<>("waiting-count", Integer.class));
    }

    @Override
    public void processElement1(Arrived arrived, Context context, Collector<Known> out) throws Exception {
        String id = arrived.contentId();
        Facts known = Facts.isAuthor(id) ? Facts.ofAuthor(id) : facts(id);
        if (known != null) {
            out.collect(new Known(arrived.viewerId(), arrived.raw().value(), known));
            return;
        }
        int count = waitingCount.value() == null ? 0 : waitingCount.value();
        if (count == MOST_WAITING) {
            context.output(Decode.DEAD, deadLetter(arrived, context));
            return;
        }
        if (count == 0) {
            context.timerService()
                    .registerProcessingTimeTimer(context.timerService().currentProcessingTime() + PATIENCE.toMillis());
        }
        waited.inc();
        waiting.add(arrived);
        waitingCount.update(count + 1);
    }

    private Facts facts(String contentId) throws IOException {
        Facts known = held.get(contentId);
        if (known == null) {
            known = facts.value();
            if (known != null) {
                held.put(contentId, known);
            }
        }
        return known;
    }

    @Override
    public void processElement2(Content content, Context context, Collector<Known> out) throws Exception {
        Facts known = Facts.of(content);
        facts.update(known);
        held.put(known.contentId(), known);
        for (Arrived arrived : released()) {
            out.collect(new Known(arrived.viewerId(), arrived.raw().value(), known));
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Known> out) throws Exception {
        for (Arrived arrived : released()) {
            context.output(Decode.DEAD, deadLetter(arrived, context));
        }
    }

    private Iterable<Arrived> released() throws Exception {
        if (waitingCount.value() == null) {
            return List.of();
        }
        Iterable<Arrived> all = waiting.get();
        waiting.clear();
        waitingCount.clear();
        return all == null ? List.of() : all;
    }

    private DeadLetter deadLetter(Arrived arrived, Context context) {
        dead.inc();
        return arrived.raw()
                .deadLetter(REASON, Instant.ofEpochMilli(context.timerService().currentProcessingTime()));
    }
}
