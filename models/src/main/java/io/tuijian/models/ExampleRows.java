package io.tuijian.models;

import io.tuijian.features.FeatureSet;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.RecentEngagement;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns logged examples into rows over {@link FeatureSet#ALL}. A feature that an example does not have is NaN; what
 * popularity said is read from the features that say the same. Not thread-safe.
 */
public final class ExampleRows {
    private static final int KNOWN_NAMES = 16;
    private static final int KNOWN_PAGES = 512;

    /** The logged feature that says what popularity says of each head. */
    private static final Map<Action, String> POPULARITY = Map.ofEntries(
            Map.entry(Action.OPEN, "content.open_rate"),
            Map.entry(Action.LONG_VIEW, "content.long_view_rate.drawn"),
            Map.entry(Action.FINISH, "content.finish_rate.drawn"),
            Map.entry(Action.LIKE, "content.like_rate"),
            Map.entry(Action.COMMENT, "content.comment_rate"),
            Map.entry(Action.SHARE, "content.share_rate"),
            Map.entry(Action.FOLLOW, "author.follow_rate"),
            Map.entry(Action.PROFILE, "content.profile_rate"),
            Map.entry(Action.HIDE, "content.hide_rate"),
            Map.entry(Action.PURCHASE, "content.purchase_rate"),
            Map.entry(Action.WATCH, "content.watched_fraction"));

    /** By head, in the order of {@link Heads#ALL}. */
    private static final int[] POPULARITY_AT =
            FeatureSet.ALL.positions(Heads.ALL.stream().map(POPULARITY::get).toList());

    private final Map<List<String>, int[]> places = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, int[]> eldest) {
            return size() > KNOWN_NAMES;
        }
    };
    private final Map<Page, List<ViewerState.Recent>> recents = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Page, List<ViewerState.Recent>> eldest) {
            return size() > KNOWN_PAGES;
        }
    };

    private record Page(String viewerId, Instant servedAt, int recent) {}

    /** Why nothing is to be learned from an example. */
    public enum PassedOver {
        /** Nobody looked at it, or not yet: that says nothing of taste. */
        UNSEEN,
        /** It was imported, and no model saw it. */
        WITHOUT_FEATURES,
        /** It has not as many features as names of features. */
        MISSHAPEN
    }

    /** Why {@link #row} has none for this example; empty if it has one. */
    public static Optional<PassedOver> passedOver(Example example) {
        if (example.getFeatures().size() != example.getFeatureNames().size() || example.getSampleRate() <= 0) {
            return Optional.of(PassedOver.MISSHAPEN);
        }
        if (example.getFeatures().isEmpty()) {
            return Optional.of(PassedOver.WITHOUT_FEATURES);
        }
        return example.getLabels().isEmpty() ? Optional.of(PassedOver.UNSEEN) : Optional.empty();
    }

    /** The row of this example; empty if {@link #passedOver} says why. */
    public Optional<TrainingSet.Row> row(Example example) {
        if (passedOver(example).isPresent()) {
            return Optional.empty();
        }
        float[] dense = dense(example);
        long servedAt = example.getServedAt().toEpochMilli();
        return Optional.of(new TrainingSet.Row(
                example.getViewerId(),
                example.getContentId(),
                example.getAuthorId(),
                example.getKind(),
                List.copyOf(example.getTopics()),
                example.getSurface().name(),
                servedAt,
                servedAt + example.getWatchedMillis(),
                example.getPosition(),
                (float) example.getSampleRate(),
                dense,
                recent(example),
                labels(example),
                watchedShare(example),
                popularity(dense)));
    }

    private float[] dense(Example example) {
        int[] from = places.computeIfAbsent(example.getFeatureNames(), names -> FeatureSet.ALL.names().stream()
                .mapToInt(names::indexOf)
                .toArray());
        float[] dense = new float[from.length];
        Arrays.fill(dense, Float.NaN);
        for (int i = 0; i < dense.length; i++) {
            if (from[i] >= 0) {
                dense[i] = example.getFeatures().get(from[i]);
            }
        }
        return dense;
    }

    /** The items of a page come one soon after the other, if not in a row: they share one list. */
    private List<ViewerState.Recent> recent(Example example) {
        List<RecentEngagement> recent = example.getRecent();
        return recents.computeIfAbsent(
                new Page(example.getViewerId(), example.getServedAt(), recent.size()), page -> recent.stream()
                        .limit(TrainingSet.Row.RECENT)
                        .map(StateRecords::of)
                        .toList());
    }

    private static int labels(Example example) {
        int labels = 0;
        for (int head = 0; head < Heads.ALL.size(); head++) {
            Double count = example.getLabels().get(Heads.ALL.get(head).name());
            labels |= count != null && count > 0 ? 1 << head : 0;
        }
        return labels;
    }

    private static float watchedShare(Example example) {
        Map<String, Double> labels = example.getLabels();
        boolean unknown = !labels.containsKey(Action.WATCH.name())
                && (labels.containsKey(Action.LONG_VIEW.name()) || labels.containsKey(Action.FINISH.name()));
        return unknown || example.getDurationMillis() <= 0
                ? Float.NaN
                : Math.min(1, (float) example.getWatchedMillis() / example.getDurationMillis());
    }

    private static float[] popularity(float[] dense) {
        float[] popularity = new float[POPULARITY_AT.length];
        for (int head = 0; head < popularity.length; head++) {
            float rate = dense[POPULARITY_AT[head]];
            popularity[head] = Float.isNaN(rate) ? (float) Heads.prior(Heads.ALL.get(head)) : rate;
        }
        return popularity;
    }
}
