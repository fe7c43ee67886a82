package io.tuijian.launcher.population;

import io.tuijian.schemas.ContentKind;

/**
 * A simulated content: all that a viewer's utility depends on.
 *
 * @param index from 0, in the order of publishing; −1 for a content of another world
 * @param author index of its author; −1 for an author of another world
 * @param city index into {@link City#ALL}, −1 if unknown
 * @param topic index of the main topic, −1 if it has none
 * @param otherTopic index of a second topic, −1 if it has none
 * @param quality in units of utility, its author's included
 * @param ageMillis how long before the end of a log it is published
 * @param durationMillis of a video, 0 for the other kinds
 * @param priceMinor of a shop item in fen, 0 for the other kinds
 * @param stock of a shop item, each time it is filled up
 */
public record Work(
        int index,
        int author,
        long key,
        long authorKey,
        int city,
        ContentKind kind,
        short topic,
        short otherTopic,
        float quality,
        long ageMillis,
        int durationMillis,
        int priceMinor,
        int stock) {
    private static final String PREFIX = "cs";

    public String id() {
        return PREFIX + index;
    }

    public String authorId() {
        return "as" + author;
    }

    static int indexOf(String id) {
        return Seeds.index(id, PREFIX);
    }
}
