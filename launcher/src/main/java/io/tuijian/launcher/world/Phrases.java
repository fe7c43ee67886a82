package io.tuijian.launcher.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words and sentence patterns of one language, for all topics and for each; the format is told in its file. */
final class Phrases {
    private static final int OWN_PERCENT = 55;

    private final String file;
    private final Map<String, Map<String, List<String>>> byTopic = new HashMap<>();

    private Phrases(String file) {
        this.file = file;
    }

    static Phrases in(String language) {
        Phrases phrases = new Phrases("phrases." + language + ".txt");
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Phrases.class.getResourceAsStream(phrases.file), StandardCharsets.UTF_8))) {
            String topic = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("[")) {
                    topic = line.substring(1, line.indexOf(']'));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    int colon = line.indexOf(':');
                    List<String> choices = Arrays.stream(
                                    line.substring(colon + 1).split("\\|"))
                            .map(String::strip)
                            .toList();
                    phrases.byTopic
                            .computeIfAbsent(topic, id -> new HashMap<>())
                            .put(line.substring(0, colon), choices);
                }
            }
            return phrases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All choices of this name that hold for every topic. */
    List<String> all(String name) {
        return byTopic.get("").get(name);
    }

    /** One choice of this name, of the topic or of all topics, with every {word} filled in. */
    String one(Chance chance, String topic, String name, Map<String, String> given) {
        String pattern = given.get(name);
        if (pattern != null) {
            return pattern;
        }
        pattern = chance.one(choices(chance, topic, name));
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', from)) {
            int close = pattern.indexOf('}', open);
            text.append(pattern, from, open).append(one(chance, topic, pattern.substring(open + 1, close), given));
            from = close + 1;
        }
        return text.append(pattern, from, pattern.length()).toString();
    }

    private List<String> choices(Chance chance, String topic, String name) {
        List<String> own = byTopic.getOrDefault(topic, Map.of()).get(name);
        List<String> shared = byTopic.get("").get(name);
        if (own == null && shared == null) {
            throw new IllegalStateException(file + " has no " + name + " for " + topic);
        }
        return shared == null || own != null && chance.percent(OWN_PERCENT) ? own : shared;
    }
}
