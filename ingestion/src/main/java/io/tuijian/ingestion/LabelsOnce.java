package io.tuijian.ingestion;

import io.tuijian.features.Actions;
import io.tuijian.features.CountOnce;
import io.tuijian.features.Facts;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Keys;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Passes on, by viewer, what counts because of an engagement with an item of a feed, under the rules of
 * {@link CountOnce}. What belongs to no feed is counted, too, and goes no further.
 */
final class LabelsOnce extends KeyedProcessFunction<String, Engagement, Label> {
    private static final long serialVersionUID = 1;

    private transient CountOnce.Ledger ledger;

    @Override
    public void open(OpenContext context) {
        ledger = new MapLedger(getRuntimeContext());
    }

    @Override
    public void processElement(Engagement engagement, Context context, Collector<Label> out) {
        for (CountOnce.Counted counted : CountOnce.counted(ledger, engagement)) {
            String feed = feed(counted, engagement);
            if (feed != null && !Facts.isAuthor(counted.contentId())) {
                out.collect(new Label(
                        Keys.example(feed, counted.contentId()),
                        counted.viewerId(),
                        counted.action(),
                        counted.weight(),
                        counted.watchedMillis(),
                        counted.atMillis()));
            }
        }
    }

    /** What is taken back is taken from the feed it was given in, wherever the viewer is now. */
    private String feed(CountOnce.Counted counted, Engagement engagement) {
        String key = "feed " + counted.id();
        if (counted.weight() < 0) {
            return ledger.get(key);
        }
        if (engagement.getFeedId() != null && Actions.TELLING.contains(counted.action())) {
            ledger.put(key, engagement.getFeedId());
        }
        return engagement.getFeedId();
    }
}
