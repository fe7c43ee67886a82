package io.tuijian.launcher.bench;

import io.tuijian.launcher.population.Event;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** How an audience took an order of contents, told by what it did. An impression is a content that was looked at. */
final class Reception implements Consumer<Event> {
    private static final long NEW = Duration.ofHours(24).toMillis();
    private static final int OFTEN = 10;

    private final Map<String, Integer> numbers;
    private final long[] publishedAt;
    private final BitSet small;
    private final int[] sights;
    private final Set<String> sessions = new HashSet<>();
    private long pages;
    private long served;
    private long impressions;
    private long ofNew;
    private long ofSmall;
    private long views;
    private double worth;

    /**
     * @param numbers index by content id
     * @param publishedAt epoch milliseconds by index
     * @param small the contents of small authors
     */
    Reception(Map<String, Integer> numbers, long[] publishedAt, BitSet small) {
        this.numbers = numbers;
        this.publishedAt = publishedAt;
        this.small = small;
        this.sights = new int[publishedAt.length];
    }

    @Override
    public void accept(Event event) {
        if (event instanceof Event.Shown shown) {
            pages++;
            served += shown.served().getItems().size();
            sessions.add(shown.served().getSessionId());
        } else if (event instanceof Event.Did did) {
            Engagement engagement = did.engagement();
            worth += PlainOrder.worth(engagement);
            boolean view = engagement.getAction() == Action.LONG_VIEW || engagement.getAction() == Action.LIKE;
            views += !view ? 0 : engagement.getUndoes() == null ? 1 : -1;
            if (engagement.getAction() == Action.SEEN) {
                int content = numbers.get(engagement.getContentId());
                impressions++;
                sights[content]++;
                ofNew += engagement.getAt().toEpochMilli() - publishedAt[content] < NEW ? 1 : 0;
                ofSmall += small.get(content) ? 1 : 0;
            }
        }
    }

    /** All figures by name. */
    Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("engagement", worth / impressions);
        figures.put("long_views_and_likes", (double) views / impressions);
        figures.put("engagement_per_session", worth / sessions.size());
        figures.put("pages_per_session", (double) pages / sessions.size());
        figures.put("looked_at", (double) impressions / served);
        figures.put("coverage", share(1));
        figures.put("coverage_" + OFTEN, share(OFTEN));
        figures.put("gini", gini());
        figures.put("new_share", (double) ofNew / impressions);
        figures.put("small_author_share", (double) ofSmall / impressions);
        return figures;
    }

    long impressions() {
        return impressions;
    }

    private double share(int times) {
        return Arrays.stream(sights).filter(seen -> seen >= times).count() / (double) sights.length;
    }

    /** 0 if all contents are looked at alike, 1 if only one is. */
    private double gini() {
        int[] sorted = sights.clone();
        Arrays.sort(sorted);
        double weighted = 0;
        for (int i = 0; i < sorted.length; i++) {
            weighted += (2.0 * (i + 1) - sorted.length - 1) * sorted[i];
        }
        return weighted / (sorted.length * (double) impressions);
    }
}
