package io.tuijian.ingestion;

import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Topic;
import java.io.Serializable;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Decodes and checks what a topic brought; what cannot be used goes to {@link #DEAD} with its reason. */
final class Decode<T, O> extends ProcessFunction<Raw, O> {
    private static final long serialVersionUID = 1;

    /** Inputs that could not be used. */
    static final OutputTag<DeadLetter> DEAD = new OutputTag<>("dead-letters", Encoding.DEAD_LETTER);

    /** What is wrong with a record, or null. */
    interface Check<T> extends Serializable {
        String problem(T record, Instant now);
    }

    /** The record in what a topic brought. */
    interface Reading<T> extends Serializable {
        T of(Raw raw) throws Topic.Undecodable;
    }

    /** What goes on of a record. */
    interface Onward<T, O> extends Serializable {
        void pass(T record, Raw raw, Collector<O> out);
    }

    private final Reading<T> reading;
    private final Check<T> check;
    private final Onward<T, O> onward;
    private transient Counter dead;

    Decode(Encoding<T> encoding, Check<T> check, Onward<T, O> onward) {
        this(raw -> encoding.decode(raw.value()), check, onward);
    }

    Decode(Reading<T> reading, Check<T> check, Onward<T, O> onward) {
        this.reading = reading;
        this.check = check;
        this.onward = onward;
    }

    @Override
    public void open(OpenContext context) {
        dead = getRuntimeContext().getMetricGroup().counter("deadLetters");
    }

    @Override
    public void processElement(Raw raw, Context context, Collector<O> out) {
        Instant now = Instant.ofEpochMilli(context.timerService().currentProcessingTime());
        String problem;
        try {
            T record = reading.of(raw);
            problem = check.problem(record, now);
            if (problem == null) {
                onward.pass(record, raw, out);
            }
        } catch (Topic.Undecodable e) {
            problem = e.getMessage();
        }
        if (problem != null) {
            dead.inc();
            context.output(DEAD, raw.deadLetter(problem, now));
        }
    }
}
