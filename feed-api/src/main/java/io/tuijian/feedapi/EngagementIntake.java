package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.tuijian.ranking.Guarantees;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes engagements: checks each, clamps its time to the server's, derives {@code LONG_VIEW} and {@code FINISH} from
 * {@code WATCH}, and answers once Kafka has them.
 */
final class EngagementIntake {
    static final int MOST_PER_REQUEST = 500;

    private static final int LONGEST_TEXT = 10_000;
    private static final long LONGEST_WATCH = 24 * 3_600_000L;
    private static final long LONG_VIEW_MILLIS = 18_000;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    /** An id as ingestion takes it, of whatever content, known here or not. */
    private static final Pattern CONTENT_ID = Pattern.compile("[!-{}~]{1,100}");

    /** What only a shop's own system may say, with an order id. */
    private static final Set<Action> BY_PUBLISHERS =
            EnumSet.of(Action.PURCHASE, Action.REFUND, Action.GIFT, Action.REDEEM);

    private final ReplicatedFeatureStore store;
    private final EventLog log;
    private final FeedIds feedIds;
    private final JustHidden justHidden;
    private final Stock stock;

    EngagementIntake(ReplicatedFeatureStore store, EventLog log, FeedIds feedIds, JustHidden justHidden, Stock stock) {
        this.store = store;
        this.log = log;
        this.feedIds = feedIds;
        this.justHidden = justHidden;
        this.stock = stock;
    }

    /** The answer to a batch. */
    record Taken(List<String> accepted, List<Rejection> rejected) {}

    /** Why the element at this index was not taken. */
    record Rejection(int index, String reason) {}

    Taken take(Caller caller, JsonNode body, Instant now) {
        JsonNode list = body.path("engagements");
        if (!list.isArray()) {
            throw Problem.malformed("The body must be {\"engagements\": [...]}.");
        }
        if (list.size() > MOST_PER_REQUEST) {
            throw Problem.malformed("At most " + MOST_PER_REQUEST + " engagements fit into one request.");
        }
        List<String> accepted = new ArrayList<>();
        List<Rejection> rejected = new ArrayList<>();
        List<Engagement> engagements = new ArrayList<>();
        List<Relation> relations = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                Engagement engagement = read(caller, list.get(i), now);
                sell(engagement);
                engagements.add(engagement);
                engagements.addAll(derived(engagement));
                follow(engagement, now).ifPresent(relations::add);
                accepted.add(engagement.getId());
            } catch (Bodies.Wrong wrong) {
                rejected.add(new Rejection(i, wrong.getMessage()));
            }
        }
        log.engagements(engagements);
        engagements.forEach(justHidden::take);
        for (Relation relation : relations) {
            log.relation(relation);
            store.accept(relation);
        }
        return new Taken(accepted, rejected);
    }

    private Engagement read(Caller caller, JsonNode one, Instant now) throws Bodies.Wrong {
        if (!one.isObject()) {
            throw new Bodies.Wrong("an engagement must be an object");
        }
        Action action = Bodies.symbol(one, "action", Action.class, null);
        if (action == null || action == Action.UNKNOWN) {
            throw new Bodies.Wrong("action is missing");
        }
        String viewerId = caller.id();
        String orderId = null;
        if (BY_PUBLISHERS.contains(action)) {
            if (!caller.is(Role.PUBLISHER)) {
                throw new Bodies.Wrong(action + " is only taken from a publisher");
            }
            orderId = Bodies.id(one, "orderId");
            viewerId = Bodies.id(one, "viewerId");
        } else if (!caller.is(Role.VIEWER)) {
            throw new Bodies.Wrong(action + " is only taken from a viewer");
        }
        String contentId = Bodies.id(one, "contentId");
        String undoes = Bodies.shortText(one, "undoes");
        boolean told = BY_PUBLISHERS.contains(action); // what was sold stays sold, and can be given back
        Content content = store.content(contentId);
        boolean acceptable = told
                ? content != null
                : undoes == null
                        ? sees(viewerId, content, now)
                        : CONTENT_ID.matcher(contentId).matches();
        if (!acceptable) {
            throw new Bodies.Wrong("there is no such content");
        }
        if (action == Action.FOLLOW && undoes == null && viewerId.equals(content.getAuthorId())) {
            throw new Bodies.Wrong("nobody follows themselves");
        }
        Long amount = Bodies.number(one, "amountMinor", 0, Long.MAX_VALUE / 2);
        String currency = Bodies.text(one, "currency", 3);
        if (amount != null && (!told || currency == null || !currency.matches("[A-Z]{3}"))) {
            throw new Bodies.Wrong(
                    told ? "currency must be three capital letters" : "amounts are only taken from a publisher");
        }
        Instant at = Bodies.time(one, "at");
        if (at == null || at.isBefore(EARLIEST)) {
            throw new Bodies.Wrong("at is missing or before the year 2000");
        }
        String feedId = Bodies.shortText(one, "feedId");
        boolean attributed = feedId != null && feedIds.isOf(viewerId, feedId);
        Long position = Bodies.number(one, "position", 0, 1_000_000);
        Long rating = Bodies.number(one, "rating", 1, 5);
        return Engagement.newBuilder()
                .setId(Bodies.id(one, "id"))
                .setViewerId(viewerId)
                .setContentId(contentId)
                .setAction(action)
                .setAt(at.isAfter(now) ? now : at)
                .setReceivedAt(now)
                .setWatchedMillis(Bodies.number(one, "watchedMillis", 0, LONGEST_WATCH))
                .setAmountMinor(amount)
                .setCurrency(currency)
                .setRating(rating == null ? null : rating.intValue())
                .setText(Bodies.text(one, "text", LONGEST_TEXT))
                .setAudience(Bodies.symbol(one, "audience", Audience.class, null))
                .setTouchpoint(Bodies.shortText(one, "touchpoint"))
                .setVia(Bodies.shortText(one, "via"))
                .setDevice(Bodies.shortText(one, "device"))
                .setFeedId(attributed ? feedId : null)
                .setPosition(attributed && position != null ? position.intValue() : null)
                .setSurface(attributed ? surface(one) : null)
                .setSessionId(Bodies.shortText(one, "sessionId"))
                .setUndoes(undoes)
                .setOrderId(orderId)
                .setOrigin(Origin.LIVE)
                .build();
    }

    private boolean sees(String viewerId, Content content, Instant now) {
        return content != null && Guarantees.allowButForMutes(viewerId, content, store, now);
    }

    /** A purchase takes its piece before it is told to anyone. An order that is answered with 503 has it at the next try. */
    private void sell(Engagement engagement) throws Bodies.Wrong {
        if (engagement.getAction() != Action.PURCHASE || engagement.getUndoes() != null) {
            return;
        }
        Content item = store.content(engagement.getContentId());
        if (item != null
                && Stock.of(item) != null
                && !stock.sell(item, engagement.getViewerId() + '|' + engagement.getId())) {
            throw new Bodies.Wrong("sold out");
        }
    }

    private static Surface surface(JsonNode one) throws Bodies.Wrong {
        String word = Bodies.shortText(one, "surface");
        if (word == null) {
            return null;
        }
        return Surfaces.named(word).orElseThrow(() -> new Bodies.Wrong("there is no surface " + word));
    }

    /** {@code LONG_VIEW} from min(18 s, duration) on, {@code FINISH} from the duration on. */
    private List<Engagement> derived(Engagement watch) {
        if (watch.getAction() != Action.WATCH || watch.getWatchedMillis() == null || watch.getUndoes() != null) {
            return List.of();
        }
        Content content = store.content(watch.getContentId());
        long duration = content == null || content.getVideo() == null
                ? 0
                : content.getVideo().getDurationMillis();
        long watched = watch.getWatchedMillis();
        List<Engagement> derived = new ArrayList<>(2);
        if (watched > 0 && watched >= (duration == 0 ? LONG_VIEW_MILLIS : Math.min(LONG_VIEW_MILLIS, duration))) {
            derived.add(derived(watch, Action.LONG_VIEW));
        }
        if (duration > 0 && watched >= duration) {
            derived.add(derived(watch, Action.FINISH));
        }
        return derived;
    }

    private static Engagement derived(Engagement watch, Action action) {
        return Engagement.newBuilder(watch)
                .setId(watch.getId() + "#" + action)
                .setAction(action)
                .build();
    }

    /** Taking back a follow of what is not seen any more ends nothing: that would tell who its author is. */
    private Optional<Relation> follow(Engagement engagement, Instant now) {
        Content content = store.content(engagement.getContentId());
        if (engagement.getAction() != Action.FOLLOW || !sees(engagement.getViewerId(), content, now)) {
            return Optional.empty();
        }
        return Optional.of(new Relation(
                engagement.getViewerId(),
                RelationKind.FOLLOW,
                content.getAuthorId(),
                engagement.getUndoes() == null,
                engagement.getAt(), // sent again, it is not newer than an unfollow in between
                null,
                Provenance.REAL,
                null));
    }
}
