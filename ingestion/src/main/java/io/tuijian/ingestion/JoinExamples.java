package io.tuijian.ingestion;

import io.tuijian.features.reach.StableHash;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Joins an item with its labels, in event time: the first row two minutes after serving, a correction for each later
 * label, and the last row once more, to {@link #FINAL}, when its window closes. A page that comes late has two minutes
 * to its first row and ten to its last from when it came. Labels that come before their page wait eight days
 * for it: while an old log is read fast, a page that waits for its content is overtaken by days.
 *
 * <p>A row without a label beyond {@code SEEN} is emitted with probability {@code keepNegatives}, decided by its id. A
 * row that ever had one is always emitted, so that the recorded rate is the probability of its being there.
 */
final class JoinExamples extends KeyedCoProcessFunction<String, Shown, Label, Example> {
    private static final long serialVersionUID = 1;
    static final Duration FIRST = Duration.ofMinutes(2);
    static final Duration GRACE = Duration.ofMinutes(10);
    static final Duration EARLY = AwaitKind.WEEK.plusDays(1);
    private static final int KNOWN_NAMES = 16;

    /** The last row of each example. */
    static final OutputTag<Example> FINAL = new OutputTag<>("final-examples", Encoding.EXAMPLE);

    private final double keepNegatives;
    private transient ValueState<Shown> items;
    private transient ValueState<Labels> labels;
    private transient Map<List<String>, List<String>> names;
    private transient Counter unmatched;

    JoinExamples(double keepNegatives) {
        this.keepNegatives = keepNegatives;
    }

    @Override
    public void open(OpenContext context) {
        items = getRuntimeContext().getState(new ValueStateDescriptor<>("shown", Shown.class));
        labels = getRuntimeContext().getState(new ValueStateDescriptor<>("labels", Labels.class));
        unmatched = getRuntimeContext().getMetricGroup().counter("labelsWithoutExample");
        names = new LinkedHashMap<>(KNOWN_NAMES, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<List<String>, List<String>> eldest) {
                return size() > KNOWN_NAMES;
            }
        };
    }

    @Override
    public void processElement1(Shown shown, Context context, Collector<Example> out) throws IOException {
        if (items.value() != null) {
            return;
        }
        Labels soFar = soFar();
        if (soFar != Labels.NONE) {
            context.timerService().deleteEventTimeTimer(soFar.closeAt());
        }
        long watermark = context.timerService().currentWatermark();
        long firstAt = Math.max(shown.servedAtMillis(), watermark) + FIRST.toMillis();
        long closeAt = Math.max(shown.servedAtMillis() + shown.windowMillis(), watermark + GRACE.toMillis());
        items.update(sharingNames(shown));
        labels.update(soFar.due(firstAt, closeAt));
        context.timerService().registerEventTimeTimer(firstAt);
        context.timerService().registerEventTimeTimer(closeAt);
    }

    @Override
    public void processElement2(Label label, Context context, Collector<Example> out) throws Exception {
        Labels before = soFar();
        Labels after = before.after(label);
        if (before.closeAt() == 0) {
            long until = Math.max(label.atMillis(), context.timerService().currentWatermark()) + EARLY.toMillis();
            context.timerService().registerEventTimeTimer(until);
            after = after.due(0, until);
        }
        labels.update(after);
        if (before.open() && !after.saysTheSame(before)) {
            emit(out);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Example> out) throws Exception {
        Labels due = soFar();
        if (items.value() == null) {
            unmatched.inc();
            labels.clear();
            return;
        }
        if (!due.open() && timestamp >= due.firstAt()) {
            labels.update(due.opened());
            emit(out);
        }
        if (timestamp >= due.closeAt()) {
            Labels last = soFar();
            if (last.rows() > 0) {
                context.output(FINAL, row(items.value(), last, last.rows() - 1));
            }
            items.clear();
            labels.clear();
        }
    }

    private Labels soFar() throws IOException {
        Labels known = labels.value();
        return known == null ? Labels.NONE : known;
    }

    private void emit(Collector<Example> out) throws Exception {
        Labels now = soFar();
        Shown shown = items.value();
        if (now.rows() > 0 || now.labelled() || StableHash.fraction(shown.id()) < keepNegatives) {
            labels.update(now.emitted());
            out.collect(row(shown, now, now.rows()));
        }
    }

    private Example row(Shown shown, Labels now, int correction) throws Topic.Undecodable {
        Example row = Encoding.EXAMPLE.decode(shown.row());
        return new Example(
                row.getId(),
                row.getFeedId(),
                row.getViewerId(),
                row.getContentId(),
                row.getAuthorId(),
                shown.kind(),
                row.getSurface(),
                row.getServedAt(),
                row.getPosition(),
                row.getPropensity(),
                shown.featureNames(),
                row.getFeatures(),
                now.values(),
                now.watchedMillis(),
                now.labelled() ? 1 : keepNegatives,
                correction,
                row.getOrigin(),
                shown.topics() == null ? List.of() : shown.topics(),
                shown.durationMillis(),
                row.getRecent());
    }

    /** The same with a list of names that all items share: on the heap, names would be most of the state. */
    private Shown sharingNames(Shown shown) {
        return new Shown(
                shown.id(),
                shown.viewerId(),
                shown.contentId(),
                shown.kind(),
                shown.windowMillis(),
                shown.servedAtMillis(),
                names.computeIfAbsent(shown.featureNames(), same -> same),
                shown.row(),
                shown.topics(),
                shown.durationMillis());
    }
}
