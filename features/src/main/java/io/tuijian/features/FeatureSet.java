package io.tuijian.features;

import static io.tuijian.features.HalfLife.DAY;
import static io.tuijian.features.HalfLife.HOUR;
import static io.tuijian.features.HalfLife.MONTH;
import static io.tuijian.features.HalfLife.WEEK;
import static io.tuijian.features.Tally.log;
import static io.tuijian.schemas.Action.CART;
import static io.tuijian.schemas.Action.COMMENT;
import static io.tuijian.schemas.Action.FAVORITE;
import static io.tuijian.schemas.Action.FINISH;
import static io.tuijian.schemas.Action.FOLLOW;
import static io.tuijian.schemas.Action.HIDE;
import static io.tuijian.schemas.Action.LIKE;
import static io.tuijian.schemas.Action.LONG_VIEW;
import static io.tuijian.schemas.Action.OPEN;
import static io.tuijian.schemas.Action.PROFILE;
import static io.tuijian.schemas.Action.PURCHASE;
import static io.tuijian.schemas.Action.SEEN;
import static io.tuijian.schemas.Action.SHARE;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Names each formula once. To add a feature, add a line here and its golden value to {@code FeatureSetTest}. */
public final class FeatureSet {
    public static final FeatureSet ALL = new FeatureSet(List.of(
            of("content.open_rate", "OPEN per SEEN of the content", e -> e.content.rate(OPEN)),
            of("content.long_view_rate", "LONG_VIEW per SEEN of the content", e -> e.content.rate(LONG_VIEW)),
            of("content.long_view_rate.day", "the same, half-life 1 d", e -> e.content.rate(LONG_VIEW, DAY)),
            of(
                    "content.long_view_rate.drawn",
                    "LONG_VIEW per SEEN of the content, drawn to the rate of the author's other contents",
                    e -> drawn(e, LONG_VIEW)),
            of(
                    "content.long_view_slope",
                    "ln of LONG_VIEW a day at half-life 1 d per the same at half-life 7 d",
                    e -> e.content.slope(LONG_VIEW)),
            of("content.finish_rate", "FINISH per SEEN of the content", e -> e.content.rate(FINISH)),
            of(
                    "content.finish_rate.drawn",
                    "FINISH per SEEN of the content, drawn to the rate of the author's other contents",
                    e -> drawn(e, FINISH)),
            of("content.like_rate", "LIKE per SEEN of the content", e -> e.content.rate(LIKE)),
            of("content.comment_rate", "COMMENT per SEEN of the content", e -> e.content.rate(COMMENT)),
            of("content.share_rate", "SHARE per SEEN of the content", e -> e.content.rate(SHARE)),
            of("content.favorite_rate", "FAVORITE per SEEN of the content", e -> e.content.rate(FAVORITE)),
            of("content.profile_rate", "PROFILE per SEEN of the content", e -> e.content.rate(PROFILE)),
            of("content.cart_rate", "CART per SEEN of the content", e -> e.content.rate(CART)),
            of("content.purchase_rate", "PURCHASE per SEEN of the content", e -> e.content.rate(PURCHASE)),
            of("content.hide_rate", "HIDE per SEEN of the content", e -> e.content.rate(HIDE)),
            of(
                    "content.watched_fraction",
                    "watched time per duration of what was watched of the content",
                    e -> e.content.watchedFraction()),
            of(
                    "content.watched_seconds",
                    "ln(1 + mean seconds that the content was watched), drawn to ten seconds",
                    e -> log(e.content.watchedSeconds())),
            of("content.seen", "ln(1 + SEEN)", e -> e.content.log(SEEN)),
            of("content.popularity", "ln(1 + SEEN), half-life 7 d", e -> e.content.log(SEEN, WEEK)),
            of("content.popularity.hour", "the same, half-life 1 h", e -> e.content.log(SEEN, HOUR)),
            of("content.trend", "ln of SEEN with half-life 1 h per SEEN with half-life 1 d", e -> e.content.trend()),
            of(
                    "content.slope",
                    "ln of SEEN a day at half-life 1 d per the same at half-life 7 d",
                    e -> e.content.slope(SEEN)),
            of(
                    "content.pace",
                    "ln(1 + SEEN per hour since it was published)",
                    e -> log(e.content.count(SEEN) / (1 + e.ageHours()))),
            of("content.age", "ln(1 + hours since it was published)", e -> log(e.ageHours())),
            of("content.duration", "ln(1 + seconds)", e -> log(e.durationSeconds())),
            of(
                    "content.text_length",
                    "ln(1 + UTF-16 units of the text)",
                    e -> log(e.it.getText().length())),
            of(
                    "content.topics",
                    "ln(1 + number of topics)",
                    e -> log(e.it.getTopics().size())),
            of("content.price", "ln(1 + price in minor units), 0 without a price", e -> log(e.priceMinor())),
            of("content.is_post", "1 for a post", e -> is(e.is(ContentKind.POST))),
            of("content.is_shop_item", "1 for a shop item", e -> is(e.is(ContentKind.SHOP_ITEM))),
            of("content.is_sponsored", "1 if someone paid for it", e -> is(e.it.getSponsored())),
            of("content.is_repost", "1 for a repost or quote", e -> is(e.it.getOriginalId() != null)),
            of("author.open_rate", "OPEN per SEEN of the author", e -> e.author.rate(OPEN)),
            of("author.long_view_rate", "LONG_VIEW per SEEN of the author", e -> e.author.rate(LONG_VIEW)),
            of("author.long_view_rate.week", "the same, half-life 7 d", e -> e.author.rate(LONG_VIEW, WEEK)),
            of("author.finish_rate", "FINISH per SEEN of the author", e -> e.author.rate(FINISH)),
            of("author.like_rate", "LIKE per SEEN of the author", e -> e.author.rate(LIKE)),
            of("author.follow_rate", "FOLLOW per SEEN of the author", e -> e.author.rate(FOLLOW)),
            of("author.purchase_rate", "PURCHASE per SEEN of the author", e -> e.author.rate(PURCHASE)),
            of("author.hide_rate", "HIDE per SEEN of the author", e -> e.author.rate(HIDE)),
            of(
                    "author.watched_fraction",
                    "watched time per duration of what was watched of the author",
                    e -> e.author.watchedFraction()),
            of("author.popularity", "ln(1 + SEEN), half-life 7 d", e -> e.author.log(SEEN, WEEK)),
            of(
                    "author.slope",
                    "ln of SEEN a day at half-life 1 d per the same at half-life 7 d",
                    e -> e.author.slope(SEEN)),
            ofVisit("viewer.open_rate", "OPEN per SEEN of the viewer", v -> v.all.rate(OPEN)),
            ofVisit("viewer.long_view_rate", "LONG_VIEW per SEEN of the viewer", v -> v.all.rate(LONG_VIEW)),
            ofVisit("viewer.long_view_rate.hour", "the same, half-life 1 h", v -> v.all.rate(LONG_VIEW, HOUR)),
            ofVisit("viewer.long_view_rate.week", "the same, half-life 7 d", v -> v.all.rate(LONG_VIEW, WEEK)),
            ofVisit("viewer.finish_rate", "FINISH per SEEN of the viewer", v -> v.all.rate(FINISH)),
            ofVisit("viewer.like_rate", "LIKE per SEEN of the viewer", v -> v.all.rate(LIKE)),
            ofVisit("viewer.share_rate", "SHARE per SEEN of the viewer", v -> v.all.rate(SHARE)),
            ofVisit("viewer.profile_rate", "PROFILE per SEEN of the viewer", v -> v.all.rate(PROFILE)),
            ofVisit("viewer.purchase_rate", "PURCHASE per SEEN of the viewer", v -> v.all.rate(PURCHASE)),
            ofVisit("viewer.hide_rate", "HIDE per SEEN of the viewer", v -> v.all.rate(HIDE)),
            ofVisit(
                    "viewer.watched_fraction",
                    "watched time per duration of what the viewer watched",
                    v -> v.all.watchedFraction()),
            ofVisit(
                    "viewer.watched_seconds",
                    "ln(1 + mean seconds that the viewer watched), drawn to ten seconds",
                    v -> log(v.all.watchedSeconds())),
            ofVisit("viewer.activity", "ln(1 + SEEN), half-life 7 d", v -> v.all.log(SEEN, WEEK)),
            ofVisit("viewer.activity.hour", "the same, half-life 1 h", v -> v.all.log(SEEN, HOUR)),
            ofVisit(
                    "viewer.slope",
                    "ln of SEEN a day at half-life 1 d per the same at half-life 7 d",
                    v -> v.all.slope(SEEN)),
            ofVisit(
                    "viewer.rest",
                    "ln(1 + hours since the viewer last did anything), 0 for a new viewer",
                    v -> v.all.rest()),
            ofVisit(
                    "viewer.tenure",
                    "ln(1 + hours since the viewer first did anything), 0 for a new viewer",
                    v -> log(v.hoursSinceFirst())),
            of(
                    "viewer_author.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer with the author, drawn to the viewer's own rate",
                    e -> own(e, e.withAuthor, LONG_VIEW)),
            of(
                    "viewer_author.finish_rate",
                    "FINISH per SEEN of the viewer with the author, drawn to the viewer's own rate",
                    e -> own(e, e.withAuthor, FINISH)),
            of(
                    "viewer_author.like_rate",
                    "LIKE per SEEN of the viewer with the author, drawn to the viewer's own rate",
                    e -> own(e, e.withAuthor, LIKE)),
            of("viewer_author.hide_rate", "HIDE per SEEN of the viewer with the author", e -> e.withAuthor.rate(HIDE)),
            of(
                    "viewer_author.seen",
                    "ln(1 + SEEN) of the viewer with the author, half-life 30 d",
                    e -> e.withAuthor.log(SEEN, MONTH)),
            of(
                    "viewer_author.lately",
                    "LONG_VIEW and LIKE of the viewer with the author less HIDE, half-life 1 h, ln(1 + n) with sign",
                    e -> e.withAuthor.lately()),
            of(
                    "viewer_author.rest",
                    "ln(1 + hours since the viewer last did anything with the author), 0 if never",
                    e -> e.withAuthor.rest()),
            of("viewer_author.follows", "1 if the viewer follows the author", e -> is(e.followsAuthor())),
            of("viewer_author.friends", "1 if viewer and author are friends, which is mutual", e -> is(e.isFriend())),
            of(
                    "viewer_topic.open_rate",
                    "OPEN per SEEN of the viewer with the topics, drawn to the viewer's own rate; mean over topics",
                    e -> ownTopics(e, OPEN)),
            of(
                    "viewer_topic.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer with the topics, drawn to the viewer's own rate; mean over topics",
                    e -> ownTopics(e, LONG_VIEW)),
            of("viewer_topic.long_view_rate.best", "the same; the largest over topics", e -> bestTopic(e, LONG_VIEW)),
            of(
                    "viewer_topic.finish_rate",
                    "FINISH per SEEN of the viewer with the topics, drawn to the viewer's own rate; mean over topics",
                    e -> ownTopics(e, FINISH)),
            of(
                    "viewer_topic.like_rate",
                    "LIKE per SEEN of the viewer with the topics; mean over topics",
                    e -> e.topics(t -> t.rate(LIKE), Tally.usual(LIKE))),
            of(
                    "viewer_topic.hide_rate",
                    "HIDE per SEEN of the viewer with the topics; mean over topics",
                    e -> e.topics(t -> t.rate(HIDE), Tally.usual(HIDE))),
            of(
                    "viewer_topic.watched_fraction",
                    "watched time per duration of what the viewer watched of the topics, drawn to the viewer's own; mean over topics",
                    e -> ownWatchedOfTopics(e)),
            of(
                    "viewer_topic.seen",
                    "ln(1 + SEEN) of the viewer with the topics, half-life 30 d; mean over topics",
                    e -> e.topics(t -> t.log(SEEN, MONTH), 0)),
            of(
                    "viewer_topic.share",
                    "SEEN of the viewer with the topics per SEEN of the viewer and ten more; mean over topics",
                    e -> e.topics(t -> share(e, t), 0)),
            of(
                    "viewer_topic.lately",
                    "LONG_VIEW and LIKE of the viewer with the topics less HIDE, half-life 1 h, ln(1 + n) with sign; mean over topics",
                    e -> e.topics(Tally::lately, 0)),
            of(
                    "viewer_topic.rest",
                    "ln(1 + hours since the viewer last did anything with the topics), 0 if never; mean over topics",
                    e -> e.topics(Tally::rest, 0)),
            of("viewer_topic.follows", "share of the topics that the viewer follows", e -> e.followedTopics()),
            of(
                    "viewer_kind.open_rate",
                    "OPEN per SEEN of the viewer with the kind, drawn to the viewer's own rate",
                    e -> own(e, e.withKind, OPEN)),
            of(
                    "viewer_kind.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer with the kind, drawn to the viewer's own rate",
                    e -> own(e, e.withKind, LONG_VIEW)),
            of(
                    "viewer_kind.like_rate",
                    "LIKE per SEEN of the viewer with the kind, drawn to the viewer's own rate",
                    e -> own(e, e.withKind, LIKE)),
            of(
                    "viewer_kind.share",
                    "SEEN of the viewer with the kind per SEEN of the viewer and ten more",
                    e -> share(e, e.withKind)),
            of(
                    "viewer_content.price",
                    "ln of the price per the viewer's usual one in the currency, half-life 30 d, drawn to 0 by two items at the price; 0 if either is unknown",
                    e -> e.priceAboveUsual()),
            of(
                    "viewer_content.price.deviations",
                    "the same in the viewer's own standard deviations, drawn to 1 by two items that far off",
                    e -> e.priceDeviations()),
            of(
                    "viewer_content.duration",
                    "ln of the duration per the mean duration of what the viewer watched, drawn to ten seconds; 0 without a duration",
                    e -> e.durationAboveUsual()),
            of(
                    "viewer_content.is_new",
                    "1 if it was published since the viewer last did anything",
                    e -> is(e.isNewSinceLastHere())),
            of(
                    "content_context.same_city",
                    "1 if the content is of the city that the viewer is in",
                    e -> is(e.inTheSameCity())),
            of(
                    "content_context.fits_surface",
                    "1 for a video among videos or an item in the shop",
                    e -> is(e.fitsSurface())),
            ofVisit(
                    "context.hour_sin",
                    "sine of the hour of the day in the viewer's zone",
                    v -> Math.sin(v.hourAngle())),
            ofVisit(
                    "context.hour_cos",
                    "cosine of the hour of the day in the viewer's zone",
                    v -> Math.cos(v.hourAngle())),
            ofVisit(
                    "context.weekday_sin",
                    "sine of the day of the week in the viewer's zone",
                    v -> Math.sin(v.weekdayAngle())),
            ofVisit(
                    "context.weekday_cos",
                    "cosine of the day of the week in the viewer's zone",
                    v -> Math.cos(v.weekdayAngle())),
            ofVisit(
                    "context.session_depth",
                    "ln(1 + items on the earlier pages of the feed)",
                    v -> log(v.sessionDepth())),
            ofVisit("context.is_following", "1 on the surface of followed authors", v -> is(v.on(Surface.FOLLOWING))),
            ofVisit("context.is_nearby", "1 on the surface of what is near", v -> is(v.on(Surface.NEARBY)))));

    private final List<Formula> formulas;
    private final List<String> names;
    private final int[] ofEncounter;
    private final ToDoubleFunction<Encounter>[] encounterFormulas;

    @SuppressWarnings("unchecked")
    private FeatureSet(List<Formula> formulas) {
        this.formulas = formulas;
        this.names = formulas.stream().map(Formula::name).toList();
        this.ofEncounter = IntStream.range(0, formulas.size())
                .filter(i -> formulas.get(i) instanceof Formula.OfEncounter)
                .toArray();
        this.encounterFormulas = Arrays.stream(ofEncounter)
                .mapToObj(i -> ((Formula.OfEncounter) formulas.get(i)).value())
                .toArray(ToDoubleFunction[]::new);
    }

    /**
     * These and one more at the end: to try a formula over a log before it is merged.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public FeatureSet with(Formula formula) {
        if (names.contains(formula.name())) {
            throw new IllegalArgumentException(
                    formula.name() + " is a feature already; a changed meaning is a new name.");
        }
        List<Formula> more = new ArrayList<>(formulas);
        more.add(formula);
        return new FeatureSet(List.copyOf(more));
    }

    public List<Formula> formulas() {
        return formulas;
    }

    /** Names in the order of {@link Features#dense()}. */
    public List<String> names() {
        return names;
    }

    /** Every formula of this candidate; a value that is not finite is a fault and becomes 0. */
    public Features of(FeatureInput input) {
        return of(List.of(input)).get(0);
    }

    /** Every formula of each candidate of a page; what they share is computed once. */
    public List<Features> of(List<FeatureInput> inputs) {
        List<Features> features = new ArrayList<>(inputs.size());
        Visit visit = null;
        float[] shared = null;
        for (FeatureInput input : inputs) {
            if (visit == null || !visit.holds(input)) {
                visit = new Visit(input);
                shared = shared(visit);
            }
            Encounter encounter = new Encounter(visit, input);
            float[] dense = shared.clone();
            for (int i = 0; i < ofEncounter.length; i++) {
                dense[ofEncounter[i]] = finite(encounterFormulas[i].applyAsDouble(encounter));
            }
            features.add(new Features(dense, input));
        }
        return features;
    }

    private float[] shared(Visit visit) {
        float[] shared = new float[formulas.size()];
        for (int i = 0; i < shared.length; i++) {
            if (formulas.get(i) instanceof Formula.OfVisit formula) {
                shared[i] = finite(formula.value().applyAsDouble(visit));
            }
        }
        return shared;
    }

    private static float finite(double value) {
        return Double.isFinite(value) ? (float) value : 0;
    }

    /** The positions of these names in {@link Features#dense()}, −1 for a name that is not known here. */
    public int[] positions(List<String> wanted) {
        return wanted.stream().mapToInt(names::indexOf).toArray();
    }

    /** A formula that knows the content. */
    public static Formula of(String name, String meaning, ToDoubleFunction<Encounter> value) {
        return new Formula.OfEncounter(name, meaning, value);
    }

    /** A formula that knows the viewer and the circumstances only. */
    public static Formula ofVisit(String name, String meaning, ToDoubleFunction<Visit> value) {
        return new Formula.OfVisit(name, meaning, value);
    }

    private static double drawn(Encounter e, Action action) {
        return e.content.rate(action, e.author.rateWithout(e.content, action));
    }

    private static double own(Encounter e, Tally part, Action action) {
        return part.rate(action, e.visit.all.rate(action));
    }

    private static double ownTopics(Encounter e, Action action) {
        double own = e.visit.all.rate(action);
        return e.topics(topic -> topic.rate(action, own), own);
    }

    private static double bestTopic(Encounter e, Action action) {
        double own = e.visit.all.rate(action);
        return e.bestTopic(topic -> topic.rate(action, own), own);
    }

    private static double ownWatchedOfTopics(Encounter e) {
        double own = e.visit.all.watchedFraction();
        return e.topics(topic -> topic.watchedFraction(own), own);
    }

    private static double share(Encounter e, Tally part) {
        return part.count(SEEN) / (e.visit.all.count(SEEN) + Tally.PRIOR_WEIGHT);
    }

    private static double is(boolean yes) {
        return yes ? 1 : 0;
    }
}
