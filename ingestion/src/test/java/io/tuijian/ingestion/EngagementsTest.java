package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tuijian.features.Facts;
import io.tuijian.features.reach.ReachEvent;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.DeadLetter;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What every engagement passes: decoding, its content, being counted once. */
class EngagementsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Content VIDEO = World.video("c1", "a1");

    private static Engagement did(String id, Action action) {
        return World.engagement(id, "v1", "c1", action, NOW);
    }

    private static Raw raw(Engagement engagement) {
        return new Raw("engagements", 3, 42, bytes(engagement.getViewerId()), Topics.ENGAGEMENTS.encode(engagement));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Arrived arrived(Engagement engagement) {
        return Arrived.of(engagement, raw(engagement));
    }

    private static List<DeadLetter> dead(java.util.Queue<StreamRecord<DeadLetter>> letters) {
        return letters == null
                ? List.of()
                : letters.stream().map(StreamRecord::getValue).toList();
    }

    @Test
    void what_cannot_be_used_becomes_a_dead_letter_with_its_bytes_and_reason() throws Exception {
        Decode<Engagement, Arrived> decode = new Decode<>(
                Encoding.ENGAGEMENT, Validity::of, (engagement, raw, out) -> out.collect(Arrived.of(engagement, raw)));
        try (var harness = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(decode))) {
            harness.setProcessingTime(NOW.toEpochMilli());
            harness.open();
            Raw poison = new Raw("engagements", 3, 41, bytes("v1"), bytes("poison"));
            harness.processElement(poison, 0);
            harness.processElement(raw(did("e1", Action.SEEN)), 0);
            for (Engagement invalid : List.of(
                    did("", Action.SEEN),
                    did("e2", Action.UNKNOWN),
                    World.engagement("e3", "v1", "c1", Action.SEEN, Instant.EPOCH),
                    World.engagement("e4", "v1", "c1", Action.SEEN, NOW.plusSeconds(3_600)),
                    Engagement.newBuilder(did("e5", Action.PURCHASE))
                            .setCurrency(null)
                            .build(),
                    Engagement.newBuilder(did("e6", Action.PURCHASE))
                            .setAmountMinor(-1L)
                            .build(),
                    Engagement.newBuilder(did("e7", Action.COMMENT))
                            .setText("字".repeat(10_001))
                            .build(),
                    Engagement.newBuilder(did("e8", Action.SEEN))
                            .setReceivedAt(NOW.minusSeconds(1))
                            .build(),
                    did("长".repeat(201), Action.LIKE),
                    Engagement.newBuilder(did("e9", Action.LIKE))
                            .setUndoes("e".repeat(70_000))
                            .build(),
                    Engagement.newBuilder(did("e10", Action.PURCHASE))
                            .setCurrency("C".repeat(70_000))
                            .build(),
                    Engagement.newBuilder(did("e11", Action.SEEN))
                            .setReceivedAt(NOW.plusSeconds(3_600))
                            .build())) {
                harness.processElement(raw(invalid), 0);
            }
            assertThat(harness.extractOutputValues())
                    .extracting(Arrived::contentId)
                    .containsExactly("c1");
            List<DeadLetter> dead = dead(harness.getSideOutput(Decode.DEAD));
            assertThat(dead.get(0)).isEqualTo(poison.deadLetter(dead.get(0).getReason(), NOW));
            assertThat(dead)
                    .extracting(DeadLetter::getReason)
                    .containsExactly(
                            "not a Engagement: no single-object header",
                            "missing id",
                            "unknown action",
                            "before 2000",
                            "in the future",
                            "amount without currency",
                            "negative amount",
                            "text longer than 10000 code points",
                            "happened after it was received",
                            "id or name longer than 200 code points",
                            "id or name longer than 200 code points",
                            "strange currency",
                            "in the future");
        }
    }

    @Test
    void the_archive_has_an_engagement_that_came_after_more_than_eight_days_under_the_day_when_it_came() {
        Instant early = NOW.minus(Duration.ofDays(8));
        Engagement late =
                Engagement.newBuilder(did("e1", Action.LIKE)).setAt(early).build();
        Engagement later =
                Engagement.newBuilder(late).setAt(early.minusMillis(1)).build();
        assertThat(ArchiveJob.day(late)).isEqualTo(early.toEpochMilli());
        assertThat(ArchiveJob.day(later)).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void contents_pages_and_relations_have_bounds_too() {
        String bound = "id or name longer than 200 code points";
        String most = "😀".repeat(200);
        assertThat(Validity.of(Content.newBuilder(VIDEO).setCity(most).build(), NOW))
                .isNull();
        assertThat(Validity.of(Content.newBuilder(VIDEO).setGroupId(most + 1).build(), NOW))
                .isEqualTo(bound);
        assertThat(Validity.of(
                        Content.newBuilder(VIDEO).setCreatedAt(Instant.EPOCH).build(), NOW))
                .isEqualTo("before 2000");
        assertThat(Validity.of(
                        Content.newBuilder(VIDEO)
                                .setCreatedAt(NOW.plusSeconds(3_600))
                                .build(),
                        NOW))
                .isEqualTo("in the future");
        Served page = Served.newBuilder()
                .setFeedId(most)
                .setViewerId("v1")
                .setAt(NOW)
                .setSurface(Surface.FOR_YOU)
                .build();
        assertThat(Validity.of(page, NOW)).isNull();
        assertThat(Validity.of(Served.newBuilder(page).setFeedId(most + 1).build(), NOW))
                .isEqualTo(bound);
        Relation follows = Relation.newBuilder()
                .setFrom("v1")
                .setKind(RelationKind.FOLLOW)
                .setTo(most)
                .setActive(true)
                .setAt(NOW)
                .build();
        assertThat(Validity.of(follows, NOW)).isNull();
        assertThat(Validity.of(Relation.newBuilder(follows).setTo(most + 1).build(), NOW))
                .isEqualTo(bound);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Arrived, Content, Known> awaiting() throws Exception {
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new AwaitContent()), Arrived::contentId, Content::getId, Types.STRING);
        harness.setProcessingTime(NOW.toEpochMilli());
        harness.open();
        return harness;
    }

    @Test
    void an_engagement_waits_for_its_content_and_keeps_its_place() throws Exception {
        try (var harness = awaiting()) {
            harness.processElement1(arrived(did("e1", Action.SEEN)), 0);
            harness.processElement1(arrived(did("e2", Action.LIKE)), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement2(VIDEO, 0);
            harness.processElement1(arrived(did("e3", Action.SHARE)), 0);
            assertThat(harness.extractOutputValues())
                    .extracting(known ->
                            Topics.ENGAGEMENTS.decode(known.engagement()).getId())
                    .containsExactly("e1", "e2", "e3");
            assertThat(harness.extractOutputValues()).extracting(Known::facts).containsOnly(Facts.of(VIDEO));
            harness.setProcessingTime(NOW.plus(AwaitContent.PATIENCE).toEpochMilli());
            assertThat(dead(harness.getSideOutput(Decode.DEAD))).isEmpty();
        }
    }

    @Test
    void an_engagement_with_an_author_waits_for_nothing() throws Exception {
        try (var harness = awaiting()) {
            harness.processElement1(arrived(World.engagement("e1", "v1", "a7", Action.FOLLOW, NOW)), 0);
            assertThat(harness.extractOutputValues()).extracting(Known::facts).containsExactly(Facts.ofAuthor("a7"));
        }
    }

    @Test
    void whoever_waits_in_vain_becomes_a_dead_letter() throws Exception {
        try (var harness = awaiting()) {
            Arrived lost = arrived(did("e1", Action.SEEN));
            harness.processElement1(lost, 0);
            Instant end = NOW.plus(AwaitContent.PATIENCE);
            harness.setProcessingTime(end.toEpochMilli() - 1);
            assertThat(dead(harness.getSideOutput(Decode.DEAD))).isEmpty();
            harness.setProcessingTime(end.toEpochMilli());
            assertThat(dead(harness.getSideOutput(Decode.DEAD)))
                    .containsExactly(lost.raw().deadLetter(AwaitContent.REASON, end));
            harness.processElement2(VIDEO, 0);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void no_more_than_ten_thousand_wait_for_one_content() throws Exception {
        try (var harness = awaiting()) {
            for (int i = 0; i <= AwaitContent.MOST_WAITING; i++) {
                harness.processElement1(arrived(did("e" + i, Action.SEEN)), 0);
            }
            assertThat(dead(harness.getSideOutput(Decode.DEAD))).hasSize(1);
            harness.processElement2(VIDEO, 0);
            assertThat(harness.extractOutputValues()).hasSize(AwaitContent.MOST_WAITING);
        }
    }

    @Test
    void an_engagement_counts_once_and_what_is_taken_back_takes_its_amount_with_it() throws Exception {
        var count = new CountEngagements<>(ReachJob::did, true);
        try (var harness = new KeyedOneInputStreamOperatorTestHarness<>(count, Known::viewerId, Types.STRING)) {
            harness.setup(Compact.OF_VIEWER.createSerializer(
                    new org.apache.flink.api.common.serialization.SerializerConfigImpl()));
            harness.setProcessingTime(NOW.toEpochMilli());
            harness.open();
            Engagement bought = did("e1", Action.PURCHASE);
            Engagement undo = Engagement.newBuilder(did("e2", Action.PURCHASE))
                    .setUndoes("e1")
                    .setAmountMinor(null)
                    .setCurrency(null)
                    .build();
            for (Engagement engagement : List.of(bought, bought, undo, undo)) {
                harness.processElement(new Known("v1", Topics.ENGAGEMENTS.encode(engagement), Facts.of(VIDEO)), 0);
            }
            harness.processElement(
                    new Known(
                            "v2",
                            Topics.ENGAGEMENTS.encode(World.engagement("e1", "v2", "c1", Action.SEEN, NOW)),
                            Facts.of(VIDEO)),
                    0);
            ReachEvent.Money paid = new ReachEvent.Money(9_900, 0, "CNY");
            assertThat(harness.extractOutputValues())
                    .extracting(it -> ((OfViewer.Did) it).touch())
                    .containsExactly(
                            touch("v1", Action.SEEN, 1, ReachEvent.Money.NONE),
                            touch("v1", Action.PURCHASE, 1, paid),
                            touch("v1", Action.PURCHASE, -1, paid),
                            touch("v2", Action.SEEN, 1, ReachEvent.Money.NONE));
        }
    }

    private static ReachEvent.Touch touch(String viewer, Action action, int weight, ReachEvent.Money money) {
        return new ReachEvent.Touch(
                "a1", "c1", viewer, NOW.toEpochMilli(), action, weight, 0, money, ReachEvent.Trace.NONE, null, null);
    }

    @Test
    void what_is_taken_back_takes_its_place_and_its_commission_with_it_although_both_have_changed() throws Exception {
        Facts tenPercent = sold(0.1);
        Facts half = sold(0.5);
        try (var harness = counting()) {
            harness.open();
            Engagement liked = Engagement.newBuilder(did("e1", Action.LIKE))
                    .setFeedId("f1")
                    .setSurface(Surface.SHOP)
                    .setTouchpoint("Card")
                    .build();
            Engagement unliked = Engagement.newBuilder(did("e2", Action.LIKE))
                    .setUndoes("e1")
                    .build();
            Engagement bought = Engagement.newBuilder(did("e3", Action.PURCHASE))
                    .setOrderId("o1")
                    .build();
            Engagement refunded = Engagement.newBuilder(did("e4", Action.REFUND))
                    .setAmountMinor(900L)
                    .setCurrency("CNY")
                    .setOrderId("o1")
                    .build();
            Engagement taken = Engagement.newBuilder(did("e5", Action.PURCHASE))
                    .setUndoes("e3")
                    .build();
            harness.processElement(new Known("v1", Topics.ENGAGEMENTS.encode(liked), tenPercent), 0);
            harness.processElement(new Known("v1", Topics.ENGAGEMENTS.encode(bought), tenPercent), 0);
            for (Engagement later : List.of(unliked, refunded, taken)) {
                harness.processElement(new Known("v1", Topics.ENGAGEMENTS.encode(later), half), 0);
            }
            List<OfViewer.Did> all = harness.extractOutputValues().stream()
                    .map(OfViewer.Did.class::cast)
                    .filter(it -> it.touch().action() != Action.SEEN)
                    .toList();
            assertThat(all)
                    .extracting(
                            it -> it.touch().action(),
                            it -> it.touch().weight(),
                            it -> it.touch().money().commissionMinor(),
                            OfViewer.Did::feedId,
                            it -> it.touch().trace().surface(),
                            it -> it.touch().touchpoint())
                    .containsExactly(
                            tuple(Action.LIKE, 1, 0L, "f1", Surface.SHOP, "card"),
                            tuple(Action.PURCHASE, 1, 990L, null, null, null),
                            tuple(Action.LIKE, -1, 0L, "f1", Surface.SHOP, "card"),
                            tuple(Action.REFUND, 1, 90L, null, null, null),
                            tuple(Action.PURCHASE, -1, 990L, null, null, null));
        }
    }

    private static Facts sold(double rate) {
        return new Facts("c1", "a1", ContentKind.SHOP_ITEM, List.of(), 0, 9_900, "CNY", rate, "b1");
    }

    @Test
    void what_is_taken_back_or_comes_late_has_the_time_when_it_came() throws Exception {
        try (var harness = counting()) {
            harness.open();
            Instant then = NOW.minusSeconds(3_600);
            Engagement liked = World.engagement("e1", "v1", "c1", Action.LIKE, then);
            Engagement undo = Engagement.newBuilder(liked)
                    .setId("e2")
                    .setUndoes("e1")
                    .setReceivedAt(NOW)
                    .build();
            for (Engagement engagement : List.of(liked, undo)) {
                harness.processElement(new Known("v1", Topics.ENGAGEMENTS.encode(engagement), Facts.of(VIDEO)), 0);
            }
            assertThat(harness.extractOutputStreamRecords())
                    .extracting(
                            it -> ((OfViewer.Did) it.getValue()).touch().weight(),
                            it -> ((OfViewer.Did) it.getValue()).touch().atMillis(),
                            StreamRecord::getTimestamp)
                    .containsExactly(
                            tuple(1, then.toEpochMilli(), then.toEpochMilli()),
                            tuple(1, then.toEpochMilli(), then.toEpochMilli()),
                            tuple(-1, then.toEpochMilli(), NOW.toEpochMilli()));
        }
    }

    @Test
    void what_has_counted_is_remembered_across_a_restart_and_by_more_viewers_than_are_held() throws Exception {
        OperatorSubtaskState snapshot;
        int viewers = CountEngagements.MOST_HELD + 10;
        try (var harness = counting()) {
            harness.open();
            for (int i = 0; i < viewers; i++) {
                harness.processElement(seen("v" + i), 0);
            }
            harness.processElement(seen("v0"), 0);
            assertThat(harness.extractOutputValues()).hasSize(viewers);
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 0);
        }
        try (var harness = counting()) {
            harness.initializeState(snapshot);
            harness.open();
            for (int i = 0; i < viewers + 1; i++) {
                harness.processElement(seen("v" + i), 0);
            }
            assertThat(harness.extractOutputValues())
                    .extracting(OfViewer::viewerId)
                    .containsExactly("v" + viewers);
        }
    }

    private static Known seen(String viewer) {
        return new Known(
                viewer,
                Topics.ENGAGEMENTS.encode(World.engagement("e1", viewer, "c1", Action.SEEN, NOW)),
                Facts.of(VIDEO));
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Known, OfViewer> counting() throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new CountEngagements<>(ReachJob::did, true), Known::viewerId, Types.STRING);
        harness.setup(Compact.OF_VIEWER.createSerializer(
                new org.apache.flink.api.common.serialization.SerializerConfigImpl()));
        harness.setProcessingTime(NOW.toEpochMilli());
        return harness;
    }
}
