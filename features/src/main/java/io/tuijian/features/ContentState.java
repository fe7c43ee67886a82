package io.tuijian.features;

/** What is known of a content: its counts. {@code events} only grows; readers never step back to fewer. */
public record ContentState(String contentId, ActionCounts counts, long events, long updatedAtMillis) {
    public static ContentState empty(String contentId) {
        return new ContentState(contentId, ActionCounts.NONE, 0, 0);
    }

    public ContentState after(Outcome outcome) {
        return new ContentState(
                contentId, counts.plus(outcome.counted()), events + 1, Math.max(updatedAtMillis, outcome.atMillis()));
    }

    /** Both together: states of the same content over different outcomes. */
    public ContentState plus(ContentState other) {
        return new ContentState(
                contentId,
                counts.plus(other.counts),
                events + other.events,
                Math.max(updatedAtMillis, other.updatedAtMillis));
    }
}
