package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.ranking.Guarantees;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Publishes, changes and takes down contents. Only their author may; a take-down works at once, everywhere. */
final class Publishing {
    private static final int LONGEST_TEXT = 10_000;
    private static final int MOST_TOPICS = 10;

    /** Ahead of any change that is made at the same time, here or on another server: a take-down wins. */
    private static final long TAKE_DOWN_AHEAD = 1_000;

    private static final Set<ContentKind> PUBLISHABLE =
            EnumSet.of(ContentKind.POST, ContentKind.SHORT_VIDEO, ContentKind.SHOP_ITEM);

    private final SecureRandom random = new SecureRandom();
    private final ReplicatedFeatureStore store;
    private final EventLog log;
    private final Stock stock;

    Publishing(ReplicatedFeatureStore store, EventLog log, Stock stock) {
        this.store = store;
        this.log = log;
        this.stock = stock;
    }

    Content publish(Caller author, JsonNode body, Instant now) {
        String id = "c" + Long.toString(now.toEpochMilli(), 36) + Long.toString(random.nextLong() >>> 28, 36);
        Content empty = Content.newBuilder()
                .setId(id)
                .setAuthorId(author.id())
                .setKind(ContentKind.POST)
                .setCreatedAt(now)
                .setText("")
                .setProvenance(provenance(body))
                .setVersion(0)
                .build();
        return write(originated(author, changed(empty, body, now), now));
    }

    /** An author may say that a new content was generated. */
    private static Provenance provenance(JsonNode body) {
        try {
            return Bodies.symbol(body, "provenance", Provenance.class, Provenance.REAL);
        } catch (Bodies.Wrong wrong) {
            throw Problem.malformed("The provenance is REAL or GENERATED.");
        }
    }

    Content change(Caller author, String id, JsonNode body, Instant now) {
        Content old = own(author, id, now);
        return write(stock.changed(old, originated(author, changed(old, body, now), now)));
    }

    /** A repost carries the author of what it reposts, so that a block, a mute and the author cap hold for it too. */
    private Content originated(Caller author, Content content, Instant now) {
        if (content.getOriginalId() == null) {
            return Content.newBuilder(content).setOriginalAuthorId(null).build();
        }
        Content original = visible(author, content.getOriginalId(), now);
        String by = original.getOriginalAuthorId();
        return Content.newBuilder(content)
                .setOriginalAuthorId(by == null ? original.getAuthorId() : by)
                .build();
    }

    void takeDown(Caller author, String id, Instant now) {
        Content old = own(author, id, now);
        write(Content.newBuilder(old)
                .setState(ContentState.TAKEN_DOWN)
                .setVersion(old.getVersion() + TAKE_DOWN_AHEAD)
                .build());
    }

    /** The content, if this viewer may see it; what they may not see answers like what does not exist. */
    Content visible(Caller caller, String id, Instant now) {
        Content content = store.content(id);
        if (content == null || !Guarantees.allow(caller.id(), content, store, now)) {
            throw unknown();
        }
        return content;
    }

    /** The content, if this caller may change it; whoever may not even see it does not learn that it exists. */
    private Content own(Caller author, String id, Instant now) {
        Content content = store.content(id);
        if (content == null || content.getState() != ContentState.LIVE) {
            throw unknown();
        }
        if (!content.getAuthorId().equals(author.id()) && !author.is(Role.OPERATOR)) {
            visible(author, id, now);
            throw Problem.forbidden("Only its author may change this content.");
        }
        return content;
    }

    private static Problem unknown() {
        return Problem.notFound("There is no such content.");
    }

    private Content write(Content content) {
        log.content(content);
        store.accept(content);
        return content;
    }

    /** The content with what its author may say about it replaced; labels, provenance and the like stay. */
    private static Content changed(Content old, JsonNode body, Instant now) {
        try {
            ContentKind kind = Bodies.symbol(body, "kind", ContentKind.class, ContentKind.POST);
            if (!PUBLISHABLE.contains(kind)) {
                throw new Bodies.Wrong("kind must be one of " + PUBLISHABLE);
            }
            String text = Bodies.text(body, "text", LONGEST_TEXT);
            if (text == null || text.isBlank()) {
                throw new Bodies.Wrong("text is missing");
            }
            Instant expiresAt = Bodies.time(body, "expiresAt");
            if (expiresAt != null && !expiresAt.isAfter(now)) {
                throw new Bodies.Wrong("expiresAt is in the past");
            }
            List<String> topics = Bodies.texts(body, "topics", MOST_TOPICS);
            if (!topics.stream().allMatch(Bodies::isPlain)) {
                throw new Bodies.Wrong("topics must be ids of " + Bodies.PLAIN);
            }
            String name = Bodies.shortText(body, "authorName");
            return Content.newBuilder(old)
                    .setAuthorName(name == null ? old.getAuthorName() : name)
                    .setKind(kind)
                    .setStartsAt(Bodies.time(body, "startsAt"))
                    .setExpiresAt(expiresAt)
                    .setText(text)
                    .setTopics(topics.stream().distinct().toList())
                    .setCity(Bodies.shortText(body, "city"))
                    .setOriginalId(Bodies.shortText(body, "originalId"))
                    .setVisibility(Bodies.symbol(body, "visibility", Visibility.class, Visibility.PUBLIC))
                    .setLanguage(Bodies.shortText(body, "language"))
                    .setVideo(kind == ContentKind.SHORT_VIDEO ? video(body.path("video")) : null)
                    .setItem(kind == ContentKind.SHOP_ITEM ? item(old, body.path("item")) : null)
                    .setVersion(old.getVersion() + 1)
                    .build();
        } catch (Bodies.Wrong wrong) {
            throw wrong.problem();
        }
    }

    private static VideoDetail video(JsonNode video) throws Bodies.Wrong {
        Long duration = Bodies.number(video, "durationMillis", 1, 24 * 3_600_000L);
        if (duration == null) {
            throw new Bodies.Wrong("video.durationMillis is missing");
        }
        return new VideoDetail(duration);
    }

    private static ItemDetail item(Content old, JsonNode item) throws Bodies.Wrong {
        Long price = Bodies.number(item, "priceMinor", 0, Long.MAX_VALUE / 2);
        String currency = Bodies.text(item, "currency", 3);
        if (price == null || currency == null || !currency.matches("[A-Z]{3}")) {
            throw new Bodies.Wrong("item.priceMinor and item.currency (three capital letters) are needed");
        }
        Long stock = Bodies.number(item, "stock", 0, Integer.MAX_VALUE);
        String shop = Bodies.shortText(item, "shopId");
        Double commission = old.getItem() == null ? null : old.getItem().getCommissionRate();
        return new ItemDetail(
                price, currency, stock == null ? null : stock.intValue(), shop == null ? "" : shop, commission);
    }
}
