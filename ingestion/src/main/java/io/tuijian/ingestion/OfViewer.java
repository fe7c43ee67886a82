package io.tuijian.ingestion;

import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Surface;
import java.util.List;

/** What reach learns of a viewer: a page that they were served, something they did, or whom they follow. */
public sealed interface OfViewer {
    String viewerId();

    /**
     * A page.
     *
     * @param city null if unknown
     */
    record Page(String viewerId, String feedId, long atMillis, Surface surface, String city, List<Item> items)
            implements OfViewer {
        /** One position, 0-based across the pages of one feed. */
        public record Item(String contentId, String authorId, int position, String source) {}

        static Page of(Served served) {
            return new Page(
                    served.getViewerId(),
                    served.getFeedId(),
                    served.getAt().toEpochMilli(),
                    served.getSurface(),
                    served.getCity(),
                    served.getItems().stream()
                            .map(item -> new Item(
                                    item.getContentId(), item.getAuthorId(), item.getPosition(), item.getSource()))
                            .toList());
        }
    }

    /**
     * What counts of an engagement.
     *
     * @param feedId null if it belongs to no page
     */
    record Did(ReachEvent.Touch touch, String feedId) implements OfViewer {
        @Override
        public String viewerId() {
            return touch.viewerId();
        }
    }

    /** Whether a viewer follows an author, from then on. */
    record Follows(String viewerId, String authorId, boolean active, long atMillis) implements OfViewer {
        /** Null if it is no such relation. */
        static Follows of(Relation relation) {
            boolean follows = relation.getKind() == RelationKind.FOLLOW && Validity.isAuthor(relation.getTo());
            return follows
                    ? new Follows(
                            relation.getFrom(),
                            relation.getTo(),
                            relation.getActive(),
                            relation.getAt().toEpochMilli())
                    : null;
        }
    }
}
