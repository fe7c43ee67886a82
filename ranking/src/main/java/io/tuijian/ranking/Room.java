package io.tuijian.ranking;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What could still be appended to a page: nothing by authors who stand there as often as they may, and nothing that
 * repeats what the page holds.
 *
 * @param mostOfAnAuthor how many of one author a whole page may hold
 */
record Room(Set<String> fullAuthors, Set<String> originals, int mostOfAnAuthor) {
    static Room after(FeedRequest request, List<ScoredContent> scored, List<Placed> placed) {
        Set<String> originals = new HashSet<>();
        List<String> authors = new ArrayList<>();
        request.earlier().forEach(item -> authors.add(item.authorId()));
        for (Placed item : placed) {
            originals.add(item.content().hydrated().originalId());
            authors.add(item.content().hydrated().originalAuthorId());
        }
        if (request.surface() == Surface.FOLLOWING && Mixer.areFew(scored)) {
            return new Room(Set.of(), originals, Integer.MAX_VALUE);
        }
        Map<String, Integer> times = new HashMap<>();
        authors.subList(Math.max(0, authors.size() - Mixer.WINDOW + 1), authors.size())
                .forEach(author -> times.merge(author, 1, Integer::sum));
        times.values().removeIf(count -> count < Mixer.MOST_OF_AN_AUTHOR);
        int windows = (request.limit() + Mixer.WINDOW - 1) / Mixer.WINDOW;
        return new Room(times.keySet(), originals, windows * Mixer.MOST_OF_AN_AUTHOR);
    }

    boolean isFor(Content content) {
        return !fullAuthors.contains(Hydrated.originalAuthorId(content))
                && !originals.contains(Hydrated.originalId(content));
    }
}
