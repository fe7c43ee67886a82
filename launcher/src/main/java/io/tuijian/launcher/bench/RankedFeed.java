package io.tuijian.launcher.bench;

import io.tuijian.features.Context;
import io.tuijian.features.FeatureReplay;
import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Visit;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedPipeline;
import io.tuijian.ranking.FeedRequest;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.InMemoryContentIndex;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.Share;
import io.tuijian.ranking.Tuning;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The product's own feed before a simulated audience: its pipeline, its folds, a model and an index, in one thread and in
 * simulated time. What a viewer did is counted 0.2 to 1 s later. It hears what a client could tell, and nothing else.
 */
final class RankedFeed implements Policy, Consumer<Event> {
    private static final int SOONEST_MILLIS = 200;
    private static final int LATEST_MILLIS = 1_000;
    private static final long LATELY = Duration.ofMinutes(30).toMillis();

    private final FeatureReplay replay;
    private final PublishedContents contents;
    private final FeedPipeline pipeline;
    private final Map<Integer, Memory> memories = new HashMap<>();

    /** What a viewer was served: the pages of the feed that goes on, and when what was served lately. */
    private record Memory(List<Earlier> earlier, Map<String, Long> served) {
        Set<String> lately(long nowMillis) {
            served.values().removeIf(at -> at < nowMillis - LATELY);
            return Set.copyOf(served.keySet());
        }
    }

    /**
     * @param replay counts, and may have counted what was before
     * @param contents that were published until now
     */
    RankedFeed(
            FeatureReplay replay,
            PublishedContents contents,
            EngagementModel model,
            Optional<Retrieval> retrieval,
            Tuning tuning) {
        this.replay = replay;
        this.contents = contents;
        this.pipeline = new FeedPipeline(new FeedPipeline.Parts(
                contents,
                new InMemoryContentIndex(replay.store(), () -> retrieval),
                replay.store(),
                () -> model,
                () -> retrieval,
                () -> tuning));
    }

    @Override
    public void accept(Event event) {
        if (event instanceof Event.Published published) {
            replay.store().accept(published.content());
            contents.add(published.content());
        } else if (event instanceof Event.Related related) {
            replay.store().accept(related.relation());
        } else if (event instanceof Event.Did did) {
            replay.engagement(did.engagement());
        }
    }

    @Override
    public int[] page(Visit visit, int count) {
        Instant now = Instant.ofEpochMilli(visit.atMillis());
        replay.advance(now.minusMillis(visit.random().nextInt(SOONEST_MILLIS, LATEST_MILLIS)));
        contents.refresh(visit.atMillis());
        Memory memory = memories.computeIfAbsent(
                visit.viewer(), viewer -> new Memory(new ArrayList<>(), new LinkedHashMap<>()));
        if (visit.position() == 0) {
            memory.earlier.clear();
        }
        String feedId = visit.sessionId() + "-" + (visit.depth() - visit.position());
        Context context = new Context(
                now,
                visit.city().zone(),
                Surface.FOR_YOU,
                visit.sessionId(),
                memory.earlier.size(),
                visit.city().name(),
                "phone");
        Feed feed = pipeline.build(new FeedRequest(
                feedId,
                "vs" + visit.viewer(),
                count,
                context,
                List.copyOf(memory.earlier),
                memory.lately(visit.atMillis())));
        pipeline.served(feed, Surface.FOR_YOU);
        int[] chosen = new int[feed.items().size()];
        for (int i = 0; i < chosen.length; i++) {
            Placed item = feed.items().get(i);
            memory.earlier.add(item.earlier());
            memory.served.put(item.content().contentId(), visit.atMillis());
            chosen[i] = contents.number(item.content().contentId());
        }
        return chosen;
    }

    /** How much the feed remembers of what a viewer thought of contents. */
    int engagements(String viewerId) {
        return replay.store().viewer(viewerId).recent().size();
    }

    /** What it has given of what it promised to a share, 1 if all. */
    double kept(Share share) {
        return pipeline.ledger().given(share) / pipeline.ledger().promised(share);
    }

    @Override
    public String source() {
        return "feed";
    }
}
