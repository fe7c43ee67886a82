package io.tuijian.launcher.evaluate;

import io.tuijian.launcher.world.Impression;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A content shown to a viewer and what came of it, packed.
 *
 * @param number different for each
 * @param day that the log files it under, null for an earlier exposure
 * @param surface null for an earlier exposure, of which only sight, long view and like are known
 * @param actions a bit per ordinal of what the viewer did
 * @param watchedMillis 0 if nothing or unknown
 */
record Exposure(
        long number,
        String viewerId,
        String contentId,
        String authorId,
        LocalDate day,
        long atMillis,
        String surface,
        int actions,
        long watchedMillis) {
    private static final String ZONE = "Asia/Shanghai";
    private static final Action[] ACTIONS = Action.values();

    static Exposure of(Impression impression, LocalDate day) {
        Served served = impression.served();
        ServedItem item = served.getItems().get(0);
        int actions = 0;
        long watched = 0;
        for (Engagement engagement : impression.engagements()) {
            actions |= bit(engagement.getAction());
            watched =
                    engagement.getWatchedMillis() == null ? watched : Math.max(watched, engagement.getWatchedMillis());
        }
        return new Exposure(
                impression.row(),
                served.getViewerId(),
                item.getContentId(),
                item.getAuthorId(),
                day,
                served.getAt().toEpochMilli(),
                served.getTab(),
                actions,
                watched);
    }

    static int bit(Action action) {
        return 1 << action.ordinal();
    }

    boolean isEarlier() {
        return surface == null;
    }

    /** Whether it is of this day or later. */
    boolean isFrom(LocalDate first) {
        return day != null && !day.isBefore(first);
    }

    boolean did(Action action) {
        return (actions & bit(action)) != 0;
    }

    /** When the whole outcome could first be known. */
    long knownAtMillis() {
        return atMillis + watchedMillis;
    }

    /** The same exposure with the outcome of another. */
    Exposure withOutcomeOf(Exposure other) {
        return new Exposure(
                number, viewerId, contentId, authorId, day, atMillis, surface, other.actions, other.watchedMillis);
    }

    Served served() {
        ServedItem item = new ServedItem(
                contentId, authorId, 0, "imported", 0.0, Map.of(), List.of(), Map.of(), null, List.of(), null);
        return new Served(
                feedId(),
                viewerId,
                Instant.ofEpochMilli(atMillis),
                Surface.IMPORTED,
                surface,
                null,
                null,
                null,
                ZONE,
                null,
                null,
                Map.of(),
                List.of(),
                List.of(),
                List.of(item),
                List.of(),
                Origin.IMPORTED,
                null,
                null);
    }

    /** All but the sight count as known once what was watched had been watched. */
    List<Engagement> engagements() {
        List<Engagement> engagements = new ArrayList<>(Integer.bitCount(actions));
        Instant at = Instant.ofEpochMilli(atMillis);
        for (int rest = actions; rest != 0; rest &= rest - 1) {
            Action action = ACTIONS[Integer.numberOfTrailingZeros(rest)];
            engagements.add(new Engagement(
                    number + ":" + action,
                    viewerId,
                    contentId,
                    action,
                    at,
                    at,
                    action == Action.SEEN ? null : (Long) watchedMillis,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    feedId(),
                    0,
                    Surface.IMPORTED,
                    null,
                    null,
                    null,
                    Origin.IMPORTED));
        }
        return engagements;
    }

    private String feedId() {
        return "f" + number;
    }
}
