package io.tuijian.ingestion;

import io.tuijian.features.ContentState;
import io.tuijian.features.StateRecords;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentEmbedding;
import io.tuijian.schemas.ContentStateRecord;
import io.tuijian.schemas.VectorField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Joins a content with its statistics and its vectors, the newest of each, into its whole document: at once when the
 * content is new, taken down or back, or its visibility changes, otherwise at a pace. One vector per field is held; an
 * earlier assignment never replaces a later one, whatever the order in which they come.
 */
final class JoinStatistics extends KeyedCoProcessFunction<String, Content, ContentUpdate, Document> {
    private static final long serialVersionUID = 1;

    private final Pace pace;
    private transient ValueState<Content> contents;
    private transient ValueState<ContentState> statistics;
    private transient Map<VectorField, ValueState<ContentEmbedding>> vectors;
    private transient Throttle throttle;

    JoinStatistics(Pace pace) {
        this.pace = pace;
    }

    @Override
    public void open(OpenContext context) {
        contents = getRuntimeContext().getState(new ValueStateDescriptor<>("content", Encoding.CONTENT));
        statistics = getRuntimeContext().getState(new ValueStateDescriptor<>("statistics", Encoding.CONTENT_STATE));
        vectors = new EnumMap<>(VectorField.class);
        for (VectorField field : List.of(VectorField.A, VectorField.B)) {
            vectors.put(
                    field,
                    getRuntimeContext()
                            .getState(new ValueStateDescriptor<>("vector-" + field, Encoding.CONTENT_EMBEDDING)));
        }
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
    public void processElement2(ContentUpdate update, Context context, Collector<Document> out) throws IOException {
        boolean changed;
        long cameMillis;
        if (update.statistics() == null) {
            changed = isTaken(update.vector());
            cameMillis = context.timerService().currentProcessingTime();
        } else {
            changed = isTaken(update.statistics());
            cameMillis = update.statistics().getUpdatedAtMillis();
        }
        if (changed && contents.value() != null && throttle.changed(context.timerService(), cameMillis)) {
            out.collect(document());
        }
    }

    private boolean isTaken(ContentStateRecord state) throws IOException {
        ContentState before = statistics.value();
        if (before != null && before.events() > state.getEvents()) {
            return false;
        }
        statistics.update(StateRecords.of(state));
        return true;
    }

    private boolean isTaken(ContentEmbedding vector) throws IOException {
        if (vector.getVector().isEmpty()) {
            return isTakenAway(vector.getModelVersion());
        }
        ValueState<ContentEmbedding> field = vectors.get(vector.getField());
        ContentEmbedding before = field.value();
        if (before != null && (before.getAssignment() > vector.getAssignment() || before.equals(vector))) {
            return false;
        }
        field.update(vector);
        return true;
    }

    /** The assignment stays, for the document's version must not step back. */
    private boolean isTakenAway(String version) throws IOException {
        boolean taken = false;
        for (ValueState<ContentEmbedding> field : vectors.values()) {
            ContentEmbedding held = field.value();
            if (held != null
                    && held.getModelVersion().equals(version)
                    && !held.getVector().isEmpty()) {
                field.update(new ContentEmbedding(
                        held.getContentId(), version, List.of(), held.getField(), held.getAssignment()));
                taken = true;
            }
        }
        return taken;
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
        List<ContentEmbedding> held = new ArrayList<>(vectors.size());
        for (ValueState<ContentEmbedding> field : vectors.values()) {
            if (field.value() != null) {
                held.add(field.value());
            }
        }
        return ContentDocument.of(content, state == null ? ContentState.empty(content.getId()) : state, held);
    }
}
