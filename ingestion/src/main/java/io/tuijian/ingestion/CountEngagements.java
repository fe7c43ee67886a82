package io.tuijian.ingestion;

import io.tuijian.features.CountOnce;
import io.tuijian.features.Outcome;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Topic;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
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
    private transient CountOnce.Ledger ledger;

    CountEngagements(Onward<O> onward) {
        this.onward = onward;
    }

    @Override
    public void open(OpenContext context) {
        ledger = new KeptLedger(getRuntimeContext());
    }

    @Override
    public void processElement(Known known, Context context, Collector<O> out) throws Topic.Undecodable {
        Engagement engagement = Encoding.ENGAGEMENT.decode(known.engagement());
        List<CountOnce.Counted> all = CountOnce.counted(ledger, engagement);
        for (CountOnce.Counted counted : all) {
            Outcome outcome = counted.of(known.facts());
            if (counted.weight() < 0) {
                String amount = ledger.get("amount " + counted.id());
                int space = amount == null ? -1 : amount.indexOf(' ');
                out.collect(
                        amount == null
                                ? onward.of(outcome, 0, null)
                                : onward.of(
                                        outcome,
                                        Long.parseLong(amount.substring(0, space)),
                                        amount.substring(space + 1)));
            } else if (engagement.getAmountMinor() != null && counted.action() == engagement.getAction()) {
                ledger.put("amount " + counted.id(), engagement.getAmountMinor() + " " + engagement.getCurrency());
                out.collect(onward.of(outcome, engagement.getAmountMinor(), engagement.getCurrency()));
            } else {
                out.collect(onward.of(outcome, 0, null));
            }
        }
    }
}
