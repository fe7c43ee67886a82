package io.tuijian.models;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Features;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Served;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Served items with what a model saw of them and what came of them, in the order of serving. Those served before
 * {@link #judgedFrom} are to train on, the others to judge by. Immutable.
 */
public final class TrainingSet {
    /**
     * One served item.
     *
     * @param surface the door it was served through, in the finest words the log has
     * @param knownAtMillis epoch milliseconds from which the labels could be known
     * @param position on its page, 0-based
     * @param sampleRate the probability with which this row was kept; it counts as 1/sampleRate rows
     * @param dense in the order of the set's names
     * @param recent the viewer's last engagements, newest first; one list for all rows of a page
     * @param labels a bit per head of {@link Heads#ALL}, and {@link #unknown} of the heads of which nothing is known
     * @param watchedShare watched per duration, in [0, 1]; NaN if there is no duration or watching is unknown
     * @param popularity what {@link PopularityModel} said at the moment of serving, per head
     */
    public record Row(
            String viewerId,
            String contentId,
            String authorId,
            ContentKind kind,
            List<String> topics,
            String surface,
            long servedAtMillis,
            long knownAtMillis,
            int position,
            float sampleRate,
            float[] dense,
            List<ViewerState.Recent> recent,
            int labels,
            float watchedShare,
            float[] popularity) {
        /** How many of the viewer's last engagements a row keeps. */
        public static final int RECENT = 20;

        private static final int UNKNOWN = 16;

        /** What {@link #labels} holds of a head of which it is not known whether the viewer did it. */
        public static int unknown(int head) {
            return 1 << UNKNOWN + head;
        }

        /** The same row with other engagements before it. */
        public Row withRecent(List<ViewerState.Recent> recent) {
            return with(sampleRate, recent, labels, watchedShare);
        }

        /** Whether the viewer did what this head predicts; of watching, whether at least half was watched. */
        public boolean did(int head) {
            return head == WATCH ? watchedShare >= .5 : (labels >> head & 1) != 0;
        }

        /** The same with other labels. */
        public Row labelled(int labels, float watchedShare) {
            return with(sampleRate, recent, labels, watchedShare);
        }

        /** The same with another sample rate; a negative one counts against it. */
        public Row weighing(float sampleRate) {
            return with(sampleRate, recent, labels, watchedShare);
        }

        /** The same row with other dense values. */
        public Row seen(float[] dense) {
            return with(sampleRate, dense, recent, labels, watchedShare);
        }

        private Row with(float sampleRate, List<ViewerState.Recent> recent, int labels, float watchedShare) {
            return with(sampleRate, dense, recent, labels, watchedShare);
        }

        private Row with(
                float sampleRate, float[] dense, List<ViewerState.Recent> recent, int labels, float watchedShare) {
            return new Row(
                    viewerId,
                    contentId,
                    authorId,
                    kind,
                    topics,
                    surface,
                    servedAtMillis,
                    knownAtMillis,
                    position,
                    sampleRate,
                    dense,
                    recent,
                    labels,
                    watchedShare,
                    popularity);
        }

        /** What this head should predict: 0 or 1, a share of watching, NaN if it does not apply or is unknown. */
        public float label(int head) {
            if (!Heads.applies(Heads.ALL.get(head), kind) || (labels & unknown(head)) != 0) {
                return Float.NaN;
            }
            return head == WATCH ? watchedShare : labels >> head & 1;
        }
    }

    private static final int WATCH = Heads.index(Action.WATCH);
    private static final long DRAWS = 1 << 20;

    private final List<String> names;
    private final List<Row> rows;
    private final Instant judgedFrom;

    public TrainingSet(List<String> names, List<Row> rows, Instant judgedFrom) {
        this.names = List.copyOf(names);
        this.judgedFrom = judgedFrom;
        List<Row> inOrder = new ArrayList<>(rows);
        inOrder.sort(Comparator.comparingLong(Row::servedAtMillis));
        this.rows = List.copyOf(inOrder);
    }

    /** From when on rows judge a model and never train it. */
    public Instant judgedFrom() {
        return judgedFrom;
    }

    /** The rows to train on: served, and their labels known, before the others began. */
    public TrainingSet earlier() {
        return knownBefore(judgedFrom);
    }

    /** The rows to judge by. */
    public TrainingSet later() {
        return servedFrom(judgedFrom);
    }

    /** Names of the dense values. */
    public List<String> names() {
        return names;
    }

    public List<Row> rows() {
        return rows;
    }

    public Row row(int index) {
        return rows.get(index);
    }

    public int size() {
        return rows.size();
    }

    /** When the first row was served. */
    public Instant from() {
        return Instant.ofEpochMilli(rows.get(0).servedAtMillis);
    }

    /** When the last row was served. */
    public Instant to() {
        return Instant.ofEpochMilli(rows.get(rows.size() - 1).servedAtMillis);
    }

    /** The rows whose labels could be known before this moment. */
    public TrainingSet knownBefore(Instant moment) {
        return where(row -> row.knownAtMillis < moment.toEpochMilli() && row.servedAtMillis < moment.toEpochMilli());
    }

    /** The rows served at this moment or later. */
    public TrainingSet servedFrom(Instant moment) {
        return where(row -> row.servedAtMillis >= moment.toEpochMilli());
    }

    /**
     * About this share of the rows, drawn by what they are of: the same ones at each call, and a larger share holds those
     * of a smaller one.
     */
    public TrainingSet sample(double share) {
        long bound = (long) (share * DRAWS);
        return where(row -> {
            long of = 31L * (31L * row.viewerId.hashCode() + row.contentId.hashCode()) + row.servedAtMillis;
            return Long.remainderUnsigned(new SplittableRandom(of).nextLong(), DRAWS) < bound;
        });
    }

    /** The moment by which this share of the time from the first to the last row has passed. */
    public Instant after(double share) {
        return from().plusMillis((long) (share * (to().toEpochMilli() - from().toEpochMilli())));
    }

    /** How often the viewer did what this head predicts. */
    public int positives(Action action) {
        int head = Heads.index(action);
        int positives = 0;
        for (Row row : rows) {
            positives += row.did(head) ? 1 : 0;
        }
        return positives;
    }

    private TrainingSet where(Predicate<Row> wanted) {
        return new TrainingSet(names, rows.stream().filter(wanted).toList(), judgedFrom);
    }

    /**
     * Takes the rows of a replay over a {@link FeatureSet}, with what the popularity model would have said at that
     * very moment. A row to judge by shows its viewer as they were known before the first such row; RATIONALE.md says
     * why. Keeps the newest rows up to a bound. Not thread-safe.
     */
    public static final class Collector implements Consumer<FeatureReplay.Row> {
        private final FeatureSet set;
        private final InMemoryFeatureStore asOfServing;
        private final Instant judgedFrom;
        private final int bound;
        private final ArrayDeque<Row> rows = new ArrayDeque<>();
        private final Map<String, String> same = new HashMap<>();
        private final Map<String, ViewerState> frozen = new HashMap<>();
        private List<ViewerState.Recent> page = List.of();
        private List<ViewerState.Recent> recentOfPage = List.of();

        /** @param asOfServing the replay's own store, so that a row finds the states its features were made from */
        public Collector(InMemoryFeatureStore asOfServing, Instant judgedFrom, int bound) {
            this(FeatureSet.ALL, asOfServing, judgedFrom, bound);
        }

        /** The same over another set of features, which must be the replay's. */
        public Collector(FeatureSet set, InMemoryFeatureStore asOfServing, Instant judgedFrom, int bound) {
            this.set = set;
            this.asOfServing = asOfServing;
            this.judgedFrom = judgedFrom;
            this.bound = bound;
        }

        @Override
        public void accept(FeatureReplay.Row row) {
            Served served = row.served();
            Content shown = row.content();
            ContentState content = asOfServing.contentState(shown.getId());
            AuthorState author = asOfServing.author(shown.getAuthorId());
            boolean judges = !served.getAt().isBefore(judgedFrom);
            Features features = judges ? frozen(row, content, author) : row.features();
            long servedAt = served.getAt().toEpochMilli();
            rows.add(new Row(
                    one(served.getViewerId()),
                    one(shown.getId()),
                    one(shown.getAuthorId()),
                    shown.getKind(),
                    shown.getTopics(),
                    one(served.getTab() == null ? served.getSurface().name() : served.getTab()),
                    servedAt,
                    servedAt + row.watchedMillis(),
                    row.item().getPosition(),
                    1,
                    features.dense(),
                    recent(features.recent()),
                    labels(row),
                    watchedShare(row),
                    PopularityModel.byHead(content, author)));
            if (rows.size() > bound) {
                rows.remove();
            }
        }

        private Features frozen(FeatureReplay.Row row, ContentState content, AuthorState author) {
            Served served = row.served();
            ViewerState viewer = frozen.computeIfAbsent(served.getViewerId(), asOfServing::viewer);
            Context context = FeatureReplay.context(served);
            return set.of(new FeatureInput(viewer, asOfServing.relations(), row.content(), content, author, context));
        }

        private static int labels(FeatureReplay.Row row) {
            int labels = 0;
            for (int head = 0; head < Heads.ALL.size(); head++) {
                labels |= row.labels().getOrDefault(Heads.ALL.get(head), 0f) > 0 ? 1 << head : 0;
            }
            return labels;
        }

        private static float watchedShare(FeatureReplay.Row row) {
            Content content = row.content();
            if (content.getVideo() == null || content.getVideo().getDurationMillis() <= 0) {
                return Float.NaN;
            }
            boolean unknown = !row.labels().containsKey(Action.WATCH)
                    && (row.labels().containsKey(Action.LONG_VIEW)
                            || row.labels().containsKey(Action.FINISH));
            return unknown
                    ? Float.NaN
                    : Math.min(
                            1, (float) row.watchedMillis() / content.getVideo().getDurationMillis());
        }

        private List<ViewerState.Recent> recent(List<ViewerState.Recent> latest) {
            if (!latest.equals(page)) {
                page = latest;
                recentOfPage = List.copyOf(latest.subList(0, Math.min(Row.RECENT, latest.size())));
            }
            return recentOfPage;
        }

        private String one(String text) {
            return same.computeIfAbsent(text, first -> first);
        }

        /** What was collected so far. */
        public TrainingSet set() {
            return new TrainingSet(set.names(), new ArrayList<>(rows), judgedFrom);
        }
    }
}
