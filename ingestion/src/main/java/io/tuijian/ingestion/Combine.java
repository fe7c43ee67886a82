package io.tuijian.ingestion;

import io.tuijian.ingestion.Fold.Start;
import io.tuijian.ingestion.Fold.Step;
import io.tuijian.ingestion.Fold.Time;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Folds what a subtask holds of each key into a partial state before it travels, so that a hot key costs its owner no
 * more than others. Partial states go on after at most 20 ms, while catching up 500 ms, and before each checkpoint,
 * with the time when the latest of their events came as timestamp.
 */
final class Combine<E, S> extends AbstractStreamOperator<S>
        implements OneInputStreamOperator<E, S>, ProcessingTimeCallback {
    private static final long serialVersionUID = 1;
    static final int MOST_KEYS = 10_000;
    static final long LIVE_MILLIS = Duration.ofMillis(20).toMillis();
    static final long CATCH_UP_MILLIS = Duration.ofMillis(500).toMillis();

    private static final class Partial<S> {
        S state;
        long came = Long.MIN_VALUE;
    }

    /** The key of an event. */
    interface Key<E> extends Serializable {
        String of(E event);
    }

    private final Pace pace;
    private final Key<E> key;
    private final Start<E, S> start;
    private final Step<E, S> step;
    private final Time<E> time;
    private transient Map<String, Partial<S>> partial;
    private transient StreamRecord<S> emission;
    private transient long due; // when all of them go on, 0 while there are none

    Combine(Pace pace, Key<E> key, Start<E, S> start, Step<E, S> step, Time<E> time) {
        this.pace = pace;
        this.key = key;
        this.start = start;
        this.step = step;
        this.time = time;
    }

    @Override
    public void open() throws Exception {
        super.open();
        partial = new HashMap<>();
        emission = new StreamRecord<>(null);
    }

    @Override
    public void processElement(StreamRecord<E> element) {
        E event = element.getValue();
        String id = key.of(event);
        Partial<S> held = partial.computeIfAbsent(id, it -> new Partial<>());
        held.state = step.after(held.state == null ? start.of(event) : held.state, event);
        long came = time.of(event, element.getTimestamp());
        held.came = Math.max(held.came, came);
        long now = processingTimeService.getCurrentProcessingTime();
        long latest = now + (pace.isLive(came, now) ? LIVE_MILLIS : CATCH_UP_MILLIS);
        if (due == 0 || due > latest) {
            due = latest;
            processingTimeService.registerTimer(due, this);
        }
        if (partial.size() >= MOST_KEYS) {
            passOn();
        }
    }

    @Override
    public void onProcessingTime(long timestamp) {
        if (due != 0 && timestamp >= due) {
            passOn();
        }
    }

    private void passOn() {
        partial.values().forEach(it -> output.collect(emission.replace(it.state, it.came)));
        partial.clear();
        due = 0;
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) {
        passOn();
    }

    @Override
    public void finish() throws Exception {
        passOn();
        super.finish();
    }
}
