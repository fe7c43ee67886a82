package io.tuijian.ranking;

import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds candidates for one request: the index is asked once, by all sources together; what a page is short of is looked
 * for in memory, with the same questions. What fails is left out and named.
 */
final class Retriever {
    private static final int MOST_LOOKS = 64;

    /** All looks for one page together look at so many contents at most. */
    private static final int MOST_LOOKED_AT = 1_000_000;

    private final FeedPipeline.Parts parts;
    private final List<String> degraded;
    private final List<Asked> asked = new ArrayList<>();
    private final Set<String> found = new HashSet<>();

    /** What is left to ask memory: questions that the index did not answer, or not to the end. */
    private List<Asked> open = List.of();

    private int looks;

    /** So many contents may still be looked at. */
    private int left;

    /** True if the index may know more than it said. */
    private boolean cutOff;

    private record Asked(String source, ContentQuery query) {}

    /**
     * @param degraded to which is added what failed
     */
    Retriever(FeedPipeline.Parts parts, Viewing viewing, List<String> degraded) {
        this(parts, viewing, degraded, MOST_LOOKED_AT);
    }

    /**
     * @param most contents that are looked at in memory
     */
    Retriever(FeedPipeline.Parts parts, Viewing viewing, List<String> degraded, int most) {
        this.left = most;
        this.parts = parts;
        this.degraded = degraded;
        Recipes.Recipe recipe = Recipes.of(viewing.request().surface());
        for (Source source : recipe.sources()) {
            try {
                source.query(viewing)
                        .flatMap(query -> recipe.narrowed(query, viewing))
                        .ifPresent(query -> asked.add(new Asked(source.name(), query)));
            } catch (RuntimeException e) { // a model may fail, and a page is due all the same
                failed(source.name());
            }
        }
    }

    /** In one round trip with one deadline. */
    List<Candidate> fromIndex() {
        List<ContentIndex.Answer> answers;
        try {
            answers = parts.index().search(queries(asked));
        } catch (ContentIndex.Unavailable e) {
            degraded.add("content-index");
            open = asked;
            cutOff = true;
            return List.of();
        }
        open = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            if (isOpen(asked.get(i).query, answers.get(i))) {
                open.add(asked.get(i));
            }
        }
        return candidates(asked, answers);
    }

    /**
     * An answer of fewer than were wanted was all there is. Of few contents that is not taken on trust, for the index may
     * not have heard of all yet; what is nearest is a matter of taste, not of filling a page.
     */
    private boolean isOpen(ContentQuery query, ContentIndex.Answer answer) {
        if (query.near() != null) {
            return false;
        }
        boolean more = answer.failed() || answer.contentIds().size() >= query.limit();
        cutOff |= more;
        return more || parts.lastResort().isSmall();
    }

    /**
     * What the rules leave, there is room for, and was not found before. One look is mostly enough; a page of few authors
     * may need many. They end when they have cost enough.
     */
    List<Candidate> fromMemory(Rules rules, Room room) {
        if (open.isEmpty() || room.mostOfAnAuthor() == 0 || room.forOthers() && !cutOff) {
            return List.of();
        }
        if (looks++ == MOST_LOOKS || left == 0) {
            degraded("last-resort");
            return List.of();
        }
        Predicate<Content> wanted =
                content -> !found.contains(content.getId()) && room.isFor(content) && rules.allow(content);
        try {
            InMemoryContentIndex.Look look =
                    parts.lastResort().look(queries(open), wanted, room.mostOfAnAuthor(), left);
            left -= look.lookedAt();
            if (look.unfinished()) {
                degraded("last-resort");
            }
            return candidates(open, look.answers());
        } catch (ContentIndex.Unavailable e) {
            degraded("last-resort");
            return List.of();
        }
    }

    private static List<ContentQuery> queries(List<Asked> some) {
        return some.stream().map(Asked::query).toList();
    }

    private List<Candidate> candidates(List<Asked> some, List<ContentIndex.Answer> answers) {
        Map<String, List<String>> sourcesByContent = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).failed()) {
                failed(some.get(i).source);
            }
            for (String id : answers.get(i).contentIds()) {
                sourcesByContent.computeIfAbsent(id, any -> new ArrayList<>(2)).add(some.get(i).source);
            }
        }
        found.addAll(sourcesByContent.keySet());
        return sourcesByContent.entrySet().stream()
                .map(entry -> new Candidate(entry.getKey(), entry.getValue()))
                .toList();
    }

    private void failed(String source) {
        degraded("source " + source);
    }

    private void degraded(String name) {
        if (!degraded.contains(name)) {
            degraded.add(name);
        }
    }
}
