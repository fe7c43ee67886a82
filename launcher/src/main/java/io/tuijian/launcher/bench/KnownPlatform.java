package io.tuijian.launcher.bench;

import io.tuijian.features.ActionCounts;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.CountOnce;
import io.tuijian.features.Facts;
import io.tuijian.features.Outcome;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.VideoDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * States of a platform as they are after some weeks, from a seed: how many sights a viewer has had is log-normal around
 * forty (KuaiRand: 52 on average), popularity of contents is skewed.
 */
final class KnownPlatform {
    private static final int DISTINCT = 2_000;
    private static final int MEDIAN_SIGHTS = 40;
    private static final double SPREAD = 1.2;
    private static final int MOST_SIGHTS = 1_500;
    private static final int TOPICS = 60;

    private final Random random;
    private final Instant now;
    private final int contents;
    private final int authors;
    private final List<ViewerState> viewers = new ArrayList<>();

    KnownPlatform(long seed, Instant now, int contents, int authors) {
        this.random = new Random(seed);
        this.now = now;
        this.contents = contents;
        this.authors = authors;
        for (int i = 0; i < DISTINCT; i++) {
            viewers.add(scrolled(ViewerState.empty("v" + i)));
        }
    }

    /** The content of this number. */
    Content content(int number) {
        return Content.newBuilder()
                .setId("c" + number)
                .setAuthorId("a" + number % authors)
                .setAuthorName("Author " + number % authors)
                .setKind(ContentKind.SHORT_VIDEO)
                .setCreatedAt(now.minus(Duration.ofMinutes(number)))
                .setText("A video about nothing in particular, number " + number)
                .setTopics(topics(number))
                .setVideo(new VideoDetail(15_000L + number % 60 * 1_000))
                .build();
    }

    private static List<String> topics(int number) {
        return List.of("t" + number % TOPICS, "t" + number / TOPICS % TOPICS);
    }

    /** One of some thousand different histories, under the id of this number. */
    ViewerState viewer(int number) {
        ViewerState like = viewers.get(number % DISTINCT);
        return new ViewerState(
                "v" + number,
                like.counts(),
                like.byKind(),
                like.byTopic(),
                like.byAuthor(),
                like.recent(),
                like.seen(),
                like.events(),
                like.updatedAtMillis(),
                like.firstAtMillis(),
                like.usualPrices());
    }

    ContentState contentState(int number) {
        ActionCounts counts = watched(number);
        return new ContentState("c" + number, counts, 40, counts.asOfMillis());
    }

    AuthorState author(int number) {
        ActionCounts counts = watched(number);
        return new AuthorState("a" + number, counts, 400, counts.asOfMillis());
    }

    /** Eight kinds of action, as anything has that people see. */
    private ActionCounts watched(int number) {
        ActionCounts counts = ActionCounts.NONE;
        List<Action> actions = List.of(
                Action.SEEN,
                Action.OPEN,
                Action.WATCH,
                Action.LONG_VIEW,
                Action.FINISH,
                Action.LIKE,
                Action.COMMENT,
                Action.HIDE);
        for (int i = 0; i < 40; i++) {
            long at = now.toEpochMilli() - (number % 1_000 + 40L - i) * 60_000;
            counts = counts.plus(ActionCounts.of(actions.get(i % 8), at, 1, 9_000, 15_000));
        }
        return counts;
    }

    private ViewerState scrolled(ViewerState viewer) {
        int sights = (int) Math.min(MOST_SIGHTS, Math.max(1, MEDIAN_SIGHTS * Math.exp(SPREAD * random.nextGaussian())));
        long at = now.toEpochMilli() - sights * 600_000L;
        ViewerState state = viewer;
        for (int i = 0; i < sights; i++) {
            double skewed = random.nextDouble();
            int number = (int) (skewed * skewed * skewed * contents);
            Facts facts = new Facts(
                    "c" + number,
                    "a" + number % authors,
                    ContentKind.SHORT_VIDEO,
                    topics(number),
                    15_000,
                    0,
                    "",
                    0,
                    null);
            at += random.nextInt(1_200_000);
            state = state.after(outcome(i + "s", viewer, facts, Action.SEEN, at, 0));
            if (random.nextInt(2) == 0) {
                state = state.after(outcome(i + "w", viewer, facts, Action.WATCH, at, random.nextInt(15_000)));
            }
            if (random.nextInt(4) == 0) {
                state = state.after(outcome(i + "v", viewer, facts, Action.LONG_VIEW, at, 0));
            }
            if (random.nextInt(20) == 0) {
                state = state.after(outcome(i + "l", viewer, facts, Action.LIKE, at, 0));
            }
        }
        return state;
    }

    private static Outcome outcome(String id, ViewerState viewer, Facts facts, Action action, long at, long watched) {
        return new CountOnce.Counted("e" + id, viewer.viewerId(), facts.contentId(), action, 1, at, watched).of(facts);
    }
}
