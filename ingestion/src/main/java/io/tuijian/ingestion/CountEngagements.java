package io.tuijian.ingestion;

import io.tuijian.features.CountOnce;
import io.tuijian.features.Outcome;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Topic;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Passes on, by viewer, what counts because of an engagement: nothing, one outcome or several; one taken back with
 * weight −1 and the amount it had. */
final class CountEngagements<O> extends KeyedProcessFunction<String, Known, O> {
    private static final long serialVersionUID = 1;

    /** What goes on of an outcome; currency is null without an amount. */
    interface Onward<O> extends Serializable {
        O of(Outcome outcome, long amountMinor, String currency);
    }

    private final Onward<O> onward;
    private transient KeptLedger ledger;
    private transient Counter counted;
    private transient Counter duplicates;
    private transient Counter late;
    private transient Histogram lateness;

    CountEngagements(Onward<O> onward) {
        this.onward = onward;
    }

    @Override
    public void open(OpenContext context) {
        ledger = new KeptLedger(getRuntimeContext());
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        counted = metrics.counter("counted");
        duplicates = metrics.counter("duplicates");
        late = metrics.counter("late");
        lateness = Metrics.millis(metrics, "latenessMillis");
    }

    @Override
    public void processElement(Known known, Context context, Collector<O> out) throws Topic.Undecodable {
        Engagement engagement = Encoding.ENGAGEMENT.decode(known.engagement());
        long at = engagement.getAt().toEpochMilli();
        lateness.update(context.timerService().currentProcessingTime() - at);
        if (at < context.timerService().currentWatermark()) {
            late.inc();
        }
        long before = ledger.written();
        List<CountOnce.Counted> all = CountOnce.counted(ledger, engagement);
        if (ledger.written() == before) {
            duplicates.inc(); // a new id is always written down
        }
        counted.inc(all.size());
        for (CountOnce.Counted one : all) {
            Outcome outcome = one.of(known.facts());
            if (one.weight() < 0) {
                String amount = ledger.get("amount " + one.id());
                int space = amount == null ? -1 : amount.indexOf(' ');
                out.collect(
                        amount == null
                                ? onward.of(outcome, 0, null)
                                : onward.of(
                                        outcome,
                                        Long.parseLong(amount.substring(0, space)),
                                        amount.substring(space + 1)));
            } else if (engagement.getAmountMinor() != null && one.action() == engagement.getAction()) {
                ledger.put("amount " + one.id(), engagement.getAmountMinor() + " " + engagement.getCurrency());
                out.collect(onward.of(outcome, engagement.getAmountMinor(), engagement.getCurrency()));
            } else {
                out.collect(onward.of(outcome, 0, null));
            }
        }
    }
}
