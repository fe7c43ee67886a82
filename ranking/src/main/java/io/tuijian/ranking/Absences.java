package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.Facts;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.GrowingViewerState;
import io.tuijian.features.Outcome;
import io.tuijian.features.Relations;
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

/**
 * What would be known of an item if one thing were not so: for each signal that could speak for it, the same viewer,
 * relations, content and circumstances without that signal. States are taken back by the folds that made them. Made for
 * one page, whose items share the viewers that are made up. Not thread-safe.
 */
final class Absences {
    /** How often a content or an author must have been enjoyed before it is said that many do. */
    private static final double MANY = 20;

    private static final Duration JUST = Duration.ofDays(1);
    private static final Duration OLDER = Duration.ofDays(30);

    private final Viewing viewing;
    private final Function<String, Content> contents;
    private final Taste taste;
    private final Map<Reason, Viewing> viewings = new HashMap<>();

    /**
     * One thing that is not so.
     *
     * @param reason that names it
     * @param viewing what is known of the viewer without it
     * @param input what is known of the item without it
     */
    record Absence(Reason reason, Viewing viewing, FeatureInput input) {
        /** Whether sources look for it, so that without it the item may not even be found. */
        boolean isSought() {
            return Signal.of(reason).isSought();
        }
    }

    /**
     * @param contents by id, null for unknown: what an engagement with an item cost is read there
     */
    Absences(Viewing viewing, Function<String, Content> contents) {
        this.viewing = viewing;
        this.contents = contents;
        this.taste = Taste.of(viewing.viewer());
    }

    /** All that could speak for this item, each taken away alone. */
    List<Absence> of(Hydrated it) {
        List<Absence> absences = new ArrayList<>(4);
        Content content = it.content();
        String author = content.getAuthorId();
        relation(absences, it, Signal.FOLLOWED_AUTHOR, RelationKind.FOLLOW, author);
        if (viewing.relations().friends(viewing.request().viewerId(), author, now())) {
            relation(absences, it, Signal.FRIEND, RelationKind.FRIEND, author);
        }
        relation(absences, it, Signal.SUBSCRIPTION, RelationKind.SUBSCRIBE, author);
        if (content.getGroupId() != null) {
            relation(absences, it, Signal.GROUP, RelationKind.JOIN_GROUP, content.getGroupId());
        }
        for (String topic : content.getTopics()) {
            relation(absences, it, Signal.FOLLOWED_TOPIC, RelationKind.FOLLOW_TOPIC, topic);
        }
        likings(absences, it);
        circumstances(absences, it);
        counts(absences, it);
        return absences;
    }

    private void relation(List<Absence> absences, Hydrated it, Signal signal, RelationKind kind, String to) {
        String viewer = viewing.request().viewerId();
        if (viewing.relations().active(viewer, kind, to, now())) {
            Reason reason = signal.about(to);
            Viewing without = viewings.computeIfAbsent(
                    reason, any -> with(viewing.relations().without(viewer, kind, to)));
            FeatureInput input = it.input();
            absences.add(new Absence(
                    reason,
                    without,
                    new FeatureInput(
                            input.viewer(),
                            without.relations(),
                            input.content(),
                            input.contentState(),
                            input.author(),
                            input.context())));
        }
    }

    private void likings(List<Absence> absences, Hydrated it) {
        Content content = it.content();
        String topic = taste.bestTopicOf(content);
        if (topic != null) {
            liking(absences, it, Signal.LIKED_TOPIC.about(topic), one -> one.topics()
                    .contains(topic));
        }
        String author = content.getAuthorId();
        boolean likesAuthor = taste.forAuthor(author) > 0;
        if (likesAuthor) {
            liking(absences, it, Signal.LIKED_AUTHOR.about(author), one -> one.authorId()
                    .equals(author));
        }
        if (it.candidate().sources().contains(Sources.SIMILAR) || topic == null && !likesAuthor) {
            liking(absences, it, Signal.SIMILAR.about(""), any -> true);
        }
    }

    /** Without the pleasure that the viewer took in any of these. */
    private void liking(List<Absence> absences, Hydrated it, Reason reason, Predicate<ViewerState.Recent> these) {
        Predicate<ViewerState.Recent> pleasures = one -> Actions.POSITIVE.contains(one.action()) && these.test(one);
        if (viewing.viewer().recent().stream().noneMatch(pleasures)) {
            return;
        }
        Viewing without = viewings.computeIfAbsent(reason, any -> with(without(pleasures)));
        ContentState state = it.input().contentState();
        AuthorState author = it.input().author();
        for (ViewerState.Recent one : viewing.viewer().recent()) {
            if (one.authorId().equals(author.authorId()) && pleasures.test(one)) {
                Outcome takenBack = takenBack(one);
                author = author.after(takenBack);
                state = one.contentId().equals(state.contentId()) ? state.after(takenBack) : state;
            }
        }
        absences.add(new Absence(
                reason,
                without,
                new FeatureInput(
                        without.viewer(),
                        without.relations(),
                        it.content(),
                        state,
                        author,
                        it.input().context())));
    }

    private ViewerState without(Predicate<ViewerState.Recent> these) {
        GrowingViewerState left = new GrowingViewerState(viewing.viewer());
        for (ViewerState.Recent one : viewing.viewer().recent()) {
            if (these.test(one)) {
                left.add(takenBack(one));
            }
        }
        return left.state();
    }

    private Outcome takenBack(ViewerState.Recent one) {
        Content content = one.kind() == ContentKind.SHOP_ITEM ? contents.apply(one.contentId()) : null;
        Facts facts = content == null
                ? new Facts(one.contentId(), one.authorId(), one.kind(), one.topics(), 0, 0, "")
                : Facts.of(content);
        return new Outcome(
                one.id(),
                viewing.request().viewerId(),
                one.contentId(),
                one.authorId(),
                one.kind(),
                one.topics(),
                one.action(),
                -1,
                one.atMillis(),
                one.watchedMillis(),
                facts.durationMillis(),
                facts.priceMinor(),
                facts.currency());
    }

    private void circumstances(List<Absence> absences, Hydrated it) {
        FeatureInput input = it.input();
        Content content = it.content();
        String city = content.getCity();
        if (city != null && city.equals(input.context().city())) {
            Viewing nowhere = viewings.computeIfAbsent(Signal.NEARBY.about(city), any -> nowhere());
            absences.add(new Absence(
                    Signal.NEARBY.about(city),
                    nowhere,
                    new FeatureInput(
                            input.viewer(),
                            input.relations(),
                            content,
                            input.contentState(),
                            input.author(),
                            nowhere.request().context())));
        }
        if (content.getItem() != null
                && viewing.viewer().usualPrices().stream().anyMatch(price -> price.currency()
                        .equals(content.getItem().getCurrency()))) {
            Reason reason = Signal.USUAL_PRICE.about("");
            Viewing without = viewings.computeIfAbsent(reason, any -> with(unpriced(viewing.viewer())));
            absences.add(new Absence(
                    reason,
                    without,
                    new FeatureInput(
                            without.viewer(),
                            input.relations(),
                            content,
                            input.contentState(),
                            input.author(),
                            input.context())));
        }
    }

    private void counts(List<Absence> absences, Hydrated it) {
        FeatureInput input = it.input();
        Content content = it.content();
        ContentState state = input.contentState();
        double pleasures = pleasures(state.counts());
        if (content.getVisibility() == Visibility.PUBLIC) {
            if (pleasures >= MANY) {
                absences.add(new Absence(
                        Signal.TRENDING.about(""),
                        viewing,
                        known(
                                input,
                                content,
                                ContentState.empty(state.contentId()),
                                input.author().minus(state))));
            }
            AuthorState author = input.author();
            if (pleasures(author.counts()) - pleasures >= MANY) {
                AuthorState alone =
                        new AuthorState(author.authorId(), state.counts(), state.events(), state.updatedAtMillis());
                absences.add(new Absence(
                        Signal.POPULAR_AUTHOR.about(content.getAuthorId()),
                        viewing,
                        known(input, content, state, alone)));
            }
        }
        if (content.getCreatedAt().isAfter(now().minus(JUST))) {
            Content older = Content.newBuilder(content)
                    .setCreatedAt(content.getCreatedAt().minus(OLDER))
                    .build();
            absences.add(
                    new Absence(Signal.JUST_PUBLISHED.about(""), viewing, known(input, older, state, input.author())));
        }
    }

    private static double pleasures(io.tuijian.features.ActionCounts counts) {
        return counts.always(Action.LONG_VIEW) + counts.always(Action.LIKE);
    }

    private static FeatureInput known(FeatureInput input, Content content, ContentState state, AuthorState author) {
        return new FeatureInput(input.viewer(), input.relations(), content, state, author, input.context());
    }

    private Viewing with(Relations relations) {
        return new Viewing(viewing.request(), viewing.viewer(), relations, viewing.retrieval());
    }

    private Viewing with(ViewerState viewer) {
        return new Viewing(viewing.request(), viewer, viewing.relations(), viewing.retrieval());
    }

    private Viewing nowhere() {
        FeedRequest request = viewing.request();
        Context here = request.context();
        Context nowhere = new Context(
                here.now(), here.zone(), here.surface(), here.sessionId(), here.sessionDepth(), null, here.device());
        return new Viewing(
                new FeedRequest(
                        request.id(),
                        request.viewerId(),
                        request.limit(),
                        nowhere,
                        request.earlier(),
                        request.servedLately()),
                viewing.viewer(),
                viewing.relations(),
                viewing.retrieval());
    }

    private static ViewerState unpriced(ViewerState it) {
        return new ViewerState(
                it.viewerId(),
                it.counts(),
                it.byKind(),
                it.byTopic(),
                it.byAuthor(),
                it.recent(),
                it.seen(),
                it.events(),
                it.updatedAtMillis(),
                it.firstAtMillis(),
                List.of());
    }

    private Instant now() {
        return viewing.request().now();
    }
}
