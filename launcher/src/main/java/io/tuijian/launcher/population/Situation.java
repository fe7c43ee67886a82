package io.tuijian.launcher.population;

/**
 * Where a viewer stands when a content is shown to them.
 *
 * @param position 0-based across the pages of one cursor
 * @param depth how many contents were shown in this session before
 * @param authorRepeats how many of these were of the same author
 * @param topicRepeats how many of the last ten had the same main topic
 */
public record Situation(int position, int depth, int authorRepeats, int topicRepeats) {
    /** At the beginning of a session: nothing tires yet, but the position still decides what is looked at. */
    public static Situation fresh(int position) {
        return new Situation(position, 0, 0, 0);
    }
}
