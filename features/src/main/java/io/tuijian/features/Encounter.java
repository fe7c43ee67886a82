package io.tuijian.features;

import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A content that a viewer may meet, with what formulas look up looked up once. Not thread-safe. */
public final class Encounter {
    public final Visit visit;
    /** The content itself. */
    public final Content it;
    /** What everybody did with the content. */
    public final Tally content;
    /** What everybody did with all contents of the author. */
    public final Tally author;
    /** What the viewer did with contents of the author. */
    public final Tally withAuthor;
    /** What the viewer did with contents of the kind. */
    public final Tally withKind;

    private final Tally[] withTopics;

    Encounter(Visit visit, FeatureInput input) {
        this.visit = visit;
        this.it = input.content();
        this.content = new Tally(input.contentState().counts(), visit.now);
        this.author = new Tally(input.author().counts(), visit.now);
        this.withAuthor = visit.withAuthor(it.getAuthorId());
        this.withKind = visit.withKind(it.getKind().name());
        List<String> topics = it.getTopics();
        this.withTopics = new Tally[topics.size()];
        for (int i = 0; i < withTopics.length; i++) {
            withTopics[i] = visit.withTopic(topics.get(i));
        }
    }

    /** The mean over topics of what the viewer did with each, or what it is without topics. */
    public double topics(ToDoubleFunction<Tally> value, double otherwise) {
        if (withTopics.length == 0) {
            return otherwise;
        }
        double sum = 0;
        for (Tally topic : withTopics) {
            sum += value.applyAsDouble(topic);
        }
        return sum / withTopics.length;
    }

    /** The largest over topics of what the viewer did with each, or what it is without topics. */
    public double bestTopic(ToDoubleFunction<Tally> value, double otherwise) {
        double best = withTopics.length == 0 ? otherwise : Double.NEGATIVE_INFINITY;
        for (Tally topic : withTopics) {
            best = Math.max(best, value.applyAsDouble(topic));
        }
        return best;
    }

    public double durationSeconds() {
        return it.getVideo() == null ? 0 : it.getVideo().getDurationMillis() / 1e3;
    }

    public double ageHours() {
        return Tally.hours(visit.now - it.getCreatedAt().toEpochMilli());
    }

    public boolean is(ContentKind kind) {
        return it.getKind() == kind;
    }

    /** In minor units, 0 without a price. */
    public long priceMinor() {
        return it.getItem() == null ? 0 : it.getItem().getPriceMinor();
    }

    public double priceAboveUsual() {
        UsualPrice usual = usualPrice();
        return usual == null ? 0 : usual.above(priceMinor(), visit.now);
    }

    public double priceDeviations() {
        UsualPrice usual = usualPrice();
        return usual == null ? 0 : usual.deviations(priceMinor(), visit.now);
    }

    private UsualPrice usualPrice() {
        return priceMinor() <= 0 ? null : visit.usualPrice(it.getItem().getCurrency());
    }

    public double durationAboveUsual() {
        double seconds = durationSeconds();
        return seconds <= 0 ? 0 : Math.log(seconds / visit.all.watchedDurations());
    }

    public boolean followsAuthor() {
        return visit.relates(RelationKind.FOLLOW, it.getAuthorId());
    }

    public boolean isFriend() {
        return visit.isFriendOf(it.getAuthorId());
    }

    public boolean isNewSinceLastHere() {
        return visit.isNewSinceLastHere(it.getCreatedAt());
    }

    /** Share of the topics, 0 without topics. */
    public double followedTopics() {
        double followed = 0;
        for (String topic : it.getTopics()) {
            followed += visit.relates(RelationKind.FOLLOW_TOPIC, topic) ? 1 : 0;
        }
        return followed / Math.max(1, withTopics.length);
    }

    public boolean inTheSameCity() {
        return it.getCity() != null && it.getCity().equals(visit.city());
    }

    public boolean fitsSurface() {
        return is(ContentKind.SHORT_VIDEO) && visit.on(Surface.VIDEOS)
                || is(ContentKind.SHOP_ITEM) && visit.on(Surface.SHOP);
    }
}
