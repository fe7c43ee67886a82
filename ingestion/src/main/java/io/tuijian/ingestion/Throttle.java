package io.tuijian.ingestion;

import java.io.IOException;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.TimerService;

/**
 * Says of the current key when it may be emitted: the first change at once, further ones together when the pace
 * allows. A change that is not emitted has a timer that will emit it.
 */
final class Throttle {
    /**
     * One key's turn, in processing time.
     *
     * @param quietUntil no emission before this moment
     * @param due when a timer will emit, 0 if none waits
     */
    public record Turn(long quietUntil, long due) {}

    private static final Turn FRESH = new Turn(0, 0);

    private final Pace pace;
    private final ValueState<Turn> turns;

    Throttle(Pace pace, RuntimeContext context) {
        this.pace = pace;
        this.turns = context.getState(new ValueStateDescriptor<>("turn", Turn.class));
    }

    /** After a change by an event of this time: true if the key is to be emitted now. */
    boolean changed(TimerService timers, long atMillis) throws IOException {
        Turn turn = turns.value() == null ? FRESH : turns.value();
        long now = timers.currentProcessingTime();
        boolean live = pace.isLive(atMillis, now);
        if (live && now >= turn.quietUntil) {
            turns.update(new Turn(now + pace.live(), 0));
            return true;
        }
        long due = live ? turn.quietUntil : Math.max(turn.quietUntil, now + pace.catchUp());
        if (turn.due == 0 || turn.due > due) {
            timers.registerProcessingTimeTimer(due);
            turns.update(new Turn(turn.quietUntil, due));
        }
        return false;
    }

    /** On a timer: true if the key is to be emitted now, false if something newer has taken its place. */
    boolean timer(TimerService timers, long timestamp) throws IOException {
        Turn turn = turns.value();
        if (turn == null || turn.due != timestamp) {
            return false;
        }
        emitted(timers);
        return true;
    }

    /** The key is emitted without being asked. */
    void emitted(TimerService timers) throws IOException {
        turns.update(new Turn(timers.currentProcessingTime() + pace.live(), 0));
    }
}
