package io.tuijian.ingestion;

import io.tuijian.features.CountOnce;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Keys;
import io.tuijian.schemas.RecentEngagement;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Passes on, by viewer, the items of each page, once for each page. */
final class PagesOnce extends KeyedProcessFunction<String, Served, Shown> {
    private static final long serialVersionUID = 1;

    /** How many of the viewer's last engagements go with an example. */
    static final int MOST_RECENT = 20;

    private transient CountOnce.Ledger ledger;

    @Override
    public void open(OpenContext context) {
        ledger = new MapLedger(getRuntimeContext());
    }

    @Override
    public void processElement(Served served, Context context, Collector<Shown> out) {
        List<ServedItem> items = served.getItems();
        if (items.isEmpty()) {
            return;
        }
        // A feed has several pages; their positions go on from page to page.
        String page = "page " + served.getFeedId() + ' ' + items.get(0).getPosition();
        if (ledger.get(page) != null) {
            return;
        }
        ledger.put(page, "");
        List<RecentEngagement> recent = recent(served);
        for (ServedItem item : items) {
            out.collect(shown(served, item, recent));
        }
    }

    /** The newest of them; their ids would be half of the bytes, and break no tie that the order has not broken. */
    private static List<RecentEngagement> recent(Served served) {
        return served.getRecent().stream()
                .limit(MOST_RECENT)
                .map(engagement ->
                        RecentEngagement.newBuilder(engagement).setId("").build())
                .toList();
    }

    private static Shown shown(Served served, ServedItem item, List<RecentEngagement> recent) {
        String id = Keys.example(served.getFeedId(), item.getContentId());
        Example row = new Example(
                id,
                served.getFeedId(),
                served.getViewerId(),
                item.getContentId(),
                item.getAuthorId(),
                ContentKind.UNKNOWN,
                served.getSurface(),
                served.getAt(),
                item.getPosition(),
                item.getPropensity(),
                List.of(),
                item.getFeatures(),
                Map.of(),
                0L,
                1.0,
                0,
                served.getOrigin(),
                List.of(),
                0L,
                recent);
        List<String> names = item.getFeatures().isEmpty() ? List.of() : served.getFeatureNames();
        return new Shown(
                id,
                served.getViewerId(),
                item.getContentId(),
                null,
                0,
                served.getAt().toEpochMilli(),
                names,
                Topics.EXAMPLES.encode(row),
                null,
                0);
    }
}
