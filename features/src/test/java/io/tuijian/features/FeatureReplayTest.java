package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FeatureReplayTest {
    private static final List<Content> CONTENTS = List.of(
            content("c1").by(BOB).about("t-cats").told(),
            content("c2").by(BOB).about("t-dogs").told(),
            content("c3").by("a-dave").about("t-cats").told());

    private final FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, CONTENTS);

    /** A page and what its viewer did with it. */
    private record Shown(Served page, List<Engagement> engagements) {}

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    private static Served page(String feedId, String viewerId, Instant at, String... contentIds) {
        List<ServedItem> items = new ArrayList<>();
        for (String id : contentIds) {
            items.add(ServedItem.newBuilder()
                    .setContentId(id)
                    .setAuthorId(BOB)
                    .setPosition(items.size())
                    .setSource("log")
                    .setScore(0)
                    .build());
        }
        return Served.newBuilder()
                .setFeedId(feedId)
                .setViewerId(viewerId)
                .setAt(at)
                .setSurface(Surface.IMPORTED)
                .setItems(items)
                .build();
    }

    private static Engagement.Builder did(String id, Served page, Action action) {
        return Story.engagement(
                        id, page.getViewerId(), action, page.getItems().get(0).getContentId())
                .setFeedId(page.getFeedId())
                .setAt(page.getAt())
                .setReceivedAt(page.getAt());
    }

    private List<FeatureReplay.Row> rows(Served page, Engagement... engagements) {
        List<FeatureReplay.Row> rows = new ArrayList<>();
        replay.page(page, List.of(engagements), rows::add);
        return rows;
    }

    private double feature(String name, Served page, Engagement... engagements) {
        return rows(page, engagements)
                .get(0)
                .features()
                .dense()[FeatureSet.ALL.names().indexOf(name)];
    }

    @Test
    void an_outcome_is_usable_only_after_what_was_watched_was_watched() {
        Served first = page("f1", ALICE, NOON, "c1");
        rows(
                first,
                did("e1", first, Action.WATCH).setWatchedMillis(20_000L).build(),
                did("e2", first, Action.LONG_VIEW).setWatchedMillis(20_000L).build());
        String rate = "content.long_view_rate";
        double unknown = feature(rate, page("f2", "v-carol", NOON, "c1"));
        assertThat(feature(rate, page("f3", "v-carol", NOON.plusMillis(19_999), "c1")))
                .as("while she watches, the sight alone is known")
                .isLessThan(unknown);
        assertThat(feature(rate, page("f4", "v-carol", NOON.plusMillis(20_000), "c1")))
                .as("strictly before")
                .isLessThan(unknown);
        assertThat(feature(rate, page("f5", "v-carol", NOON.plusMillis(20_001), "c1")))
                .isGreaterThan(unknown);
    }

    @Test
    void rows_of_the_same_viewer_and_video_in_the_same_millisecond_do_not_see_each_other() {
        Served one = page("f1", ALICE, NOON, "c1");
        Served other = page("f2", ALICE, NOON, "c1");
        float[] first =
                rows(one, did("e1", one, Action.LIKE).build()).get(0).features().dense();
        float[] second = rows(other, did("e2", other, Action.HIDE).build())
                .get(0)
                .features()
                .dense();
        assertThat(second).isEqualTo(first);
        float[] later = rows(page("f3", ALICE, NOON.plusMillis(1), "c1"))
                .get(0)
                .features()
                .dense();
        assertThat(later).isNotEqualTo(first);
    }

    @Test
    void items_of_one_page_do_not_see_what_came_of_each_other() {
        Served page = page("f1", ALICE, NOON, "c1", "c3");
        List<FeatureReplay.Row> rows =
                rows(page, did("e1", page, Action.LIKE).setAt(NOON).build());
        assertThat(rows.get(1).features().dense())
                .isEqualTo(new FeatureReplay(FeatureSet.ALL, CONTENTS)
                                .store()
                                .load(
                                        ALICE,
                                        List.of("c3"),
                                        new Context(
                                                NOON,
                                                java.time.ZoneId.of("UTC"),
                                                Surface.IMPORTED,
                                                null,
                                                0,
                                                null,
                                                null))
                                .inputs()
                                .stream()
                                .map(FeatureSet.ALL::of)
                                .findFirst()
                                .orElseThrow()
                                .dense());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void another_future_does_not_change_a_row(long seed) {
        List<Shown> log = log(seed);
        int now = log.size() / 2;
        Instant when = log.get(now).page.getAt();
        List<Shown> otherwise = new ArrayList<>();
        Random random = new Random(~seed);
        for (Shown shown : log) {
            List<Engagement> engagements = new ArrayList<>(shown.engagements);
            engagements.removeIf(it -> !known(it).isBefore(when) && random.nextBoolean());
            otherwise.add(new Shown(shown.page, engagements));
        }
        assertThat(dense(log, now)).isEqualTo(dense(otherwise, now));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void at_the_end_the_counts_are_what_a_plain_count_of_the_log_says(long seed) {
        List<Shown> log = log(seed);
        Set<String> liked = new HashSet<>();
        for (Shown shown : log) {
            replay.page(shown.page, shown.engagements, null);
            shown.engagements.stream()
                    .filter(it ->
                            it.getAction() == Action.LIKE && it.getContentId().equals("c1"))
                    .forEach(it -> liked.add(it.getViewerId()));
        }
        replay.finish();
        assertThat(replay.store().contentState("c1").counts().always(Action.LIKE))
                .isEqualTo(liked.size());
        double sights = CONTENTS.stream()
                .mapToDouble(content ->
                        replay.store().contentState(content.getId()).counts().always(Action.SEEN))
                .sum();
        assertThat(sights).isEqualTo(log.size());
    }

    @Test
    void a_like_counts_until_the_moment_it_is_taken_back() {
        Served first = page("f1", ALICE, NOON, "c1");
        Instant regret = NOON.plusSeconds(600);
        Engagement like = did("e1", first, Action.LIKE).build();
        Engagement undo =
                did("u1", first, Action.LIKE).setUndoes("e1").setAt(regret).build();
        assertThat(rows(first, like, undo).get(0).labels()).containsOnlyKeys(Action.LIKE);
        List<FeatureReplay.Row> before = rows(page("f2", ALICE, regret, "c1"));
        assertThat(before.get(0).features().recent())
                .extracting(ViewerState.Recent::id)
                .containsExactly("e1");
        List<FeatureReplay.Row> after = rows(page("f3", ALICE, regret.plusMillis(1), "c1"));
        assertThat(after.get(0).features().recent()).isEmpty();
        assertThat(replay.store().contentState("c1").counts().always(Action.LIKE))
                .isZero();
    }

    @Test
    void a_like_taken_back_in_the_same_millisecond_leaves_no_trace() {
        Served first = page("f1", ALICE, NOON, "c1");
        Engagement like = did("e1", first, Action.LIKE).build();
        rows(first, like, did("u1", first, Action.LIKE).setUndoes("e1").build());
        replay.finish();
        assertThat(replay.store().viewer(ALICE).recent()).isEmpty();
    }

    @Test
    void the_taking_back_of_an_earlier_like_is_no_like_of_this_page() {
        Served page = page("f1", ALICE, NOON, "c1");
        assertThat(rows(page, did("u1", page, Action.LIKE).setUndoes("e0").build())
                        .get(0)
                        .labels())
                .isEmpty();
    }

    @Test
    void labels_are_those_of_the_item_and_the_longest_watch_is_told() {
        Served page = page("f1", ALICE, NOON, "c1", "c2");
        Engagement.Builder ofTheOther = did("e4", page, Action.HIDE).setContentId("c2");
        List<FeatureReplay.Row> rows = rows(
                page,
                did("e1", page, Action.WATCH).setWatchedMillis(9_000L).build(),
                did("e2", page, Action.WATCH).setWatchedMillis(4_000L).build(),
                did("e3", page, Action.LIKE).build(),
                ofTheOther.build());
        assertThat(rows).extracting(row -> row.content().getId()).containsExactly("c1", "c2");
        assertThat(rows.get(0).labels()).isEqualTo(Map.of(Action.WATCH, 1f, Action.LIKE, 1f));
        assertThat(rows.get(0).watchedMillis()).isEqualTo(9_000);
        assertThat(rows.get(1).labels()).isEqualTo(Map.of(Action.HIDE, 1f));
    }

    @Test
    void a_session_is_as_deep_as_the_first_position_of_the_page() {
        Served page = page("f1", ALICE, NOON, "c1");
        assertThat(feature("context.session_depth", page)).isZero();
        page.getItems()
                .set(
                        0,
                        ServedItem.newBuilder(page.getItems().get(0))
                                .setPosition(20)
                                .build());
        assertThat(feature("context.session_depth", page)).isEqualTo((float) Math.log(21));
    }

    @Test
    void a_follow_makes_a_relation_that_later_pages_see() {
        Served first = page("f1", ALICE, NOON, "c1");
        rows(first, did("e1", first, Action.FOLLOW).build());
        assertThat(feature("viewer_author.follows", page("f2", ALICE, NOON.plusSeconds(1), "c2")))
                .isEqualTo(1);
        assertThat(replay.store().relations().active(ALICE, RelationKind.FOLLOW, BOB, NOON.plusSeconds(1)))
                .isTrue();
    }

    @Test
    void an_author_can_be_followed_without_a_content() {
        replay.engagement(Story.engagement("e1", ALICE, Action.FOLLOW, BOB).build());
        replay.finish();
        assertThat(replay.store().author(BOB).counts().always(Action.FOLLOW)).isEqualTo(1);
    }

    @Test
    void a_content_that_was_never_published_is_refused_by_name() {
        assertThatThrownBy(() -> rows(page("f1", ALICE, NOON, "c-nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c-nowhere");
    }

    /** Two viewers, three contents, one item per page, many pages in the same millisecond. */
    private static List<Shown> log(long seed) {
        Random random = new Random(seed);
        List<Shown> log = new ArrayList<>();
        Instant at = NOON;
        List<Action> actions = List.of(Action.SEEN, Action.LIKE, Action.LONG_VIEW, Action.COMMENT);
        for (int i = 0; i < 60; i++) {
            at = at.plusMillis(random.nextInt(3) * (long) random.nextInt(20_000));
            Served page = page(
                    "f" + i,
                    random.nextBoolean() ? ALICE : "v-carol",
                    at,
                    CONTENTS.get(random.nextInt(3)).getId());
            List<Engagement> engagements = new ArrayList<>();
            engagements.add(did("e" + i, page, Action.SEEN).build());
            for (int j = random.nextInt(4); j > 0; j--) {
                Action action = actions.get(random.nextInt(actions.size()));
                engagements.add(did("e" + i + "." + j, page, action)
                        .setWatchedMillis(action == Action.LONG_VIEW ? (long) random.nextInt(60_000) : null)
                        .build());
            }
            Collections.shuffle(engagements, random);
            log.add(new Shown(page, engagements));
        }
        return log;
    }

    private static Instant known(Engagement engagement) {
        Long watched = engagement.getWatchedMillis();
        return engagement.getAt().plus(Duration.ofMillis(watched == null ? 0 : watched));
    }

    /** The dense features of the row of this page. */
    private static float[] dense(List<Shown> log, int page) {
        FeatureReplay replay = new FeatureReplay(FeatureSet.ALL, CONTENTS);
        List<float[]> rows = new ArrayList<>();
        for (Shown shown : log.subList(0, page + 1)) {
            replay.page(
                    shown.page,
                    shown.engagements,
                    row -> rows.add(row.features().dense()));
        }
        return rows.get(page);
    }
}
