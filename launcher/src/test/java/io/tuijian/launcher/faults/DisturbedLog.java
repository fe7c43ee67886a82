package io.tuijian.launcher.faults;

import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.KafkaRecords;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The log of a population as it might arrive: pages, engagements, follows and contents late by minutes or by a third of
 * the log, twice, at once or much later; gestures and orders taken back before and after they come, and done again;
 * follows that end and begin again, out of order. Iterated once; the same seed gives the same records.
 */
final class DisturbedLog implements Iterator<ProducerRecord<byte[], byte[]>> {
    private static final int NEAR = 3_000;

    private final Iterator<Event> events;
    private final int far;
    private final Instant until;
    private final int partitions;
    private final SplittableRandom random;
    private final TreeMap<Long, List<Event>> delayed = new TreeMap<>(); // by how many have come before
    private final Queue<Event> due = new ArrayDeque<>();
    private long met;
    private long late;
    private long twice;
    private long takenBack;

    /**
     * @param far how late the latest are, in events
     * @param until the end of the log, when nothing of it may be in the future
     * @param partitions of the topics
     */
    DisturbedLog(Iterator<Event> events, int far, Instant until, int partitions, long seed) {
        this.events = events;
        this.far = far;
        this.until = until;
        this.partitions = partitions;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public boolean hasNext() {
        while (due.isEmpty() && events.hasNext()) {
            happen(events.next());
            met++;
            while (!delayed.isEmpty() && delayed.firstKey() <= met) {
                due.addAll(delayed.pollFirstEntry().getValue());
            }
        }
        while (due.isEmpty() && !delayed.isEmpty()) {
            due.addAll(delayed.pollFirstEntry().getValue());
        }
        return !due.isEmpty();
    }

    @Override
    public ProducerRecord<byte[], byte[]> next() {
        return KafkaRecords.of(due.remove(), partitions);
    }

    String summary() {
        return String.format(
                java.util.Locale.ROOT,
                "%,d events, %,d of them late, %,d twice, %,d taken back",
                met,
                late,
                twice,
                takenBack);
    }

    private void happen(Event event) {
        if (event instanceof Event.Did did) {
            did(did);
        } else if (event instanceof Event.Shown shown) {
            shown(shown);
        } else if (event instanceof Event.Related related) {
            related(related.relation());
        } else if (random.nextInt(20) == 0) {
            later(event, NEAR); // engagements wait for it
        } else {
            due.add(event);
        }
    }

    private void did(Event.Did did) {
        switch (random.nextInt(50)) {
            case 0 -> twice(did, 1);
            case 1 -> twice(did, NEAR);
            case 2 -> twice(did, far);
            case 3, 4 -> later(did, NEAR);
            case 5 -> later(did, far);
            case 6 -> {
                due.add(did);
                takeBack(did, 1);
            }
            case 7 -> {
                takeBack(did, 0); // overtakes it
                later(did, NEAR);
            }
            case 8 -> {
                due.add(did);
                takeBack(did, far);
                later(did, far); // perhaps only then comes once more
                later(again(did.engagement()), far);
            }
            default -> due.add(did);
        }
    }

    private void shown(Event.Shown shown) {
        switch (random.nextInt(50)) {
            case 0 -> twice(shown, 1);
            case 1 -> twice(shown, far);
            case 2 -> later(shown, NEAR);
            case 3 -> later(shown, far);
            default -> due.add(shown);
        }
    }

    private void related(Relation relation) {
        Event.Related event = new Event.Related(relation);
        if (relation.getKind() != RelationKind.FOLLOW) {
            if (random.nextInt(20) == 0) {
                due.add(event); // nobody counts friends: some are enough
            }
            return;
        }
        switch (random.nextInt(10)) {
            case 0 -> twice(event, far);
            case 1 -> later(event, far);
            case 2, 3 -> {
                Event end = after(relation, false);
                Event beginning = after(((Event.Related) end).relation(), true);
                later(random.nextBoolean() ? event : end, NEAR);
                due.add(event);
                later(end, NEAR);
                later(beginning, NEAR);
            }
            default -> due.add(event);
        }
    }

    /** Within two days, and before the end. */
    private Event after(Relation relation, boolean active) {
        long left = Duration.between(relation.getAt(), until).toMillis();
        long after =
                random.nextLong(Math.max(1, Math.min(left, Duration.ofDays(2).toMillis())));
        return new Event.Related(Relation.newBuilder(relation)
                .setActive(active)
                .setAt(relation.getAt().plusMillis(after))
                .build());
    }

    private void twice(Event event, int within) {
        twice++;
        due.add(event);
        later(event, within);
    }

    private void takeBack(Event.Did did, int within) {
        takenBack++;
        Engagement it = did.engagement();
        Event undo = new Event.Did(Engagement.newBuilder(it)
                .setId(it.getId() + ":back")
                .setUndoes(it.getId())
                .build());
        if (within == 0) {
            due.add(undo);
        } else {
            later(undo, within);
        }
    }

    /** The same gesture with another id, as somebody makes who took it back. */
    private static Event again(Engagement it) {
        return new Event.Did(Engagement.newBuilder(it)
                .setId(it.getId() + ":again")
                .setTouchpoint("profile")
                .setAction(it.getAction() == Action.SEEN ? Action.LIKE : it.getAction())
                .build());
    }

    private void later(Event event, int within) {
        late++;
        delayed.computeIfAbsent(met + 1 + random.nextInt(within), when -> new ArrayList<>())
                .add(event);
    }
}
