package io.tuijian.features;

import static io.tuijian.features.HalfLife.DAY;
import static io.tuijian.features.HalfLife.HOUR;
import static io.tuijian.features.HalfLife.MONTH;
import static io.tuijian.features.HalfLife.WEEK;
import static io.tuijian.schemas.Action.FINISH;
import static io.tuijian.schemas.Action.HIDE;
import static io.tuijian.schemas.Action.LIKE;
import static io.tuijian.schemas.Action.LONG_VIEW;
import static io.tuijian.schemas.Action.OPEN;
import static io.tuijian.schemas.Action.SEEN;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.RelationKind;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Names each formula once. To add a feature, add a line here and its golden value to {@code FeatureSetTest}. */
public final class FeatureSet {
    /** What a rate is before anyone acted: about the average of short video, worth ten sights. */
    private static final double PRIOR_WEIGHT = 10;

    public static final FeatureSet ALL = new FeatureSet(List.of(
            of(
                    "content.open_rate",
                    "OPEN per SEEN of the content",
                    i -> rate(i.contentState().counts(), OPEN, .4)),
            of(
                    "content.long_view_rate",
                    "LONG_VIEW per SEEN of the content",
                    i -> rate(i.contentState().counts(), LONG_VIEW, .3)),
            of(
                    "content.long_view_rate.day",
                    "the same, half-life 1 d",
                    i -> rate(i.contentState().counts(), LONG_VIEW, DAY, i, .3)),
            of(
                    "content.finish_rate",
                    "FINISH per SEEN of the content",
                    i -> rate(i.contentState().counts(), FINISH, .14)),
            of(
                    "content.like_rate",
                    "LIKE per SEEN of the content",
                    i -> rate(i.contentState().counts(), LIKE, .017)),
            of(
                    "content.hide_rate",
                    "HIDE per SEEN of the content",
                    i -> rate(i.contentState().counts(), HIDE, .001)),
            of(
                    "content.watched_fraction",
                    "watched time per duration of what was watched of the content",
                    i -> watched(i.contentState().counts())),
            of(
                    "content.popularity",
                    "ln(1 + SEEN), half-life 7 d",
                    i -> log(i.contentState().counts().count(SEEN, WEEK, now(i)))),
            of(
                    "content.trend",
                    "ln of SEEN with half-life 1 h per SEEN with half-life 1 d",
                    i -> trend(i.contentState().counts(), now(i))),
            of(
                    "content.age",
                    "ln(1 + hours since it was published)",
                    i -> log(hours(now(i) - i.content().getCreatedAt().toEpochMilli()))),
            of(
                    "content.duration",
                    "ln(1 + seconds)",
                    i -> log(Facts.of(i.content()).durationMillis() / 1e3)),
            of("content.is_post", "1 for a post", i -> is(i.content().getKind() == ContentKind.POST)),
            of("content.is_shop_item", "1 for a shop item", i -> is(i.content().getKind() == ContentKind.SHOP_ITEM)),
            of(
                    "author.long_view_rate",
                    "LONG_VIEW per SEEN of the author",
                    i -> rate(i.author().counts(), LONG_VIEW, .3)),
            of(
                    "author.like_rate",
                    "LIKE per SEEN of the author",
                    i -> rate(i.author().counts(), LIKE, .017)),
            of(
                    "author.popularity",
                    "ln(1 + SEEN), half-life 7 d",
                    i -> log(i.author().counts().count(SEEN, WEEK, now(i)))),
            of(
                    "viewer.open_rate",
                    "OPEN per SEEN of the viewer",
                    i -> rate(i.viewer().counts(), OPEN, .4)),
            of(
                    "viewer.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer",
                    i -> rate(i.viewer().counts(), LONG_VIEW, .3)),
            of(
                    "viewer.long_view_rate.hour",
                    "the same, half-life 1 h",
                    i -> rate(i.viewer().counts(), LONG_VIEW, HOUR, i, .3)),
            of(
                    "viewer.finish_rate",
                    "FINISH per SEEN of the viewer",
                    i -> rate(i.viewer().counts(), FINISH, .14)),
            of(
                    "viewer.like_rate",
                    "LIKE per SEEN of the viewer",
                    i -> rate(i.viewer().counts(), LIKE, .017)),
            of(
                    "viewer.watched_fraction",
                    "watched time per duration of what the viewer watched",
                    i -> watched(i.viewer().counts())),
            of(
                    "viewer.activity",
                    "ln(1 + SEEN), half-life 7 d",
                    i -> log(i.viewer().counts().count(SEEN, WEEK, now(i)))),
            of("viewer.rest", "ln(1 + hours since the viewer last did anything), 0 for a new viewer", i -> rest(i)),
            of(
                    "viewer_author.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer with the author, drawn to the viewer's own rate",
                    i -> rate(
                            ViewerState.in(i.viewer().byAuthor(), i.content().getAuthorId()),
                            LONG_VIEW,
                            rate(i.viewer().counts(), LONG_VIEW, .3))),
            of(
                    "viewer_author.seen",
                    "ln(1 + SEEN) of the viewer with the author, half-life 30 d",
                    i -> log(ViewerState.in(i.viewer().byAuthor(), i.content().getAuthorId())
                            .count(SEEN, MONTH, now(i)))),
            of(
                    "viewer_author.follows",
                    "1 if the viewer follows the author",
                    i -> is(i.relations()
                            .active(
                                    i.viewer().viewerId(),
                                    RelationKind.FOLLOW,
                                    i.content().getAuthorId(),
                                    i.context().now()))),
            of(
                    "viewer_topic.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer with the topics, drawn to the viewer's own rate; mean over topics",
                    i -> topics(
                            i,
                            counts -> rate(counts, LONG_VIEW, rate(i.viewer().counts(), LONG_VIEW, .3)),
                            rate(i.viewer().counts(), LONG_VIEW, .3))),
            of(
                    "viewer_topic.like_rate",
                    "LIKE per SEEN of the viewer with the topics; mean over topics",
                    i -> topics(i, counts -> rate(counts, LIKE, .017), .017)),
            of(
                    "viewer_topic.hide_rate",
                    "HIDE per SEEN of the viewer with the topics; mean over topics",
                    i -> topics(i, counts -> rate(counts, HIDE, .001), .001)),
            of(
                    "viewer_topic.seen",
                    "ln(1 + SEEN) of the viewer with the topics, half-life 30 d; mean over topics",
                    i -> topics(i, counts -> log(counts.count(SEEN, MONTH, now(i))), 0)),
            of(
                    "viewer_topic.lately",
                    "LONG_VIEW and LIKE of the viewer with the topics less HIDE, half-life 1 h, ln(1 + n) with sign; mean over topics",
                    i -> topics(i, counts -> lately(counts, now(i)), 0)),
            of(
                    "viewer_kind.long_view_rate",
                    "LONG_VIEW per SEEN of the viewer with the kind, drawn to the viewer's own rate",
                    i -> rate(
                            ViewerState.in(
                                    i.viewer().byKind(), i.content().getKind().name()),
                            LONG_VIEW,
                            rate(i.viewer().counts(), LONG_VIEW, .3))),
            of("context.hour_sin", "sine of the hour of the day in the viewer's zone", i -> Math.sin(hourAngle(i))),
            of("context.hour_cos", "cosine of the hour of the day in the viewer's zone", i -> Math.cos(hourAngle(i)))));

    private final List<Formula> formulas;
    private final List<String> names;

    private FeatureSet(List<Formula> formulas) {
        this.formulas = formulas;
        this.names = formulas.stream().map(Formula::name).toList();
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
        float[] dense = new float[formulas.size()];
        for (int i = 0; i < dense.length; i++) {
            double value = formulas.get(i).value().applyAsDouble(input);
            dense[i] = Double.isFinite(value) ? (float) value : 0;
        }
        return new Features(dense, Features.ids(input), input.viewer().latest());
    }

    /** The positions of these names in {@link Features#dense()}, −1 for a name that is not known here. */
    public int[] positions(List<String> wanted) {
        return wanted.stream().mapToInt(names::indexOf).toArray();
    }

    private static Formula of(String name, String meaning, ToDoubleFunction<FeatureInput> value) {
        return new Formula(name, meaning, value);
    }

    private static long now(FeatureInput input) {
        return input.context().now().toEpochMilli();
    }

    private static double rate(ActionCounts counts, Action action, double prior) {
        return (Math.max(0, counts.always(action)) + PRIOR_WEIGHT * prior) / (counts.always(SEEN) + PRIOR_WEIGHT);
    }

    private static double rate(ActionCounts counts, Action action, HalfLife half, FeatureInput input, double prior) {
        double did = Math.max(0, counts.count(action, half, now(input)));
        return (did + PRIOR_WEIGHT * prior) / (counts.count(SEEN, half, now(input)) + PRIOR_WEIGHT);
    }

    private static double watched(ActionCounts counts) {
        double minute = 60_000;
        return Math.min(2, (counts.watchedMillis() + .5 * minute) / (counts.durationMillis() + minute));
    }

    private static double trend(ActionCounts counts, long now) {
        return Math.log((counts.count(SEEN, HOUR, now) + .1) / (counts.count(SEEN, DAY, now) + 1));
    }

    private static double lately(ActionCounts counts, long now) {
        double balance = counts.count(LONG_VIEW, HOUR, now)
                + 2 * counts.count(LIKE, HOUR, now)
                - 3 * counts.count(HIDE, HOUR, now);
        return Math.signum(balance) * Math.log1p(Math.abs(balance));
    }

    private static double topics(FeatureInput input, ToDoubleFunction<ActionCounts> value, double otherwise) {
        List<String> topics = input.content().getTopics();
        if (topics.isEmpty()) {
            return otherwise;
        }
        double sum = 0;
        for (String topic : topics) {
            sum += value.applyAsDouble(ViewerState.in(input.viewer().byTopic(), topic));
        }
        return sum / topics.size();
    }

    private static double rest(FeatureInput input) {
        ActionCounts counts = input.viewer().counts();
        return counts.isEmpty() ? 0 : log(hours(now(input) - counts.asOfMillis()));
    }

    private static double hourAngle(FeatureInput input) {
        var time = input.context().now().atZone(input.context().zone());
        return 2 * Math.PI * (time.getHour() + time.getMinute() / 60.0) / 24;
    }

    private static double hours(long millis) {
        return Math.max(0, millis) / (double) Duration.ofHours(1).toMillis();
    }

    private static double log(double count) {
        return Math.log1p(Math.max(0, count));
    }

    private static double is(boolean yes) {
        return yes ? 1 : 0;
    }
}
