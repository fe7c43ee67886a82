package io.tuijian.feedapi;

import io.tuijian.features.reach.Level;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.ReachDocument;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What contents reached, added up from their documents by content and by day; not thread-safe. */
final class CampaignSums {
    private final Map<String, Reach.Sum> contents = new HashMap<>();
    private final Map<Long, Reach> days = new TreeMap<>();
    private Reach.Sum day = new Reach.Sum();
    private long begin = Long.MIN_VALUE;

    /** Adds an hour or a day of a content, in order of their times: so only one day is open at a time. */
    void add(ReachDocument document) {
        long begins = Level.CONTENT_DAY.beginOf(document.hour());
        if (begins != begin) {
            endDay();
            begin = begins;
        }
        day.add(document.reach());
        contents.computeIfAbsent(document.contentId(), id -> new Reach.Sum()).add(document.reach());
    }

    private void endDay() {
        if (begin != Long.MIN_VALUE) {
            days.put(begin, day.reach());
            day = new Reach.Sum();
        }
    }

    /** By content id; one that reached nobody may be missing. */
    Map<String, Reach> contents() {
        Map<String, Reach> reach = new HashMap<>();
        contents.forEach((id, sum) -> reach.put(id, sum.reach()));
        return reach;
    }

    /** By the epoch milliseconds at which each day begins, in order. */
    Map<Long, Reach> days() {
        endDay();
        begin = Long.MIN_VALUE;
        return days;
    }
}
