package io.tuijian.ranking;

import io.tuijian.features.ActionCounts;
import io.tuijian.features.Actions;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.Facts;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.GrowingViewerState;
import io.tuijian.features.Outcome;
import io.tuijian.features.Relations;
import io.tuijian.features.UsualPrice;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What would be known if one thing were not so: for each signal that could speak for an item, the same viewer, relations,
 * content and circumstances without that signal. What someone did is taken back by the folds that counted it. Made for one
 * page, whose items share what is made up. Not thread-safe.
 */
final class Absences {
    /** How often a content must have been enjoyed before it is said that many did. */
    private static final double MANY = 20;

    /** A price is about as usual within this factor. */
    private static final double ABOUT = 1.5;

    private static final Duration JUST = Duration.ofDays(1);
    private static final Duration OLDER = Duration.ofDays(30);

    private final Viewing viewing;
    private final Function<String, Content> contents;
    private final String viewerId;
    private final Instant now;
    private final Taste taste;
    private final double dial;
    private final Map<Reason, Viewing> viewings = new HashMap<>();

    /**
     * One signal taken away.
     *
     * @param viewing what is known of the viewer without it
     * @param input what is known of the item without it
     */
    record Absence(Reason reason, Signal signal, Viewing viewing, FeatureInput input) {}

    /**
     * @param viewing that the items were scored with
     * @param contents by id, null for unknown: there it stands what an item costs that was engaged with
     */
    Absences(Viewing viewing, Function<String, Content> contents) {
        this.viewing = viewing;
        this.contents = contents;
        this.viewerId = viewing.request().viewerId();
        this.now = viewing.request().now();
        this.taste = Taste.of(viewing.viewer());
        this.dial = Dial.of(viewerId, viewing.relations(), now);
    }

    /** All that could speak for this item, each taken away alone. */
    List<Absence> of(Hydrated it) {
        List<Absence> absences = new ArrayList<>(8);
        relations(absences, it);
        dial(absences, it);
        pleasures(absences, it);
        city(absences, it);
        price(absences, it);
        numbers(absences, it);
        age(absences, it);
        return absences;
    }

    private void relations(List<Absence> absences, Hydrated it) {
        Content content = it.content();
        String author = content.getAuthorId();
        relation(absences, it, Signal.FOLLOWED_AUTHOR, RelationKind.FOLLOW, author);
        if (viewing.relations().friends(viewerId, author, now)) {
            relation(absences, it, Signal.FRIEND, RelationKind.FRIEND, author);
        }
        relation(absences, it, Signal.SUBSCRIPTION, RelationKind.SUBSCRIBE, author);
        if (content.getGroupId() != null) {
            relation(absences, it, Signal.GROUP, RelationKind.JOIN_GROUP, content.getGroupId());
        }
        for (String topic : content.getTopics()) {
            relation(absences, it, Signal.FOLLOWED_TOPIC, RelationKind.FOLLOW_TOPIC, topic);
        }
    }

    private void relation(List<Absence> absences, Hydrated it, Signal signal, RelationKind kind, String to) {
        if (viewing.relations().active(viewerId, kind, to, now)) {
            Reason reason = signal.about(to);
            absences.add(ofViewer(
                    signal, reason, it.input(), () -> with(viewing.relations().without(viewerId, kind, to))));
        }
    }

    private void dial(List<Absence> absences, Hydrated it) {
        if (dial != Dial.NEUTRAL) {
            Signal signal = dial > Dial.NEUTRAL ? Signal.DIAL_PEOPLE : Signal.DIAL_LIKING;
            absences.add(ofViewer(
                    signal,
                    signal.about(""),
                    it.input(),
                    () -> with(viewing.relations().without(viewerId, RelationKind.DIAL, Dial.PEOPLE))));
        }
    }

    /**
     * A viewer with another past is dear to a model, so the weaker of topic and author is asked about only if that past was
     * made up for an earlier item already.
     */
    private void pleasures(List<Absence> absences, Hydrated it) {
        Content content = it.content();
        String author = content.getAuthorId();
        String topic = taste.bestTopicOf(content);
        double likesAuthor = taste.forAuthor(author);
        boolean topicFirst = taste.forTopicsOf(content) / 6 >= likesAuthor / 12;
        if (topic != null && (topicFirst || viewings.containsKey(Signal.LIKED_TOPIC.about(topic)))) {
            pleasure(
                    absences, it, Signal.LIKED_TOPIC, topic, one -> one.topics().contains(topic));
        }
        if (likesAuthor > 0 && (!topicFirst || viewings.containsKey(Signal.LIKED_AUTHOR.about(author)))) {
            pleasure(absences, it, Signal.LIKED_AUTHOR, author, one -> one.authorId()
                    .equals(author));
        }
        if (it.candidate().sources().contains(Sources.SIMILAR) || topic == null && likesAuthor == 0) {
            pleasure(absences, it, Signal.SIMILAR, "", any -> true);
        }
    }

    /** Without the pleasure that the viewer took in any of these; that they saw them stays. */
    private void pleasure(
            List<Absence> absences, Hydrated it, Signal signal, String about, Predicate<ViewerState.Recent> these) {
        Predicate<ViewerState.Recent> enjoyed = one -> Actions.POSITIVE.contains(one.action()) && these.test(one);
        List<ViewerState.Recent> recent = viewing.viewer().recent();
        if (recent.stream().noneMatch(enjoyed)) {
            return;
        }
        Reason reason = signal.about(about);
        Viewing without = viewings.computeIfAbsent(reason, any -> with(without(enjoyed)));
        ContentState state = it.input().contentState();
        AuthorState author = it.input().author();
        for (ViewerState.Recent one : recent) {
            if (one.authorId().equals(author.authorId()) && enjoyed.test(one)) {
                Outcome takenBack = takenBack(one);
                author = author.after(takenBack);
                state = one.contentId().equals(state.contentId()) ? state.after(takenBack) : state;
            }
        }
        absences.add(new Absence(
                reason, signal, without, ofViewer(without, ofContent(it.input(), it.content(), state, author))));
    }

    private ViewerState without(Predicate<ViewerState.Recent> these) {
        ViewerState it = viewing.viewer();
        List<ViewerState.Recent> left = new ArrayList<>(it.recent().size());
        GrowingViewerState counted = new GrowingViewerState(with(it, List.of(), List.of(), it.usualPrices()));
        for (ViewerState.Recent one : it.recent()) {
            if (these.test(one)) {
                counted.add(takenBack(one));
            } else {
                left.add(one);
            }
        }
        ViewerState state = counted.glimpse();
        return with(state, left, it.seen(), state.usualPrices());
    }

    private static ViewerState with(
            ViewerState it,
            List<ViewerState.Recent> recent,
            List<ViewerState.Seen> seen,
            List<UsualPrice> usualPrices) {
        return new ViewerState(
                it.viewerId(),
                it.counts(),
                it.byKind(),
                it.byTopic(),
                it.byAuthor(),
                recent,
                seen,
                it.events(),
                it.updatedAtMillis(),
                it.firstAtMillis(),
                usualPrices);
    }

    private Outcome takenBack(ViewerState.Recent one) {
        Content item = one.kind() == ContentKind.SHOP_ITEM ? contents.apply(one.contentId()) : null;
        Facts facts = item == null ? null : Facts.of(item);
        return new Outcome(
                one.id(),
                viewerId,
                one.contentId(),
                one.authorId(),
                one.kind(),
                one.topics(),
                one.action(),
                -1,
                one.atMillis(),
                one.watchedMillis(),
                0, // only watching counts durations, and it is not among these
                facts == null ? 0 : facts.priceMinor(),
                facts == null ? "" : facts.currency());
    }

    private void city(List<Absence> absences, Hydrated it) {
        String city = it.content().getCity();
        if (city != null && city.equals(it.input().context().city())) {
            absences.add(ofViewer(Signal.NEARBY, Signal.NEARBY.about(city), it.input(), this::nowhere));
        }
    }

    private void price(List<Absence> absences, Hydrated it) {
        if (it.content().getItem() == null) {
            return;
        }
        double price = it.content().getItem().getPriceMinor();
        for (UsualPrice usual : viewing.viewer().usualPrices()) {
            boolean same = usual.currency().equals(it.content().getItem().getCurrency());
            if (same && Math.abs(Math.log(price) - usual.meanOfLogs()) <= Math.log(ABOUT)) {
                Reason reason = Signal.USUAL_PRICE.about("");
                absences.add(ofViewer(Signal.USUAL_PRICE, reason, it.input(), () -> {
                    ViewerState met = viewing.viewer();
                    return with(with(met, met.recent(), met.seen(), List.of()));
                }));
            }
        }
    }

    private void numbers(List<Absence> absences, Hydrated it) {
        FeatureInput input = it.input();
        ContentState state = input.contentState();
        if (it.content().getVisibility() != Visibility.PUBLIC) {
            return; // the few who may see it are not many
        }
        if (enjoyed(state.counts()) >= MANY) {
            absences.add(new Absence(
                    Signal.TRENDING.about(""),
                    Signal.TRENDING,
                    viewing,
                    ofContent(
                            input,
                            it.content(),
                            ContentState.empty(state.contentId()),
                            input.author().minus(state))));
        }
    }

    private static double enjoyed(ActionCounts counts) {
        return counts.always(Action.LONG_VIEW) + counts.always(Action.LIKE);
    }

    private void age(List<Absence> absences, Hydrated it) {
        Instant createdAt = it.content().getCreatedAt();
        if (createdAt.isAfter(now.minus(JUST))) {
            Content older = Content.newBuilder(it.content())
                    .setCreatedAt(createdAt.minus(OLDER))
                    .build();
            FeatureInput input = it.input();
            absences.add(new Absence(
                    Signal.JUST_PUBLISHED.about(""),
                    Signal.JUST_PUBLISHED,
                    viewing,
                    ofContent(input, older, input.contentState(), input.author())));
        }
    }

    /** One that changes what is known of the viewer alone, and is made once per page. */
    private Absence ofViewer(Signal signal, Reason reason, FeatureInput input, Supplier<Viewing> without) {
        Viewing other = viewings.computeIfAbsent(reason, any -> without.get());
        return new Absence(reason, signal, other, ofViewer(other, input));
    }

    private static FeatureInput ofViewer(Viewing other, FeatureInput input) {
        return new FeatureInput(
                other.viewer(),
                other.relations(),
                input.content(),
                input.contentState(),
                input.author(),
                other.request().context());
    }

    private static FeatureInput ofContent(FeatureInput input, Content content, ContentState state, AuthorState author) {
        return new FeatureInput(input.viewer(), input.relations(), content, state, author, input.context());
    }

    private Viewing with(Relations relations) {
        return new Viewing(viewing.request(), viewing.viewer(), relations, viewing.retrieval(), viewing.promised());
    }

    private Viewing with(ViewerState viewer) {
        return new Viewing(viewing.request(), viewer, viewing.relations(), viewing.retrieval(), viewing.promised());
    }

    private Viewing nowhere() {
        FeedRequest request = viewing.request();
        Context here = request.context();
        Context nowhere = new Context(
                here.now(), here.zone(), here.surface(), here.sessionId(), here.sessionDepth(), null, here.device());
        FeedRequest other = new FeedRequest(
                request.id(), viewerId, request.limit(), nowhere, request.earlier(), request.servedLately());
        return new Viewing(other, viewing.viewer(), viewing.relations(), viewing.retrieval(), viewing.promised());
    }
}
