package io.tuijian.launcher.replay;

import io.tuijian.features.FeatureReplay;
import io.tuijian.features.FeatureSet;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a set of features would have said of every page in an archive when it was served, had the set been there then: from
 * what could be known strictly before; of a relation that changed several times, only the last change is known. Reads the
 * archive twice, and holds its engagements in memory.
 */
public final class Backfill {
    private Backfill() {}

    /**
     * Replays the archive to its end.
     *
     * @param rows takes each served item, with what the viewer did with it on that page; null for the states alone
     * @return the replay, whose store has the states at the end of the archive
     * @throws java.io.UncheckedIOException with one line that names a damaged file
     */
    public static FeatureReplay over(Archive archive, FeatureSet set, Consumer<FeatureReplay.Row> rows) {
        return replayed(archive, new FeatureReplay(set, List.of()), rows);
    }

    /**
     * The rows of the archive to train on and to judge by, over a set of features.
     *
     * @param judgedFrom from when on rows judge
     * @param most rows, the newest
     */
    public static TrainingSet rows(Archive archive, FeatureSet set, Instant judgedFrom, int most) {
        FeatureReplay replay = new FeatureReplay(set, List.of());
        TrainingSet.Collector rows = new TrainingSet.Collector(set, replay.store(), judgedFrom, most);
        replayed(archive, replay, rows);
        return rows.set();
    }

    private static FeatureReplay replayed(Archive archive, FeatureReplay replay, Consumer<FeatureReplay.Row> rows) {
        Set<String> pages = new HashSet<>();
        Map<String, List<Engagement>> ofPage = new HashMap<>();
        Queue<Relation> relations = new PriorityQueue<>(Comparator.comparing(Relation::getAt));
        archive.read(Newest.contents(), Newest.relations(), new Archive.Sink() {
            @Override
            public void content(Content content) {}

            @Override
            public void relation(Relation relation) {
                relations.add(relation);
            }

            @Override
            public void served(Served served) {
                pages.add(page(served.getViewerId(), served.getFeedId()));
            }

            @Override
            public void engagement(Engagement engagement) {
                if (engagement.getFeedId() != null) {
                    ofPage.computeIfAbsent(
                                    page(engagement.getViewerId(), engagement.getFeedId()), first -> new ArrayList<>())
                            .add(engagement);
                }
            }
        });
        archive.read(Newest.contents(), Newest.relations(), new Archive.Sink() {
            @Override
            public void content(Content content) {
                replay.store().accept(content);
            }

            @Override
            public void relation(Relation relation) {}

            @Override
            public void served(Served served) {
                while (!relations.isEmpty() && relations.peek().getAt().isBefore(served.getAt())) {
                    replay.store().accept(relations.remove());
                }
                List<Engagement> did = ofPage.remove(page(served.getViewerId(), served.getFeedId()));
                replay.page(served, did == null ? List.of() : did, rows);
            }

            @Override
            public void engagement(Engagement engagement) {
                if (engagement.getFeedId() == null
                        || !pages.contains(page(engagement.getViewerId(), engagement.getFeedId()))) {
                    replay.engagement(engagement);
                }
            }
        });
        replay.finish();
        relations.forEach(replay.store()::accept);
        return replay;
    }

    private static String page(String viewerId, String feedId) {
        return viewerId + "|" + feedId;
    }
}
