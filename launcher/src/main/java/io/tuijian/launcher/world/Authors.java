package io.tuijian.launcher.world;

import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every author of the log with a generated name, city and language; the most seen are the showcase KOLs. */
record Authors(Map<String, Author> byId, List<World.Kol> kols, List<String> mostSeen) {
    private static final int KOLS = 30;
    private static final int ENGLISH_PERCENT = 9;
    private static final int FRENCH_PERCENT = 7;
    private static final int TRIES = 30;

    /** The topic that lends its words to an author without one. */
    static final String NO_TOPIC = "t62";

    static Authors of(List<Content> videos, List<String> mostSeen, Words words, long seed) {
        Map<String, Set<String>> topics = new LinkedHashMap<>();
        videos.forEach(video -> topics.computeIfAbsent(video.getAuthorId(), id -> new LinkedHashSet<>())
                .addAll(video.getTopics()));
        Authors authors = new Authors(new LinkedHashMap<>(), new ArrayList<>(), mostSeen);
        Set<String> taken = new HashSet<>();
        List<Words.KolCard> cards = new ArrayList<>(words.kols());
        for (String id : mostSeen.subList(0, Math.min(KOLS, mostSeen.size()))) {
            authors.addKol(id, List.copyOf(topics.get(id)), cards, words, seed, taken);
        }
        topics.forEach((id, of) -> {
            if (!authors.byId.containsKey(id)) {
                authors.byId.put(id, author(id, List.copyOf(of), words, seed, taken));
            }
        });
        return authors;
    }

    Author get(String id) {
        return byId.get(id);
    }

    /** The authors of each topic, most seen first. */
    Map<String, List<String>> mostSeenByTopic() {
        Map<String, List<String>> byTopic = new HashMap<>();
        for (String id : mostSeen) {
            byId.get(id).topics().forEach(topic -> byTopic.computeIfAbsent(topic, any -> new ArrayList<>())
                    .add(id));
        }
        return byTopic;
    }

    private void addKol(
            String id, List<String> topics, List<Words.KolCard> cards, Words words, long seed, Set<String> taken) {
        Author author = author(id, topics, words, seed, taken);
        for (Words.KolCard card : cards) {
            if (topics.contains(card.topic())) {
                cards.remove(card);
                taken.add(card.name());
                byId.put(id, new Author(id, card.name(), author.city(), card.language(), topics));
                kols.add(new World.Kol(id, card.name(), card.bio(), author.city(), topics));
                return;
            }
        }
        byId.put(id, author);
        String bio = words.topicName(topics.isEmpty() ? NO_TOPIC : topics.get(0), author.language());
        kols.add(new World.Kol(id, author.name(), bio, author.city(), topics));
    }

    private static Author author(String id, List<String> topics, Words words, long seed, Set<String> taken) {
        Chance chance = new Chance(seed, "author " + id);
        int draw = chance.below(100);
        String language = draw < ENGLISH_PERCENT ? "en" : draw < ENGLISH_PERCENT + FRENCH_PERCENT ? "fr" : "zh";
        String city = chance.one(words.cities());
        String topic = topics.isEmpty() ? NO_TOPIC : topics.get(0);
        String name = words.phrases().get(language).one(chance, topic, "name", Map.of());
        for (int tries = 0; !taken.add(name); tries++) {
            String again = words.phrases().get(language).one(chance, topic, "name", Map.of());
            name = tries < TRIES ? again : again + (10 + chance.below(9990));
        }
        return new Author(id, name, city, language, topics);
    }
}
