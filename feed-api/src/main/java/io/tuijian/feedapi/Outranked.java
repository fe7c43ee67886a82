package io.tuijian.feedapi;

import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Mixer;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.ScoredContent;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Why what was scored is not on the page, told from the page alone, and only as far as that is certain. */
final class Outranked {
    private final boolean capped;
    private final Set<String> originals = new HashSet<>();
    private final List<Map<String, Integer>> windows = new ArrayList<>();
    private final List<Placed> items;

    Outranked(Feed feed, List<Earlier> earlier, Surface surface) {
        this.items = feed.items();
        List<ScoredContent> scored = new ArrayList<>(feed.outranked());
        items.forEach(item -> scored.add(item.content()));
        this.capped = Mixer.isCapped(surface, scored);
        List<Earlier> held = new ArrayList<>(earlier);
        for (Placed item : items) {
            Map<String, Integer> authors = new HashMap<>();
            held.subList(Math.max(0, held.size() - Mixer.WINDOW + 1), held.size())
                    .forEach(one -> authors.merge(one.authorId(), 1, Integer::sum));
            windows.add(authors);
            held.add(item.earlier());
        }
        held.forEach(one -> originals.add(one.originalId()));
    }

    /**
     * {@code near-duplicate}: the feed holds what it reposts, or a repost of it; {@code author-cap}: at each position of
     * the page its author stood twice among the nineteen before; {@code score}: what stands where it might have stood
     * counts for more; {@code mixing}: the share of its kind, the decay of its author or topics, an equal text, a share
     * of others or a draw.
     */
    String by(ScoredContent content) {
        if (originals.contains(content.hydrated().originalId())) {
            return "near-duplicate";
        }
        boolean everywhereCapped = capped && !items.isEmpty();
        boolean better = true;
        for (int i = 0; i < items.size(); i++) {
            int times = windows.get(i).getOrDefault(content.hydrated().originalAuthorId(), 0);
            if (!capped || times < Mixer.MOST_OF_AN_AUTHOR) {
                everywhereCapped = false;
                better &= items.get(i).score() >= content.score();
            }
        }
        return everywhereCapped ? "author-cap" : better ? "score" : "mixing";
    }
}
