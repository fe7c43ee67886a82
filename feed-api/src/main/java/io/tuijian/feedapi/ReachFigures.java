package io.tuijian.feedapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.WatchTimes;
import io.tuijian.schemas.Action;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was reached, as clients see it; what is not known or may not be told is left out.
 *
 * @param uniqueViewers an estimate once there are many, and never more than {@code seen}
 * @param newViewers who had never seen anything of the author before; of authors and whole days alone
 * @param watch null if nobody watched
 * @param followersGained of authors alone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReachFigures(
        long served,
        long seen,
        long engaged,
        long uniqueViewers,
        Long newViewers,
        long watchedMillis,
        Watch watch,
        Map<String, Long> actions,
        Map<String, Long> salesMinor,
        Map<String, Long> refundsMinor,
        Map<String, Long> commissionMinor,
        Long followersGained,
        Long followersLost) {
    static final ReachFigures NONE =
            new ReachFigures(0, 0, 0, 0, null, 0, null, Map.of(), Map.of(), Map.of(), Map.of(), 0L, 0L);

    /**
     * @param newViewers null if they are not known or may not be told
     * @param ofAuthor whether this is all of an author
     */
    static ReachFigures of(Reach reach, Long newViewers, boolean ofAuthor) {
        return of(reach, reach.viewers().count(), newViewers, ofAuthor);
    }

    /** The same, its viewers counted before. */
    static ReachFigures of(Reach reach, long uniqueViewers, Long newViewers, boolean ofAuthor) {
        Map<String, Long> actions = new LinkedHashMap<>();
        for (Action action : Action.values()) {
            if (action != Action.SEEN && reach.count(action) != 0) {
                actions.put(action.name(), reach.count(action));
            }
        }
        WatchTimes watches = reach.watches();
        return new ReachFigures(
                reach.served(),
                reach.seen(),
                reach.engaged(),
                Math.min(reach.seen(), uniqueViewers), // an estimate may overshoot
                newViewers,
                reach.watchedMillis(),
                watches.count() <= 0 ? null : new Watch(watches.quantileMillis(.5), watches.quantileMillis(.9)),
                actions,
                reach.salesMinor(),
                reach.refundsMinor(),
                reach.commissionMinor(),
                ofAuthor ? reach.followersGained() : null,
                ofAuthor ? reach.followersLost() : null);
    }

    /** How long viewers watched at a time: half of them at most p50, nine of ten at most p90. */
    record Watch(long p50Millis, long p90Millis) {}
}
