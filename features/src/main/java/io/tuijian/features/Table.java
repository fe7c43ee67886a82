package io.tuijian.features;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;

/**
 * Values by id, the newest of each, within a bound: when it is reached, those written longest ago go first. Reading
 * never waits; safe from many threads.
 */
public final class Table<V> {
    /** What one clean-up frees, as a share of the bound. */
    private static final int SLACK = 16;

    private final Map<String, Held<V>> held = new ConcurrentHashMap<>();
    private final AtomicLong weight = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();
    private final long most;
    private final ToIntFunction<V> weigher;

    private record Held<V>(V value, long order, long writtenAtMillis) {}

    /** What is done with each entry of a table. */
    public interface Visitor<V, E extends Exception> {
        void visit(String id, V value, long order, long writtenAtMillis) throws E;
    }

    /**
     * @param most the sum of the weights that it holds at most, give or take what comes in during a clean-up
     * @param weigher the weight of a value, 1 to count entries
     */
    public Table(long most, ToIntFunction<V> weigher) {
        this.most = most;
        this.weigher = weigher;
    }

    /** Takes the value in unless one of a greater order is here. */
    public void accept(String id, V value, long order, long writtenAtMillis) {
        held.compute(id, (key, old) -> {
            if (old != null && order < old.order) {
                return old;
            }
            weight.addAndGet(weigher.applyAsInt(value) - (old == null ? 0 : weigher.applyAsInt(old.value)));
            return new Held<>(value, order, writtenAtMillis);
        });
        if (weight.get() > most) {
            evict();
        }
    }

    /** The value, or null. */
    public V get(String id) {
        Held<V> entry = held.get(id);
        return entry == null ? null : entry.value;
    }

    public void remove(String id) {
        held.computeIfPresent(id, (key, old) -> {
            weight.addAndGet(-weigher.applyAsInt(old.value));
            return null;
        });
    }

    /** Forgets what was last written before this moment. */
    public void forgetWrittenBefore(long millis) {
        held.forEach((id, entry) -> {
            if (entry.writtenAtMillis < millis) {
                removeIfStill(id, entry);
            }
        });
    }

    private synchronized void evict() {
        if (weight.get() <= most) {
            return;
        }
        List<Map.Entry<String, Held<V>>> oldest = new ArrayList<>(held.entrySet());
        oldest.sort(Comparator.comparingLong(entry -> entry.getValue().writtenAtMillis));
        for (Map.Entry<String, Held<V>> entry : oldest) {
            if (weight.get() <= most - most / SLACK) {
                return;
            }
            if (removeIfStill(entry.getKey(), entry.getValue())) {
                evicted.incrementAndGet();
            }
        }
    }

    private boolean removeIfStill(String id, Held<V> entry) {
        if (!held.remove(id, entry)) {
            return false; // changed meanwhile
        }
        weight.addAndGet(-weigher.applyAsInt(entry.value));
        return true;
    }

    /** Visits what is here; what changes meanwhile may or may not be seen. */
    public <E extends Exception> void visit(Visitor<V, E> visitor) throws E {
        for (Map.Entry<String, Held<V>> entry : held.entrySet()) {
            Held<V> it = entry.getValue();
            visitor.visit(entry.getKey(), it.value, it.order, it.writtenAtMillis);
        }
    }

    /** The values, in no order. */
    public Iterable<V> values() {
        return () -> held.values().stream().map(Held::value).iterator();
    }

    public int size() {
        return held.size();
    }

    /** How many had to go because of the bound, since start. */
    public long evicted() {
        return evicted.get();
    }
}
