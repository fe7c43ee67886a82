package io.tuijian.features.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReachDocumentTest {
    private static final long NOON = Instant.parse("2022-05-08T12:00:00Z").toEpochMilli();

    private static ReachEvent did(String viewer, Action action, int weight, long watched, long amount) {
        return new ReachEvent.Touch(
                "a1",
                "c1",
                viewer,
                NOON + 59,
                action,
                weight,
                watched,
                amount == 0 ? ReachEvent.Money.NONE : new ReachEvent.Money(amount, amount / 10, "CNY"),
                new ReachEvent.Trace(Surface.SHOP, null),
                "card",
                "b1");
    }

    private static ReachEvent served(String viewer, long at) {
        return ReachEvent.Touch.served("a1", "c1", viewer, at, new ReachEvent.Trace(Surface.SHOP, "similar"));
    }

    private static ReachDocument folded(List<? extends ReachEvent> events) {
        return folded(Level.CONTENT_HOUR, events);
    }

    private static ReachDocument folded(Level level, List<? extends ReachEvent> events) {
        GrowingReach growing = new GrowingReach(ReachDocument.emptyOf(level, events.get(0)));
        events.forEach(growing::add);
        return growing.document(NOON);
    }

    private static final List<ReachEvent> STORY = List.of(
            served("v1", NOON + 1),
            served("v2", NOON + 2),
            did("v1", Action.SEEN, 1, 0, 0),
            did("v1", Action.WATCH, 1, 7_000, 0),
            did("v1", Action.LIKE, 1, 0, 0),
            did("v2", Action.SEEN, 1, 0, 0),
            did("v2", Action.PURCHASE, 1, 0, 9_900),
            did("v2", Action.PURCHASE, 1, 0, 100),
            did("v2", Action.REFUND, 1, 0, 100),
            did("v1", Action.LIKE, -1, 0, 0));

    @Test
    void counts_what_was_served_seen_done_watched_and_sold() {
        ReachDocument hour = folded(STORY);
        assertThat(hour.id())
                .isEqualTo("a1|c1|" + NOON)
                .isEqualTo(ReachDocument.idOf(Level.CONTENT_HOUR, STORY.get(0)));
        assertThat(hour.brandId()).isEqualTo("b1");
        Reach reach = hour.reach();
        assertThat(reach.served()).isEqualTo(2);
        assertThat(reach.seen()).isEqualTo(2).isEqualTo(reach.count(Action.SEEN));
        assertThat(reach.count(Action.LIKE)).isZero();
        assertThat(reach.count(Action.PURCHASE)).isEqualTo(2);
        assertThat(reach.watchedMillis()).isEqualTo(7_000);
        assertThat(reach.salesMinor()).isEqualTo(Map.of("CNY", 10_000L));
        assertThat(reach.refundsMinor()).isEqualTo(Map.of("CNY", 100L));
        assertThat(reach.commissionMinor()).isEqualTo(Map.of("CNY", 990L));
        assertThat(reach.engaged()).isEqualTo(3);
        assertThat(reach.surfaces()).isEqualTo(Map.of(Surface.SHOP, new Cell(2, 2, 3, 2)));
        assertThat(reach.sources()).isEqualTo(Map.of("similar", new Cell(2, 0, 0, 0)));
        assertThat(reach.touchpoints()).isEqualTo(Map.of("card", new Cell(0, 2, 3, 2)));
        assertThat(reach.viewers().count()).isEqualTo(2);
    }

    @Test
    void a_moment_before_1970_belongs_to_the_hour_that_contains_it() {
        assertThat(Level.CONTENT_HOUR.beginOf(-1)).isEqualTo(-3_600_000);
    }

    @Test
    void the_document_reads_back_as_it_was() {
        ReachDocument hour = folded(STORY);
        ReachDocument read = ReachDocument.fromJson(hour.toJson());
        assertThat(read.toJson()).isEqualTo(hour.toJson());
        assertThat(read.reach().viewers().count()).isEqualTo(2);
        assertThat(read.reach().watches().quantileMillis(0.5)).isBetween(6_930L, 7_070L);
    }

    @Test
    void a_document_of_a_later_release_is_read() {
        String later = "{\"authorId\":\"a1\",\"contentId\":\"c1\",\"hour\":0,\"bySource\":{\"x\":[1]},"
                + "\"actions\":{\"WAVE\":2,\"LIKE\":3},\"version\":4}";
        ReachDocument hour = ReachDocument.fromJson(later.getBytes(StandardCharsets.UTF_8));
        assertThat(hour.reach().actions()).isEqualTo(Map.of(Action.LIKE, 3L));
        assertThatThrownBy(() -> ReachDocument.fromJson("[]".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void order_does_not_matter_and_parts_sum_to_the_whole(long seed) {
        Random random = new Random(seed);
        List<ReachEvent> touches = new ArrayList<>(STORY);
        for (int i = 0; i < 40; i++) {
            touches.add(did("v" + random.nextInt(20), Action.SEEN, 1, 0, 0));
        }
        ReachDocument whole = folded(touches);
        Collections.shuffle(touches, random);
        ReachDocument shuffled = folded(touches);
        assertThat(shuffled.reach().actions()).isEqualTo(whole.reach().actions());
        assertThat(shuffled.reach().viewers().count())
                .isEqualTo(whole.reach().viewers().count());
        int cut = 1 + random.nextInt(touches.size() - 1);
        Reach sum = folded(touches.subList(0, cut))
                .reach()
                .plus(folded(touches.subList(cut, touches.size())).reach());
        assertThat(sum.served()).isEqualTo(whole.reach().served());
        assertThat(sum.seen()).isEqualTo(whole.reach().seen());
        assertThat(sum.actions()).isEqualTo(whole.reach().actions());
        assertThat(sum.salesMinor()).isEqualTo(whole.reach().salesMinor());
        assertThat(sum.watchedMillis()).isEqualTo(whole.reach().watchedMillis());
        assertThat(sum.viewers().count()).isEqualTo(whole.reach().viewers().count());
    }

    /** Every kind of event, of one author and content in one day. */
    private static List<ReachEvent> everything(Random random) {
        List<ReachEvent> events = new ArrayList<>(STORY);
        for (int i = 0; i < 60; i++) {
            String viewer = "v" + random.nextInt(300);
            events.add(did(viewer, Action.WATCH, 1, random.nextInt(60_000), 0));
            events.add(new ReachEvent.Traced(
                    "a1", "c1", viewer, NOON, Action.SEEN, 1, new ReachEvent.Trace(null, "trending")));
            events.add(new ReachEvent.Met("a1", "c1", NOON, random.nextBoolean() ? 1 : -1));
            events.add(new ReachEvent.Followed("a1", NOON, random.nextBoolean()));
            events.add(new ReachEvent.Watched(
                    "a1", viewer, NOON, "city " + random.nextInt(3), Audience.OTHER, Audience.NEW));
            events.add(new ReachEvent.Page(Surface.VIDEOS, NOON + random.nextInt(3_600_000)));
            for (Level level : Level.OF_REACH) {
                events.add(new ReachEvent.Sampled(
                        level,
                        "a1",
                        "c1",
                        NOON,
                        List.of(new ReachEvent.Sampled.Part(Stage.REMOVED, "seen", Estimate.of(0.5, 0, 1)))));
            }
        }
        return events;
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void folds_of_every_level_commute_and_their_documents_read_back(Level level) {
        Random random = new Random(level.ordinal());
        List<ReachEvent> events = everything(random).stream()
                .filter(event -> event.levels().contains(level))
                .collect(Collectors.toList());
        ReachDocument whole = folded(level, events);
        String json = new String(whole.toJson(), StandardCharsets.UTF_8);
        assertThat(new String(ReachDocument.fromJson(whole.toJson()).toJson(), StandardCharsets.UTF_8))
                .isEqualTo(json);
        for (int i = 0; i < 5; i++) {
            Collections.shuffle(events, random);
            assertThat(new String(folded(level, events).toJson(), StandardCharsets.UTF_8))
                    .isEqualTo(json);
            ReachDocument half = folded(level, events.subList(0, events.size() / 2));
            half = new ReachDocument(
                    level,
                    half.authorId(),
                    half.contentId(),
                    half.brandId(),
                    half.hour(),
                    half.reach(),
                    half.audience(),
                    half.pages(),
                    NOON - 1);
            GrowingReach further = new GrowingReach(ReachDocument.fromJson(half.toJson()));
            events.subList(events.size() / 2, events.size()).forEach(further::add);
            assertThat(new String(further.document(NOON).toJson(), StandardCharsets.UTF_8))
                    .isEqualTo(json);
            ReachDocument rest = folded(level, events.subList(events.size() / 2, events.size()));
            assertThat(half.reach().plus(rest.reach()).actions())
                    .isEqualTo(whole.reach().actions());
            assertThat(half.reach().plus(rest.reach()).estimates())
                    .isEqualTo(whole.reach().estimates());
            assertThat(half.audience().plus(rest.audience()).cities().keySet())
                    .isEqualTo(whole.audience().cities().keySet());
            assertThat(half.pages().plus(rest.pages()).count(Surface.VIDEOS, 0, 60))
                    .isEqualTo(whole.pages().count(Surface.VIDEOS, 0, 60));
        }
    }

    @Test
    void versions_grow_although_the_clock_steps_back() {
        GrowingReach growing = new GrowingReach(ReachDocument.emptyOf(Level.CONTENT_HOUR, STORY.get(0)));
        List<Long> versions = new ArrayList<>();
        for (long now : new long[] {1_000, 900, 2_000}) {
            growing.add(STORY.get(0));
            versions.add(growing.document(now).version());
        }
        assertThat(versions).containsExactly(1_000L, 1_001L, 2_000L);
    }

    @Test
    void what_a_job_writes_that_was_killed_is_newer_than_what_it_wrote_before_though_it_counts_fewer_events() {
        ReachDocument checkpoint = folded(STORY.subList(0, 2));
        GrowingReach killed = new GrowingReach(checkpoint);
        STORY.forEach(killed::add);
        ReachDocument written = killed.document(NOON);
        assertThat(killed.document(NOON + 5_000).version()).as("unchanged").isEqualTo(written.version());
        assertThat(written.version()).as("changed at the same moment").isGreaterThan(checkpoint.version());
        GrowingReach again = new GrowingReach(checkpoint);
        again.add(STORY.get(2));
        assertThat(again.document(NOON + 10_000).version()).isGreaterThan(written.version());
    }

    @Test
    void clients_cannot_make_a_document_grow_for_ever() {
        GrowingReach growing = new GrowingReach(ReachDocument.emptyOf(Level.AUTHOR_DAY, STORY.get(0)));
        for (int i = 0; i < 1_000; i++) {
            growing.add(new ReachEvent.Touch(
                    "a1",
                    "c1",
                    "v1",
                    NOON,
                    Action.OPEN,
                    1,
                    0,
                    ReachEvent.Money.NONE,
                    ReachEvent.Trace.NONE,
                    "t" + i,
                    null));
        }
        Map<String, Cell> touchpoints = growing.document(NOON).reach().touchpoints();
        assertThat(touchpoints).hasSize(Reach.MOST_KEYS + 1);
        assertThat(touchpoints.get(Reach.OTHERS).engaged()).isEqualTo(1_000 - Reach.MOST_KEYS);
    }

    @Test
    void a_quantile_of_watch_times_is_within_one_percent() {
        Random random = new Random(3);
        List<Long> all = new ArrayList<>();
        WatchTimes.Sum sum = new WatchTimes.Sum();
        for (int i = 0; i < 5_000; i++) {
            long millis = i % 50 == 0 ? 0 : (long) Math.exp(4 + 9 * random.nextDouble());
            all.add(millis);
            sum.add(millis, 1);
        }
        Collections.sort(all);
        WatchTimes times = WatchTimes.fromBase64(sum.watchTimes().toBase64());
        assertThat(times.count()).isEqualTo(5_000);
        for (double share : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
            long wanted = all.get((int) Math.ceil(share * 5_000) - 1);
            assertThat((double) times.quantileMillis(share)).isBetween(0.99 * wanted - 1, 1.01 * wanted + 1);
        }
        assertThat(WatchTimes.NONE.quantileMillis(0.5)).isZero();
    }

    @Test
    void viewers_merged_over_any_range_are_within_eleven_per_mille_in_95_percent_of_ranges() {
        int close = 0;
        int ranges = 0;
        for (int seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            int people = 40_000;
            int days = 12;
            List<Viewers> sketches = new ArrayList<>();
            List<BitSet> truths = new ArrayList<>();
            for (int day = 0; day < days; day++) {
                Viewers.Union union = new Viewers.Union();
                BitSet truth = new BitSet();
                for (int i = 0; i < people / 3; i++) {
                    int viewer = (int) (people * Math.pow(random.nextDouble(), 1.5));
                    union.add("v" + seed + "-" + viewer);
                    truth.set(viewer);
                }
                sketches.add(union.viewers());
                truths.add(truth);
            }
            for (int from = 0; from < days; from++) {
                Viewers.Union union = new Viewers.Union();
                BitSet truth = new BitSet();
                for (int day = from; day < days; day++) {
                    union.add(sketches.get(day));
                    truth.or(truths.get(day));
                    double ratio = (double) union.viewers().count() / truth.cardinality();
                    close += Math.abs(ratio - 1) <= 0.011 ? 1 : 0;
                    ranges++;
                }
            }
        }
        assertThat((double) close / ranges).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void viewers_are_exact_while_few_and_within_five_percent_when_many() {
        for (int n : List.of(1, 2, 10, 31, 32, 33, 50, 127, 128, 129, 300)) {
            Viewers all = Viewers.NONE;
            Viewers.Union union = new Viewers.Union();
            for (int i = 0; i < n; i++) {
                all = all.plus("v" + i).plus("v" + i);
                union.add(Viewers.NONE.plus("v" + i));
            }
            assertThat(all.count()).isEqualTo(n);
            assertThat(Viewers.fromBase64(all.toBase64()).count()).isEqualTo(n);
            assertThat(union.viewers().count()).isEqualTo(n);
        }
        Viewers odd = Viewers.NONE;
        Viewers even = Viewers.NONE;
        for (int i : IntStream.range(0, 20_000).toArray()) {
            odd = i % 2 == 1 || i < 2_000 ? odd.plus("v" + i) : odd;
            even = i % 2 == 0 || i < 2_000 ? even.plus("v" + i) : even;
        }
        assertThat((double) odd.plus(even).count() / 20_000).isBetween(0.95, 1.05);
    }
}
