package io.tuijian.launcher.world;

import io.tuijian.launcher.world.Tastes.Taste;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds viewers of clearly different tastes in the log. */
record ShowcaseViewers(Tastes tastes, Words words) {
    /** The two with the richest histories in the data. */
    private static final List<String> FIRST = List.of("v12408", "v12708");

    private static final int COUNT = 8;
    private static final int ENOUGH_LONG_VIEWS = 8;

    /** The first two if they are in the log, then the keenest viewer of each of the most watched topics. */
    List<World.ShowcaseViewer> choose() {
        Set<String> chosen = new LinkedHashSet<>();
        FIRST.stream().filter(tastes.byViewer()::containsKey).forEach(chosen::add);
        Set<String> tastesShown = new HashSet<>();
        chosen.forEach(viewer -> tastesShown.addAll(
                tastes.byViewer().get(viewer).topics().stream().limit(1).toList()));
        for (String topic : mostWatched()) {
            if (chosen.size() < COUNT && tastesShown.add(topic)) {
                tastes.byViewer().entrySet().stream()
                        .filter(entry -> entry.getValue().longViews >= ENOUGH_LONG_VIEWS)
                        .filter(entry -> !chosen.contains(entry.getKey()))
                        .filter(entry -> entry.getValue().topics().get(0).equals(topic))
                        .max(Comparator.comparing((Map.Entry<String, Taste> entry) -> keenness(entry.getValue(), topic))
                                .thenComparing(Map.Entry::getKey))
                        .ifPresent(entry -> chosen.add(entry.getKey()));
            }
        }
        List<World.ShowcaseViewer> viewers = new ArrayList<>();
        List<String> names = words.phrases().get("zh").all("viewer");
        for (String id : chosen) {
            viewers.add(new World.ShowcaseViewer(
                    id,
                    names.get(viewers.size() % names.size()),
                    line(tastes.byViewer().get(id))));
        }
        return List.copyOf(viewers);
    }

    /** Many long views of the topic, and few of others. */
    private static double keenness(Taste taste, String topic) {
        double of = taste.longViewsByTopic.get(topic);
        return of * of / taste.longViews;
    }

    private List<String> mostWatched() {
        Map<String, Integer> longViews = new HashMap<>();
        tastes.byViewer()
                .values()
                .forEach(
                        taste -> taste.longViewsByTopic.forEach((topic, n) -> longViews.merge(topic, n, Integer::sum)));
        return longViews.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    private String line(Taste taste) {
        Map<String, String> given = new HashMap<>();
        given.put("seen", Integer.toString(taste.impressions));
        given.put("long", Integer.toString(taste.longViews));
        List<String> topics = taste.topics().stream().limit(3).toList();
        for (String topic : topics) {
            given.put(Integer.toString(given.size() - 1), words.topicName(topic, "en"));
        }
        return words.phrases().get("en").one(new Chance(0, ""), "", "viewerLine" + topics.size(), given);
    }
}
