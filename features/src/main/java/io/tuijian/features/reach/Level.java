package io.tuijian.features.reach;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Of what, and for how long, a document of the index {@code reach} counts. Hours and days are in UTC. */
public enum Level {
    CONTENT_HOUR(true, true, Duration.ofHours(1)),
    CONTENT_DAY(true, true, Duration.ofDays(1)),
    AUTHOR_HOUR(true, false, Duration.ofHours(1)),
    AUTHOR_DAY(true, false, Duration.ofDays(1)),
    /** An author's viewers by attributes of theirs, to be read through the rule of privacy alone. */
    AUDIENCE_DAY(true, false, Duration.ofDays(1)),
    /** The pages of the whole platform. */
    PLATFORM_HOUR(false, false, Duration.ofHours(1));

    /** Those that hold a {@link Reach}. */
    public static final Set<Level> OF_REACH = EnumSet.range(CONTENT_HOUR, AUTHOR_DAY);

    private final boolean hasAuthor;
    private final boolean hasContent;
    private final long millis;

    Level(boolean hasAuthor, boolean hasContent, Duration period) {
        this.hasAuthor = hasAuthor;
        this.hasContent = hasContent;
        this.millis = period.toMillis();
    }

    public boolean hasAuthor() {
        return hasAuthor;
    }

    public boolean hasContent() {
        return hasContent;
    }

    /** Epoch milliseconds at which the hour or day of this moment begins. */
    public long beginOf(long atMillis) {
        return Math.floorDiv(atMillis, millis) * millis;
    }

    /** How long its hour or day is, in milliseconds. */
    public long millis() {
        return millis;
    }
}
