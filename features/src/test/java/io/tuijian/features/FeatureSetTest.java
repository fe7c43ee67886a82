package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fixes what each formula means. A golden value never changes: a changed meaning is a new name. */
class FeatureSetTest {
    /** Half past four in the afternoon in Shanghai. */
    private static final Instant NOW = Instant.parse("2026-11-21T08:30:00Z");

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

    private record Golden(String name, FeatureInput input, double value) {
        Golden(String name, double value) {
            this(name, story(Surface.FOR_YOU), value);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Worked out by hand from {@link #story} and, where a video has no say, {@link #offer}. Rates are drawn to a prior worth ten sights; h(x) is what x half-lives
     * leave, 2^−x.
     */
    static Stream<Golden> golden() {
        return Stream.of(
                new Golden("content.open_rate", 0.320000), // (12 + 10·0.4) / (40 + 10)
                new Golden("content.long_view_rate", 0.340000), // (14 + 3) / 50
                // (8·h(1) + 6·h(1/24) + 3) / (30·h(1) + 10·h(1/24) + 10)
                new Golden("content.long_view_rate.day", 0.369554),
                new Golden("content.long_view_rate.drawn", 0.362857), // (14 + 10·(26 + 3) / 70) / 50
                // ln((8·h(1) + 6·h(1/24) + 1) / ((8·h(1/7) + 6·h(1/168)) / 7 + 1))
                new Golden("content.long_view_slope", 1.321430),
                new Golden("content.finish_rate", 0.088000), // (3 + 1.4) / 50
                new Golden("content.finish_rate.drawn", 0.112571), // (3 + 10·(17 + 1.4) / 70) / 50
                new Golden("content.like_rate", 0.043400), // (2 + 0.17) / 50
                new Golden("content.comment_rate", 0.080500), // (4 + 0.025) / 50
                new Golden("content.share_rate", 0.100200), // (5 + 0.01) / 50
                new Golden("content.favorite_rate", 0.120400), // (6 + 0.02) / 50
                new Golden("content.profile_rate", 0.143600), // (7 + 0.18) / 50
                new Golden("content.cart_rate", 0.040200), // (2 + 0.01) / 50
                new Golden("content.purchase_rate", 0.020100), // (1 + 0.005) / 50
                new Golden("content.hide_rate", 0.020200), // (1 + 0.01) / 50
                new Golden("content.watched_fraction", 0.651515), // (400 s + 30 s) / (600 s + 60 s)
                new Golden("content.watched_seconds", 3.838474), // ln(1 + (400 + 100) / (1 + 10))
                new Golden("content.seen", 3.713572), // ln(1 + 40)
                new Golden("content.popularity", 3.641015), // ln(1 + 30·h(1/7) + 10·h(1/168))
                new Golden("content.popularity.hour", 1.791760), // ln(1 + 30·h(24) + 10·h(1))
                // ln((30·h(24) + 10·h(1) + 0.1) / (30·h(1) + 10·h(1/24) + 1))
                new Golden("content.trend", -1.617846),
                // ln((30·h(1) + 10·h(1/24) + 1) / ((30·h(1/7) + 10·h(1/168)) / 7 + 1))
                new Golden("content.slope", 1.405845),
                new Golden("content.pace", 0.955511), // ln(1 + 40 / (1 + 24))
                new Golden("content.age", 3.218876), // ln(1 + 24)
                new Golden("content.duration", 3.433987), // ln(1 + 30)
                new Golden("content.text_length", 2.639057), // ln(1 + 13)
                new Golden("content.topics", 1.098612), // ln(1 + 2)
                new Golden("content.price", offer(), 9.903538), // ln(1 + 20,000)
                new Golden("content.is_post", 0),
                new Golden("content.is_shop_item", 0),
                new Golden("content.is_sponsored", offer(), 1),
                new Golden("content.is_repost", offer(), 1),
                new Golden("author.open_rate", 0.581818), // (60 + 4) / 110
                new Golden("author.long_view_rate", 0.390909), // (40 + 3) / 110
                new Golden("author.long_view_rate.week", 0.383333), // (40·h(1) + 3) / (100·h(1) + 10)
                new Golden("author.finish_rate", 0.194545), // (20 + 1.4) / 110
                new Golden("author.like_rate", 0.047000), // (5 + 0.17) / 110
                new Golden("author.follow_rate", 0.027409), // (3 + 0.015) / 110
                new Golden("author.purchase_rate", 0.018227), // (2 + 0.005) / 110
                new Golden("author.hide_rate", 0.036455), // (4 + 0.01) / 110
                new Golden("author.watched_fraction", 0.500000), // (2000 s + 30 s) / (4000 s + 60 s)
                new Golden("author.popularity", 3.931826), // ln(1 + 100·h(1))
                new Golden("author.slope", -1.519826), // ln((100·h(7) + 1) / (100·h(1) / 7 + 1))
                new Golden("viewer.open_rate", 0.540000), // (50 + 4) / 100
                new Golden("viewer.long_view_rate", 0.450000), // (30 + 12 + 3) / 100
                // (30·h(168) + 12·h(1) + 3) / (60·h(168) + 30·h(1) + 10)
                new Golden("viewer.long_view_rate.hour", 0.360000),
                // (30·h(1) + 12·h(1/168) + 3) / (60·h(1) + 30·h(1/168) + 10)
                new Golden("viewer.long_view_rate.week", 0.428622),
                new Golden("viewer.finish_rate", 0.124000), // (11 + 1.4) / 100
                new Golden("viewer.like_rate", 0.081700), // (8 + 0.17) / 100
                new Golden("viewer.share_rate", 0.020100), // (2 + 0.01) / 100
                new Golden("viewer.profile_rate", 0.031800), // (3 + 0.18) / 100
                new Golden("viewer.purchase_rate", 0.010050), // (1 + 0.005) / 100
                new Golden("viewer.hide_rate", 0.040100), // (4 + 0.01) / 100
                new Golden("viewer.watched_fraction", 0.738095), // (900 s + 30 s) / (1200 s + 60 s)
                new Golden("viewer.watched_seconds", 4.520800), // ln(1 + (900 + 100) / (1 + 10))
                new Golden("viewer.activity", 4.108847), // ln(1 + 60·h(1) + 30·h(1/168))
                new Golden("viewer.activity.hour", 2.772589), // ln(1 + 60·h(168) + 30·h(1))
                // ln((60·h(7) + 30·h(1/24) + 1) / ((60·h(1) + 30·h(1/168)) / 7 + 1))
                new Golden("viewer.slope", 1.164543),
                new Golden("viewer.rest", 0.693147), // ln(1 + 1)
                new Golden("viewer.tenure", 5.129899), // ln(1 + 168)
                new Golden("viewer_author.long_view_rate", 0.525000), // (6 + 10·0.45) / 20
                new Golden("viewer_author.finish_rate", 0.162000), // (2 + 10·0.124) / 20
                new Golden("viewer_author.like_rate", 0.090850), // (1 + 10·0.0817) / 20
                new Golden("viewer_author.hide_rate", 0.050500), // (1 + 0.01) / 20
                new Golden("viewer_author.seen", 1.791759), // ln(1 + 10·h(1))
                new Golden("viewer_author.lately", 0.693147), // ln(1 + 2·1·h(1))
                new Golden("viewer_author.rest", 0.693147), // ln(1 + 1)
                new Golden("viewer_author.follows", 1),
                new Golden("viewer_author.friends", 1),
                // the mean of (8 + 10·0.54) / 30 and (5 + 10·0.54) / 20
                new Golden("viewer_topic.open_rate", 0.483333),
                // the mean of (10 + 10·0.45) / 30 and (1 + 10·0.45) / 20
                new Golden("viewer_topic.long_view_rate", 0.379167),
                new Golden("viewer_topic.long_view_rate.best", 0.483333), // (10 + 10·0.45) / 30
                // the mean of (4 + 10·0.124) / 30 and (1 + 10·0.124) / 20
                new Golden("viewer_topic.finish_rate", 0.143333),
                new Golden("viewer_topic.like_rate", 0.040417), // the mean of 2.17 / 30 and 0.17 / 20
                new Golden("viewer_topic.hide_rate", 0.050417), // the mean of 0.01 / 30 and 2.01 / 20
                // the mean of (100 s + 0.738095·60 s) / 360 s and (60 s + 0.738095·60 s) / 120 s
                new Golden("viewer_topic.watched_fraction", 0.634921),
                // the mean of ln(1 + 20·h(1)) and ln(1 + 10·h(1/720))
                new Golden("viewer_topic.seen", 2.397458),
                new Golden("viewer_topic.share", 0.150000), // the mean of 20 / 100 and 10 / 100
                // the mean of ln(1 + 2·2·h(1)) and −ln(1 + |1·h(1) − 3·2·h(1)|)
                new Golden("viewer_topic.lately", -0.077075),
                new Golden("viewer_topic.rest", 0.693147), // ln(1 + 1) of both
                new Golden("viewer_topic.follows", 0.500000), // cats, not dogs
                new Golden("viewer_kind.open_rate", 0.393333), // (30 + 10·0.54) / 90
                new Golden("viewer_kind.long_view_rate", 0.505556), // (41 + 10·0.45) / 90
                new Golden("viewer_kind.like_rate", 0.075744), // (6 + 10·0.0817) / 90
                new Golden("viewer_kind.share", 0.800000), // 80 / 100
                new Golden("viewer_content.price", offer(), 0.346574), // 2·ln(20,000 / 10,000) / (2 + 2)
                new Golden("viewer_content.price.deviations", offer(), 0.402822), // 0.346574 / √((2·ln(2)² + 2) / 4)
                new Golden("viewer_content.duration", -1.371027), // ln(30 / ((1200 + 100) / (1 + 10)))
                new Golden("viewer_content.is_new", offer(), 1),
                new Golden("content_context.same_city", offer(), 1),
                new Golden("content_context.fits_surface", offer(), 1),
                new Golden("context.hour_sin", -0.923880), // sin(2π·16.5 / 24)
                new Golden("context.hour_cos", -0.382683), // cos(2π·16.5 / 24)
                new Golden("context.weekday_sin", -0.974928), // sin(2π·5 / 7), a Saturday
                new Golden("context.weekday_cos", -0.222521), // cos(2π·5 / 7)
                new Golden("context.session_depth", offer(), 3.044522), // ln(1 + 20)
                new Golden("context.is_following", story(Surface.FOLLOWING), 1),
                new Golden("context.is_nearby", story(Surface.NEARBY), 1));
    }

    /** Alice, Bob's friend and follower, is offered his day-old video of cats and dogs, an hour after she was last here. */
    private static FeatureInput story(Surface surface) {
        Content video = Story.content("c1")
                .by(BOB)
                .saying("Cats and dogs")
                .about("t-cats", "t-dogs")
                .lasting(Duration.ofSeconds(30))
                .ago(Duration.between(NOW.minus(DAY), Story.NOON))
                .told();
        ActionCounts ofContent = sum(
                did(30, Action.SEEN, DAY),
                did(10, Action.SEEN, HOUR),
                did(12, Action.OPEN, HOUR),
                did(8, Action.LONG_VIEW, DAY),
                did(6, Action.LONG_VIEW, HOUR),
                did(3, Action.FINISH, HOUR),
                did(2, Action.LIKE, DAY),
                did(4, Action.COMMENT, DAY),
                did(5, Action.SHARE, DAY),
                did(6, Action.FAVORITE, DAY),
                did(7, Action.PROFILE, DAY),
                did(2, Action.CART, DAY),
                did(1, Action.PURCHASE, DAY),
                did(1, Action.HIDE, HOUR),
                watched(Duration.ofSeconds(400), Duration.ofSeconds(600), DAY));
        ActionCounts ofBob = sum(
                did(100, Action.SEEN, WEEK),
                did(60, Action.OPEN, WEEK),
                did(40, Action.LONG_VIEW, WEEK),
                did(20, Action.FINISH, WEEK),
                did(5, Action.LIKE, DAY),
                did(3, Action.FOLLOW, WEEK),
                did(2, Action.PURCHASE, WEEK),
                did(4, Action.HIDE, WEEK),
                watched(Duration.ofSeconds(2000), Duration.ofSeconds(4000), WEEK));
        return new FeatureInput(
                alice(),
                ties(),
                video,
                new ContentState("c1", ofContent, 72, 0),
                new AuthorState(BOB, ofBob, 145, 0),
                new Context(NOW, ZoneId.of("Asia/Shanghai"), surface, "s1", 0, null, null));
    }

    /** In the shop, after a page of twenty, Alice is offered what costs 200 yuan; she is used to half of that. */
    private static FeatureInput offer() {
        Content item = Story.content("c2")
                .by(BOB)
                .shopItem(null)
                .costing(20_000)
                .sponsored()
                .repostOf("c3", "a-dave")
                .in("Hangzhou")
                .ago(Duration.between(NOW.minusSeconds(60), Story.NOON))
                .told();
        return new FeatureInput(
                alice(),
                ties(),
                item,
                ContentState.empty("c2"),
                AuthorState.empty(BOB),
                new Context(NOW, ZoneId.of("Asia/Shanghai"), Surface.SHOP, "s1", 20, "Hangzhou", null));
    }

    private static ViewerState alice() {
        ActionCounts ofAlice = sum(
                did(60, Action.SEEN, WEEK),
                did(30, Action.SEEN, HOUR),
                did(50, Action.OPEN, WEEK),
                did(30, Action.LONG_VIEW, WEEK),
                did(12, Action.LONG_VIEW, HOUR),
                did(11, Action.FINISH, WEEK),
                did(8, Action.LIKE, WEEK),
                did(2, Action.SHARE, WEEK),
                did(3, Action.PROFILE, WEEK),
                did(1, Action.PURCHASE, WEEK),
                did(4, Action.HIDE, WEEK),
                watched(Duration.ofSeconds(900), Duration.ofSeconds(1200), DAY));
        ActionCounts videos = sum(
                did(80, Action.SEEN, WEEK),
                did(30, Action.OPEN, WEEK),
                did(41, Action.LONG_VIEW, WEEK),
                did(6, Action.LIKE, WEEK));
        ActionCounts cats = sum(
                did(20, Action.SEEN, MONTH),
                did(8, Action.OPEN, MONTH),
                did(10, Action.LONG_VIEW, MONTH),
                did(4, Action.FINISH, MONTH),
                did(2, Action.LIKE, HOUR),
                watched(Duration.ofSeconds(100), Duration.ofSeconds(300), MONTH));
        ActionCounts dogs = sum(
                did(10, Action.SEEN, HOUR),
                did(5, Action.OPEN, HOUR),
                did(1, Action.LONG_VIEW, HOUR),
                did(1, Action.FINISH, HOUR),
                did(2, Action.HIDE, HOUR),
                watched(Duration.ofSeconds(60), Duration.ofSeconds(60), HOUR));
        ActionCounts withBob = sum(
                did(10, Action.SEEN, MONTH),
                did(6, Action.LONG_VIEW, MONTH),
                did(2, Action.FINISH, MONTH),
                did(1, Action.LIKE, HOUR),
                did(1, Action.HIDE, MONTH));
        UsualPrice price = UsualPrice.of("CNY", 5_000, NOW.minus(MONTH).toEpochMilli(), 2)
                .plus(UsualPrice.of("CNY", 20_000, NOW.minus(MONTH).toEpochMilli(), 2));
        return new ViewerState(
                ALICE,
                ofAlice,
                List.of(new ViewerState.Keyed(ContentKind.SHORT_VIDEO.name(), videos)),
                List.of(new ViewerState.Keyed("t-dogs", dogs), new ViewerState.Keyed("t-cats", cats)),
                List.of(new ViewerState.Keyed(BOB, withBob)),
                List.of(),
                List.of(),
                200,
                NOW.minus(HOUR).toEpochMilli(),
                NOW.minus(WEEK).toEpochMilli(),
                List.of(price));
    }

    private static Relations ties() {
        Relations relations = new Relations();
        relations.accept(relation(ALICE, RelationKind.FOLLOW, BOB, true, NOW.minus(DAY)));
        relations.accept(relation(ALICE, RelationKind.FRIEND, BOB, true, NOW.minus(DAY)));
        relations.accept(relation(BOB, RelationKind.FRIEND, ALICE, true, NOW.minus(DAY)));
        relations.accept(relation(ALICE, RelationKind.FOLLOW_TOPIC, "t-cats", true, NOW.minus(DAY)));
        return relations;
    }

    private static FeatureInput nobodyKnows(Content content) {
        Context context = new Context(NOW, ZoneId.of("UTC"), Surface.FOR_YOU, "s1", 0, null, null);
        return new FeatureInput(
                ViewerState.empty(ALICE),
                new Relations(),
                content,
                ContentState.empty(content.getId()),
                AuthorState.empty(content.getAuthorId()),
                context);
    }

    private static ActionCounts did(int times, Action action, Duration ago) {
        return ActionCounts.of(action, NOW.minus(ago).toEpochMilli(), times, 0, 0);
    }

    private static ActionCounts watched(Duration watched, Duration of, Duration ago) {
        return ActionCounts.of(Action.WATCH, NOW.minus(ago).toEpochMilli(), 1, watched.toMillis(), of.toMillis());
    }

    private static ActionCounts sum(ActionCounts... counts) {
        return Stream.of(counts).reduce(ActionCounts.NONE, ActionCounts::plus);
    }

    private static double value(String name, FeatureInput input) {
        return FeatureSet.ALL.of(input).dense()[FeatureSet.ALL.names().indexOf(name)];
    }

    @ParameterizedTest
    @MethodSource("golden")
    void a_formula_means_what_it_meant(Golden golden) {
        assertThat(value(golden.name, golden.input)).as(golden.name).isCloseTo(golden.value, within(1e-6));
    }

    @Test
    void every_formula_has_exactly_one_golden_value() {
        assertThat(golden().map(Golden::name).toList()).containsExactlyElementsOf(FeatureSet.ALL.names());
    }

    @Test
    void a_name_is_given_once() {
        assertThat(FeatureSet.ALL.names()).doesNotHaveDuplicates();
    }

    @Test
    void what_nobody_knows_yet_is_what_is_usual() {
        FeatureInput input = nobodyKnows(Story.content("c1").about("t-cats").told());
        assertThat(value("content.open_rate", input)).isCloseTo(.4, within(1e-6));
        assertThat(value("author.long_view_rate", input)).isCloseTo(.3, within(1e-6));
        assertThat(value("viewer.like_rate", input)).isCloseTo(.017, within(1e-6));
        assertThat(value("viewer_topic.long_view_rate", input)).isCloseTo(.3, within(1e-6));
        assertThat(value("content.watched_fraction", input)).isCloseTo(.5, within(1e-6));
        assertThat(value("content.long_view_rate.day", input)).isCloseTo(.3, within(1e-6));
        assertThat(value("viewer.long_view_rate.hour", input)).isCloseTo(.3, within(1e-6));
        assertThat(value("content.trend", input)).isCloseTo(Math.log(.1), within(1e-6));
        assertThat(value("content.popularity", input)).isZero();
        assertThat(value("viewer_topic.lately", input)).isZero();
        assertThat(value("viewer.rest", input)).isZero();
        assertThat(value("viewer_author.follows", input)).isZero();
    }

    @Test
    void posts_and_shop_items_are_told_apart() {
        FeatureInput post = nobodyKnows(Story.content("c1").post().told());
        FeatureInput item = nobodyKnows(Story.content("c2").shopItem(null).told());
        assertThat(value("content.is_post", post)).isEqualTo(1);
        assertThat(value("content.is_shop_item", post)).isZero();
        assertThat(value("content.is_post", item)).isZero();
        assertThat(value("content.is_shop_item", item)).isEqualTo(1);
        assertThat(value("content.duration", post)).isZero();
    }

    @Test
    void a_content_from_the_future_is_new_rather_than_of_negative_age() {
        assertThat(value(
                        "content.age",
                        nobodyKnows(Story.content("c1").ago(Duration.ofDays(-2)).told())))
                .isZero();
    }

    @Test
    void counts_below_zero_never_make_a_rate_negative() {
        Content content = Story.content("c1").told();
        FeatureInput input = nobodyKnows(content);
        ActionCounts undone = ActionCounts.of(Action.LIKE, NOW.toEpochMilli(), -9, 0, 0);
        FeatureInput odd = new FeatureInput(
                input.viewer(),
                input.relations(),
                content,
                new ContentState("c1", undone, 9, 0),
                input.author(),
                input.context());
        assertThat(value("content.like_rate", odd)).isCloseTo(.017, within(1e-6));
    }

    @Test
    void a_value_that_is_not_a_number_becomes_zero() {
        Content content = Story.content("c1").told();
        FeatureInput input = nobodyKnows(content);
        ActionCounts fault = ActionCounts.of(Action.SEEN, NOW.toEpochMilli(), Double.NaN, 0, 0);
        FeatureInput faulty = new FeatureInput(
                input.viewer(),
                input.relations(),
                content,
                new ContentState("c1", fault, 1, 0),
                input.author(),
                input.context());
        assertThat(value("content.open_rate", faulty)).isZero();
        for (float each : FeatureSet.ALL.of(faulty).dense()) {
            assertThat(each).isFinite();
        }
    }

    @Test
    void ids_stand_in_their_slots() {
        assertThat(FeatureSet.ALL.of(story(Surface.FOR_YOU)).ids())
                .isEqualTo(Map.of(
                        "viewer", List.of(ALICE),
                        "content", List.of("c1"),
                        "author", List.of(BOB),
                        "topic", List.of("t-cats", "t-dogs"),
                        "kind", List.of("SHORT_VIDEO"),
                        "city", List.of()));
    }

    @Test
    void an_unknown_name_has_no_position() {
        List<String> names = FeatureSet.ALL.names();
        assertThat(FeatureSet.ALL.positions(List.of(names.get(3), "content.charm", names.get(0))))
                .containsExactly(3, -1, 0);
    }

    @Test
    void a_page_computed_at_once_is_what_its_candidates_are_one_by_one() {
        FeatureInput first = story(Surface.FOR_YOU);
        FeatureInput second = new FeatureInput(
                first.viewer(),
                first.relations(),
                offer().content(),
                offer().contentState(),
                offer().author(),
                first.context());
        List<FeatureInput> page = List.of(first, second, offer(), first);
        List<Features> atOnce = FeatureSet.ALL.of(page);
        for (int i = 0; i < page.size(); i++) {
            assertThat(atOnce.get(i)).usingRecursiveComparison().isEqualTo(FeatureSet.ALL.of(page.get(i)));
        }
    }

    @Test
    void a_formula_is_tried_beside_all_others() {
        FeatureSet tried =
                FeatureSet.ALL.with(FeatureSet.of("content.charm", "likes", e -> e.content.count(Action.LIKE)));
        List<String> names = FeatureSet.ALL.names();
        assertThat(tried.names()).startsWith(names.toArray(String[]::new)).endsWith("content.charm");
        float[] values = tried.of(story(Surface.FOR_YOU)).dense();
        assertThat(values).hasSize(names.size() + 1);
        assertThat(values[names.size()]).isEqualTo(2);
        assertThat(FeatureSet.ALL.names()).doesNotContain("content.charm");
    }

    @Test
    void a_formula_that_takes_a_name_of_another_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureSet.ALL.with(FeatureSet.ofVisit("viewer.rest", "another", v -> 0)))
                .withMessage("viewer.rest is a feature already; a changed meaning is a new name.");
    }

    /** Writes the table anew if it is not as it should be, and fails once, so that it is seen and committed. */
    @Test
    void the_readme_lists_the_features_as_they_are() throws IOException {
        Path file = Path.of("README.md");
        String readme = Files.readString(file);
        int from = readme.indexOf("<!-- features -->\n") + "<!-- features -->\n".length();
        int to = readme.indexOf("<!-- /features -->");
        String table = FeatureSet.ALL.formulas().stream()
                .map(formula -> "| `" + formula.name() + "` | " + formula.meaning() + " |")
                .collect(Collectors.joining("\n", "| feature | meaning |\n|---|---|\n", "\n"));
        String listed = readme.substring(from, to);
        if (!listed.equals(table)) {
            Files.writeString(file, readme.substring(0, from) + table + readme.substring(to));
        }
        assertThat(listed)
                .as("README.md listed other features; its table has just been written anew: commit it")
                .isEqualTo(table);
    }
}
