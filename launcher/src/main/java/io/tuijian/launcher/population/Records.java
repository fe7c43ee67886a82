package io.tuijian.launcher.population;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Writes what happens as the product's records; all are marked as generated or imported. */
final class Records {
    static final String CURRENCY = "CNY";

    private static final List<String> COMMENTS = List.of("好看", "学到了", "哈哈哈", "Love this", "Where is that?", "J'adore");

    private Records() {}

    static Content content(Population population, Work work, Instant createdAt, long version) {
        boolean item = work.kind() == ContentKind.SHOP_ITEM;
        String topic = population.topics().get(work.topic());
        return Content.newBuilder()
                .setId(work.id())
                .setAuthorId(work.authorId())
                .setAuthorName("author " + work.author())
                .setKind(work.kind())
                .setCreatedAt(createdAt)
                .setText(text(work, topic))
                .setTopics(
                        work.otherTopic() < 0
                                ? List.of(topic)
                                : List.of(topic, population.topics().get(work.otherTopic())))
                .setCity(City.ALL.get(work.city()).name())
                .setLanguage("zh")
                .setProvenance(Provenance.GENERATED)
                .setVideo(work.kind() == ContentKind.SHORT_VIDEO ? new VideoDetail((long) work.durationMillis()) : null)
                .setItem(
                        item
                                ? new ItemDetail(
                                        (long) work.priceMinor(), CURRENCY, work.stock(), "s" + work.author(), 0.1)
                                : null)
                .setVersion(version)
                .build();
    }

    static String text(Work work, String topic) {
        return switch (work.kind()) {
            case SHORT_VIDEO -> "#" + topic + " 视频 " + work.index();
            case SHOP_ITEM -> "#" + topic + " 好物 " + work.index();
            default -> "#" + topic + " 笔记 " + work.index();
        };
    }

    static Relation relation(String from, RelationKind kind, String to, Instant at) {
        return new Relation(from, kind, to, true, at, null, Provenance.GENERATED, null);
    }

    // The constructors below, not the builders: these records are made by the million, and a builder copies defaults.

    static Served served(String feedId, Viewer viewer, Instant at, String sessionId, List<ServedItem> items) {
        City city = City.ALL.get(viewer.city());
        return new Served(
                feedId,
                viewer.id(),
                at,
                Surface.FOR_YOU,
                null,
                sessionId,
                "phone",
                city.name(),
                city.zone().getId(),
                null,
                null,
                Map.of(),
                List.of(),
                List.of(),
                items,
                List.of(),
                Origin.IMPORTED,
                null,
                null);
    }

    /** Where an engagement belongs. */
    record Place(String viewerId, Work work, String contentId, String feedId, int position, String sessionId) {}

    static Engagement engagement(Place place, String id, Action action, Instant at, long watchedMillis, String undoes) {
        boolean views = watchedMillis > 0;
        return new Engagement(
                id,
                place.viewerId,
                place.contentId,
                action,
                at,
                views ? at.plusMillis(watchedMillis) : at,
                views ? watchedMillis : null,
                null,
                null,
                null,
                action == Action.COMMENT ? COMMENTS.get(Math.floorMod(id.hashCode(), COMMENTS.size())) : null,
                null,
                null,
                null,
                "phone",
                place.feedId,
                place.position,
                Surface.FOR_YOU,
                place.sessionId,
                undoes,
                null,
                Origin.IMPORTED);
    }

    /** A purchase, or what comes back of one; both bear the order. */
    static Engagement order(Place place, Action action, String orderId, Instant at) {
        return new Engagement(
                action == Action.PURCHASE ? orderId : orderId + ":" + action,
                place.viewerId,
                place.contentId,
                action,
                at,
                at,
                null,
                (long) place.work.priceMinor(),
                CURRENCY,
                null,
                null,
                null,
                null,
                null,
                "phone",
                place.feedId,
                place.position,
                Surface.FOR_YOU,
                place.sessionId,
                null,
                orderId,
                Origin.IMPORTED);
    }
}
