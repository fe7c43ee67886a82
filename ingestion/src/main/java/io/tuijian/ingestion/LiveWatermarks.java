package io.tuijian.ingestion;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The watermark of one partition: 10 seconds behind its newest record while there is something to read, and 10 seconds
 * behind the clock once there is not. There is nothing to read when a record was read within a minute of when it
 * happened and five quiet seconds followed, or after ten quiet minutes; time during which the reader is held back from
 * reading is not quiet. A partition from which nothing has come in 15 seconds holds nobody back. A step of a minute is
 * told before anything else is read, so that no checkpoint has read much further than it knows the time.
 */
final class LiveWatermarks<T> implements WatermarkGenerator<T> {
    static final Duration LATENESS = Duration.ofSeconds(10);
    static final Duration PROMPT = Duration.ofMinutes(1);
    static final Duration QUIET = Duration.ofSeconds(5);
    static final Duration LONG_QUIET = Duration.ofMinutes(10);
    static final Duration EMPTY = Duration.ofSeconds(15);
    static final Duration STEP = Duration.ofMinutes(1);
    private static final Duration DRIFT = Duration.ofDays(1);

    /** The time of a record, epoch milliseconds. */
    interface Time<T> extends Serializable {
        long of(T record);
    }

    /** Epoch milliseconds. */
    interface Now {
        long millis();
    }

    private final Now now;
    private final RelativeClock activity;
    private final boolean reads;
    private long newest = Long.MIN_VALUE;
    private long told = Long.MIN_VALUE;
    private long quietSince;
    private boolean live;

    /** @param reads whether records pass here; what sees none never tells the time */
    LiveWatermarks(Now now, RelativeClock activity, boolean reads) {
        this.now = now;
        this.activity = activity;
        this.reads = reads;
        this.quietSince = activity.relativeTimeMillis();
    }

    /** These watermarks; inputs of one group are read at most a day apart, in the time of their records. */
    static <T> WatermarkStrategy<T> strategy(String group, Time<T> time) {
        return WatermarkStrategy.<T>forGenerator(new OfSource<>())
                .withTimestampAssigner((record, appended) -> time.of(record))
                .withWatermarkAlignment(group, DRIFT);
    }

    /**
     * Each reader of a source asks first for the watermarks of its main output, which no record of a partition passes,
     * and then for those of each partition.
     */
    private static final class OfSource<T> implements WatermarkGeneratorSupplier<T> {
        private static final long serialVersionUID = 1;
        private transient boolean asked;

        @Override
        public WatermarkGenerator<T> createWatermarkGenerator(Context context) {
            boolean partition = asked;
            asked = true;
            return new LiveWatermarks<>(System::currentTimeMillis, context.getInputActivityClock(), partition);
        }
    }

    @Override
    public void onEvent(T event, long timestamp, WatermarkOutput output) {
        long millis = now.millis();
        newest = Math.max(newest, Math.min(timestamp, millis));
        quietSince = activity.relativeTimeMillis();
        live |= millis - timestamp <= PROMPT.toMillis();
        if (told == Long.MIN_VALUE || newest - told >= STEP.toMillis()) {
            tell(output);
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        long quiet = activity.relativeTimeMillis() - quietSince;
        live |= reads && quiet > LONG_QUIET.toMillis();
        if (live && quiet > QUIET.toMillis()) {
            newest = Math.max(newest, now.millis());
        }
        if (newest != Long.MIN_VALUE) {
            tell(output);
        } else if (quiet > EMPTY.toMillis()) {
            output.markIdle();
        }
    }

    private void tell(WatermarkOutput output) {
        told = newest;
        output.emitWatermark(new Watermark(newest - LATENESS.toMillis() - 1));
    }
}
