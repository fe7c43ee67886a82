package io.tuijian.ranking;

import static io.tuijian.ranking.Sources.coldStart;
import static io.tuijian.ranking.Sources.everyTopic;
import static io.tuijian.ranking.Sources.favoriteTopic;
import static io.tuijian.ranking.Sources.followedAuthors;
import static io.tuijian.ranking.Sources.followedTopics;
import static io.tuijian.ranking.Sources.fresh;
import static io.tuijian.ranking.Sources.friends;
import static io.tuijian.ranking.Sources.groups;
import static io.tuijian.ranking.Sources.likedAuthors;
import static io.tuijian.ranking.Sources.likedTopics;
import static io.tuijian.ranking.Sources.nearby;
import static io.tuijian.ranking.Sources.shop;
import static io.tuijian.ranking.Sources.similar;
import static io.tuijian.ranking.Sources.subscriptions;
import static io.tuijian.ranking.Sources.trending;
import static io.tuijian.ranking.Sources.videos;
import static io.tuijian.ranking.Sources.wander;
import static io.tuijian.ranking.Sources.watchedAuthors;

import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The wiring of the product: what each surface is made of. Its table of contents. */
public final class Recipes {
    private static final Set<ContentKind> ANY = Set.of();
    private static final Set<ContentKind> ITEMS = Set.of(ContentKind.SHOP_ITEM);
    private static final Set<ContentKind> SHORT_VIDEOS = Set.of(ContentKind.SHORT_VIDEO);

    /** The surfaces that can be asked for, each with its sources in order of the strength of their reason. */
    public static final Map<Surface, Recipe> ALL = new EnumMap<>(Map.of(
            Surface.FOR_YOU,
            new Recipe(
                    ANY,
                    Where.ANYWHERE,
                    friends(40),
                    followedAuthors(60),
                    subscriptions(40),
                    favoriteTopic(80),
                    likedAuthors(60),
                    similar(160),
                    groups(40),
                    followedTopics(60),
                    likedTopics(160),
                    everyTopic(100),
                    nearby(30),
                    coldStart(40),
                    fresh(40),
                    trending(160),
                    wander(40)),
            Surface.FOLLOWING,
            new Recipe(ANY, Where.ANYWHERE, friends(150), followedAuthors(300), subscriptions(150)),
            Surface.SHOP,
            new Recipe(
                    ITEMS,
                    Where.ANYWHERE,
                    friends(20),
                    followedAuthors(40),
                    subscriptions(20),
                    watchedAuthors(60),
                    similar(100),
                    likedTopics(60),
                    coldStart(20),
                    shop(300)),
            Surface.VIDEOS,
            new Recipe(
                    SHORT_VIDEOS,
                    Where.ANYWHERE,
                    friends(20),
                    followedAuthors(40),
                    subscriptions(20),
                    favoriteTopic(100),
                    similar(160),
                    likedTopics(200),
                    everyTopic(100),
                    coldStart(30),
                    videos(200)),
            Surface.NEARBY,
            new Recipe(
                    ANY,
                    Where.SAME_CITY,
                    friends(40),
                    followedAuthors(60),
                    subscriptions(40),
                    likedTopics(60),
                    coldStart(30),
                    nearby(300))));

    private enum Where {
        ANYWHERE,
        SAME_CITY
    }

    /**
     * What a surface is made of.
     *
     * @param kinds what it may show; empty for any
     * @param where from which it may show
     */
    public record Recipe(Set<ContentKind> kinds, Where where, List<Source> sources) {
        private Recipe(Set<ContentKind> kinds, Where where, Source... sources) {
            this(kinds, where, List.of(sources));
        }

        boolean shows(ContentKind kind) {
            return kinds.isEmpty() || kinds.contains(kind);
        }

        /** The query for no more than the surface may show; nothing if that is nothing. */
        Optional<ContentQuery> narrowed(ContentQuery query, Viewing viewing) {
            ContentQuery narrow = kinds.isEmpty() ? query : query.ofKinds(kinds);
            String city = viewing.request().context().city();
            return switch (where) {
                case ANYWHERE -> Optional.of(narrow);
                case SAME_CITY -> city == null ? Optional.empty() : Optional.of(narrow.in(Set.of(city)));
            };
        }
    }

    private Recipes() {}

    /**
     * @throws IllegalArgumentException if that surface cannot be asked for
     */
    static Recipe of(Surface surface) {
        Recipe recipe = ALL.get(surface);
        if (recipe == null) {
            throw new IllegalArgumentException("no such surface: " + surface);
        }
        return recipe;
    }
}
