package io.tuijian.ingestion;

import io.tuijian.features.Actions;
import io.tuijian.features.CountOnce;
import io.tuijian.features.Facts;
import io.tuijian.features.Outcome;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import java.io.Serializable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes on, by viewer, what counts because of an engagement: nothing, one outcome or several; one taken back with
 * weight −1 and the amount it had. The timestamp of its record is when the engagement came. The ledgers of the viewers
 * met last are held in memory and written back when they have to leave, and before each checkpoint.
 */
final class CountEngagements<O> extends AbstractStreamOperator<O> implements OneInputStreamOperator<Known, O> {
    private static final long serialVersionUID = 1;

    /** How many ledgers are held in memory, of each subtask. */
    static final int MOST_HELD = 50_000;

    /** How many entries the ledgers held have together, the one just met apart. */
    static final int MOST_ENTRIES = 2_000_000;

    private static final int LONGEST_TOUCHPOINT = 40;

    /** What goes on of an outcome. */
    interface Onward<O> extends Serializable {
        O of(Outcome outcome, Facts facts, Circumstances circumstances);
    }

    private final Onward<O> onward;
    private final boolean keepsCircumstances;
    private transient MapState<Integer, byte[]> pages;
    private transient LinkedHashMap<String, KeptLedger> held; // the one met longest ago first
    private transient long entries; // of those
    private transient StreamRecord<O> emission;
    private transient long watermark;
    private transient Counter counted;
    private transient Counter duplicates;
    private transient Counter late;
    private transient Histogram lateness;

    /** Of what is taken back only the amount is told, with its commission. */
    CountEngagements(Onward<O> onward) {
        this(onward, false);
    }

    /** @param keepsCircumstances whether all is told of what is taken back, for which the ledger takes more room */
    CountEngagements(Onward<O> onward, boolean keepsCircumstances) {
        this.onward = onward;
        this.keepsCircumstances = keepsCircumstances;
    }

    @Override
    public void open() throws Exception {
        super.open();
        pages = getKeyedStateStore()
                .getMapState(new MapStateDescriptor<>(
                        "ledger-pages", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        held = new LinkedHashMap<>(16, 0.75f, true);
        emission = new StreamRecord<>(null);
        watermark = Long.MIN_VALUE;
        counted = getMetricGroup().counter("counted");
        duplicates = getMetricGroup().counter("duplicates");
        late = getMetricGroup().counter("late");
        lateness = Metrics.millis(getMetricGroup(), "latenessMillis");
    }

    @Override
    public void processElement(StreamRecord<Known> element) throws Exception {
        Known known = element.getValue();
        Engagement engagement = Encoding.ENGAGEMENT.decode(known.engagement());
        long now = processingTimeService.getCurrentProcessingTime();
        long at = engagement.getAt().toEpochMilli();
        lateness.update(now - at);
        if (at < watermark) {
            late.inc();
        }
        KeptLedger ledger = ledger(known.viewerId(), now);
        long before = ledger.written();
        int size = ledger.size();
        List<CountOnce.Counted> all = CountOnce.counted(ledger, engagement);
        if (ledger.written() == before) {
            duplicates.inc(); // a new id is always written down
        }
        counted.inc(all.size());
        for (CountOnce.Counted one : all) {
            pass(known, engagement, one, ledger);
        }
        entries += ledger.size() - size;
        letGo();
    }

    private void pass(Known known, Engagement engagement, CountOnce.Counted one, KeptLedger ledger) {
        Circumstances circumstances = one.weight() < 0 ? taken(one, ledger) : told(known, engagement, one, ledger);
        O event = onward.of(one.of(known.facts()), known.facts(), circumstances);
        output.collect(emission.replace(event, engagement.getReceivedAt().toEpochMilli()));
    }

    private Circumstances told(Known known, Engagement engagement, CountOnce.Counted one, KeptLedger ledger) {
        ReachEvent.Money money = ReachEvent.Money.NONE;
        if (engagement.getAmountMinor() != null && one.action() == engagement.getAction()) {
            long amount = engagement.getAmountMinor();
            long commission = Math.round(amount * rate(known, engagement, ledger));
            money = new ReachEvent.Money(amount, commission, engagement.getCurrency());
            ledger.put("amount " + one.id(), amount + " " + engagement.getCurrency() + ' ' + commission);
        }
        Circumstances circumstances = new Circumstances(
                money, engagement.getSurface(), engagement.getFeedId(), touchpoint(engagement.getTouchpoint()));
        if (keepsCircumstances && Actions.TELLING.contains(one.action()) && !circumstances.isPlain()) {
            ledger.put("where " + one.id(), circumstances.place());
        }
        return circumstances;
    }

    /** What is given back carries the commission that it had, as far as the order is remembered. */
    private static double rate(Known known, Engagement engagement, KeptLedger ledger) {
        double now = known.facts().commissionRate();
        if (engagement.getOrderId() == null) {
            return now;
        }
        String order = "rate " + engagement.getOrderId() + ' ' + engagement.getContentId();
        if (engagement.getAction() == Action.PURCHASE) {
            ledger.put(order, Double.toString(now));
            return now;
        }
        String then = ledger.get(order);
        return then == null ? now : Double.parseDouble(then);
    }

    private static Circumstances taken(CountOnce.Counted one, KeptLedger ledger) {
        ReachEvent.Money money = ReachEvent.Money.NONE;
        String amount = ledger.get("amount " + one.id());
        if (amount != null) {
            String[] parts = amount.split(" "); // an earlier release wrote no commission
            money = new ReachEvent.Money(
                    Long.parseLong(parts[0]), parts.length > 2 ? Long.parseLong(parts[2]) : 0, parts[1]);
        }
        return Circumstances.of(money, ledger.get("where " + one.id()));
    }

    private static String touchpoint(String told) {
        if (told == null || told.isBlank()) {
            return null;
        }
        String plain = told.strip().toLowerCase(Locale.ROOT);
        return plain.length() > LONGEST_TOUCHPOINT ? plain.substring(0, LONGEST_TOUCHPOINT) : plain;
    }

    /** The ledger of the current viewer, which is held from now on. */
    private KeptLedger ledger(String viewerId, long now) throws Exception {
        KeptLedger ledger = held.get(viewerId);
        if (ledger != null) {
            entries -= ledger.size();
            ledger.today(now);
        } else {
            ledger = KeptLedger.of(pages, now);
            held.put(viewerId, ledger);
        }
        entries += ledger.size();
        return ledger;
    }

    /** Those met longest ago, until the others are few enough. */
    private void letGo() throws Exception {
        while (held.size() > MOST_HELD || (entries > MOST_ENTRIES && held.size() > 1)) {
            Iterator<Map.Entry<String, KeptLedger>> longestAgo = held.entrySet().iterator();
            Map.Entry<String, KeptLedger> leaving = longestAgo.next();
            setCurrentKey(leaving.getKey());
            leaving.getValue().save(pages);
            entries -= leaving.getValue().size();
            longestAgo.remove();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        watermark = mark.getTimestamp();
        super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        super.prepareSnapshotPreBarrier(checkpoint);
        for (Map.Entry<String, KeptLedger> one : held.entrySet()) {
            setCurrentKey(one.getKey());
            one.getValue().save(pages);
        }
    }
}
