package io.tuijian.features;

import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A viewer at the moment of a request, with what formulas look up looked up once. Not thread-safe. */
public final class Visit {
    /** Epoch milliseconds. */
    public final long now;
    /** All that the viewer did. */
    public final Tally all;

    private final ViewerState viewer;
    private final Relations relations;
    private final Context context;
    private final Tally unmet;
    private final Map<String, Tally> byKind;
    private final Map<String, Tally> byTopic;
    private final Map<String, Tally> byAuthor;
    private final ZonedDateTime time;

    Visit(FeatureInput input) {
        this.viewer = input.viewer();
        this.relations = input.relations();
        this.context = input.context();
        this.now = context.now().toEpochMilli();
        this.all = new Tally(viewer.counts(), now);
        this.unmet = new Tally(ActionCounts.NONE, now);
        this.byKind = tallies(viewer.byKind());
        this.byTopic = tallies(viewer.byTopic());
        this.byAuthor = tallies(viewer.byAuthor());
        this.time = context.now().atZone(context.zone());
    }

    private Map<String, Tally> tallies(List<ViewerState.Keyed> keyed) {
        Map<String, Tally> tallies = new HashMap<>(2 * keyed.size());
        for (ViewerState.Keyed entry : keyed) {
            tallies.put(entry.key(), new Tally(entry.counts(), now));
        }
        return tallies;
    }

    /** Whether this candidate is of the same viewer at the same moment. */
    boolean holds(FeatureInput input) {
        return input.viewer() == viewer && input.relations() == relations && input.context() == context;
    }

    public Tally withKind(String kind) {
        return byKind.getOrDefault(kind, unmet);
    }

    public Tally withTopic(String topic) {
        return byTopic.getOrDefault(topic, unmet);
    }

    public Tally withAuthor(String authorId) {
        return byAuthor.getOrDefault(authorId, unmet);
    }

    public boolean relates(RelationKind kind, String to) {
        return relations.active(viewer.viewerId(), kind, to, context.now());
    }

    public boolean isFriendOf(String authorId) {
        return relations.friends(viewer.viewerId(), authorId, context.now());
    }

    /** What the viewer takes an item of this currency to cost, null if not known. */
    UsualPrice usualPrice(String currency) {
        for (UsualPrice price : viewer.usualPrices()) {
            if (price.currency().equals(currency)) {
                return price;
            }
        }
        return null;
    }

    public boolean isNewSinceLastHere(Instant createdAt) {
        return viewer.events() > 0 && createdAt.toEpochMilli() > viewer.updatedAtMillis();
    }

    public double hoursSinceFirst() {
        return viewer.events() == 0 ? 0 : Tally.hours(now - viewer.firstAtMillis());
    }

    public int sessionDepth() {
        return context.sessionDepth();
    }

    public String city() {
        return context.city();
    }

    public boolean on(Surface surface) {
        return context.surface() == surface;
    }

    /** The hour of the day in the viewer's zone as an angle. */
    public double hourAngle() {
        return 2 * Math.PI * (time.getHour() + time.getMinute() / 60.0) / 24;
    }

    /** The day of the week in the viewer's zone as an angle; Monday is 0. */
    public double weekdayAngle() {
        return 2 * Math.PI * (time.getDayOfWeek().getValue() - 1) / 7;
    }
}
