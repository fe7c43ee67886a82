package io.tuijian.launcher.trainer;

import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Examples of a small platform, a page of ten at a time: each viewer watches one of five topics long, and little else. */
final class Pages {
    static final int ITEMS = 10;
    private static final int TOPICS = 5;
    private static final List<String> NAMES = FeatureSet.ALL.names();
    private static final List<Float> FEATURES = Collections.nCopies(NAMES.size(), .1f);

    private final Random random;
    private final int viewers;
    private int page;

    Pages(long seed, int viewers) {
        this.random = new Random(seed);
        this.viewers = viewers;
    }

    static String favourite(int viewer) {
        return "t" + viewer % TOPICS;
    }

    /** The next page, as its first rows say. */
    List<Example> next(Instant at) {
        int viewer = random.nextInt(viewers);
        List<Example> examples = new ArrayList<>();
        for (int item = 0; item < ITEMS; item++) {
            String topic = "t" + random.nextInt(TOPICS);
            boolean watched = random.nextDouble() < (topic.equals(favourite(viewer)) ? .9 : .1);
            examples.add(example("f" + page, viewer, item, topic, watched, at));
        }
        page++;
        return examples;
    }

    static Example example(String feed, int viewer, int item, String topic, boolean watched, Instant at) {
        return Example.newBuilder()
                .setId(feed + "|c" + item)
                .setFeedId(feed)
                .setViewerId("v" + viewer)
                .setContentId("c" + item)
                .setAuthorId("a" + item)
                .setKind(ContentKind.SHORT_VIDEO)
                .setSurface(Surface.FOR_YOU)
                .setServedAt(at)
                .setPosition(item)
                .setFeatureNames(NAMES)
                .setFeatures(FEATURES)
                .setLabels(watched ? Map.of("SEEN", 1.0, "LONG_VIEW", 1.0) : Map.of("SEEN", 1.0))
                .setWatchedMillis(0)
                .setTopics(List.of(topic))
                .build();
    }

    /** What comes later: the viewer watched it long after all, or took that back. */
    static Example corrected(Example example) {
        boolean watched = example.getLabels().containsKey("LONG_VIEW");
        return Example.newBuilder(example)
                .setLabels(watched ? Map.of("SEEN", 1.0) : Map.of("SEEN", 1.0, "LONG_VIEW", 1.0))
                .setCorrection(example.getCorrection() + 1)
                .build();
    }
}
