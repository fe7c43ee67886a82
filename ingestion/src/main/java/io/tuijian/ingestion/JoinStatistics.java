package io.tuijian.ingestion;

import io.tuijian.features.ContentState;
import io.tuijian.features.StateRecords;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentStateRecord;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Joins a content with its statistics, the newest of each, into its whole document: at once when the content is new,
 * taken down or back, or its visibility changes, otherwise at a pace.
 */
final class JoinStatistics extends KeyedCoProcessFunction<String, Content, ContentStateRecord, Document> {
    private static final long serialVersionUID = 1;

    private final Pace pace;
    private transient ValueState<Content> contents;
    private transient ValueState<ContentState> statistics;
    private transient Throttle throttle;

    JoinStatistics(Pace pace) {
        this.pace = pace;
    }

    @Override
    public void open(OpenContext context) {
        contents = getRuntimeContext().getState(new ValueStateDescriptor<>("content", Encoding.CONTENT));
        statistics = getRuntimeContext().getState(new ValueStateDescriptor<>("statistics", Encoding.CONTENT_STATE));
        throttle = new Throttle(pace, getRuntimeContext());
    }

    @Override
    public void processElement1(Content content, Context context, Collector<Document> out) throws IOException {
        Content before = contents.value();
        if (before != null && before.getVersion() > content.getVersion()) {
            return;
        }
        contents.update(content);
        if (before == null || isUrgent(before, content)) {
            throttle.emitted(context.timerService());
            out.collect(document());
        } else if (throttle.changed(
                context.timerService(), context.timerService().currentProcessingTime())) {
            out.collect(document());
        }
    }

    private static boolean isUrgent(Content before, Content after) {
        return before.getVisibility() != after.getVisibility() || before.getState() != after.getState();
    }

    @Override
    public void processElement2(ContentStateRecord state, Context context, Collector<Document> out) throws IOException {
        ContentState before = statistics.value();
        if (before != null && before.events() > state.getEvents()) {
            return;
        }
        statistics.update(StateRecords.of(state));
        if (contents.value() != null && throttle.changed(context.timerService(), state.getUpdatedAtMillis())) {
            out.collect(document());
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Document> out) throws IOException {
        if (throttle.timer(context.timerService(), timestamp)) {
            out.collect(document());
        }
    }

    private Document document() throws IOException {
        Content content = contents.value();
        ContentState state = statistics.value();
        return ContentDocument.of(content, state == null ? ContentState.empty(content.getId()) : state);
    }
}
