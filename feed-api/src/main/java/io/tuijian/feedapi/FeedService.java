package io.tuijian.feedapi;

import io.tuijian.features.Actions;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.FeatureStore;
import io.tuijian.features.StateRecords;
import io.tuijian.features.ViewerState;
import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedPipeline;
import io.tuijian.ranking.FeedRequest;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Guarantees;
import io.tuijian.ranking.Hydrated;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.Reason;
import io.tuijian.ranking.SplitRule;
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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves pages: finds out where in a feed the viewer is, builds or repeats the page, remembers it, then answers. */
final class FeedService {
    private static final Logger LOG = LoggerFactory.getLogger(FeedService.class);

    /** From the day on which the feed began. */
    static final Duration CURSORS_LAST = Duration.ofDays(8);

    /** What a feed holds at most; the page that reaches it is the last of this feed. */
    static final int MOST_ITEMS = 4_000;

    /** Of a feed that holds so many it is not asked any more what it would hold without a rule. */
    private static final int MOST_ASKED = 1_000;

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final FeedPipeline pipeline;
    private final FeatureStore store;
    private final Timelines timelines;
    private final ServedMemory memory;
    private final DoubleSupplier fateRate;
    private final EventLog log;
    private final FeedIds ids;
    private final Supplier<List<String>> degradedParts;
    private final OneAtATime oneAtATime = new OneAtATime(PATIENCE);

    /**
     * @param store the one of the pipeline
     * @param fateRate the share of feeds of which every candidate's fate is logged
     */
    FeedService(
            FeedPipeline pipeline,
            FeatureStore store,
            Timelines timelines,
            ServedMemory memory,
            DoubleSupplier fateRate,
            EventLog log,
            FeedIds ids,
            Supplier<List<String>> degradedParts) {
        this.pipeline = pipeline;
        this.store = store;
        this.timelines = timelines;
        this.memory = memory;
        this.fateRate = fateRate;
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
            FeedIds.Page first = new FeedIds.Page(feedId, wish.surface().name(), 0);
            return oneAtATime.of(wish.viewerId(), () -> next(wish, first, null));
        }
        FeedIds.Page page = ids.page(wish.viewerId(), wish.cursor());
        if (!page.surface().equals(wish.surface().name())) {
            throw Problem.malformed("The cursor belongs to another surface.");
        }
        return oneAtATime.of(wish.viewerId(), () -> at(wish, page));
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
        return page.number() < stored.timeline().pages().size()
                ? again(wish, page, stored.timeline())
                : next(wish, page, stored);
    }

    /** A page served before, minus what has become forbidden or was hidden. */
    private Page again(Wish wish, FeedIds.Page page, Timelines.Timeline timeline) {
        Timelines.Page served = timeline.pages().get(page.number());
        Set<String> hidden = store.viewer(wish.viewerId()).recent().stream()
                .filter(one -> Actions.NEGATIVE.contains(one.action()))
                .map(ViewerState.Recent::contentId)
                .collect(Collectors.toUnmodifiableSet());
        List<Shown> items = new ArrayList<>();
        int position = timeline.first(page.number());
        for (Timelines.Item item : served.items()) {
            Content content = store.content(item.contentId());
            if (content != null
                    && !hidden.contains(content.getId())
                    && Guarantees.allow(wish.viewerId(), content, store, wish.now())) {
                items.add(new Shown(content, position, item.source(), item.reasons()));
            }
            position++;
        }
        return new Page(page.feedId(), items, following(wish, page, served.items(), position), served.degraded());
    }

    /** A page ranked now. It is remembered before it is answered. */
    private Page next(Wish wish, FeedIds.Page page, Timelines.Stored before) {
        List<Timelines.Page> pages =
                before == null ? List.of() : before.timeline().pages();
        List<Earlier> earlier = pages.stream()
                .flatMap(served -> served.items().stream())
                .map(Timelines.Item::earlier)
                .toList();
        ServedMemory.Lately lately = memory.lately(wish.viewerId(), wish.now());
        double rate = fateRate.getAsDouble();
        boolean sampled = Fates.sampled(page.feedId(), rate);
        Optional<Map<SplitRule, List<Earlier>>> parted =
                sampled && earlier.size() < MOST_ASKED ? Optional.of(parted(before, earlier)) : Optional.empty();
        Feed feed = pipeline.build(request(wish, page.feedId(), earlier, lately.contentIds(), parted));
        Set<String> degraded = new LinkedHashSet<>(degradedParts.get());
        degraded.addAll(feed.degraded());
        if (!lately.complete()) {
            degraded.add("served-memory");
        }

        Fates fates = new Fates(feed, earlier, wish.surface());
        List<Timelines.Item> items =
                feed.items().stream().map(FeedService::remembered).toList();
        String cursor = following(wish, page, items, earlier.size() + items.size());
        try {
            List<Timelines.Page> all = new ArrayList<>(pages);
            all.add(new Timelines.Page(wish.now().toEpochMilli(), items, List.copyOf(degraded)));
            Timelines.Timeline timeline = new Timelines.Timeline(
                    wish.viewerId(),
                    wish.surface().name(),
                    wish.now().toEpochMilli(),
                    all,
                    fates.elsewhere(),
                    fates.without(parted.orElse(Map.of())));
            if (!timelines.write(page.feedId(), ids.day(page.feedId()).orElseThrow(), timeline, before)) {
                return at(wish, page); // the same cursor was asked twice at once: the other's page is the page
            }
        } catch (IOException e) {
            LOG.warn("a page was not remembered: {}", e.getMessage());
            degraded.add("timelines");
            cursor = null;
        }
        if (!memory.remember(
                wish.viewerId(), items.stream().map(Timelines.Item::contentId).toList(), wish.now())) {
            degraded.add("served-memory");
        }
        pipeline.served(feed, wish.surface());
        log.served(served(wish, feed, page.feedId(), List.copyOf(degraded)));
        if (sampled) {
            log.fate(fates.all(wish, rate));
        }
        List<Shown> shown = feed.items().stream()
                .map(item ->
                        new Shown(item.content().hydrated().content(), item.position(), item.source(), item.reasons()))
                .toList();
        return new Page(page.feedId(), shown, cursor, List.copyOf(degraded));
    }

    /** What the feed would hold without each rule, where that is something else. */
    private static Map<SplitRule, List<Earlier>> parted(Timelines.Stored before, List<Earlier> earlier) {
        Map<SplitRule, List<Earlier>> parted = new EnumMap<>(SplitRule.class);
        if (before != null) {
            before.timeline().without().forEach((rule, other) -> parted.put(rule, other.earlier(earlier)));
        }
        return parted;
    }

    private static FeedRequest request(
            Wish wish,
            String feedId,
            List<Earlier> earlier,
            Set<String> servedLately,
            Optional<Map<SplitRule, List<Earlier>>> without) {
        Context context = new Context(
                wish.now(), wish.zone(), wish.surface(), wish.sessionId(), earlier.size(), wish.city(), wish.device());
        return new FeedRequest(feedId, wish.viewerId(), wish.limit(), context, earlier, servedLately, without);
    }

    /**
     * The cursor of the page after this one; null if this is the last.
     *
     * @param held how many items the feed holds up to here
     */
    private String following(Wish wish, FeedIds.Page page, Collection<Timelines.Item> items, int held) {
        return items.isEmpty() || held >= MOST_ITEMS
                ? null
                : ids.cursor(wish.viewerId(), new FeedIds.Page(page.feedId(), page.surface(), page.number() + 1));
    }

    /** Where a content is in a feed: {@code position}, or the stage and rule that kept it out. Null if unknown. */
    Map<String, Object> fate(String viewerId, String feedId, String contentId, Instant now) {
        Content content = store.content(contentId);
        if (!ids.isOf(viewerId, feedId) || content == null || !Guarantees.allow(viewerId, content, store, now)) {
            return null;
        }
        Timelines.Stored stored;
        try {
            stored = timelines.readAll(feedId, ids.day(feedId).orElseThrow());
        } catch (IOException e) {
            throw Problem.unavailable("Feeds cannot be looked up right now.");
        }
        if (stored == null) {
            return null;
        }
        Map<String, Object> fate = new LinkedHashMap<>();
        fate.put("feedId", feedId);
        fate.put("contentId", contentId);
        int position = 0;
        for (Timelines.Page page : stored.timeline().pages()) {
            for (Timelines.Item item : page.items()) {
                if (item.contentId().equals(contentId)) {
                    fate.put("stage", "SERVED");
                    fate.put("position", position);
                    fate.put("source", item.source());
                    if (item.turn() != null) {
                        fate.put("turn", item.turn());
                    }
                    return fate;
                }
                position++;
            }
        }
        Fates.Fallen fallen = Fates.fallen(stored.timeline().elsewhere(), contentId);
        fate.put("stage", fallen.stage());
        fate.put("rule", fallen.rule());
        return fate;
    }

    private static Timelines.Item remembered(Placed item) {
        Hydrated hydrated = item.content().hydrated();
        boolean original = hydrated.originalId().equals(hydrated.content().getId());
        return new Timelines.Item(
                item.content().contentId(),
                hydrated.originalAuthorId(),
                hydrated.content().getKind(),
                original ? null : hydrated.originalId(),
                item.fingerprint(),
                item.turn(),
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
