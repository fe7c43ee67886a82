package io.tuijian.ranking;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.List;

/** The two or three strongest true reasons why an item is here. */
final class Reasons {
    private static final int MOST = 3;

    private Reasons() {}

    /** Each item with its reasons. */
    static List<Placed> explain(Viewing viewing, List<Placed> items, Scorer scorer) {
        Taste taste = Taste.of(viewing.viewer());
        return items.stream()
                .map(item -> item.because(of(item.content(), Mixer.NEW_CONTENT.equals(item.turn()), taste)))
                .toList();
    }

    private static List<Reason> of(ScoredContent scored, boolean freshTurn, Taste taste) {
        Hydrated hydrated = scored.hydrated();
        Content content = hydrated.content();
        List<String> sources = hydrated.candidate().sources();
        List<Reason> reasons = new ArrayList<>();
        if (sources.contains("followed-authors")) {
            reasons.add(new Reason("followed-author", content.getAuthorId()));
        }
        if (freshTurn) {
            reasons.add(new Reason("new-content", ""));
        }
        String topic = taste.bestTopicOf(content);
        if (topic != null && taste.forTopicsOf(content) > 0.5) {
            reasons.add(new Reason("liked-topic", topic));
        }
        if (taste.forAuthor(content.getAuthorId()) > 0.5) {
            reasons.add(new Reason("liked-author", content.getAuthorId()));
        }
        if (sources.contains("similar")) {
            reasons.add(new Reason("similar", ""));
        }
        if (sources.contains("nearby")) {
            reasons.add(new Reason("nearby", content.getCity()));
        }
        if (sources.contains("trending") || sources.contains("videos") || sources.contains("shop")) {
            reasons.add(new Reason("trending", ""));
        }
        double sights = hydrated.input().contentState().counts().always(Action.SEEN);
        if (reasons.size() < MOST && sights >= 20 && scored.prediction().probability(Action.LONG_VIEW) > 0.35) {
            reasons.add(new Reason("likely-long-view", ""));
        }
        if (reasons.isEmpty()) {
            reasons.add(new Reason(sources.contains("fresh") ? "new-content" : "something-else", ""));
        }
        return List.copyOf(reasons.subList(0, Math.min(MOST, reasons.size())));
    }
}
