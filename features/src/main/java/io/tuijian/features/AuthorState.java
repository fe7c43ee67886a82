package io.tuijian.features;

/** What is known of an author: the counts of all their contents. {@code events} only grows. */
public record AuthorState(String authorId, ActionCounts counts, long events, long updatedAtMillis) {
    public static AuthorState empty(String authorId) {
        return new AuthorState(authorId, ActionCounts.NONE, 0, 0);
    }

    public AuthorState after(Outcome outcome) {
        return new AuthorState(
                authorId, counts.plus(outcome.counted()), events + 1, Math.max(updatedAtMillis, outcome.atMillis()));
    }

    /** Both together: states of the same author over different outcomes. */
    public AuthorState plus(AuthorState other) {
        return new AuthorState(
                authorId,
                counts.plus(other.counts),
                events + other.events,
                Math.max(updatedAtMillis, other.updatedAtMillis));
    }

    /** The author without what was counted of one content. */
    public AuthorState minus(ContentState content) {
        return new AuthorState(authorId, counts.minus(content.counts()), events, updatedAtMillis);
    }
}
