package io.tuijian.ingestion;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/** A seeded platform: contents by a few authors, and what viewers did with what they were shown. */
record World(long seed, int viewers, int contents, int impressions, Instant from, Instant to) {
    static Content video(String id, String author) {
        return Content.newBuilder()
                .setId(id)
                .setAuthorId(author)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(Instant.parse("2022-04-01T00:00:00Z"))
                .setText("A short video of " + author)
                .setTopics(List.of("t1"))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .setVideo(new VideoDetail(20_000L))
                .setVersion(1)
                .build();
    }

    static Engagement engagement(String id, String viewer, String content, Action action, Instant at) {
        return Engagement.newBuilder()
                .setId(id)
                .setViewerId(viewer)
                .setContentId(content)
                .setAction(action)
                .setAt(at)
                .setReceivedAt(at)
                .setWatchedMillis(action == Action.WATCH ? 7_000L : null)
                .setAmountMinor(action == Action.PURCHASE ? 9_900L : null)
                .setCurrency(action == Action.PURCHASE ? "CNY" : null)
                .build();
    }

    Content content(int i) {
        boolean shop = i % 10 == 0;
        return Content.newBuilder(video("c" + i, "a" + i % Math.max(1, contents / 3)))
                .setKind(shop ? ContentKind.SHOP_ITEM : ContentKind.SHORT_VIDEO)
                .setTopics(List.of("t" + i % 20, "t" + (20 + i % 7)))
                .setVideo(shop ? null : new VideoDetail(5_000L + i % 50 * 1_000))
                .setItem(shop ? new ItemDetail(9_900L, "CNY", null, "s1", null) : null)
                .build();
    }

    /** Every page in the order of serving, with one item, and what came of it. */
    void play(BiConsumer<Served, List<Engagement>> pages) {
        Random random = new Random(seed);
        long span = Duration.between(from, to).toMillis();
        for (int i = 0; i < impressions; i++) {
            String viewer = "v" + (int) (viewers * Math.pow(random.nextDouble(), 1.5));
            Content content = content((int) (contents * Math.pow(random.nextDouble(), 2)));
            Instant at = from.plusMillis(span * i / impressions);
            String feed = "f" + i;
            pages.accept(served(feed, viewer, content, at), engagements(random, i, feed, viewer, content.getId(), at));
        }
    }

    private static Served served(String feed, String viewer, Content content, Instant at) {
        return Served.newBuilder()
                .setFeedId(feed)
                .setViewerId(viewer)
                .setAt(at)
                .setSurface(Surface.IMPORTED)
                .setOrigin(Origin.IMPORTED)
                .setItems(List.of(ServedItem.newBuilder()
                        .setContentId(content.getId())
                        .setAuthorId(content.getAuthorId())
                        .setPosition(0)
                        .setSource("log")
                        .setScore(0)
                        .build()))
                .build();
    }

    private static List<Engagement> engagements(
            Random random, int page, String feed, String viewer, String content, Instant at) {
        List<Action> actions = new ArrayList<>(List.of(Action.SEEN, Action.WATCH));
        add(actions, random, Action.LONG_VIEW, 0.35);
        add(actions, random, Action.OPEN, 0.4);
        add(actions, random, Action.LIKE, 0.03);
        add(actions, random, Action.COMMENT, 0.01);
        add(actions, random, Action.FOLLOW, 0.01);
        add(actions, random, Action.PURCHASE, 0.01);
        add(actions, random, Action.HIDE, 0.005);
        List<Engagement> all = new ArrayList<>(actions.size());
        for (Action action : actions) {
            all.add(Engagement.newBuilder(engagement(page + "-" + action, viewer, content, action, at))
                    .setWatchedMillis(action == Action.SEEN ? null : (long) random.nextInt(30_000))
                    .setText(action == Action.COMMENT ? "what I say of " + content : null)
                    .setFeedId(feed)
                    .setPosition(0)
                    .setOrigin(Origin.IMPORTED)
                    .build());
        }
        return all;
    }

    private static void add(List<Action> actions, Random random, Action action, double probability) {
        if (random.nextDouble() < probability) {
            actions.add(action);
        }
    }
}
