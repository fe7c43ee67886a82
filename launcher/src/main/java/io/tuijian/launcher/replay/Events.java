package io.tuijian.launcher.replay;

import io.tuijian.features.Facts;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the rows of a log into records: a content that nobody knows when it is first met, the engagements with ids that
 * are the same whenever this log is replayed, and a relation for a follow. Not thread-safe.
 */
public final class Events {
    private static final long LONG_VIEW_MILLIS = 18_000;

    private final String name;
    private final Map<String, String> authors = new HashMap<>();
    private final Map<String, Long> durations = new HashMap<>();

    /**
     * What comes of one row.
     *
     * @param content null if it was known
     * @param relation null if the row is no follow
     */
    public record Of(Content content, List<Engagement> engagements, Relation relation) {}

    /**
     * @param name of the log, a part of every engagement's id
     */
    public Events(String name) {
        this.name = name;
    }

    /** This content is left as it is. */
    public void known(Content content) {
        authors.put(content.getId(), content.getAuthorId());
        durations.put(
                content.getId(),
                content.getVideo() == null ? 0 : content.getVideo().getDurationMillis());
    }

    public Of of(CsvLog.Row row) {
        Content content = null;
        if (!Facts.isAuthor(row.contentId()) && !authors.containsKey(row.contentId())) {
            content = content(row);
            known(content);
        }
        List<Engagement> engagements = new ArrayList<>(1);
        engagements.add(engagement(row, row.action()));
        if (row.action() == Action.WATCH && row.watchedMillis() != null) {
            derive(row, engagements);
        }
        return new Of(content, engagements, row.action() == Action.FOLLOW ? follow(row) : null);
    }

    /** As feed-api does: a long view from min(18 s, duration) on, the end from the duration on. */
    private void derive(CsvLog.Row row, List<Engagement> engagements) {
        long watched = row.watchedMillis();
        long duration =
                row.durationMillis() != null ? row.durationMillis() : durations.getOrDefault(row.contentId(), 0L);
        if (watched > 0 && watched >= (duration == 0 ? LONG_VIEW_MILLIS : Math.min(LONG_VIEW_MILLIS, duration))) {
            engagements.add(engagement(row, Action.LONG_VIEW));
        }
        if (duration > 0 && watched >= duration) {
            engagements.add(engagement(row, Action.FINISH));
        }
    }

    /** Without an author it is its own author's only one. */
    private static Content content(CsvLog.Row row) {
        boolean video = row.durationMillis() != null || row.watchedMillis() != null;
        ContentKind kind = row.kind() != null ? row.kind() : video ? ContentKind.SHORT_VIDEO : ContentKind.POST;
        return Content.newBuilder()
                .setId(row.contentId())
                .setAuthorId(row.authorId() == null ? "a" + row.contentId() : row.authorId())
                .setKind(kind)
                .setCreatedAt(row.at())
                .setText("")
                .setTopics(row.topics())
                .setProvenance(Provenance.REAL)
                .setVideo(
                        kind == ContentKind.SHORT_VIDEO
                                ? new VideoDetail(row.durationMillis() == null ? 0 : row.durationMillis())
                                : null)
                .build();
    }

    private Engagement engagement(CsvLog.Row row, Action action) {
        return Engagement.newBuilder()
                .setId(name + ":" + row.number() + ":" + action)
                .setViewerId(row.viewerId())
                .setContentId(row.contentId())
                .setAction(action)
                .setAt(row.at())
                .setReceivedAt(row.at())
                .setWatchedMillis(row.watchedMillis())
                .setAmountMinor(row.amountMinor())
                .setCurrency(row.currency())
                .setRating(row.rating())
                .setText(row.text())
                .setDevice(row.device())
                .setFeedId(row.feedId())
                .setPosition(row.position())
                .setSurface(row.surface() == null ? Surface.IMPORTED : row.surface())
                .setSessionId(row.sessionId())
                .setOrderId(row.orderId())
                .setOrigin(Origin.IMPORTED)
                .build();
    }

    private Relation follow(CsvLog.Row row) {
        String author = Facts.isAuthor(row.contentId()) ? row.contentId() : authors.get(row.contentId());
        return new Relation(row.viewerId(), RelationKind.FOLLOW, author, true, row.at(), null, Provenance.REAL, null);
    }
}
