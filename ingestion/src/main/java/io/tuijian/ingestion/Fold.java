package io.tuijian.ingestion;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Folds the events of each key into a state, however late they are, and emits the whole state at a pace. The states
 * met last are held in memory and written back as bytes when they have to leave, and before each checkpoint; what a
 * checkpoint finds not yet emitted gets a timer in it. Events wait until their state is needed, and are folded at once.
 */
final class Fold<E, S> extends AbstractStreamOperator<S>
        implements OneInputStreamOperator<E, S>, Triggerable<String, VoidNamespace>, ProcessingTimeCallback {
    private static final long serialVersionUID = 1;

    /** How many states are held in memory, of each subtask. */
    static final int MOST_HELD = 5_000;

    /** What waits for more events of its key is emitted when there have been none at all for so long. */
    static final long IDLE_MILLIS = Duration.ofSeconds(1).toMillis();

    /** How many events of a key wait to be folded. */
    static final int MOST_WAITING = 16;

    private static final long LOOK_MILLIS = 100;
    private static final int AT_A_TIME = 1_000;

    /** A pure fold. */
    interface Step<E, S> extends Serializable {
        S after(S state, E event);
    }

    /** The same over some events in the order in which they came. */
    interface Steps<E, S> extends Serializable {
        S after(S state, List<E> events);
    }

    /** The state before the first event of a key. */
    interface Start<E, S> extends Serializable {
        S of(E event);
    }

    /** When an event came, epoch milliseconds, given the timestamp of its record: it decides the pace. */
    interface Time<E> extends Serializable {
        long of(E event, long timestamp);
    }

    /** A key whose state is held, or whose turn to be emitted is not yet over. Moments in processing time. */
    private static final class Entry<E, S> {
        final String key;
        boolean held;
        S state; // null if it is not held, or not yet needed
        List<E> waiting = List.of(); // to be folded into it
        boolean unsaved;
        long quietUntil; // no emission before
        long due; // when it is to be emitted, 0 if nothing new is to be
        long changedAt; // the first change that is not yet emitted
        long timer; // that would emit it after a restart, 0 if there is none

        Entry(String key) {
            this.key = key;
        }
    }

    private record Turn<E, S>(long at, Entry<E, S> entry) {}

    private final Encoding<S> encoding;
    private final Pace pace;
    private final Start<E, S> start;
    private final Steps<E, S> steps;
    private final Time<E> time;
    private transient ValueState<Object> states; // bytes
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Map<String, Entry<E, S>> entries;
    private transient LinkedHashMap<String, Entry<E, S>> held; // the one met longest ago first
    private transient PriorityQueue<Turn<E, S>> turns;
    private transient long lastElementAt;
    private transient long wakeAt; // 0 if no one is asked to
    private transient StreamRecord<S> emission;
    private transient Histogram emitDelay;

    private Fold(Encoding<S> encoding, Pace pace, Start<E, S> start, Time<E> time, Steps<E, S> steps) {
        this.encoding = encoding;
        this.pace = pace;
        this.start = start;
        this.steps = steps;
        this.time = time;
    }

    Fold(Encoding<S> encoding, Pace pace, Start<E, S> start, Step<E, S> step, Time<E> time) {
        this(encoding, pace, start, time, (state, events) -> {
            S after = state;
            for (E event : events) {
                after = step.after(after, event);
            }
            return after;
        });
    }

    /** For states that fold several events faster than one by one. */
    static <E, S> Fold<E, S> inSteps(
            Encoding<S> encoding, Pace pace, Start<E, S> start, Steps<E, S> steps, Time<E> time) {
        return new Fold<>(encoding, pace, start, time, steps);
    }

    @Override
    public void open() throws Exception {
        super.open();
        states = getPartitionedState(new ValueStateDescriptor<>("state", encoding.packed()));
        timers = getInternalTimerService("user-timers", VoidNamespaceSerializer.INSTANCE, this);
        entries = new HashMap<>();
        held = new LinkedHashMap<>(16, 0.75f, true);
        turns = new PriorityQueue<>(Comparator.comparingLong(Turn::at));
        emission = new StreamRecord<>(null);
        emitDelay = Metrics.millis(getMetricGroup(), "emitDelayMillis");
        getMetricGroup().gauge("statesHeld", () -> held.size());
    }

    @Override
    public void processElement(StreamRecord<E> element) throws IOException {
        E event = element.getValue();
        long now = processingTimeService.getCurrentProcessingTime();
        lastElementAt = now;
        Entry<E, S> entry = entries.computeIfAbsent((String) getCurrentKey(), Entry::new);
        hold(entry, now);
        if (entry.waiting.isEmpty()) {
            entry.waiting = new ArrayList<>(4);
        }
        entry.waiting.add(event);
        entry.unsaved = true;
        if (entry.waiting.size() == MOST_WAITING) {
            state(entry);
        }
        if (entry.changedAt == 0) {
            entry.changedAt = now;
        }
        long came = time.of(event, element.getTimestamp());
        boolean live = pace.isLive(came, now);
        if (live && now >= entry.quietUntil) {
            emit(entry, now);
            return;
        }
        long due = live ? entry.quietUntil : Math.max(entry.quietUntil, now + pace.patience(came, now));
        if (entry.due == 0 || entry.due > due) {
            entry.due = due;
            take(due, entry, now);
        }
    }

    /** Holds the current key from now on. */
    private void hold(Entry<E, S> entry, long now) throws IOException {
        if (held.get(entry.key) == null) {
            held.put(entry.key, entry);
            entry.held = true;
            if (held.size() > MOST_HELD) {
                Iterator<Entry<E, S>> longestAgo = held.values().iterator();
                letGo(longestAgo.next(), now);
                longestAgo.remove();
                setCurrentKey(entry.key);
            }
        }
    }

    /** The state of the current key with all that has come; null if nothing ever has. */
    private S state(Entry<E, S> entry) throws IOException {
        if (entry.state == null) {
            entry.state = encoding.unpacked(states.value());
        }
        if (!entry.waiting.isEmpty()) {
            S before = entry.state == null ? start.of(entry.waiting.get(0)) : entry.state;
            entry.state = steps.after(before, entry.waiting);
            entry.waiting = List.of();
        }
        return entry.state;
    }

    private void letGo(Entry<E, S> entry, long now) throws IOException {
        save(entry);
        entry.held = false;
        entry.state = null;
        if (entry.due == 0) {
            if (now >= entry.quietUntil) {
                entries.remove(entry.key);
            } else {
                take(entry.quietUntil, entry, now);
            }
        }
    }

    private void save(Entry<E, S> entry) throws IOException {
        if (entry.unsaved) {
            setCurrentKey(entry.key);
            states.update(encoding.encode(state(entry)));
            entry.unsaved = false;
        }
    }

    private void take(long at, Entry<E, S> entry, long now) {
        turns.add(new Turn<>(at, entry));
        wake(Math.min(at, now + LOOK_MILLIS));
    }

    private void wake(long at) {
        if (wakeAt == 0 || at < wakeAt) {
            wakeAt = at;
            processingTimeService.registerTimer(at, this);
        }
    }

    /** Emits those whose turn it is; while nothing comes in, those that wait for more, too, some at a time. */
    @Override
    public void onProcessingTime(long timestamp) throws IOException {
        long now = Math.max(timestamp, processingTimeService.getCurrentProcessingTime());
        int more = now - lastElementAt < IDLE_MILLIS ? 0 : AT_A_TIME;
        while (!turns.isEmpty() && (turns.peek().at <= now || (more-- > 0 && turns.peek().entry.quietUntil <= now))) {
            turn(turns.poll(), now);
        }
        if (timestamp >= wakeAt) {
            wakeAt = 0;
            if (!turns.isEmpty()) {
                wake(
                        more < 0 && now - lastElementAt >= IDLE_MILLIS
                                ? now + 1
                                : Math.min(turns.peek().at, now + LOOK_MILLIS));
            }
        }
    }

    private void turn(Turn<E, S> turn, long now) throws IOException {
        Entry<E, S> entry = turn.entry;
        if (entry.due == turn.at) {
            setCurrentKey(entry.key);
            emit(entry, now);
        } else if (entry.due == 0 && !entry.held && now >= entry.quietUntil) {
            entries.remove(entry.key, entry);
        }
    }

    /** Of the current key. */
    private void emit(Entry<E, S> entry, long now) throws IOException {
        output.collect(emission.replace(state(entry)));
        emitDelay.update(now - entry.changedAt);
        entry.quietUntil = now + pace.live();
        if (!entry.held) {
            entry.state = null;
            take(entry.quietUntil, entry, now);
        }
        entry.due = 0;
        entry.changedAt = 0;
        if (entry.timer != 0) {
            timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, entry.timer);
            entry.timer = 0;
        }
    }

    /** Of a key that was not yet emitted when the checkpoint was taken. */
    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws IOException {
        long now = Math.max(timer.getTimestamp(), processingTimeService.getCurrentProcessingTime());
        Entry<E, S> entry = entries.computeIfAbsent(timer.getKey(), Entry::new);
        if (entry.changedAt == 0) {
            entry.changedAt = timer.getTimestamp();
        }
        entry.timer = 0;
        emit(entry, now);
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {}

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        super.prepareSnapshotPreBarrier(checkpoint);
        for (Entry<E, S> entry : entries.values()) {
            save(entry);
            if (entry.due != 0 && entry.timer != entry.due) {
                setCurrentKey(entry.key);
                if (entry.timer != 0) {
                    timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, entry.timer);
                }
                entry.timer = entry.due;
                timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, entry.timer);
            }
        }
    }

    /** The end of the input: what waits for its turn need not wait for it. */
    @Override
    public void finish() throws Exception {
        long now = processingTimeService.getCurrentProcessingTime();
        List<Entry<E, S>> waiting = new ArrayList<>(
                entries.values().stream().filter(it -> it.due != 0).toList());
        for (Entry<E, S> entry : waiting) {
            setCurrentKey(entry.key);
            emit(entry, now);
        }
        super.finish();
    }
}
