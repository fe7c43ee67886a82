package io.tuijian.features;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ActionCount;
import io.tuijian.schemas.ActionCountsState;
import io.tuijian.schemas.AuthorStateRecord;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.KeyedCounts;
import io.tuijian.schemas.RecentEngagement;
import io.tuijian.schemas.SeenContent;
import io.tuijian.schemas.ViewerStateRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** States as records of their topics and back, without loss. */
public final class StateRecords {
    private static final HalfLife[] HALF_LIVES = HalfLife.values();

    private StateRecords() {}

    public static ViewerStateRecord of(ViewerState state) {
        return new ViewerStateRecord(
                state.viewerId(),
                of(state.counts()),
                of(state.byKind()),
                of(state.byTopic()),
                of(state.byAuthor()),
                state.recent().stream().map(StateRecords::of).toList(),
                state.seen().stream()
                        .map(seen -> new SeenContent(seen.contentId(), seen.atMillis()))
                        .toList(),
                state.events(),
                state.updatedAtMillis());
    }

    public static ViewerState of(ViewerStateRecord record) {
        return new ViewerState(
                record.getViewerId(),
                of(record.getCounts()),
                keyed(record.getByKind()),
                keyed(record.getByTopic()),
                keyed(record.getByAuthor()),
                record.getRecent().stream().map(StateRecords::of).toList(),
                record.getSeen().stream()
                        .map(seen -> new ViewerState.Seen(seen.getContentId(), seen.getAtMillis()))
                        .toList(),
                record.getEvents(),
                record.getUpdatedAtMillis());
    }

    public static ContentStateRecord of(ContentState state) {
        return new ContentStateRecord(state.contentId(), of(state.counts()), state.events(), state.updatedAtMillis());
    }

    public static ContentState of(ContentStateRecord record) {
        return new ContentState(
                record.getContentId(), of(record.getCounts()), record.getEvents(), record.getUpdatedAtMillis());
    }

    public static AuthorStateRecord of(AuthorState state) {
        return new AuthorStateRecord(state.authorId(), of(state.counts()), state.events(), state.updatedAtMillis());
    }

    public static AuthorState of(AuthorStateRecord record) {
        return new AuthorState(
                record.getAuthorId(), of(record.getCounts()), record.getEvents(), record.getUpdatedAtMillis());
    }

    public static RecentEngagement of(ViewerState.Recent recent) {
        return new RecentEngagement(
                recent.contentId(),
                recent.authorId(),
                recent.kind(),
                recent.topics(),
                recent.action(),
                Instant.ofEpochMilli(recent.atMillis()),
                recent.watchedMillis(),
                recent.id());
    }

    public static ViewerState.Recent of(RecentEngagement record) {
        return new ViewerState.Recent(
                record.getId(),
                record.getContentId(),
                record.getAuthorId(),
                record.getKind(),
                List.copyOf(record.getTopics()),
                record.getAction(),
                record.getAt().toEpochMilli(),
                record.getWatchedMillis());
    }

    public static ActionCountsState of(ActionCounts counts) {
        Action[] actions = counts.actions();
        List<ActionCount> list = new ArrayList<>(actions.length);
        for (int i = 0; i < actions.length; i++) {
            list.add(new ActionCount(
                    actions[i],
                    counts.sum(i, HalfLife.ALWAYS),
                    counts.sum(i, HalfLife.HOUR),
                    counts.sum(i, HalfLife.DAY),
                    counts.sum(i, HalfLife.WEEK),
                    counts.sum(i, HalfLife.MONTH)));
        }
        return new ActionCountsState(counts.asOfMillis(), list, counts.watchedMillis(), counts.durationMillis());
    }

    public static ActionCounts of(ActionCountsState record) {
        List<ActionCount> list = record.getCounts();
        Action[] actions = new Action[list.size()];
        double[] sums = new double[actions.length * HALF_LIVES.length];
        for (int i = 0; i < actions.length; i++) {
            ActionCount count = list.get(i);
            actions[i] = count.getAction();
            int at = i * HALF_LIVES.length;
            sums[at + HalfLife.ALWAYS.ordinal()] = count.getAlways();
            sums[at + HalfLife.HOUR.ordinal()] = count.getHour();
            sums[at + HalfLife.DAY.ordinal()] = count.getDay();
            sums[at + HalfLife.WEEK.ordinal()] = count.getWeek();
            sums[at + HalfLife.MONTH.ordinal()] = count.getMonth();
        }
        return ActionCounts.restored(
                record.getAsOfMillis(), actions, sums, record.getWatchedMillis(), record.getDurationMillis());
    }

    private static List<KeyedCounts> of(List<ViewerState.Keyed> keyed) {
        return keyed.stream()
                .map(entry -> new KeyedCounts(entry.key(), of(entry.counts())))
                .toList();
    }

    private static List<ViewerState.Keyed> keyed(List<KeyedCounts> records) {
        return records.stream()
                .map(entry -> new ViewerState.Keyed(entry.getKey(), of(entry.getCounts())))
                .toList();
    }
}
