package io.tuijian.models.tables;

/** The kinds of ids that have vectors, each in a table of its own. */
public enum Slot {
    VIEWER,
    SURFACE,
    CONTENT,
    AUTHOR,
    TOPIC,
    KIND,
    ACTION,
    RECENCY;

    /** Whether its ids are few and known to all, so that each has a vector from its first occurrence on. */
    public boolean isClosed() {
        return switch (this) {
            case KIND, ACTION, RECENCY -> true;
            case VIEWER, SURFACE, CONTENT, AUTHOR, TOPIC -> false;
        };
    }
}
