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

/**
 * What a viewer liked of late: a weight per topic and author, newest engagements first, each worth less than the last.
 * What they hid or reported lowers scores as {@link NegativeFeedback}, and here only keeps a topic or author from being
 * sought.
 */
public final class Taste {
    /** The n-th newest engagement counts 0.97^n. */
    private static final double FADE = 0.97;

    private final Map<String, Double> topics;
    private final Map<String, Double> authors;
    private final Map<String, Double> hiddenTopics;
    private final Map<String, Double> hiddenAuthors;

    private Taste(
            Map<String, Double> topics,
            Map<String, Double> authors,
            Map<String, Double> hiddenTopics,
            Map<String, Double> hiddenAuthors) {
        this.topics = topics;
        this.authors = authors;
        this.hiddenTopics = hiddenTopics;
        this.hiddenAuthors = hiddenAuthors;
    }

    public static Taste of(ViewerState viewer) {
        Map<String, Double> topics = new HashMap<>();
        Map<String, Double> authors = new HashMap<>();
        Map<String, Double> hiddenTopics = new HashMap<>();
        Map<String, Double> hiddenAuthors = new HashMap<>();
        double worth = 1;
        for (ViewerState.Recent one : viewer.latest()) {
            boolean hidden = Actions.NEGATIVE.contains(one.action());
            double weight = worth * weight(one.action());
            one.topics().forEach(topic -> (hidden ? hiddenTopics : topics).merge(topic, weight, Double::sum));
            (hidden ? hiddenAuthors : authors).merge(one.authorId(), weight, Double::sum);
            worth *= FADE;
        }
        return new Taste(topics, authors, hiddenTopics, hiddenAuthors);
    }

    private static double weight(Action action) {
        return switch (action) {
            case LIKE, FAVORITE, SHARE, COMMENT, CART -> 2;
            case FOLLOW, PURCHASE, GIFT, HIDE, REPORT -> 3;
            default -> 1;
        };
    }

    /** The best liked topics that are not hidden more than liked, at most {@code count}. */
    public Set<String> topics(int count) {
        return best(topics, hiddenTopics, count);
    }

    /** The best liked authors who are not hidden more than liked, at most {@code count}. */
    public Set<String> authors(int count) {
        return best(authors, hiddenAuthors, count);
    }

    /** How well the topics of this content are liked: the mean over them, 0 for unknown. */
    public double forTopicsOf(Content content) {
        return content.getTopics().stream()
                .mapToDouble(topic -> topics.getOrDefault(topic, 0.0))
                .average()
                .orElse(0);
    }

    /** The topic of this content that is liked best, and not hidden more than liked, or null. */
    public String bestTopicOf(Content content) {
        return content.getTopics().stream()
                .filter(topic -> topics.getOrDefault(topic, 0.0) > hiddenTopics.getOrDefault(topic, 0.0))
                .max(java.util.Comparator.comparingDouble(topics::get))
                .orElse(null);
    }

    public double forAuthor(String authorId) {
        return authors.getOrDefault(authorId, 0.0);
    }

    private static Set<String> best(Map<String, Double> liked, Map<String, Double> hidden, int count) {
        List<Map.Entry<String, Double>> entries = new ArrayList<>();
        liked.forEach((id, weight) -> {
            double left = weight - hidden.getOrDefault(id, 0.0);
            if (left > 0) {
                entries.add(Map.entry(id, left));
            }
        });
        Function<Map.Entry<String, Double>, Double> worst = entry -> -entry.getValue();
        entries.sort(java.util.Comparator.comparing(worst).thenComparing(Map.Entry::getKey));
        Set<String> best = new LinkedHashSet<>();
        entries.stream().limit(count).forEach(entry -> best.add(entry.getKey()));
        return best;
    }
}
