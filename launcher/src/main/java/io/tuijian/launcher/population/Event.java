package io.tuijian.launcher.population;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.Served;
import java.time.Instant;

/** Something in the log of a population. */
public sealed interface Event {
    /** When it happened. */
    Instant at();

    /** A content is published, or published again with its stock filled up. */
    record Published(Instant at, Content content) implements Event {}

    /** A viewer befriends another, or follows an author. */
    record Related(Relation relation) implements Event {
        @Override
        public Instant at() {
            return relation.getAt();
        }
    }

    /** A page is served. */
    record Shown(Served served) implements Event {
        @Override
        public Instant at() {
            return served.getAt();
        }
    }

    /** A viewer does something with a content of a page. */
    record Did(Engagement engagement) implements Event {
        @Override
        public Instant at() {
            return engagement.getAt();
        }
    }
}
