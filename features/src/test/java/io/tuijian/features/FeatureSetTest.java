package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
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

    private record Golden(String name, double value) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Worked out by hand from {@link #story}. Rates are drawn to a prior worth ten sights; h(x) is what x half-lives
     * leave, 2^−x.
     */
    static Stream<Golden> golden() {
        return Stream.of(
                new Golden("content.open_rate", 0.320000), // (12 + 10·0.4) / (40 + 10)
                new Golden("content.long_view_rate", 0.340000), // (14 + 3) / 50
                // (8·h(1) + 6·h(1/24) + 3) / (30·h(1) + 10·h(1/24) + 10)
                new Golden("content.long_view_rate.day", 0.369554),
                new Golden("content.finish_rate", 0.088000), // (3 + 1.4) / 50
                new Golden("content.like_rate", 0.043400), // (2 + 0.17) / 50
                new Golden("content.hide_rate", 0.020200), // (1 + 0.01) / 50
                new Golden("content.watched_fraction", 0.651515), // (400 s + 30 s) / (600 s + 60 s)
                new Golden("content.popularity", 3.641015), // ln(1 + 30·h(1/7) + 10·h(1/168))
                // ln((30·h(24) + 10·h(1) + 0.1) / (30·h(1) + 10·h(1/24) + 1))
                new Golden("content.trend", -1.617846),
                new Golden("content.age", 3.218876), // ln(1 + 24)
                new Golden("content.duration", 3.433987), // ln(1 + 30)
                new Golden("content.is_post", 0),
                new Golden("content.is_shop_item", 0),
                new Golden("author.long_view_rate", 0.390909), // (40 + 3) / 110
                new Golden("author.like_rate", 0.047000), // (5 + 0.17) / 110
                new Golden("author.popularity", 3.931826), // ln(1 + 100·h(1))
                new Golden("viewer.open_rate", 0.540000), // (50 + 4) / 100
                new Golden("viewer.long_view_rate", 0.450000), // (30 + 12 + 3) / 100
                // (30·h(168) + 12·h(1) + 3) / (60·h(168) + 30·h(1) + 10)
                new Golden("viewer.long_view_rate.hour", 0.360000),
                new Golden("viewer.finish_rate", 0.124000), // (11 + 1.4) / 100
                new Golden("viewer.like_rate", 0.081700), // (8 + 0.17) / 100
                new Golden("viewer.watched_fraction", 0.738095), // (900 s + 30 s) / (1200 s + 60 s)
                new Golden("viewer.activity", 4.108847), // ln(1 + 60·h(1) + 30·h(1/168))
                new Golden("viewer.rest", 0.693147), // ln(1 + 1)
                new Golden("viewer_author.long_view_rate", 0.525000), // (6 + 10·0.45) / 20
                new Golden("viewer_author.seen", 1.791759), // ln(1 + 10·h(1))
                new Golden("viewer_author.follows", 1),
                // the mean of (10 + 10·0.45) / 30 and (1 + 10·0.45) / 20
                new Golden("viewer_topic.long_view_rate", 0.379167),
                new Golden("viewer_topic.like_rate", 0.040417), // the mean of 2.17 / 30 and 0.17 / 20
                new Golden("viewer_topic.hide_rate", 0.050417), // the mean of 0.01 / 30 and 2.01 / 20
                // the mean of ln(1 + 20·h(1)) and ln(1 + 10·h(1/720))
                new Golden("viewer_topic.seen", 2.397458),
                // the mean of ln(1 + 2·2·h(1)) and −ln(1 + |1·h(1) − 3·2·h(1)|)
                new Golden("viewer_topic.lately", -0.077075),
                new Golden("viewer_kind.long_view_rate", 0.505556), // (41 + 10·0.45) / 90
                new Golden("context.hour_sin", -0.923880), // sin(2π·16.5 / 24)
                new Golden("context.hour_cos", -0.382683)); // cos(2π·16.5 / 24)
    }

    /** Alice, who follows Bob, is offered his day-old video of cats and dogs, one hour after she was last here. */
    private static FeatureInput story() {
        Content video = Story.content("c1")
                .by(BOB)
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
                did(1, Action.HIDE, HOUR),
                watched(Duration.ofSeconds(400), Duration.ofSeconds(600), DAY));
        ActionCounts ofBob =
                sum(did(100, Action.SEEN, WEEK), did(40, Action.LONG_VIEW, WEEK), did(5, Action.LIKE, DAY));
        ActionCounts ofAlice = sum(
                did(60, Action.SEEN, WEEK),
                did(30, Action.SEEN, HOUR),
                did(50, Action.OPEN, WEEK),
                did(30, Action.LONG_VIEW, WEEK),
                did(12, Action.LONG_VIEW, HOUR),
                did(11, Action.FINISH, WEEK),
                did(8, Action.LIKE, WEEK),
                watched(Duration.ofSeconds(900), Duration.ofSeconds(1200), DAY));
        ActionCounts videos = sum(did(80, Action.SEEN, WEEK), did(41, Action.LONG_VIEW, WEEK));
        ActionCounts cats =
                sum(did(20, Action.SEEN, MONTH), did(10, Action.LONG_VIEW, MONTH), did(2, Action.LIKE, HOUR));
        ActionCounts dogs = sum(did(10, Action.SEEN, HOUR), did(1, Action.LONG_VIEW, HOUR), did(2, Action.HIDE, HOUR));
        ActionCounts withBob = sum(did(10, Action.SEEN, MONTH), did(6, Action.LONG_VIEW, MONTH));
        ViewerState alice = new ViewerState(
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
                List.of());
        Relations relations = new Relations();
        relations.accept(relation(ALICE, RelationKind.FOLLOW, BOB, true, NOW.minus(DAY)));
        return new FeatureInput(
                alice,
                relations,
                video,
                new ContentState("c1", ofContent, 72, 0),
                new AuthorState(BOB, ofBob, 145, 0),
                new Context(NOW, ZoneId.of("Asia/Shanghai"), Surface.FOR_YOU, "s1", 0, null, null));
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
        assertThat(value(golden.name, story())).isCloseTo(golden.value, within(1e-6));
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
        assertThat(FeatureSet.ALL.of(story()).ids())
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
    void the_readme_lists_the_features_as_they_are() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = FeatureSet.ALL.formulas().stream()
                .map(formula -> "| `" + formula.name() + "` | " + formula.meaning() + " |")
                .collect(Collectors.joining("\n", "| feature | meaning |\n|---|---|\n", "\n"));
        assertThat(readme.substring(
                        readme.indexOf("<!-- features -->\n") + "<!-- features -->\n".length(),
                        readme.indexOf("<!-- /features -->")))
                .isEqualTo(table);
    }
}
