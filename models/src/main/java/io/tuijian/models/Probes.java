package io.tuijian.models;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.Features;
import io.tuijian.features.Outcome;
import io.tuijian.features.Relations;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VideoDetail;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Requests as a server would put them to a model, made of viewers and contents that occur in rows, and the rows that
 * would be logged for them: both ways to ask a model must give the same answer.
 */
final class Probes {
    private static final int VIEWERS = 8;
    private static final int CANDIDATES = 8;
    private static final long TEN_SECONDS = 10_000;

    private Probes() {}

    /** One page of candidates per viewer; the viewers and contents are spread over the rows. */
    static List<List<FeatureInput>> of(TrainingSet rows) {
        List<List<FeatureInput>> pages = new ArrayList<>();
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            TrainingSet.Row of = rows.row((int) ((long) viewer * rows.size() / VIEWERS));
            ViewerState state = ViewerState.empty(of.viewerId());
            for (int i = of.recent().size() - 1; i >= 0; i--) {
                state = state.after(outcome(of.viewerId(), of.recent().get(i)));
            }
            Relations relations = new Relations();
            Context context = new Context(
                    Instant.ofEpochMilli(of.servedAtMillis()), ZoneOffset.UTC, surface(of), null, 0, null, null);
            List<FeatureInput> page = new ArrayList<>();
            for (int candidate = 0; candidate < CANDIDATES; candidate++) {
                long at = (long) (viewer + candidate * VIEWERS) * rows.size() / (VIEWERS * CANDIDATES);
                page.add(candidate(state, relations, rows.row((int) at), context));
            }
            pages.add(page);
        }
        return pages;
    }

    /** What would be logged of this candidate, without labels. */
    static TrainingSet.Row row(FeatureInput input, Features features) {
        long now = input.context().now().toEpochMilli();
        Content content = input.content();
        return new TrainingSet.Row(
                input.viewer().viewerId(),
                content.getId(),
                content.getAuthorId(),
                content.getKind(),
                content.getTopics(),
                input.context().surface().name(),
                now,
                now,
                0,
                1,
                features.dense(),
                features.recent()
                        .subList(
                                0,
                                Math.min(
                                        TrainingSet.Row.RECENT,
                                        features.recent().size())),
                0,
                Float.NaN,
                PopularityModel.byHead(input.contentState(), input.author()));
    }

    private static FeatureInput candidate(
            ViewerState viewer, Relations relations, TrainingSet.Row row, Context context) {
        Content content = Content.newBuilder()
                .setId(row.contentId())
                .setAuthorId(row.authorId())
                .setKind(row.kind())
                .setCreatedAt(context.now().minusSeconds(3600))
                .setText("")
                .setTopics(row.topics())
                .setVideo(row.kind() == ContentKind.SHORT_VIDEO ? new VideoDetail(TEN_SECONDS) : null)
                .build();
        return new FeatureInput(
                viewer,
                relations,
                content,
                ContentState.empty(row.contentId()),
                AuthorState.empty(row.authorId()),
                context);
    }

    private static Outcome outcome(String viewer, ViewerState.Recent recent) {
        return new Outcome(
                recent.contentId() + recent.action() + recent.atMillis(),
                viewer,
                recent.contentId(),
                recent.authorId(),
                recent.kind(),
                recent.topics(),
                recent.action(),
                1,
                recent.atMillis(),
                recent.watchedMillis(),
                TEN_SECONDS,
                0,
                "");
    }

    private static Surface surface(TrainingSet.Row row) {
        return Arrays.stream(Surface.values())
                .filter(surface -> surface.name().equals(row.surface()))
                .findFirst()
                .orElse(Surface.FOR_YOU);
    }
}
