package io.tuijian.launcher.world;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The vocabulary of the generated world, read from the tables and phrase files beside this class. */
record Words(
        List<World.Topic> topics,
        Map<String, Phrases> phrases,
        List<String> cities,
        List<KolCard> kols,
        List<Ware> wares) {

    /** A person to become a showcase KOL of this topic. */
    record KolCard(String topic, String language, String name, String bio) {}

    /** Something to sell in shops of this topic. */
    record Ware(String topic, Map<String, String> names, int minYuan, int maxYuan) {}

    /** Cities are repeated by their weight. */
    static Words read() {
        return new Words(
                all("topics.csv", row -> new World.Topic(row.text(0), names(row)), "id", "en", "zh", "fr"),
                Map.of("zh", Phrases.in("zh"), "en", Phrases.in("en"), "fr", Phrases.in("fr")),
                all("cities.csv", row -> Collections.nCopies(row.id(1), row.text(0)), "city", "weight").stream()
                        .flatMap(List::stream)
                        .toList(),
                all(
                        "kols.csv",
                        row -> new KolCard(row.text(0), row.text(1), row.text(2), row.text(3)),
                        "topic",
                        "language",
                        "name",
                        "bio"),
                all(
                        "items.csv",
                        row -> new Ware(row.text(0), names(row), row.id(4), row.id(5)),
                        "topic",
                        "en",
                        "zh",
                        "fr",
                        "minYuan",
                        "maxYuan"));
    }

    /** The name of a topic in a language; an unknown topic is called by its id. */
    String topicName(String topic, String language) {
        return topics.stream()
                .filter(it -> it.id().equals(topic))
                .map(it -> it.names().get(language))
                .findFirst()
                .orElse(topic);
    }

    Map<String, List<Ware>> waresByTopic() {
        return wares.stream().collect(Collectors.groupingBy(Ware::topic, LinkedHashMap::new, Collectors.toList()));
    }

    private static Map<String, String> names(Table.Row row) {
        return Map.of("en", row.text(1), "zh", row.text(2), "fr", row.text(3));
    }

    private static <T> List<T> all(String table, Function<Table.Row, T> read, String... columns) {
        try (Stream<T> rows = Table.resource(table).rows(read, columns)) {
            return rows.toList();
        }
    }
}
