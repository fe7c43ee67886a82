package io.tuijian.launcher.bench;

import io.tuijian.features.ContentState;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Popularity;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.ContentIndex;
import io.tuijian.ranking.ContentQuery;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * A content index in memory with the orders of the real one, each kept sorted, so that a query walks from the best on.
 * Like the real one it is behind: what was counted is found after the next refresh. Not thread-safe.
 */
final class PublishedContents implements ContentIndex {
    private static final long REFRESH_MILLIS = 5_000;

    private final InMemoryFeatureStore store;
    private final Retrieval retrieval;
    private final List<Content> contents = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private ContentState[] states = new ContentState[0];
    private double[] trends = new double[0];
    private int[] trending = new int[0];
    private double[] fractions = new double[0];
    private int[] shuffled = new int[0];
    private long refreshedAtMillis = Long.MIN_VALUE;

    /** @param retrieval whose vectors it holds, null for none */
    PublishedContents(InMemoryFeatureStore store, Retrieval retrieval) {
        this.store = store;
        this.retrieval = retrieval;
    }

    /** The next content, in the order of publishing. */
    void add(Content content) {
        numbers.put(content.getId(), contents.size());
        contents.add(content);
        if (retrieval != null) {
            vectors.add(retrieval.model().contentVector(content));
        }
    }

    /** The place of a content in the order of publishing, from 0. */
    int number(String contentId) {
        return numbers.get(contentId);
    }

    /** Finds from now on what the store knows at this moment, if the last refresh is old enough. */
    void refresh(long nowMillis) {
        if (nowMillis < refreshedAtMillis + REFRESH_MILLIS) {
            return;
        }
        refreshedAtMillis = nowMillis;
        int known = states.length;
        if (contents.size() > known) {
            states = Arrays.copyOf(states, contents.size());
            trends = Arrays.copyOf(trends, contents.size());
            fractions = contents.stream()
                    .mapToDouble(content -> (float) StableHash.fraction(content.getId()))
                    .toArray();
            shuffled = sorted(fractions);
        }
        boolean changed = contents.size() > known;
        for (int i = 0; i < states.length; i++) {
            ContentState state = store.contentState(contents.get(i).getId());
            if (i >= known || state != states[i] && state.events() > 0) {
                states[i] = state;
                trends[i] = Popularity.trend(
                        state.counts(), contents.get(i).getCreatedAt().toEpochMilli());
                changed = true;
            }
        }
        if (changed) {
            trending = sorted(trends);
        }
    }

    /** The numbers of all from the greatest value to the least. */
    private static int[] sorted(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (one, other) -> Double.compare(values[other], values[one]));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    @Override
    public List<Answer> search(List<ContentQuery> queries) {
        return queries.stream().map(query -> new Answer(answer(query), false)).toList();
    }

    private List<String> answer(ContentQuery query) {
        int newest = contents.size() - 1;
        return switch (query.order()) {
            case TREND -> first(query, trending.length, at -> trending[at]);
            case NEWEST -> first(query, contents.size(), at -> newest - at);
            case SHUFFLED -> first(query, shuffled.length, at -> shuffled[at]);
            case NEAREST -> {
                int[] near = nearest(query);
                yield first(query, near.length, at -> near[at]);
            }
        };
    }

    private int[] nearest(ContentQuery query) {
        double[] products = new double[vectors.size()];
        float[] viewer = query.near().vector();
        for (int i = 0; i < products.length; i++) {
            float[] vector = vectors.get(i);
            float sum = 0;
            for (int k = 0; k < viewer.length; k++) {
                sum += viewer[k] * vector[k];
            }
            products[i] = sum;
        }
        return sorted(products);
    }

    private List<String> first(ContentQuery query, int size, IntUnaryOperator order) {
        List<String> ids = new ArrayList<>(query.limit());
        Set<String> topics = new HashSet<>();
        for (int at = 0; at < size && ids.size() < query.limit(); at++) {
            int number = order.applyAsInt(at);
            if (matches(query, number) && (!query.onePerTopic() || topics.add(firstTopic(number)))) {
                ids.add(contents.get(number).getId());
            }
        }
        return ids;
    }

    private String firstTopic(int number) {
        List<String> topics = contents.get(number).getTopics();
        return topics.isEmpty() ? "" : topics.get(0);
    }

    private boolean matches(ContentQuery query, int number) {
        Content content = contents.get(number);
        return (query.topics().isEmpty() || content.getTopics().stream().anyMatch(query.topics()::contains))
                && (query.authors().isEmpty() || query.authors().contains(content.getAuthorId()))
                && (query.kinds().isEmpty() || query.kinds().contains(content.getKind()))
                && (query.cities().isEmpty() || query.cities().contains(content.getCity()))
                && query.groups().isEmpty() // nothing is published in a group here
                && (query.since() == null || !content.getCreatedAt().isBefore(query.since()))
                && (query.mostSights() == null || sights(number) <= query.mostSights())
                && (query.order() != ContentQuery.Order.SHUFFLED || fractions[number] <= query.from());
    }

    private long sights(int number) {
        return number < states.length ? Math.round(states[number].counts().always(Action.SEEN)) : 0;
    }
}
