package io.tuijian.features.reach;

/**
 * A document of the index {@code reach}: what was counted at one level in one period (UTC, of event time). Immutable;
 * the order of events does not matter.
 *
 * @param authorId null at {@link Level#PLATFORM_HOUR}
 * @param contentId null unless it is of a content
 * @param brandId for whom the content is, null if for nobody or unknown
 * @param hour epoch milliseconds at which the hour or day begins
 * @param reach {@link Reach#NONE} at other levels than those {@link Level#OF_REACH}
 * @param audience {@link Audience#NONE} at other levels than {@link Level#AUDIENCE_DAY}
 * @param pages {@link Pages#NONE} at other levels than {@link Level#PLATFORM_HOUR}
 * @param version grows with each change that is written, and with the clock
 */
public record ReachDocument(
        Level level,
        String authorId,
        String contentId,
        String brandId,
        long hour,
        Reach reach,
        Audience audience,
        Pages pages,
        long version) {

    /** The document of this level in which the event will be counted, with nothing counted yet. */
    public static ReachDocument emptyOf(Level level, ReachEvent event) {
        return new ReachDocument(
                level,
                level.hasAuthor() ? event.authorId() : null,
                level.hasContent() ? event.contentId() : null,
                null,
                level.beginOf(event.atMillis()),
                Reach.NONE,
                Audience.NONE,
                Pages.NONE,
                0);
    }

    /** The id of the document of this level in which the event is counted. */
    public static String idOf(Level level, ReachEvent event) {
        return id(level, event.authorId(), event.contentId(), level.beginOf(event.atMillis()));
    }

    public ReachDocument after(ReachEvent event) {
        GrowingReach growing = new GrowingReach(this);
        growing.add(event);
        return growing.document(0);
    }

    /** The id of this document. */
    public String id() {
        return id(level, authorId, contentId, hour);
    }

    /** {@code author|content|hour} of a content's hour; all others have their level behind it, and nothing for what they have not. */
    private static String id(Level level, String authorId, String contentId, long hour) {
        String id = (level.hasAuthor() ? authorId : "") + '|' + (level.hasContent() ? contentId : "") + '|' + hour;
        return level == Level.CONTENT_HOUR ? id : id + '|' + level;
    }

    /** The document, UTF-8; what is zero or empty is left out. */
    public byte[] toJson() {
        return ReachJson.of(this);
    }

    /**
     * The document that {@link #toJson} wrote, by this or another release: fields, actions and levels that it does not
     * know are passed over; without a level it is the hour of a content.
     *
     * @throws IllegalArgumentException if it is no such document
     */
    public static ReachDocument fromJson(byte[] document) {
        return ReachJson.document(document);
    }
}
