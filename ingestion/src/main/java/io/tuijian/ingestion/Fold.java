package io.tuijian.ingestion;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Folds the events of each key into a state, however late they are, and emits the whole state at a pace. */
final class Fold<E, S> extends KeyedProcessFunction<String, E, S> {
    private static final long serialVersionUID = 1;

    /** A pure fold. */
    interface Step<E, S> extends Serializable {
        S after(S state, E event);
    }

    /** The state before the first event of a key. */
    interface Start<E, S> extends Serializable {
        S of(E event);
    }

    /** The time of an event, epoch milliseconds. */
    interface Time<E> extends Serializable {
        long of(E event);
    }

    private final Encoding<S> encoding;
    private final Pace pace;
    private final Start<E, S> start;
    private final Step<E, S> step;
    private final Time<E> time;
    private transient ValueState<S> states;
    private transient Throttle throttle;

    Fold(Encoding<S> encoding, Pace pace, Start<E, S> start, Step<E, S> step, Time<E> time) {
        this.encoding = encoding;
        this.pace = pace;
        this.start = start;
        this.step = step;
        this.time = time;
    }

    @Override
    public void open(OpenContext context) {
        states = getRuntimeContext().getState(new ValueStateDescriptor<>("state", encoding));
        throttle = new Throttle(pace, getRuntimeContext());
    }

    @Override
    public void processElement(E event, Context context, Collector<S> out) throws IOException {
        S state = states.value();
        S next = step.after(state == null ? start.of(event) : state, event);
        states.update(next);
        if (throttle.changed(context.timerService(), time.of(event))) {
            out.collect(next);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<S> out) throws IOException {
        if (throttle.timer(context.timerService(), timestamp)) {
            out.collect(states.value());
        }
    }
}
