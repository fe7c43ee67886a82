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
 * checkpoint finds not yet emitted gets a timer in it.
 */
final class Fold<E, S> extends AbstractStreamOperator<S>
        implements OneInputStreamOperator<E, S>, Triggerable<String, VoidNamespace>, ProcessingTimeCallback {
    private static final long serialVersionUID = 1;

    /** How many entries the states held in memory have together at most, of each subtask; fewer on a small heap. */
    static final int MOST_ENTRIES = 2_000_000;

    /** What the states held of one operator may take of the heap, at so many bytes an entry. */
    private static final int HEAP_SHARE = 4;

    private static final int ENTRY_BYTES = 300;

    /** How many states whose size is not known are held. */
    static final int MOST_HELD = 5_000;

    /** What waits for more events of its key is emitted when there have been none at all for so long. */
    static final long IDLE_MILLIS = Duration.ofSeconds(1).toMillis();

    private static final long LOOK_MILLIS = 100;
    private static final int AT_A_TIME = 1_000;

    /** A pure fold. */
    interface Step<E, S> extends Serializable {
        S after(S state, E event);
    }

    /** A state that is held in memory. */
    interface Held<E, S> {
        void add(E event);

        /** The state, to keep. */
        S state();

        /** The state, to be read before the next event is added. */
        S glimpse();

        /** Its share of {@link #MOST_ENTRIES}. */
        int entries();
    }

    /** Takes a state into memory. */
    interface Hold<E, S> extends Serializable {
        Held<E, S> of(S state);
    }

    /** A state that is replaced by what follows from it. */
    private static final class Replaced<E, S> implements Held<E, S> {
        private final Step<E, S> step;
        private final int entries;
        private S state;

        Replaced(S state, Step<E, S> step, int entries) {
            this.state = state;
            this.step = step;
            this.entries = entries;
        }

        @Override
        public void add(E event) {
            state = step.after(state, event);
        }

        @Override
        public S state() {
            return state;
        }

        @Override
        public S glimpse() {
            return state;
        }

        @Override
        public int entries() {
            return entries;
        }
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
        Held<E, S> state; // null if it is not held
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
    private final Hold<E, S> hold;
    private final Time<E> time;
    private transient ValueState<Object> states; // as they are kept
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Map<String, Entry<E, S>> entries;
    private transient LinkedHashMap<String, Entry<E, S>> held; // the one met longest ago first
    private transient long entriesHeld; // of those
    private transient long mostEntries;
    private transient PriorityQueue<Turn<E, S>> turns;
    private transient long lastElementAt;
    private transient long wakeAt; // 0 if no one is asked to
    private transient StreamRecord<S> emission;
    private transient Histogram emitDelay;

    Fold(Encoding<S> encoding, Pace pace, Start<E, S> start, Hold<E, S> hold, Time<E> time) {
        this.encoding = encoding;
        this.pace = pace;
        this.start = start;
        this.hold = hold;
        this.time = time;
    }

    /** Takes states into memory that each step replaces, {@code mostHeld} of them in each subtask. */
    static <E, S> Hold<E, S> replaced(Step<E, S> step, int mostHeld) {
        return state -> new Replaced<>(state, step, MOST_ENTRIES / mostHeld);
    }

    @Override
    public void open() throws Exception {
        super.open();
        mostEntries = Math.min(
                MOST_ENTRIES,
                Runtime.getRuntime().maxMemory()
                        / HEAP_SHARE
                        / ENTRY_BYTES
                        / getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        states = getPartitionedState(new ValueStateDescriptor<>("state", encoding.kept()));
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
        add(entry, event, now);
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

    /** Adds to the state of the current key, which is held from now on. */
    private void add(Entry<E, S> entry, E event, long now) throws IOException {
        int before = 0;
        if (held.get(entry.key) == null) {
            S kept = encoding.unpacked(states.value());
            entry.state = hold.of(kept == null ? start.of(event) : kept);
            held.put(entry.key, entry);
        } else {
            before = entry.state.entries();
        }
        entry.state.add(event);
        entry.unsaved = true;
        entriesHeld += entry.state.entries() - before;
        while (entriesHeld > mostEntries && held.size() > 1) {
            Iterator<Entry<E, S>> longestAgo = held.values().iterator();
            letGo(longestAgo.next(), now);
            longestAgo.remove();
            setCurrentKey(entry.key);
        }
    }

    private void letGo(Entry<E, S> entry, long now) throws IOException {
        save(entry);
        entriesHeld -= entry.state.entries();
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
            states.update(encoding.kept(entry.state.glimpse()));
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
        int more = now - lastElementAt < IDLE_MILLIS ? -1 : AT_A_TIME;
        List<Turn<E, S>> quiet = new ArrayList<>();
        while (!turns.isEmpty() && (turns.peek().at <= now || more >= 0)) {
            Turn<E, S> next = turns.peek();
            if (next.at > now && next.entry.quietUntil > now) {
                quiet.add(turns.poll());
            } else if (next.at <= now || more-- > 0) {
                turn(turns.poll(), now);
            }
        }
        turns.addAll(quiet);
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
        } else if (entry.due == 0 && entry.state == null && now >= entry.quietUntil) {
            entries.remove(entry.key, entry);
        }
    }

    /** Of the current key. */
    private void emit(Entry<E, S> entry, long now) throws IOException {
        output.collect(emission.replace(entry.state == null ? encoding.unpacked(states.value()) : entry.state.state()));
        emitDelay.update(now - entry.changedAt);
        entry.quietUntil = now + pace.live();
        if (entry.state == null) {
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
