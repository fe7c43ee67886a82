package io.tuijian.ranking;

import io.tuijian.schemas.Action;
import java.time.Duration;
import java.time.Instant;

/** A share of a feed's positions that is promised to those who would never get there by their numbers. */
public enum Share {
    /** Content that is young and has not had its promised first sights yet. */
    NEW_CONTENT("new-content") {
        @Override
        double of(SurfaceTuning tuning) {
            return tuning.newContentShare();
        }

        @Override
        boolean has(Hydrated content, Tuning.Promised promised, Instant now) {
            Instant since = content.content().getStartsAt() == null
                    ? content.content().getCreatedAt()
                    : content.content().getStartsAt();
            return content.input().contentState().counts().always(Action.SEEN) < promised.firstSights()
                    && Duration.between(since, now).toMillis() < promised.newForDays() * 86_400_000;
        }
    },
    /** Whatever is by an author whom few have seen anything of. */
    SMALL_AUTHOR("small-author") {
        @Override
        double of(SurfaceTuning tuning) {
            return tuning.smallAuthorShare();
        }

        @Override
        boolean has(Hydrated content, Tuning.Promised promised, Instant now) {
            return content.input().author().counts().always(Action.SEEN) < promised.smallAuthorSights();
        }
    };

    private final String turn;

    Share(String turn) {
        this.turn = turn;
    }

    /** The turn of an item that stands where it stands because of this share. */
    public String turn() {
        return turn;
    }

    /** The share of positions that is promised on a surface. */
    abstract double of(SurfaceTuning tuning);

    /** Whether a content may take this share's turn; what only passes on another's never does. */
    final boolean helps(Hydrated content, Tuning.Promised promised, Instant now) {
        return content.content().getOriginalId() == null && has(content, promised, now);
    }

    abstract boolean has(Hydrated content, Tuning.Promised promised, Instant now);
}
