package io.tuijian.ingestion;

import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Surface;

/**
 * What an engagement told beside what was done; of one taken back that of the original.
 *
 * @param surface null if unknown
 * @param feedId null if it belongs to no page
 * @param touchpoint null if none was told
 */
record Circumstances(ReachEvent.Money money, Surface surface, String feedId, String touchpoint) {
    private static final String SEPARATOR = "\n";

    /** Those with this place, as {@link #place} wrote it; null is none. */
    static Circumstances of(ReachEvent.Money money, String place) {
        if (place == null) {
            return new Circumstances(money, null, null, null);
        }
        String[] parts = place.split(SEPARATOR, 3);
        return new Circumstances(
                money,
                parts[0].isEmpty() ? null : Surface.valueOf(parts[0]),
                nullIfEmpty(parts[1]),
                nullIfEmpty(parts[2]));
    }

    private static String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Whether no place was told. */
    boolean isPlain() {
        return surface == null && feedId == null && touchpoint == null;
    }

    /** All but the money, to be kept. */
    String place() {
        return (surface == null ? "" : surface)
                + SEPARATOR
                + (feedId == null ? "" : feedId.replace(SEPARATOR, " "))
                + SEPARATOR
                + (touchpoint == null ? "" : touchpoint);
    }
}
