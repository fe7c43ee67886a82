package io.tuijian.features;

import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who follows, mutes, blocks whom: the newest of each relation. Safe from many threads. */
public final class Relations {
    private final Map<String, Map<RelationKind, Map<String, Relation>>> byFrom;
    private final LongAdder count;
    private final Hidden hidden;

    /** The one relation that a view leaves out. */
    private record Hidden(String from, RelationKind kind, String to) {}

    public Relations() {
        this(new ConcurrentHashMap<>(), new LongAdder(), null);
    }

    private Relations(Map<String, Map<RelationKind, Map<String, Relation>>> byFrom, LongAdder count, Hidden hidden) {
        this.byFrom = byFrom;
        this.count = count;
        this.hidden = hidden;
    }

    /**
     * A view of these, as if one relation were not active: it tells what would be otherwise. It follows changes of these,
     * is not to be written to, and leaves out nothing but this one.
     */
    public Relations without(String from, RelationKind kind, String to) {
        return new Relations(byFrom, count, new Hidden(from, kind, to));
    }

    /** Takes a relation in unless a newer one of the same key is here already. */
    public void accept(Relation relation) {
        byFrom.computeIfAbsent(relation.getFrom(), from -> new ConcurrentHashMap<>())
                .computeIfAbsent(relation.getKind(), kind -> new ConcurrentHashMap<>())
                .compute(relation.getTo(), (to, old) -> {
                    if (old == null) {
                        count.increment();
                    }
                    return old == null || !relation.getAt().isBefore(old.getAt()) ? relation : old;
                });
    }

    /** Forgets a relation, whatever it says; one that is not known, too. */
    public void remove(String from, RelationKind kind, String to) {
        Map<RelationKind, Map<String, Relation>> byKind = byFrom.get(from);
        Map<String, Relation> byTo = byKind == null ? null : byKind.get(kind);
        if (byTo != null && byTo.remove(to) != null) {
            count.decrement();
        }
    }

    /** How many are known, active or not. */
    public long count() {
        return count.sum();
    }

    /** All that is known, active or not, in no order. */
    public Stream<Relation> all() {
        return byFrom.values().stream()
                .flatMap(byKind -> byKind.values().stream())
                .flatMap(byTo -> byTo.values().stream());
    }

    /** This relation as it was last set or ended, expired or not; null if it is not known. */
    public Relation newest(String from, RelationKind kind, String to) {
        Map<String, Relation> byTo = of(from, kind);
        return byTo == null ? null : byTo.get(to);
    }

    /** How many of this kind {@code from} has ever set, or ended, as far as it is known. */
    public int known(String from, RelationKind kind) {
        Map<String, Relation> byTo = of(from, kind);
        return byTo == null ? 0 : byTo.size();
    }

    /** True if any that {@code from} relates to in this way passes; without a set of them, for what is asked often. */
    public boolean any(String from, RelationKind kind, Instant now, Predicate<String> to) {
        Map<String, Relation> byTo = of(from, kind);
        if (byTo != null) {
            for (Relation relation : byTo.values()) {
                if (active(relation, now) && to.test(relation.getTo())) {
                    return true;
                }
            }
        }
        return false;
    }

    public boolean active(String from, RelationKind kind, String to, Instant now) {
        Map<String, Relation> byTo = of(from, kind);
        Relation relation = byTo == null ? null : byTo.get(to);
        return relation != null && active(relation, now);
    }

    /** The value of a relation that is active now; null if it is not, or has none. */
    public Double value(String from, RelationKind kind, String to, Instant now) {
        Map<String, Relation> byTo = of(from, kind);
        Relation relation = byTo == null ? null : byTo.get(to);
        return relation == null || !active(relation, now) ? null : relation.getValue();
    }

    /** Everyone and everything that {@code from} relates to in this way, sorted. */
    public Set<String> targets(String from, RelationKind kind, Instant now) {
        Map<String, Relation> byTo = of(from, kind);
        if (byTo == null || byTo.isEmpty()) {
            return Set.of(); // asked of each candidate of a page, and most viewers mute nothing
        }
        Set<String> targets = new TreeSet<>();
        for (Relation relation : byTo.values()) {
            if (active(relation, now)) {
                targets.add(relation.getTo());
            }
        }
        return targets;
    }

    /** What {@code from} has set, of every kind, active now. */
    public java.util.List<Relation> of(String from, Instant now) {
        return byFrom.getOrDefault(from, Map.of()).values().stream()
                .flatMap(byTo -> byTo.values().stream())
                .filter(relation -> active(relation, now))
                .sorted(java.util.Comparator.comparing(Relation::getKind).thenComparing(Relation::getTo))
                .toList();
    }

    /** Friends are mutual. */
    public boolean friends(String a, String b, Instant now) {
        return active(a, RelationKind.FRIEND, b, now) && active(b, RelationKind.FRIEND, a, now);
    }

    /** A block hides both ways. */
    public boolean blocked(String a, String b, Instant now) {
        return active(a, RelationKind.BLOCK, b, now) || active(b, RelationKind.BLOCK, a, now);
    }

    /** By whom they are to, null if there are none. */
    private Map<String, Relation> of(String from, RelationKind kind) {
        Map<RelationKind, Map<String, Relation>> byKind = byFrom.get(from);
        return byKind == null ? null : byKind.get(kind);
    }

    private boolean active(Relation relation, Instant now) {
        return relation.getActive()
                && !isHidden(relation)
                && (relation.getExpiresAt() == null || now.isBefore(relation.getExpiresAt()));
    }

    private boolean isHidden(Relation relation) {
        return hidden != null
                && relation.getKind() == hidden.kind
                && relation.getTo().equals(hidden.to)
                && relation.getFrom().equals(hidden.from);
    }
}
