package io.tuijian.ranking;

import io.tuijian.features.Actions;
import io.tuijian.features.ViewerState;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.ranking.ContentQuery.Order;
import io.tuijian.schemas.ContentKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Every source there is. To add one, add a method here and a mention in {@link Recipes}. */
final class Sources {
    /** The name of the source of what is close to what the viewer enjoyed. */
    static final String SIMILAR = "similar";

    private Sources() {}

    /** What is liked by many right now. */
    static Source trending(int limit) {
        return source("trending", viewing -> ContentQuery.best(Order.TREND, limit));
    }

    /** The best of the topics that the viewer liked of late. */
    static Source likedTopics(int limit) {
        return source("liked-topics", viewing -> {
            Set<String> topics = Taste.of(viewing.viewer()).topics(6);
            return topics.isEmpty()
                    ? null
                    : ContentQuery.best(Order.TREND, limit).ofTopics(topics);
        });
    }

    /** The best of the one topic that the viewer likes most now, so that a new liking finds enough to show. */
    static Source favoriteTopic(int limit) {
        return source("favorite-topic", viewing -> {
            Set<String> topics = Taste.of(viewing.viewer()).topics(1);
            return topics.isEmpty()
                    ? null
                    : ContentQuery.best(Order.TREND, limit).ofTopics(topics);
        });
    }

    /** What is nearest to the viewer's last engagements, as the retrieval model places both. */
    static Source similar(int limit, Set<ContentKind> kinds) {
        return source(SIMILAR, viewing -> {
            List<ViewerState.Recent> recent = viewing.viewer().latest().stream()
                    .filter(one -> !Actions.NEGATIVE.contains(one.action()))
                    .toList();
            if (viewing.retrieval().isEmpty() || recent.isEmpty()) {
                return null;
            }
            Retrieval retrieval = viewing.retrieval().get();
            float[] viewer = retrieval.model().viewerVector(recent);
            return isNowhere(viewer)
                    ? null
                    : ContentQuery.nearest(retrieval, viewer, limit).ofKinds(kinds);
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
        return source("liked-authors", viewing -> {
            Set<String> authors = Taste.of(viewing.viewer()).authors(50);
            return authors.isEmpty()
                    ? null
                    : ContentQuery.best(Order.NEWEST, limit).by(authors);
        });
    }

    /** The newest by the authors that the viewer follows. */
    static Source followedAuthors(int limit) {
        return source("followed-authors", viewing -> {
            Set<String> followed = viewing.followed();
            return followed.isEmpty()
                    ? null
                    : ContentQuery.best(Order.NEWEST, limit).by(followed);
        });
    }

    /** The newest of all, so that new content and small authors get their chance. */
    static Source fresh(int limit) {
        return source("fresh", viewing -> ContentQuery.best(Order.NEWEST, limit));
    }

    /** What authors sell, the best of the viewer's topics and of all. */
    static Source shop(int limit) {
        return source("shop", viewing -> ContentQuery.best(Order.TREND, limit).ofKinds(Set.of(ContentKind.SHOP_ITEM)));
    }

    /** Short videos that many like. */
    static Source videos(int limit) {
        return source(
                "videos", viewing -> ContentQuery.best(Order.TREND, limit).ofKinds(Set.of(ContentKind.SHORT_VIDEO)));
    }

    /** From the viewer's own city. */
    static Source nearby(int limit) {
        return source("nearby", viewing -> {
            String city = viewing.request().context().city();
            return city == null ? null : ContentQuery.best(Order.TREND, limit).in(Set.of(city));
        });
    }

    /** From anywhere, in no order: the way out of a rut. */
    static Source wander(int limit) {
        return source("wander", viewing -> ContentQuery.best(Order.SHUFFLED, limit));
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
