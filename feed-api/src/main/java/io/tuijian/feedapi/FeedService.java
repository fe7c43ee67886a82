package io.tuijian.feedapi;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedPipeline;
import io.tuijian.ranking.FeedRequest;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Guarantees;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.Reason;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves pages: finds out where in a feed the viewer is, builds or repeats the page, remembers it, then answers. */
final class FeedService {
    private static final Logger LOG = LoggerFactory.getLogger(FeedService.class);
    private static final int MOST_REMEMBERED = 1_000;

    /** From the day on which the feed began. */
    static final Duration CURSORS_LAST = Duration.ofDays(8);

    private final FeedPipeline pipeline;
    private final ReplicatedFeatureStore store;
    private final Timelines timelines;
    private final ServedMemory memory = new ServedMemory();
    private final EventLog log;
    private final FeedIds ids;
    private final Supplier<List<String>> degradedParts;

    FeedService(
            FeedPipeline pipeline,
            ReplicatedFeatureStore store,
            Timelines timelines,
            EventLog log,
            FeedIds ids,
            Supplier<List<String>> degradedParts) {
        this.pipeline = pipeline;
        this.store = store;
        this.timelines = timelines;
        this.log = log;
        this.ids = ids;
        this.degradedParts = degradedParts;
    }

    /** Where and how a page is asked for; {@code cursor}, {@code city} and {@code device} may be null. */
    record Wish(
            String viewerId,
            Surface surface,
            int limit,
            String cursor,
            ZoneId zone,
            String sessionId,
            String city,
            String device,
            Instant now) {}

    /** A page as it is answered; {@code nextCursor} is null at the end or if the page could not be remembered. */
    record Page(String feedId, List<Shown> items, String nextCursor, List<String> degraded) {}

    /** An item as it is answered. */
    record Shown(Content content, int position, String source, List<Reason> reasons) {}

    Page page(Wish wish) {
        if (wish.cursor() == null) {
            String feedId = ids.create(wish.viewerId(), wish.now());
            return next(wish, new FeedIds.Page(feedId, wish.surface().name(), 0), null, new ArrayList<>());
        }
        FeedIds.Page page = ids.page(wish.viewerId(), wish.cursor());
        if (!page.surface().equals(wish.surface().name())) {
            throw Problem.malformed("The cursor belongs to another surface.");
        }
        return at(wish, page);
    }

    private Page at(Wish wish, FeedIds.Page page) {
        Instant day = ids.day(page.feedId()).orElseThrow(() -> Problem.malformed("The cursor names no feed."));
        if (day.plus(CURSORS_LAST).isBefore(wish.now())) {
            throw Problem.malformed("The cursor is too old; ask without it.");
        }
        Timelines.Stored stored;
        try {
            stored = timelines.read(page.feedId(), day);
        } catch (IOException e) {
            throw Problem.unavailable("Earlier pages cannot be read right now; ask again, or without the cursor.");
        }
        if (stored == null) {
            throw Problem.malformed("The cursor is too old; ask without it.");
        }
        List<Timelines.Page> pages = stored.timeline().pages();
        if (page.number() < pages.size()) {
            return again(wish, page, pages);
        }
        return next(wish, page, stored, pages);
    }

    /** A page served before, minus what has become forbidden. */
    private Page again(Wish wish, FeedIds.Page page, List<Timelines.Page> pages) {
        Timelines.Page served = pages.get(page.number());
        List<Shown> items = new ArrayList<>();
        for (Timelines.Item item : served.items()) {
            Content content = store.content(item.contentId());
            if (content != null && Guarantees.allow(wish.viewerId(), content, store.relations(), wish.now())) {
                items.add(new Shown(content, item.position(), item.source(), item.reasons()));
            }
        }
        return new Page(page.feedId(), items, following(wish, page, served.items()), served.degraded());
    }

    /** A page ranked now. It is remembered before it is answered. */
    private Page next(Wish wish, FeedIds.Page page, Timelines.Stored before, List<Timelines.Page> pages) {
        List<Earlier> earlier = pages.stream()
                .flatMap(served -> served.items().stream())
                .map(item -> new Earlier(
                        item.contentId(),
                        item.authorId(),
                        item.kind(),
                        item.originalId(),
                        item.fingerprint(),
                        item.turn()))
                .toList();
        Feed feed = pipeline.build(request(wish, page.feedId(), earlier));
        List<String> degraded = new ArrayList<>(degradedParts.get());
        feed.degraded().stream().filter(part -> !degraded.contains(part)).forEach(degraded::add);

        List<Timelines.Item> items =
                feed.items().stream().map(FeedService::remembered).toList();
        String cursor = following(wish, page, items);
        try {
            List<Timelines.Page> all = new ArrayList<>(pages);
            all.add(new Timelines.Page(items, degraded));
            Timelines.Timeline timeline = new Timelines.Timeline(
                    wish.viewerId(), wish.surface().name(), wish.now().toEpochMilli(), all, elsewhere(feed));
            if (!timelines.write(page.feedId(), ids.day(page.feedId()).orElseThrow(), timeline, before)) {
                return at(wish, page); // the same cursor was asked twice at once: the other's page is the page
            }
        } catch (IOException e) {
            LOG.warn("a page was not remembered: {}", e.getMessage());
            degraded.add("timelines");
            cursor = null;
        }
        memory.remember(
                wish.viewerId(), items.stream().map(Timelines.Item::contentId).toList(), wish.now());
        log.served(served(wish, feed, page.feedId(), degraded));
        List<Shown> shown = feed.items().stream()
                .map(item ->
                        new Shown(item.content().hydrated().content(), item.position(), item.source(), item.reasons()))
                .toList();
        return new Page(page.feedId(), shown, cursor, degraded);
    }

    private FeedRequest request(Wish wish, String feedId, List<Earlier> earlier) {
        Context context = new Context(
                wish.now(), wish.zone(), wish.surface(), wish.sessionId(), earlier.size(), wish.city(), wish.device());
        return new FeedRequest(
                feedId, wish.viewerId(), wish.limit(), context, earlier, memory.lately(wish.viewerId(), wish.now()));
    }

    private String following(Wish wish, FeedIds.Page page, Collection<Timelines.Item> items) {
        return items.isEmpty()
                ? null
                : ids.cursor(wish.viewerId(), new FeedIds.Page(page.feedId(), page.surface(), page.number() + 1));
    }

    /** Where a content is in a feed: {@code position}, or the stage and rule that kept it out. Null if unknown. */
    Map<String, Object> fate(String viewerId, String feedId, String contentId, Instant now) {
        Content content = store.content(contentId);
        if (!ids.isOf(viewerId, feedId)
                || content == null
                || !Guarantees.allow(viewerId, content, store.relations(), now)) {
            return null;
        }
        Timelines.Stored stored;
        try {
            stored = timelines.read(feedId, ids.day(feedId).orElseThrow());
        } catch (IOException e) {
            throw Problem.unavailable("Feeds cannot be looked up right now.");
        }
        if (stored == null) {
            return null;
        }
        Map<String, Object> fate = new LinkedHashMap<>();
        fate.put("feedId", feedId);
        fate.put("contentId", contentId);
        for (Timelines.Page page : stored.timeline().pages()) {
            for (Timelines.Item item : page.items()) {
                if (item.contentId().equals(contentId)) {
                    fate.put("stage", "SERVED");
                    fate.put("position", item.position());
                    fate.put("source", item.source());
                    return fate;
                }
            }
        }
        String rule = stored.timeline().elsewhere().get(contentId);
        fate.put("stage", rule == null ? "NOT_RETRIEVED" : rule.startsWith("outranked") ? "RANKED" : "FILTERED");
        fate.put("rule", rule == null ? "no source proposed it, or it is not remembered" : rule);
        return fate;
    }

    private static Map<String, String> elsewhere(Feed feed) {
        Map<String, String> elsewhere = new HashMap<>();
        feed.removed().stream()
                .filter(removed -> !Guarantees.names().contains(removed.rule()))
                .limit(MOST_REMEMBERED)
                .forEach(removed -> elsewhere.put(removed.contentId(), removed.rule()));
        feed.outranked().stream()
                .limit(MOST_REMEMBERED)
                .forEach(content -> elsewhere.put(content.contentId(), "outranked"));
        return elsewhere;
    }

    private static Timelines.Item remembered(Placed item) {
        return new Timelines.Item(
                item.content().contentId(),
                item.content().hydrated().originalAuthorId(),
                item.content().hydrated().content().getKind(),
                item.content().hydrated().originalId(),
                item.fingerprint(),
                item.turn(),
                item.position(),
                item.source(),
                item.reasons());
    }

    private Served served(Wish wish, Feed feed, String feedId, List<String> degraded) {
        ViewerState viewer = feed.items().isEmpty()
                ? ViewerState.empty(wish.viewerId())
                : feed.items().get(0).content().hydrated().input().viewer();
        List<ServedItem> items = new ArrayList<>();
        for (Placed placed : feed.items()) {
            Map<String, Double> probabilities = new TreeMap<>();
            placed.content()
                    .prediction()
                    .probabilities()
                    .forEach((action, probability) -> probabilities.put(action.name(), probability));
            List<Float> features = new ArrayList<>();
            for (float value : placed.content().prediction().features().dense()) {
                features.add(value);
            }
            items.add(new ServedItem(
                    placed.content().contentId(),
                    placed.content().hydrated().content().getAuthorId(),
                    placed.position(),
                    placed.source(),
                    placed.score(),
                    probabilities,
                    features,
                    placed.factors(),
                    placed.propensity(),
                    placed.reasons().stream().map(Reason::code).toList(),
                    placed.turn()));
        }
        return Served.newBuilder()
                .setFeedId(feedId)
                .setViewerId(wish.viewerId())
                .setAt(wish.now())
                .setSurface(wish.surface())
                .setSessionId(wish.sessionId())
                .setDevice(wish.device())
                .setCity(wish.city())
                .setZone(wish.zone().getId())
                .setModelVersion(feed.versions().model())
                .setWeightsVersion(feed.versions().tuning())
                .setRetrievalVersion(feed.versions().retrieval())
                .setTemperature(feed.versions().temperature())
                .setExperimentArms(Map.of())
                .setFeatureNames(FeatureSet.ALL.names())
                .setRecent(viewer.latest().stream().map(StateRecords::of).toList())
                .setItems(items)
                .setDegraded(degraded)
                .setOrigin(Origin.LIVE)
                .build();
    }
}
