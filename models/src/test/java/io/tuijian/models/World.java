package io.tuijian.models;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small log through the real replay: twenty viewers who each finish one of four topics. */
public final class World {
    public static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    public static final Instant JUDGED_FROM = START.plus(Duration.ofMinutes(1200));
    public static final Instant END = START.plus(Duration.ofMinutes(2000));

    public final List<Content> contents = new ArrayList<>();
    public final FeatureReplay replay;
    public final TrainingSet.Collector collector;

    public World(long seed) {
        this(seed, 10_000);
    }

    World(long seed, int bound) {
        for (int i = 0; i < 40; i++) {
            contents.add(Content.newBuilder()
                    .setId("c" + i)
                    .setAuthorId("a" + i / 2)
                    .setKind(ContentKind.SHORT_VIDEO)
                    .setCreatedAt(START)
                    .setText("")
                    .setTopics(List.of("t" + i % 4))
                    .setVideo(new VideoDetail(10_000L + i))
                    .build());
        }
        replay = new FeatureReplay(FeatureSet.ALL, contents);
        collector = new TrainingSet.Collector(replay.store(), JUDGED_FROM, bound);
        Random random = new Random(seed);
        for (int minute = 0; minute < 2000; minute++) {
            int viewer = random.nextInt(20);
            Content content = contents.get(random.nextInt(contents.size()));
            Instant at = START.plus(Duration.ofMinutes(minute));
            List<Engagement> engagements = new ArrayList<>();
            engagements.add(engagement(minute, viewer, content, at, Action.SEEN));
            if (content.getTopics().contains("t" + viewer % 4) && random.nextInt(10) > 0) {
                engagements.add(engagement(minute, viewer, content, at, Action.LONG_VIEW));
            }
            Served served = Served.newBuilder()
                    .setFeedId("f" + minute)
                    .setViewerId("v" + viewer)
                    .setAt(at)
                    .setSurface(Surface.FOR_YOU)
                    .setItems(List.of(ServedItem.newBuilder()
                            .setContentId(content.getId())
                            .setAuthorId(content.getAuthorId())
                            .setPosition(0)
                            .setSource("trending")
                            .setScore(0)
                            .build()))
                    .build();
            replay.page(served, engagements, collector);
        }
    }

    private static Engagement engagement(int minute, int viewer, Content content, Instant at, Action action) {
        return Engagement.newBuilder()
                .setId(minute + "-" + action)
                .setViewerId("v" + viewer)
                .setContentId(content.getId())
                .setFeedId("f" + minute)
                .setAction(action)
                .setAt(at)
                .setReceivedAt(at)
                .build();
    }
}
