package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Of what the viewer hid or reported there is less for a while: its topics and its author count less, by a strength
 * that fades with time from full at the hide to nothing at its expiry, whatever else the viewer does meanwhile.
 */
public final class NegativeFeedback {
    /** However much was hidden, a score is divided by no more than this, once for its topics, once for its author. */
    static final double STRONGEST = 4;

    private final Map<String, LessOf> authors = new TreeMap<>();
    private final Map<String, LessOf> topics = new TreeMap<>();

    /** Of what there can be less. */
    public enum Kind {
        AUTHOR,
        TOPIC
    }

    /**
     * There is less of this author or topic.
     *
     * @param since when the viewer last hid or reported something of it
     * @param strength of all hides and reports together, that of a fresh hide being 1
     */
    public record LessOf(Kind kind, String id, Instant since, Instant expiresAt, double strength) {
        /** What it multiplies a score by, in (1 / {@value #STRONGEST}, 1). */
        public double factor() {
            return Math.pow(STRONGEST, -Math.tanh(strength / 2));
        }

        private LessOf and(LessOf other) {
            LessOf newer = other.since.isAfter(since) ? other : this;
            return new LessOf(kind, id, newer.since, newer.expiresAt, strength + other.strength);
        }
    }

    private NegativeFeedback() {}

    /**
     * What the viewer hid or reported and what has not expired yet.
     *
     * @param lasts from the hide to its expiry
     */
    public static NegativeFeedback of(ViewerState viewer, Instant now, Duration lasts) {
        NegativeFeedback feedback = new NegativeFeedback();
        for (ViewerState.Recent one : viewer.recent()) {
            double left = 1 - (now.toEpochMilli() - one.atMillis()) / (double) lasts.toMillis();
            if (!Actions.NEGATIVE.contains(one.action()) || left <= 0) {
                continue;
            }
            Instant since = Instant.ofEpochMilli(one.atMillis());
            double strength = Math.min(1, left) * (one.action() == Action.REPORT ? 2 : 1);
            feedback.add(new LessOf(Kind.AUTHOR, one.authorId(), since, since.plus(lasts), strength));
            for (String topic : one.topics()) {
                feedback.add(new LessOf(Kind.TOPIC, topic, since, since.plus(lasts), strength));
            }
        }
        return feedback;
    }

    private void add(LessOf one) {
        (one.kind == Kind.AUTHOR ? authors : topics).merge(one.id, one, LessOf::and);
    }

    /** All that there is less of, the newest first. */
    public List<LessOf> all() {
        List<LessOf> all = new ArrayList<>(authors.values());
        all.addAll(topics.values());
        all.sort(Comparator.comparing(LessOf::since)
                .reversed()
                .thenComparing(LessOf::kind)
                .thenComparing(LessOf::id));
        return all;
    }

    /** What the score of a content by this author is multiplied by; 1 for nothing. */
    public double forAuthor(String authorId) {
        LessOf less = authors.get(authorId);
        return less == null ? 1 : less.factor();
    }

    /** What the score of a content with these topics is multiplied by: the strongest of them counts; 1 for nothing. */
    public double forTopicsOf(Content content) {
        double factor = 1;
        if (!topics.isEmpty()) {
            for (String topic : content.getTopics()) {
                LessOf less = topics.get(topic);
                factor = less == null ? factor : Math.min(factor, less.factor());
            }
        }
        return factor;
    }
}
