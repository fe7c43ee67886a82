package io.tuijian.ranking;

import static io.tuijian.ranking.Sources.favoriteTopic;
import static io.tuijian.ranking.Sources.followedAuthors;
import static io.tuijian.ranking.Sources.fresh;
import static io.tuijian.ranking.Sources.likedAuthors;
import static io.tuijian.ranking.Sources.likedTopics;
import static io.tuijian.ranking.Sources.nearby;
import static io.tuijian.ranking.Sources.shop;
import static io.tuijian.ranking.Sources.similar;
import static io.tuijian.ranking.Sources.trending;
import static io.tuijian.ranking.Sources.videos;
import static io.tuijian.ranking.Sources.wander;

import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
                    List.of(
                            followedAuthors(60),
                            favoriteTopic(80),
                            likedAuthors(60),
                            similar(160, ANY),
                            likedTopics(160),
                            fresh(40),
                            trending(160),
                            wander(40)),
                    ANY),
            Surface.FOLLOWING,
            new Recipe(List.of(followedAuthors(300)), ANY),
            Surface.SHOP,
            new Recipe(List.of(similar(100, ITEMS), shop(300)), ITEMS),
            Surface.VIDEOS,
            new Recipe(
                    List.of(favoriteTopic(100), similar(160, SHORT_VIDEOS), likedTopics(200), videos(200)),
                    SHORT_VIDEOS),
            Surface.NEARBY,
            new Recipe(List.of(nearby(300)), ANY)));

    /**
     * What a surface is made of.
     *
     * @param kinds what it may show; empty for any
     */
    public record Recipe(List<Source> sources, Set<ContentKind> kinds) {}

    private Recipes() {}
}
