package io.tuijian.ingestion;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Takes the watermark of a source into each checkpoint and begins with it after a restart: a source that has been read
 * to its end brings nothing that tells the time, and what was due would wait. Passes records on as they are, and
 * watermarks that are later than the last.
 */
final class KeptWatermark<T> extends AbstractStreamOperator<T> implements OneInputStreamOperator<T, T> {
    private static final long serialVersionUID = 1;

    private transient ListState<Long> active;
    private transient ListState<Long> idle;
    private transient long last;
    private transient boolean isIdle;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        active = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("active", Types.LONG));
        idle = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("idle", Types.LONG));
        last = Long.MIN_VALUE;
        List<Long> said = all(active);
        List<Long> saidBeforeSilence = all(idle);
        long kept = !said.isEmpty()
                ? Collections.min(said)
                : saidBeforeSilence.isEmpty() ? Long.MIN_VALUE : Collections.max(saidBeforeSilence);
        if (kept > Long.MIN_VALUE) {
            getProcessingTimeService()
                    .registerTimer(
                            getProcessingTimeService().getCurrentProcessingTime(),
                            now -> processWatermark(new Watermark(kept)));
        }
    }

    private static List<Long> all(ListState<Long> state) throws Exception {
        List<Long> all = new ArrayList<>();
        state.get().forEach(all::add);
        return all;
    }

    @Override
    public void processElement(StreamRecord<T> record) {
        output.collect(record);
    }

    @Override
    public void processWatermark(Watermark watermark) throws Exception {
        if (watermark.getTimestamp() > last) {
            last = watermark.getTimestamp();
            super.processWatermark(watermark);
        }
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        isIdle = status.isIdle();
        super.processWatermarkStatus(status);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        active.clear();
        idle.clear();
        if (last > Long.MIN_VALUE && last < Watermark.MAX_WATERMARK.getTimestamp()) {
            (isIdle ? idle : active).add(last);
        }
    }
}
