package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** The words that sample data is written with, so that a test reads as a story. Unless told, it plays at noon. */
public final class Story {
    public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /** Two viewers. */
    public static final String ALICE = "v-alice";

    public static final String CAROL = "v-carol";

    /** Two authors. */
    public static final String BOB = "a-bob";

    public static final String DAVE = "a-dave";

    private Story() {}

    /** A content that is told step by step: unless told otherwise a public video of 30 s by Bob, a day old. */
    public static final class Told {
        private final Content.Builder content;

        private Told(Content.Builder content) {
            this.content = content;
        }

        public Told by(String authorId) {
            content.setAuthorId(authorId);
            return this;
        }

        public Told called(String authorName) {
            content.setAuthorName(authorName);
            return this;
        }

        public Told saying(String text) {
            content.setText(text);
            return this;
        }

        public Told about(String... topics) {
            content.setTopics(List.of(topics));
            return this;
        }

        public Told ago(Duration age) {
            content.setCreatedAt(NOON.minus(age));
            return this;
        }

        public Told from(Instant startsAt) {
            content.setStartsAt(startsAt);
            return this;
        }

        public Told until(Instant expiresAt) {
            content.setExpiresAt(expiresAt);
            return this;
        }

        public Told lasting(Duration duration) {
            content.setVideo(new VideoDetail(duration.toMillis()));
            return this;
        }

        public Told post() {
            content.setKind(ContentKind.POST);
            content.setVideo(null);
            return this;
        }

        /** A shop item with so many pieces left; null for unlimited. */
        public Told shopItem(Integer stock) {
            content.setKind(ContentKind.SHOP_ITEM);
            content.setVideo(null);
            content.setItem(new ItemDetail(9_900L, "CNY", stock, "s1", 0.2));
            return this;
        }

        /** What it costs, in fen; for a shop item. */
        public Told costing(long priceMinor) {
            content.setItem(new ItemDetail(priceMinor, "CNY", null, "s1", null));
            return this;
        }

        public Told sponsored() {
            content.setSponsored(true);
            return this;
        }

        public Told repostOf(String contentId, String authorId) {
            content.setOriginalId(contentId);
            content.setOriginalAuthorId(authorId);
            return this;
        }

        public Told in(String city) {
            content.setCity(city);
            return this;
        }

        public Told inGroup(String groupId) {
            content.setGroupId(groupId);
            return this;
        }

        public Told visibleTo(Visibility visibility) {
            content.setVisibility(visibility);
            return this;
        }

        public Told labelled(SafetyLabel... labels) {
            content.setSafetyLabels(List.of(labels));
            return this;
        }

        public Told takenDown() {
            content.setState(ContentState.TAKEN_DOWN);
            return this;
        }

        public Told version(long version) {
            content.setVersion(version);
            return this;
        }

        public Content told() {
            return content.build();
        }
    }

    public static Told content(String id) {
        return new Told(Content.newBuilder()
                .setId(id)
                .setAuthorId(BOB)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(NOON.minus(Duration.ofDays(1)))
                .setText("")
                .setVideo(new VideoDetail(30_000L)));
    }

    /** The viewer did this with the content, at noon. */
    public static Engagement.Builder engagement(String id, String viewerId, Action action, String contentId) {
        return Engagement.newBuilder()
                .setId(id)
                .setViewerId(viewerId)
                .setContentId(contentId)
                .setAction(action)
                .setAt(NOON)
                .setReceivedAt(NOON);
    }

    /** The same as an event of the folds. */
    public static Outcome outcome(String id, String viewerId, Action action, Content content, Instant at) {
        return new CountOnce.Counted(id, viewerId, content.getId(), action, 1, at.toEpochMilli(), 0)
                .of(Facts.of(content));
    }

    /** The taking back of this outcome. */
    public static Outcome undone(Outcome it) {
        return new Outcome(
                it.id(),
                it.viewerId(),
                it.contentId(),
                it.authorId(),
                it.kind(),
                it.topics(),
                it.action(),
                -it.weight(),
                it.atMillis(),
                it.watchedMillis(),
                it.durationMillis(),
                it.priceMinor(),
                it.currency());
    }

    /** A relation that began a day ago. */
    public static Relation relation(String from, RelationKind kind, String to) {
        return relation(from, kind, to, true, NOON.minus(Duration.ofDays(1)));
    }

    public static Relation relation(String from, RelationKind kind, String to, boolean active, Instant at) {
        return Relation.newBuilder()
                .setFrom(from)
                .setKind(kind)
                .setTo(to)
                .setActive(active)
                .setAt(at)
                .build();
    }

    /** A request of this moment from a phone in Hangzhou. */
    public static Context context(Surface surface, Instant now) {
        return new Context(now, ZoneId.of("Asia/Shanghai"), surface, "session", 0, "Hangzhou", "phone");
    }
}
