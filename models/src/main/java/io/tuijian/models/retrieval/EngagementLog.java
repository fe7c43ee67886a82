package io.tuijian.models.retrieval;

import io.tuijian.features.Actions;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who engaged with which content when, as far as it tells a taste: the actions that a viewer's recent sequence remembers,
 * without hiding and reporting and without what was taken back. Keeps the newest up to a bound. Not thread-safe.
 */
public final class EngagementLog {
    private static final double EARLIER = .8;

    private final Map<String, Content> contents = new LinkedHashMap<>();
    private final ArrayDeque<One> engagements = new ArrayDeque<>();
    private final Set<String> undone = new HashSet<>();
    private final int bound;

    private record One(String id, String viewerId, String contentId, long atMillis) {}

    /** @param bound of engagements */
    public EngagementLog(int bound) {
        this.bound = bound;
    }

    public void content(Content content) {
        contents.put(content.getId(), content);
    }

    /** Takes an engagement, if it tells something; in the order of time, or nearly so. */
    public void engagement(Engagement engagement) {
        Action action = engagement.getAction();
        if (engagement.getUndoes() != null) {
            undone.add(key(engagement.getViewerId(), engagement.getUndoes()));
        } else if (Actions.TELLING.contains(action) && !Actions.NEGATIVE.contains(action)) {
            engagements.add(new One(
                    engagement.getId(),
                    engagement.getViewerId(),
                    engagement.getContentId(),
                    engagement.getAt().toEpochMilli()));
            if (engagements.size() > bound) {
                engagements.remove();
            }
        }
    }

    /**
     * The log cut in time.
     *
     * @param known what was engaged with before the cut, over the contents that are part of it
     * @param later the same histories over all contents, and what the same viewers engaged with first after the cut
     */
    public record Cut(Instant from, Instant at, Instant to, Histories known, Split later) {}

    /**
     * Cuts so that four fifths of the time are before.
     *
     * @throws IllegalArgumentException if there is nothing on one of both sides
     */
    public Cut cut() {
        List<One> inOrder = new ArrayList<>(engagements.stream()
                .filter(one -> contents.containsKey(one.contentId) && !undone.contains(key(one.viewerId, one.id)))
                .sorted(Comparator.comparingLong(One::atMillis).thenComparing(One::id))
                .toList());
        if (inOrder.isEmpty()) {
            throw new IllegalArgumentException("There is no engagement to learn from.");
        }
        Instant from = Instant.ofEpochMilli(inOrder.get(0).atMillis);
        Instant to = Instant.ofEpochMilli(inOrder.get(inOrder.size() - 1).atMillis);
        Instant at =
                from.plusMillis((long) (EARLIER * Duration.between(from, to).toMillis()));
        Map<String, Set<String>> before = new LinkedHashMap<>();
        Map<String, Set<String>> after = new LinkedHashMap<>();
        for (One one : inOrder) {
            Set<String> met = (one.atMillis < at.toEpochMilli() ? before : after)
                    .computeIfAbsent(one.viewerId, viewer -> new java.util.LinkedHashSet<>());
            met.remove(one.contentId); // a repeated one has its newest place
            met.add(one.contentId);
        }
        if (before.isEmpty() || after.isEmpty()) {
            throw new IllegalArgumentException("There must be engagements on both sides of " + at + ".");
        }
        Set<String> learnable = new java.util.LinkedHashSet<>();
        before.values().forEach(learnable::addAll);
        Catalogue learned = Catalogue.of(learnable.stream().map(contents::get).toList());
        Catalogue all = Catalogue.of(contents.values());
        List<String> viewers = new ArrayList<>(before.keySet());
        after.keySet().stream().filter(viewer -> !before.containsKey(viewer)).forEach(viewers::add);
        return new Cut(
                from,
                at,
                to,
                new Histories(learned, numbered(learned, List.copyOf(before.keySet()), before), true),
                Split.of(new Histories(all, numbered(all, viewers, before), true), numbered(all, viewers, after)));
    }

    private static int[][] numbered(Catalogue catalogue, List<String> viewers, Map<String, Set<String>> of) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int item = 0; item < catalogue.size(); item++) {
            numbers.put(catalogue.ids().get(item), item);
        }
        return viewers.stream()
                .map(viewer -> of.getOrDefault(viewer, Set.of()).stream()
                        .mapToInt(numbers::get)
                        .toArray())
                .toArray(int[][]::new);
    }

    private static String key(String viewerId, String id) {
        return viewerId + "\n" + id;
    }
}
