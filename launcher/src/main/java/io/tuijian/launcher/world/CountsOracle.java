package io.tuijian.launcher.world;

import io.tuijian.schemas.Action;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Counts per viewer, content and author straight from the CSV files, naively and without the mapper it checks. */
public record CountsOracle(
        Map<String, Map<Action, Long>> byViewer,
        Map<String, Map<Action, Long>> byContent,
        Map<String, Map<Action, Long>> byAuthor) {
    private static final Map<Integer, Action> FLAGS = Map.ofEntries(
            Map.entry(5, Action.OPEN),
            Map.entry(6, Action.LIKE),
            Map.entry(7, Action.FOLLOW),
            Map.entry(8, Action.COMMENT),
            Map.entry(9, Action.SHARE),
            Map.entry(10, Action.HIDE),
            Map.entry(11, Action.LONG_VIEW),
            Map.entry(16, Action.PROFILE));

    /** Every row counts, also a second like of the same video. */
    public static CountsOracle ofRows(Path folder) throws IOException {
        return count(folder, false);
    }

    /** A like or follow counts once per viewer and video, as the product counts them. */
    public static CountsOracle ofPeople(Path folder) throws IOException {
        return count(folder, true);
    }

    private static CountsOracle count(Path folder, boolean likesOnce) throws IOException {
        CountsOracle counts = new CountsOracle(new HashMap<>(), new HashMap<>(), new HashMap<>());
        Map<String, String> authors = new HashMap<>();
        for (String line : lines(folder.resolve("video_features_basic_pure.csv.gz"))) {
            String[] field = line.split(",");
            authors.put(field[0], field[1]);
        }
        Set<String> done = new HashSet<>();
        for (String line : lines(folder.resolve("log_standard_4_25_to_5_08_pure.csv.gz"))) {
            String[] field = line.split(",");
            for (Action action : actions(field)) {
                boolean once = likesOnce && (action == Action.LIKE || action == Action.FOLLOW);
                if (!once || done.add(action + " " + field[0] + " " + field[1])) {
                    counts.add("v" + field[0], "c" + field[1], "a" + authors.get(field[1]), action);
                }
            }
        }
        return counts;
    }

    private static Set<Action> actions(String[] field) {
        Set<Action> actions = new HashSet<>(List.of(Action.SEEN));
        FLAGS.forEach((column, action) -> {
            if (field[column].equals("1")) {
                actions.add(action);
            }
        });
        long played = Long.parseLong(field[12]);
        long duration = Long.parseLong(field[13]);
        if (played > 0) {
            actions.add(Action.WATCH);
        }
        if (duration > 0 && played >= duration) {
            actions.add(Action.FINISH);
        }
        return actions;
    }

    private void add(String viewer, String content, String author, Action action) {
        byViewer.computeIfAbsent(viewer, id -> new EnumMap<>(Action.class)).merge(action, 1L, Long::sum);
        byContent.computeIfAbsent(content, id -> new EnumMap<>(Action.class)).merge(action, 1L, Long::sum);
        byAuthor.computeIfAbsent(author, id -> new EnumMap<>(Action.class)).merge(action, 1L, Long::sum);
    }

    private static List<String> lines(Path file) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return reader.lines().skip(1).toList();
        }
    }
}
