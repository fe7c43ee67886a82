package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What a viewer liked of late: a weight per topic and author, newest engagements first, each worth less than the last. */
public final class Taste {
    /** The n-th newest engagement counts 0.97^n. */
    private static final double FADE = 0.97;

    private final Map<String, Double> topics;
    private final Map<String, Double> authors;

    private Taste(Map<String, Double> topics, Map<String, Double> authors) {
        this.topics = topics;
        this.authors = authors;
    }

    public static Taste of(ViewerState viewer) {
        Map<String, Double> topics = new HashMap<>();
        Map<String, Double> authors = new HashMap<>();
        double worth = 1;
        for (ViewerState.Recent one : viewer.latest()) {
            double weight = worth * weight(one.action());
            one.topics().forEach(topic -> topics.merge(topic, weight, Double::sum));
            authors.merge(one.authorId(), weight, Double::sum);
            worth *= FADE;
        }
        return new Taste(topics, authors);
    }

    private static double weight(Action action) {
        if (Actions.NEGATIVE.contains(action)) {
            return -3;
        }
        return switch (action) {
            case LIKE, FAVORITE, SHARE, COMMENT, CART -> 2;
            case FOLLOW, PURCHASE, GIFT -> 3;
            default -> 1;
        };
    }

    /** The best liked topics, at most {@code count}. */
    public Set<String> topics(int count) {
        return best(topics, count);
    }

    /** The best liked authors, at most {@code count}. */
    public Set<String> authors(int count) {
        return best(authors, count);
    }

    /** How well the topics of this content are liked: the mean over them, positive or negative, 0 for unknown. */
    public double forTopicsOf(Content content) {
        return content.getTopics().stream()
                .mapToDouble(topic -> topics.getOrDefault(topic, 0.0))
                .average()
                .orElse(0);
    }

    /** The topic of this content that is liked best, or null. */
    public String bestTopicOf(Content content) {
        return content.getTopics().stream()
                .filter(topic -> topics.getOrDefault(topic, 0.0) > 0)
                .max(java.util.Comparator.comparingDouble(topics::get))
                .orElse(null);
    }

    public double forAuthor(String authorId) {
        return authors.getOrDefault(authorId, 0.0);
    }

    private static Set<String> best(Map<String, Double> weights, int count) {
        List<Map.Entry<String, Double>> entries = new ArrayList<>(weights.entrySet());
        entries.removeIf(entry -> entry.getValue() <= 0);
        Function<Map.Entry<String, Double>, Double> worst = entry -> -entry.getValue();
        entries.sort(java.util.Comparator.comparing(worst).thenComparing(Map.Entry::getKey));
        Set<String> best = new LinkedHashSet<>();
        entries.stream().limit(count).forEach(entry -> best.add(entry.getKey()));
        return best;
    }
}
