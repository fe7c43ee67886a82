package io.tuijian.launcher.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the generated world takes from the log: who watched what long, who followed whom, which authors are seen. */
record Tastes(Map<String, Taste> byViewer, Map<String, Integer> impressionsByAuthor, List<LogRow> follows) {

    /** One viewer's impressions and long views; authors in the order of the log. */
    static final class Taste {
        int impressions;
        int longViews;
        final Map<String, Integer> longViewsByTopic = new HashMap<>();
        final Set<String> longWatchedAuthors = new LinkedHashSet<>();

        /** The topics watched long, most first. */
        List<String> topics() {
            return longViewsByTopic.entrySet().stream()
                    .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                            .thenComparing(Map.Entry::getKey))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    static Tastes of(KuaiRand log) {
        Tastes tastes = new Tastes(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
        try (Stream<LogRow> rows = log.rows()) {
            rows.forEach(tastes::add);
        }
        return tastes;
    }

    /** The authors with the most impressions, most first. */
    List<String> mostSeenAuthors() {
        return impressionsByAuthor.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void add(LogRow row) {
        Taste taste = byViewer.computeIfAbsent(row.viewerId(), id -> new Taste());
        taste.impressions++;
        if (row.longView()) {
            taste.longViews++;
            taste.longWatchedAuthors.add(row.video().authorId());
            row.video().topics().forEach(topic -> taste.longViewsByTopic.merge(topic, 1, Integer::sum));
        }
        impressionsByAuthor.merge(row.video().authorId(), 1, Integer::sum);
        if (row.follow()) {
            follows.add(row);
        }
    }
}
