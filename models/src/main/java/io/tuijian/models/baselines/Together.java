package io.tuijian.models.baselines;

import io.tuijian.features.ViewerState;
import io.tuijian.models.Heads;
import io.tuijian.models.TrainingSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which contents the same viewers viewed long: for each, its long views, and of each ordered pair how much the one
 * preceded the other among a viewer's last {@link #REMEMBERED} long views. Not thread-safe.
 */
final class Together {
    static final int REMEMBERED = 10;

    private static final int HEADLINE = Heads.index(Heads.HEADLINE);

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Deque<Integer>> last = new HashMap<>();
    private final List<Map<Integer, Float>> after = new ArrayList<>();
    private final List<Integer> views = new ArrayList<>();
    private final boolean decays;

    /** @param decays whether a pair counts for less the more views lie between: one by the distance */
    Together(boolean decays) {
        this.decays = decays;
    }

    void learn(List<TrainingSet.Row> rows) {
        for (TrainingSet.Row row : rows) {
            if (row.did(HEADLINE)) {
                viewed(row.viewerId(), number(row.contentId()));
            }
        }
    }

    private void viewed(String viewerId, int content) {
        Deque<Integer> before = last.computeIfAbsent(viewerId, viewer -> new ArrayDeque<>(REMEMBERED));
        int distance = 1;
        for (int earlier : before) {
            if (earlier != content) {
                after.get(earlier).merge(content, decays ? 1f / distance : 1f, Float::sum);
            }
            distance++;
        }
        if (before.size() == REMEMBERED) {
            before.removeLast();
        }
        before.addFirst(content);
        views.set(content, views.get(content) + 1);
    }

    private int number(String contentId) {
        Integer number = numbers.get(contentId);
        if (number == null) {
            number = views.size();
            numbers.put(contentId, number);
            views.add(0);
            after.add(new HashMap<>());
        }
        return number;
    }

    /** −1 for a content that nobody viewed long. */
    int known(String contentId) {
        return numbers.getOrDefault(contentId, -1);
    }

    double views(int content) {
        return views.get(content);
    }

    /** How much the second came after the first. */
    double pair(int first, int second) {
        return after.get(first).getOrDefault(second, 0f);
    }

    /** The contents that the row's viewer viewed long last, as known at serving, the newest first, without unknown ones. */
    List<Integer> history(TrainingSet.Row row) {
        List<Integer> history = new ArrayList<>(REMEMBERED);
        for (ViewerState.Recent recent : row.recent()) {
            int content = known(recent.contentId());
            if (recent.action() == Heads.HEADLINE && content >= 0 && history.size() < REMEMBERED) {
                history.add(content);
            }
        }
        return history;
    }
}
