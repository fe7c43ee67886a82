package io.tuijian.launcher.bench;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.ContentState;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.ItemDetail;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import io.tuijian.schemas.Visibility;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A seeded log: viewers meet contents whose popularity follows Zipf's law, independently of each other, and about one
 * engagement in a hundred comes twice.
 *
 * @param engagements how many rows, duplicates included
 * @param from time of the first row
 * @param to time of the last row
 */
record EngagementLog(long seed, int engagements, int viewers, int contents, int authors, Instant from, Instant to) {
    private static final double DUPLICATES = 0.01;
    private static final int DUPLICATE_AFTER = 1_000;
    private static final List<Optional> OPTIONAL = List.of(
            new Optional(Action.OPEN, 0.3),
            new Optional(Action.LONG_VIEW, 0.35),
            new Optional(Action.FINISH, 0.15),
            new Optional(Action.LIKE, 0.06),
            new Optional(Action.COMMENT, 0.015),
            new Optional(Action.SHARE, 0.01),
            new Optional(Action.FAVORITE, 0.01),
            new Optional(Action.PURCHASE, 0.003),
            new Optional(Action.HIDE, 0.005));

    /** What may come of an impression that was seen and watched. */
    private record Optional(Action action, double probability) {}

    /** The author of a content, as fast as it can be found. */
    static int author(int content, int authors) {
        return (int) (content * 2_654_435_761L % authors);
    }

    Content content(int i) {
        boolean shop = i % 10 == 0;
        return Content.newBuilder()
                .setId("c" + i)
                .setAuthorId("a" + author(i, authors))
                .setKind(shop ? ContentKind.SHOP_ITEM : ContentKind.SHORT_VIDEO)
                .setCreatedAt(from)
                .setText("Content " + i)
                .setTopics(List.of("t" + i % 40, "t" + (40 + i % 11)))
                .setVisibility(Visibility.PUBLIC)
                .setState(ContentState.LIVE)
                .setVideo(shop ? null : new VideoDetail(5_000L + i % 50 * 1_000))
                .setItem(shop ? new ItemDetail(9_900L, "CNY", null, "s1", null) : null)
                .setVersion(1)
                .setProvenance(Provenance.GENERATED)
                .build();
    }

    /** Hands over every row in order, and returns how many of them count. */
    long play(Consumer<Engagement> rows) {
        Random random = new Random(seed);
        double[] popularity = popularity();
        long span = to.toEpochMilli() - from.toEpochMilli();
        Deque<Engagement> again = new ArrayDeque<>();
        Set<String> once = new HashSet<>();
        long counted = 0;
        for (int row = 0; row < engagements; ) {
            String viewer = "v" + (int) (viewers * Math.pow(random.nextDouble(), 1.3));
            String content = "c" + content(popularity, random);
            String feed = Long.toHexString(random.nextLong());
            Instant at = from.plusMillis(span * row / engagements);
            for (int i = -2; i < OPTIONAL.size() && row < engagements; i++) {
                Action action = i == -2 ? Action.SEEN : i == -1 ? Action.WATCH : OPTIONAL.get(i).action;
                if (i >= 0 && random.nextDouble() >= OPTIONAL.get(i).probability) {
                    continue;
                }
                Engagement engagement = engagement(random, viewer, content, feed, action, at);
                rows.accept(engagement);
                row++;
                boolean onceOnly = action == Action.LIKE || action == Action.FAVORITE;
                if (!onceOnly || once.add(viewer + action + content)) {
                    counted++;
                }
                if (random.nextDouble() < DUPLICATES) {
                    again.add(engagement);
                }
                if (again.size() > DUPLICATE_AFTER * DUPLICATES && row < engagements) {
                    rows.accept(again.remove());
                    row++;
                }
            }
        }
        return counted;
    }

    private Engagement engagement(
            Random random, String viewer, String content, String feed, Action action, Instant at) {
        return Engagement.newBuilder()
                .setId(Long.toHexString(random.nextLong()))
                .setViewerId(viewer)
                .setContentId(content)
                .setAction(action)
                .setAt(at)
                .setReceivedAt(at)
                .setWatchedMillis(action == Action.SEEN ? null : (long) random.nextInt(30_000))
                .setAmountMinor(action == Action.PURCHASE ? 9_900L : null)
                .setCurrency(action == Action.PURCHASE ? "CNY" : null)
                .setFeedId(feed)
                .setPosition(random.nextInt(20))
                .setSurface(Surface.FOR_YOU)
                .setOrigin(Origin.LIVE)
                .build();
    }

    /** Cumulated weights of the contents: the i-th is 1/i as popular as the first. */
    private double[] popularity() {
        double[] cumulated = new double[contents];
        double sum = 0;
        for (int i = 0; i < contents; i++) {
            sum += 1.0 / (i + 1);
            cumulated[i] = sum;
        }
        return cumulated;
    }

    private static int content(double[] popularity, Random random) {
        int found = Arrays.binarySearch(popularity, random.nextDouble() * popularity[popularity.length - 1]);
        return Math.min(popularity.length - 1, found < 0 ? -found - 1 : found);
    }
}
