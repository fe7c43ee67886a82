package io.tuijian.ingestion;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Gives each item the kind, topics and duration of its content and how long labels are waited for: 7 days for what can be bought, else 24
 * hours. An item that comes before its content waits for it, ten minutes at most and 10,000 items at most; then it goes
 * on with an unknown kind.
 */
final class AwaitKind extends KeyedCoProcessFunction<String, Shown, Content, Shown> {
    private static final long serialVersionUID = 1;
    static final Duration DAY = Duration.ofHours(24);
    static final Duration WEEK = Duration.ofDays(7);
    private static final Shown.Sort UNKNOWN = new Shown.Sort(ContentKind.UNKNOWN, DAY.toMillis(), List.of(), 0);

    private transient ValueState<Shown.Sort> sorts;
    private transient ListState<Shown> waiting;
    private transient ValueState<Integer> waitingCount;

    @Override
    public void open(OpenContext context) {
        sorts = getRuntimeContext().getState(new ValueStateDescriptor<>("sort", Shown.Sort.class));
        waiting = getRuntimeContext().getListState(new ListStateDescriptor<>("waiting", Shown.class));
        waitingCount = getRuntimeContext().getState(new ValueStateDescriptor<>("waiting-count", Integer.class));
    }

    @Override
    public void processElement1(Shown shown, Context context, Collector<Shown> out) throws Exception {
        Shown.Sort sort = sorts.value();
        int count = waitingCount.value() == null ? 0 : waitingCount.value();
        if (sort != null || count == AwaitContent.MOST_WAITING) {
            out.collect(shown.of(sort == null ? UNKNOWN : sort));
            return;
        }
        if (count == 0) {
            long until = context.timerService().currentProcessingTime() + AwaitContent.PATIENCE.toMillis();
            context.timerService().registerProcessingTimeTimer(until);
        }
        waiting.add(shown);
        waitingCount.update(count + 1);
    }

    @Override
    public void processElement2(Content content, Context context, Collector<Shown> out) throws Exception {
        boolean sells = content.getKind() == ContentKind.SHOP_ITEM
                || !content.getProductIds().isEmpty();
        Shown.Sort sort = new Shown.Sort(
                content.getKind(),
                (sells ? WEEK : DAY).toMillis(),
                List.copyOf(content.getTopics()),
                content.getVideo() == null ? 0 : content.getVideo().getDurationMillis());
        sorts.update(sort);
        release(sort, out);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Shown> out) throws Exception {
        release(UNKNOWN, out);
    }

    private void release(Shown.Sort sort, Collector<Shown> out) throws Exception {
        if (waitingCount.value() == null) {
            return;
        }
        Iterable<Shown> all = waiting.get();
        waiting.clear();
        waitingCount.clear();
        for (Shown shown : all == null ? List.<Shown>of() : all) {
            out.collect(shown.of(sort));
        }
    }
}
