package io.tuijian.features.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        Reach reach = hour.reach();
        assertThat(reach.served()).isEqualTo(2);
        assertThat(reach.seen()).isEqualTo(2).isEqualTo(reach.count(Action.SEEN));
        assertThat(reach.count(Action.LIKE)).isZero();
        assertThat(reach.count(Action.PURCHASE)).isEqualTo(2);
        assertThat(reach.watchedMillis()).isEqualTo(7_000);
        assertThat(reach.salesMinor()).isEqualTo(Map.of("CNY", 10_000L));
        assertThat(reach.refundsMinor()).isEqualTo(Map.of("CNY", 100L));
        assertThat(reach.viewers().count()).isEqualTo(2);
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
    void a_moment_before_1970_belongs_to_the_hour_that_contains_it() {
        assertThat(Level.CONTENT_HOUR.beginOf(-1)).isEqualTo(-3_600_000);
    }

    @Test
    void the_document_reads_back_as_it_was() {
        ReachDocument hour = folded(STORY);
        ReachDocument read = ReachDocument.fromJson(hour.toJson());
        assertThat(read.toJson()).isEqualTo(hour.toJson());
        assertThat(read.reach().viewers().count()).isEqualTo(2);
        assertThat(read.after(STORY.get(0)).version()).isEqualTo(hour.version() + 1);
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
