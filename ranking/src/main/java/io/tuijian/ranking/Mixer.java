package io.tuijian.ranking;

import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts scored contents into an order people like: position by position the best that is left, where an author counts
 * less the more they are there already, stands at most twice in any twenty, and posts and shop items keep their share.
 */
public final class Mixer {
    static final int WINDOW = 20;
    static final int MOST_OF_AN_AUTHOR = 2;
    private static final double AUTHOR_DECAY = 0.6;

    /** A content counts less for each item of its topic that is on the page already, so that no page is all one thing. */
    private static final double TOPIC_DECAY = 0.9;

    /** Followed authors with anything to show below which the author cap yields on {@code following}. */
    private static final int FEW_AUTHORS = 10;

    /** Of any ten items, at most so many of a kind on a mixed surface. */
    private static final Map<ContentKind, Integer> MOST_OF_TEN = Map.of(ContentKind.SHOP_ITEM, 1, ContentKind.POST, 2);

    /** Each tenth position is kept for what is new, if there is any. */
    private static final int FRESH_EVERY = 10;

    /** The turn of what is new. */
    static final String NEW_CONTENT = "new-content";

    private static final int FRESH_AT = 6;
    private static final double FRESH_SIGHTS = 50;

    /**
     * The items of the page, at most {@code request.limit()}.
     *
     * @param sharesYield true if nothing more can be found, so that the shares of kinds yield before the page is short
     */
    public List<Placed> mix(List<ScoredContent> scored, FeedRequest request, boolean sharesYield) {
        int first = request.earlier().size();
        Deque<FeedRequest.Earlier> window =
                new ArrayDeque<>(request.earlier().subList(Math.max(0, first - WINDOW + 1), first));
        boolean capped = request.surface() != Surface.FOLLOWING || !areFew(scored);
        List<ScoredContent> left = new ArrayList<>(scored);
        List<Placed> placed = new ArrayList<>(request.limit());
        Map<String, Integer> topics = new HashMap<>();
        while (placed.size() < request.limit()) {
            int position = first + placed.size();
            Pick pick = next(left, window, topics, capped, request.surface(), position);
            if (pick == null && sharesYield) {
                pick = best(left, window, topics, capped, request.surface(), Turn.ANY_KIND);
            }
            if (pick == null) {
                break;
            }
            left.remove(pick.index);
            placed.add(pick.placed(position));
            Hydrated hydrated = pick.content.hydrated();
            hydrated.content().getTopics().forEach(topic -> topics.merge(topic, 1, Integer::sum));
            window.addLast(new FeedRequest.Earlier(
                    pick.content.contentId(),
                    hydrated.originalAuthorId(),
                    hydrated.content().getKind()));
            if (window.size() >= WINDOW) {
                window.removeFirst();
            }
        }
        return placed;
    }

    private record Pick(int index, ScoredContent content, double score, Map<String, Double> factors, boolean fresh) {
        Placed placed(int position) {
            return new Placed(content, position, score, factors, null, fresh ? NEW_CONTENT : null, List.of());
        }
    }

    /** What is new, if it is its turn and there is any; else the best of all. */
    private static Pick next(
            List<ScoredContent> left,
            Deque<FeedRequest.Earlier> window,
            Map<String, Integer> topics,
            boolean capped,
            Surface surface,
            int position) {
        if (surface == Surface.FOR_YOU && position % FRESH_EVERY == FRESH_AT) {
            Pick fresh = best(left, window, topics, capped, surface, Turn.FRESH);
            if (fresh != null) {
                return fresh;
            }
        }
        return best(left, window, topics, capped, surface, Turn.MIXED);
    }

    /** What may stand at a position: only what is new; what keeps each kind to its share; anything. */
    private enum Turn {
        FRESH,
        MIXED,
        ANY_KIND
    }

    private static Pick best(
            List<ScoredContent> left,
            Deque<FeedRequest.Earlier> window,
            Map<String, Integer> topics,
            boolean capped,
            Surface surface,
            Turn turn) {
        Pick best = null;
        for (int i = 0; i < left.size(); i++) {
            ScoredContent content = left.get(i);
            if (best != null && content.score() <= best.score) {
                break; // sorted by score, and decay only lowers it
            }
            int times = times(window, content.hydrated().originalAuthorId());
            if (capped && times >= MOST_OF_AN_AUTHOR
                    || turn != Turn.ANY_KIND && overQuota(window, content, surface)
                    || turn == Turn.FRESH && !isFresh(content)) {
                continue;
            }
            boolean mixed = surface != Surface.FOLLOWING;
            double authorDecay = mixed ? Math.pow(AUTHOR_DECAY, times) : 1;
            double topicDecay = mixed ? Math.pow(TOPIC_DECAY, times(topics, content)) : 1;
            double score = content.score() * authorDecay * topicDecay;
            if (best == null || score > best.score) {
                Map<String, Double> factors = new LinkedHashMap<>(content.factors());
                if (authorDecay != 1) {
                    factors.put("author-decay", authorDecay);
                }
                if (topicDecay != 1) {
                    factors.put("topic-decay", topicDecay);
                }
                best = new Pick(i, content, score, factors, turn == Turn.FRESH);
            }
        }
        return best;
    }

    private static boolean isFresh(ScoredContent content) {
        return content.hydrated().candidate().sources().contains("fresh")
                && content.hydrated().input().contentState().counts().always(io.tuijian.schemas.Action.SEEN)
                        < FRESH_SIGHTS;
    }

    private static boolean overQuota(Deque<FeedRequest.Earlier> window, ScoredContent content, Surface surface) {
        ContentKind kind = content.hydrated().content().getKind();
        Integer most = surface == Surface.FOR_YOU ? MOST_OF_TEN.get(kind) : null;
        if (most == null) {
            return false;
        }
        int skip = window.size() - 9;
        int there = 0;
        for (FeedRequest.Earlier earlier : window) {
            there += skip-- <= 0 && earlier.kind() == kind ? 1 : 0;
        }
        return there >= most;
    }

    /** How often its most frequent topic is on the page. */
    private static int times(Map<String, Integer> topics, ScoredContent content) {
        int most = 0;
        for (String topic : content.hydrated().content().getTopics()) {
            most = Math.max(most, topics.getOrDefault(topic, 0));
        }
        return most;
    }

    private static int times(Deque<FeedRequest.Earlier> window, String authorId) {
        int times = 0;
        for (FeedRequest.Earlier earlier : window) {
            times += earlier.authorId().equals(authorId) ? 1 : 0;
        }
        return times;
    }

    /** True if so few authors have anything to show that the author cap yields on {@code following}. */
    static boolean areFew(List<ScoredContent> scored) {
        Set<String> authors = new HashSet<>();
        scored.forEach(content -> authors.add(content.hydrated().originalAuthorId()));
        return authors.size() < FEW_AUTHORS;
    }
}
