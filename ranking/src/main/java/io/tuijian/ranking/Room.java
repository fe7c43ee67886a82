package io.tuijian.ranking;

import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a page still has room for: nothing by authors who stand there as often as they may, and nothing that repeats what
 * the page holds; nothing at all if it is full, but where the author cap yields for want of authors, others.
 *
 * @param mostOfAnAuthor how many of one author a whole page may hold; 0 if there is no room
 * @param forOthers true if the page is full, and only other authors could change it
 */
record Room(Set<String> fullAuthors, Set<String> originals, int mostOfAnAuthor, boolean forOthers) {
    private static final Room NONE = new Room(Set.of(), Set.of(), 0, false);

    static Room after(FeedRequest request, List<ScoredContent> scored, List<Placed> placed) {
        boolean yields = !Mixer.isCapped(request.surface(), scored);
        if (placed.size() >= request.limit()) {
            return yields ? others(scored) : NONE;
        }
        Set<String> originals = new HashSet<>();
        List<String> authors = new ArrayList<>();
        request.earlier().forEach(item -> authors.add(item.authorId()));
        for (Placed item : placed) {
            originals.add(item.content().hydrated().originalId());
            authors.add(item.content().hydrated().originalAuthorId());
        }
        if (yields) {
            return new Room(Set.of(), originals, Integer.MAX_VALUE, false);
        }
        Map<String, Integer> times = new HashMap<>();
        authors.subList(Math.max(0, authors.size() - Mixer.WINDOW + 1), authors.size())
                .forEach(author -> times.merge(author, 1, Integer::sum));
        times.values().removeIf(count -> count < Mixer.MOST_OF_AN_AUTHOR);
        int windows = (request.limit() + Mixer.WINDOW - 1) / Mixer.WINDOW;
        return new Room(times.keySet(), originals, windows * Mixer.MOST_OF_AN_AUTHOR, false);
    }

    private static Room others(List<ScoredContent> scored) {
        Set<String> known = new HashSet<>();
        scored.forEach(content -> known.add(content.hydrated().originalAuthorId()));
        return new Room(known, Set.of(), Mixer.MOST_OF_AN_AUTHOR, true);
    }

    boolean isFor(Content content) {
        return !fullAuthors.contains(Hydrated.originalAuthorId(content))
                && !originals.contains(Hydrated.originalId(content));
    }
}
