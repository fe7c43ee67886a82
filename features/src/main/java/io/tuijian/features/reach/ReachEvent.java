package io.tuijian.features.reach;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.util.List;
import java.util.Set;

/** What changes reach: an event of the reach fold, counted in one document of each of its levels. */
public sealed interface ReachEvent {
    /** Null if it is of the whole platform. */
    String authorId();

    /** Null if it is not of a content. */
    String contentId();

    /** Event time, epoch milliseconds: it decides the hour and the day. */
    long atMillis();

    /** Where it is counted. */
    Set<Level> levels();

    /** Counts it in a document of one of its levels. */
    void addTo(GrowingReach growing);

    /**
     * One contact between a content and a viewer: it was served to them, or they did something.
     *
     * @param action what they did, null if it was served
     * @param weight 1, or −1 for what was taken back
     * @param trace where on the platform it happened
     * @param touchpoint in the words of the client, null if none was told
     * @param brandId for whom the content is, null if for nobody or unknown
     */
    record Touch(
            String authorId,
            String contentId,
            String viewerId,
            long atMillis,
            Action action,
            int weight,
            long watchedMillis,
            Money money,
            Trace trace,
            String touchpoint,
            String brandId)
            implements ReachEvent {

        /** The same with this trace. */
        public Touch with(Trace trace) {
            return new Touch(
                    authorId,
                    contentId,
                    viewerId,
                    atMillis,
                    action,
                    weight,
                    watchedMillis,
                    money,
                    trace,
                    touchpoint,
                    brandId);
        }

        public static Touch served(String authorId, String contentId, String viewerId, long atMillis, Trace trace) {
            return new Touch(authorId, contentId, viewerId, atMillis, null, 1, 0, Money.NONE, trace, null, null);
        }

        @Override
        public Set<Level> levels() {
            return Level.OF_REACH;
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /**
     * What was learned later of a touch that was counted without it: only its trace is counted.
     *
     * @param trace what is new
     */
    record Traced(
            String authorId, String contentId, String viewerId, long atMillis, Action action, int weight, Trace trace)
            implements ReachEvent {
        @Override
        public Set<Level> levels() {
            return Level.OF_REACH;
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /** The first sight of an author, by a viewer: {@code weight} 1, or −1 as an earlier one came later. */
    record Met(String authorId, String contentId, long atMillis, int weight) implements ReachEvent {
        @Override
        public Set<Level> levels() {
            return Level.OF_REACH;
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /** A sight, of a viewer with these attributes; null for those that are not told. */
    record Watched(String authorId, String viewerId, long atMillis, String city, String relation, String acquaintance)
            implements ReachEvent {
        private static final Set<Level> LEVELS = Set.of(Level.AUDIENCE_DAY);

        @Override
        public String contentId() {
            return null;
        }

        @Override
        public Set<Level> levels() {
            return LEVELS;
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /** A viewer began to follow the author, or ceased to. */
    record Followed(String authorId, long atMillis, boolean active) implements ReachEvent {
        private static final Set<Level> LEVELS = Set.of(Level.AUTHOR_HOUR, Level.AUTHOR_DAY);

        @Override
        public String contentId() {
            return null;
        }

        @Override
        public Set<Level> levels() {
            return LEVELS;
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /** A page was served. */
    record Page(Surface surface, long atMillis) implements ReachEvent {
        private static final Set<Level> LEVELS = Set.of(Level.PLATFORM_HOUR);

        @Override
        public String authorId() {
            return null;
        }

        @Override
        public String contentId() {
            return null;
        }

        @Override
        public Set<Level> levels() {
            return LEVELS;
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /**
     * What one page of a sampled feed adds to the estimates of one document.
     *
     * @param parts in no order; each stage and key once
     */
    record Sampled(Level level, String authorId, String contentId, long atMillis, List<Part> parts)
            implements ReachEvent {
        public record Part(Stage stage, String key, Estimate more) {}

        @Override
        public Set<Level> levels() {
            return Set.of(level);
        }

        @Override
        public void addTo(GrowingReach growing) {
            growing.count(this);
        }
    }

    /**
     * Where on the platform something happened, as far as it is known.
     *
     * @param surface null if unknown
     * @param source that proposed the content, null if unknown
     */
    record Trace(Surface surface, String source) {
        public static final Trace NONE = new Trace(null, null);
    }

    /**
     * What was paid, in minor units.
     *
     * @param commissionMinor what of it goes to the author
     * @param currency ISO 4217, null without an amount
     */
    record Money(long amountMinor, long commissionMinor, String currency) {
        public static final Money NONE = new Money(0, 0, null);
    }
}
