package io.tuijian.launcher.trainer;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What became of the examples since the learner was made; part of its checkpoint. Read from other threads, too. */
final class Counts {
    /** What can become of a record of the topic. */
    enum Fate {
        LEARNED,
        CORRECTED,
        /** Says what was learned already. */
        UNCHANGED,
        UNSEEN,
        WITHOUT_FEATURES,
        MISSHAPEN,
        UNDECODABLE,
        /** A correction of what was learned too long ago to know what changes. */
        FORGOTTEN
    }

    private final Map<Fate, Long> counts = new EnumMap<>(Fate.class);

    synchronized void add(Fate fate) {
        counts.merge(fate, 1L, Long::sum);
    }

    synchronized long of(Fate fate) {
        return counts.getOrDefault(fate, 0L);
    }

    /** By name, for a file. */
    synchronized Map<String, Long> byName() {
        Map<String, Long> names = new TreeMap<>();
        counts.forEach((fate, count) -> names.put(fate.name(), count));
        return names;
    }

    synchronized void restore(Map<String, Long> names) {
        counts.clear();
        for (Fate fate : Fate.values()) {
            if (names.containsKey(fate.name())) {
                counts.put(fate, names.get(fate.name()));
            }
        }
    }
}
