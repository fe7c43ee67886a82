package io.tuijian.feedapi;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.tuijian.ranking.FeedRequest.Earlier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a feed would hold without a rule, as its timeline remembers it: mostly what it does hold, in another order.
 *
 * @param order by position there: n for what stands at position n here, −n for the n-th of the others
 * @param others what stands nowhere here, or for another turn; without source and reasons
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
record Otherwise(List<Integer> order, List<Timelines.Item> others) {
    /**
     * @param there what the feed would hold
     * @param here what it does
     */
    static Otherwise of(List<Earlier> there, List<Earlier> here) {
        Map<Earlier, Integer> positions = new HashMap<>();
        for (int i = 0; i < here.size(); i++) {
            positions.put(here.get(i), i);
        }
        List<Integer> order = new ArrayList<>(there.size());
        List<Timelines.Item> others = new ArrayList<>();
        for (Earlier item : there) {
            Integer position = positions.get(item);
            if (position == null) {
                others.add(Timelines.Item.of(item));
                position = -others.size();
            }
            order.add(position);
        }
        return new Otherwise(order, others);
    }

    /** What the feed would hold, in order of position. */
    List<Earlier> earlier(List<Earlier> here) {
        return order.stream()
                .map(n -> n < 0 ? others.get(-n - 1).earlier() : here.get(n))
                .toList();
    }
}
