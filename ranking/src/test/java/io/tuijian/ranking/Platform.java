package io.tuijian.ranking;

import io.tuijian.features.Facts;
import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Outcome;
import io.tuijian.features.Story;
import io.tuijian.models.PopularityModel;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A small platform in memory: contents, people, what they did, and the feed over all that. */
final class Platform {
    final InMemoryFeatureStore store = new InMemoryFeatureStore();
    final InMemoryContentIndex index = new InMemoryContentIndex(store);
    private final PopularityModel model = new PopularityModel();
    private int outcomes;

    Platform holds(Story.Told... contents) {
        for (Story.Told content : contents) {
            store.accept(content.told());
        }
        return this;
    }

    Platform holds(Relation... relations) {
        for (Relation relation : relations) {
            store.accept(relation);
        }
        return this;
    }

    /** The viewer did this with the content. */
    Platform did(String viewerId, Action action, String contentId, Instant at) {
        Content content = store.content(contentId);
        Outcome outcome = Story.outcome("e" + outcomes++, viewerId, action, content, at);
        store.accept(store.viewer(viewerId).after(outcome));
        store.accept(store.contentState(contentId).after(outcome));
        store.accept(store.author(Facts.of(content).authorId()).after(outcome));
        return this;
    }

    void did(World.Deed deed) {
        did(deed.viewerId(), deed.action(), deed.contentId(), deed.at());
    }

    /** What changed in its world changes here. */
    void turn(World.Change change) {
        change.contents().forEach(store::accept);
        change.relations().forEach(store::accept);
    }

    FeedPipeline feed() {
        return feed(index);
    }

    /** The feed over another index, with the one in memory as the last resort. */
    FeedPipeline feed(ContentIndex other) {
        return new FeedPipeline(new FeedPipeline.Parts(other, index, store, () -> model));
    }

    Scroll scroll(String viewerId, Surface surface) {
        return new Scroll(feed(), viewerId, surface, Set.of());
    }

    /** Page after page of one feed, as a cursor remembers them. */
    static final class Scroll {
        final List<FeedRequest.Earlier> earlier = new ArrayList<>();
        private final FeedPipeline pipeline;
        private final String viewerId;
        private final Surface surface;
        private final Set<String> servedLately;

        Scroll(FeedPipeline pipeline, String viewerId, Surface surface, Set<String> servedLately) {
            this.pipeline = pipeline;
            this.viewerId = viewerId;
            this.surface = surface;
            this.servedLately = servedLately;
        }

        Feed page(int limit, Instant now) {
            Feed feed = pipeline.build(new FeedRequest(
                    "f1", viewerId, limit, Story.context(surface, now), List.copyOf(earlier), servedLately));
            pipeline.served(feed, surface);
            for (Placed item : feed.items()) {
                earlier.add(item.earlier());
            }
            return feed;
        }
    }
}
