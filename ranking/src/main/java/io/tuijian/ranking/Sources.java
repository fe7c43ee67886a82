package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
import io.tuijian.features.reach.StableHash;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.ContentQuery.Order;
import io.tuijian.schemas.Action;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Every source there is. To add one, add a method here and a mention in {@link Recipes}, which also narrows what is asked
 * to what the surface shows.
 */
final class Sources {
    /** Whoever knows nobody gets to know what was good of late. */
    private static final Duration OF_LATE = Duration.ofDays(30);

    /** The name of the source of what is close to what the viewer enjoyed. */
    static final String SIMILAR = "similar";

    private Sources() {}

    /** What is liked by many right now. */
    static Source trending(int limit) {
        return source("trending", viewing -> ContentQuery.best(Order.TREND, limit));
    }

    /** The best of the topics that the viewer liked of late. */
    static Source likedTopics(int limit) {
        return source(
                "liked-topics", viewing -> bestOf(Taste.of(viewing.viewer()).topics(6), limit));
    }

    /** The best of the one topic that the viewer likes most now, so that a new liking finds enough to show. */
    static Source favoriteTopic(int limit) {
        return source(
                "favorite-topic", viewing -> bestOf(Taste.of(viewing.viewer()).topics(1), limit));
    }

    /** The best of the topics that the viewer follows. */
    static Source followedTopics(int limit) {
        return source("followed-topics", viewing -> bestOf(viewing.followedTopics(), limit));
    }

    /** What is nearest to the viewer's last engagements, as the retrieval model places both. */
    static Source similar(int limit) {
        return source(SIMILAR, viewing -> {
            List<ViewerState.Recent> recent = viewing.viewer().latest().stream()
                    .filter(one -> !Actions.NEGATIVE.contains(one.action()))
                    .toList();
            if (viewing.retrieval().isEmpty() || recent.isEmpty()) {
                return null;
            }
            Retrieval retrieval = viewing.retrieval().get();
            float[] viewer = retrieval.model().viewerVector(recent);
            return isNowhere(viewer) ? null : ContentQuery.nearest(retrieval, viewer, limit);
        });
    }

    /** All contents are equally near to where nothing is known of. */
    private static boolean isNowhere(float[] vector) {
        for (float value : vector) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** More by the authors that the viewer liked of late. */
    static Source likedAuthors(int limit) {
        return source(
                "liked-authors", viewing -> newestBy(Taste.of(viewing.viewer()).authors(50), limit));
    }

    /** The newest by the authors that the viewer follows. */
    static Source followedAuthors(int limit) {
        return source("followed-authors", viewing -> newestBy(viewing.followed(), limit));
    }

    /** The newest by the viewer's friends. */
    static Source friends(int limit) {
        return source("friends", viewing -> newestBy(viewing.friends(), limit));
    }

    /** The newest by the authors that the viewer has subscribed to. */
    static Source subscriptions(int limit) {
        return source("subscriptions", viewing -> newestBy(viewing.subscribed(), limit));
    }

    /** The newest by the authors that the viewer watches, now or ever. */
    static Source watchedAuthors(int limit) {
        return source("watched-authors", viewing -> {
            Set<String> watched = new HashSet<>(Taste.of(viewing.viewer()).authors(50));
            for (ViewerState.Keyed author : viewing.viewer().byAuthor()) {
                if (author.counts().always(Action.LONG_VIEW) > 0) {
                    watched.add(author.key());
                }
            }
            return newestBy(watched, limit);
        });
    }

    /** The newest in the groups that the viewer has joined. */
    static Source groups(int limit) {
        return source("groups", viewing -> {
            Set<String> groups = viewing.groups();
            return groups.isEmpty()
                    ? null
                    : ContentQuery.best(Order.NEWEST, limit).ofGroups(groups);
        });
    }

    /** The best of each topic, for those of whom nothing is known yet. */
    static Source everyTopic(int limit) {
        return source("every-topic", viewing -> {
            return viewing.isStranger()
                    ? ContentQuery.best(Order.TREND, limit)
                            .since(viewing.request().now().minus(OF_LATE))
                            .bestOfEachTopic()
                    : null;
        });
    }

    /** What is new and has not had its promised first sights, from anywhere in an order that goes round. */
    static Source coldStart(int limit) {
        return source("cold-start", viewing -> {
            Duration isNew = Duration.ofMillis((long) (viewing.promised().newForDays() * 86_400_000));
            return viewing.promised().firstSights() == 0
                    ? null
                    : ContentQuery.shuffled(chance(viewing, "cold-start"), limit)
                            .since(viewing.request().now().minus(isNew))
                            .seenAtMost(viewing.promised().firstSights() - 1);
        });
    }

    /** The newest of all, so that new content and small authors get their chance. */
    static Source fresh(int limit) {
        return source("fresh", viewing -> ContentQuery.best(Order.NEWEST, limit));
    }

    /** Shop items that many like; as {@link #trending}, which the surface narrows. */
    static Source shop(int limit) {
        return source("shop", viewing -> ContentQuery.best(Order.TREND, limit));
    }

    /** Short videos that many like; as {@link #trending}, which the surface narrows. */
    static Source videos(int limit) {
        return source("videos", viewing -> ContentQuery.best(Order.TREND, limit));
    }

    /** The best from the viewer's own city. */
    static Source nearby(int limit) {
        return source("nearby", viewing -> {
            String city = viewing.request().context().city();
            return city == null ? null : ContentQuery.best(Order.TREND, limit).in(Set.of(city));
        });
    }

    /** From anywhere in an order that goes round and means nothing: the way out of a rut. */
    static Source wander(int limit) {
        return source("wander", viewing -> ContentQuery.shuffled(chance(viewing, "wander"), limit));
    }

    private static ContentQuery bestOf(Set<String> topics, int limit) {
        return topics.isEmpty() ? null : ContentQuery.best(Order.TREND, limit).ofTopics(topics);
    }

    private static ContentQuery newestBy(Set<String> authors, int limit) {
        return authors.isEmpty() ? null : ContentQuery.best(Order.NEWEST, limit).by(authors);
    }

    /** Another one for each page, the same whenever that page is asked for. */
    private static double chance(Viewing viewing, String source) {
        FeedRequest request = viewing.request();
        return StableHash.fraction(request.id() + '|' + request.earlier().size() + '|' + source);
    }

    private static Source source(String name, Function<Viewing, ContentQuery> query) {
        return new Source() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<ContentQuery> query(Viewing viewing) {
                return Optional.ofNullable(query.apply(viewing));
            }
        };
    }
}
