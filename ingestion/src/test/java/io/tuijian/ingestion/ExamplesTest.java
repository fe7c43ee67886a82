package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.Origin;
import io.tuijian.schemas.RecentEngagement;
import io.tuijian.schemas.Served;
import io.tuijian.schemas.ServedItem;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From pages and engagements to rows, through the operators of the job one after the other, in event time. */
class ExamplesTest {
    private static final Instant EIGHT = Instant.parse("2026-11-16T08:00:00Z");
    private static final Content VIDEO = World.video("c1", "a1");
    private static final Content LAMP = Content.newBuilder(World.video("c2", "a2"))
            .setKind(ContentKind.SHOP_ITEM)
            .build();

    private KeyedOneInputStreamOperatorTestHarness<String, Served, Shown> pages;
    private KeyedTwoInputStreamOperatorTestHarness<String, Shown, Content, Shown> kinds;
    private KeyedOneInputStreamOperatorTestHarness<String, Engagement, Label> actions;
    private KeyedTwoInputStreamOperatorTestHarness<String, Shown, Label, Example> rows;
    private int engagements;

    @BeforeEach
    void open() throws Exception {
        pages = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new PagesOnce()), Served::getViewerId, Types.STRING);
        kinds = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new AwaitKind()), Shown::contentId, Content::getId, Types.STRING);
        actions = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new LabelsOnce()), Engagement::getViewerId, Types.STRING);
        pages.open();
        kinds.open();
        actions.open();
        openRows(1);
        publish(VIDEO);
        publish(LAMP);
    }

    private void openRows(double keepNegatives) throws Exception {
        if (rows != null) {
            rows.close();
        }
        rows = rows(keepNegatives);
        rows.open();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Shown, Label, Example> rows(double keepNegatives)
            throws Exception {
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new JoinExamples(keepNegatives)),
                (Shown item) -> item.viewerId() + ' ' + item.id(),
                (Label label) -> label.viewerId() + ' ' + label.id(),
                Types.STRING);
        harness.setup(Encoding.EXAMPLE.createSerializer(null));
        return harness;
    }

    @AfterEach
    void close() throws Exception {
        pages.close();
        kinds.close();
        actions.close();
        rows.close();
    }

    private static Served page(String feed, Instant at, Content... contents) {
        List<ServedItem> items = new ArrayList<>();
        for (Content content : contents) {
            items.add(ServedItem.newBuilder()
                    .setContentId(content.getId())
                    .setAuthorId(content.getAuthorId())
                    .setPosition(items.size())
                    .setSource("followed")
                    .setScore(0.5)
                    .setFeatures(List.of(1f, 2f))
                    .setPropensity(0.25)
                    .build());
        }
        return Served.newBuilder()
                .setFeedId(feed)
                .setViewerId("v1")
                .setAt(at)
                .setSurface(Surface.FOR_YOU)
                .setFeatureNames(List.of("one", "two"))
                .setItems(items)
                .build();
    }

    private void publish(Content content) throws Exception {
        kinds.processElement2(content, 0);
        forwardItems();
    }

    private void serve(Served page) throws Exception {
        pages.processElement(page, page.getAt().toEpochMilli());
        for (Shown shown : pages.extractOutputValues()) {
            kinds.processElement1(shown, 0);
        }
        pages.getOutput().clear();
        forwardItems();
    }

    private void forwardItems() throws Exception {
        for (Shown shown : kinds.extractOutputValues()) {
            rows.processElement1(shown, 0);
        }
        kinds.getOutput().clear();
    }

    private Engagement act(String feed, String content, Action action, Instant at) throws Exception {
        Engagement engagement = Engagement.newBuilder(World.engagement("e" + engagements++, "v1", content, action, at))
                .setFeedId(feed)
                .build();
        arrive(engagement);
        return engagement;
    }

    private void undo(Engagement engagement) throws Exception {
        arrive(Engagement.newBuilder(engagement)
                .setId(engagement.getId() + "-undo")
                .setUndoes(engagement.getId())
                .setFeedId(null)
                .build());
    }

    private void arrive(Engagement engagement) throws Exception {
        actions.processElement(engagement, engagement.getAt().toEpochMilli());
        for (Label label : actions.extractOutputValues()) {
            rows.processElement2(label, 0);
        }
        actions.getOutput().clear();
    }

    private void until(Instant watermark) throws Exception {
        rows.processBothWatermarks(new org.apache.flink.streaming.api.watermark.Watermark(watermark.toEpochMilli()));
    }

    private static Instant after(Duration time) {
        return EIGHT.plus(time);
    }

    private static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }

    /** What went to the topic. */
    private List<Example> emitted() {
        return rows.extractOutputValues();
    }

    /** What went to the files. */
    private List<Example> filed() {
        var all = rows.getSideOutput(JoinExamples.FINAL);
        return all == null
                ? List.of()
                : all.stream().map(StreamRecord::getValue).toList();
    }

    @Test
    void the_first_row_comes_two_minutes_after_serving_with_what_happened_until_then() throws Exception {
        serve(page("f1", EIGHT, VIDEO, LAMP));
        act("f1", "c1", Action.WATCH, after(minutes(1)));
        act("f1", "c1", Action.LIKE, after(minutes(1)));
        until(after(minutes(2)).minusMillis(1));
        assertThat(emitted()).isEmpty();
        until(after(minutes(2)));
        assertThat(emitted()).hasSize(2);
        Example video = emitted().stream()
                .filter(row -> row.getContentId().equals("c1"))
                .findFirst()
                .orElseThrow();
        assertThat(video)
                .isEqualTo(Example.newBuilder()
                        .setId("f1|c1")
                        .setFeedId("f1")
                        .setViewerId("v1")
                        .setContentId("c1")
                        .setAuthorId("a1")
                        .setKind(ContentKind.SHORT_VIDEO)
                        .setSurface(Surface.FOR_YOU)
                        .setServedAt(EIGHT)
                        .setPosition(0)
                        .setPropensity(0.25)
                        .setFeatureNames(List.of("one", "two"))
                        .setFeatures(List.of(1f, 2f))
                        .setLabels(Map.of("SEEN", 1.0, "WATCH", 1.0, "LIKE", 1.0))
                        .setWatchedMillis(7_000)
                        .setSampleRate(1)
                        .setCorrection(0)
                        .setOrigin(Origin.LIVE)
                        .setTopics(List.of("t1"))
                        .setDurationMillis(20_000)
                        .setRecent(List.of())
                        .build());
    }

    @Test
    void a_row_knows_what_the_viewer_did_before_and_stays_small() throws Exception {
        List<RecentEngagement> recent = IntStream.range(0, 100)
                .mapToObj(i -> new RecentEngagement(
                        "c" + (7_000 + i),
                        "a" + (7_349_781 + i),
                        ContentKind.SHORT_VIDEO,
                        List.of("t" + i % 40),
                        Action.LONG_VIEW,
                        EIGHT.minusSeconds(i),
                        12_000L,
                        "0f8fad5b-d9cb-469f-a165-70867728950e"))
                .toList();
        serve(Served.newBuilder(page("f1", EIGHT, VIDEO)).setRecent(recent).build());
        until(after(minutes(2)));
        Example row = emitted().get(0);
        assertThat(row.getRecent()).hasSize(PagesOnce.MOST_RECENT);
        assertThat(row.getRecent().get(0))
                .isEqualTo(RecentEngagement.newBuilder(recent.get(0)).setId("").build());
        assertThat(row.getRecent()).extracting(RecentEngagement::getContentId).startsWith("c7000", "c7001");
        Example without = Example.newBuilder(row).setRecent(List.of()).build();
        assertThat(Topics.EXAMPLES.encode(row).length - Topics.EXAMPLES.encode(without).length)
                .isLessThanOrEqualTo(PagesOnce.MOST_RECENT * 36);
    }

    @Test
    void a_later_label_is_a_correction_and_the_last_one_is_filed_after_a_day() throws Exception {
        serve(page("f1", EIGHT, VIDEO));
        until(after(minutes(2)));
        act("f1", "c1", Action.WATCH, after(minutes(30)));
        act("f1", "c1", Action.COMMENT, after(Duration.ofHours(23)));
        assertThat(emitted()).extracting(Example::getCorrection).startsWith(0, 1);
        until(after(AwaitKind.DAY).minusMillis(1));
        assertThat(filed()).isEmpty();
        until(after(AwaitKind.DAY));
        assertThat(filed()).containsExactly(emitted().get(emitted().size() - 1));
        assertThat(filed().get(0).getLabels()).containsOnlyKeys("SEEN", "WATCH", "COMMENT");

        int before = emitted().size();
        act("f1", "c1", Action.LIKE, after(Duration.ofHours(25)));
        until(after(Duration.ofHours(30)));
        assertThat(emitted()).hasSize(before);
        assertThat(filed()).hasSize(1);
        until(after(Duration.ofHours(25)).plus(JoinExamples.EARLY));
        assertThat(rows.numKeyedStateEntries()).isZero();
        assertThat(rows.numEventTimeTimers()).isZero();
    }

    @Test
    void what_can_be_bought_waits_a_week() throws Exception {
        serve(page("f1", EIGHT, VIDEO, LAMP));
        until(after(Duration.ofDays(5)));
        assertThat(filed()).extracting(Example::getContentId).containsExactly("c1");
        act("f1", "c2", Action.PURCHASE, after(Duration.ofDays(5)));
        until(after(AwaitKind.WEEK));
        assertThat(filed()).extracting(Example::getContentId).containsExactly("c1", "c2");
        assertThat(filed().get(1).getLabels()).containsOnlyKeys("SEEN", "PURCHASE");
        assertThat(rows.numKeyedStateEntries()).isZero();
    }

    @Test
    void duplicates_and_what_is_taken_back_count_as_everywhere_else() throws Exception {
        serve(page("f1", EIGHT, VIDEO));
        Engagement like = act("f1", "c1", Action.LIKE, after(minutes(1)));
        arrive(like);
        until(after(minutes(2)));
        int first = emitted().size();
        arrive(like);
        assertThat(emitted()).hasSize(first);

        undo(like);
        assertThat(emitted()).hasSize(first + 1);
        Example corrected = emitted().get(first);
        assertThat(corrected.getLabels()).containsOnlyKeys("SEEN");
        assertThat(corrected.getSampleRate()).isEqualTo(1);
        undo(like);
        assertThat(emitted()).hasSize(first + 1);
    }

    @Test
    void a_page_twice_is_one_page_but_the_next_page_of_the_feed_is_another() throws Exception {
        serve(page("f1", EIGHT, VIDEO));
        serve(page("f1", EIGHT, VIDEO));
        Served next = page("f1", after(minutes(1)), VIDEO, LAMP);
        serve(Served.newBuilder(next).setItems(next.getItems().subList(1, 2)).build());
        until(after(Duration.ofDays(1)));
        serve(page("f1", EIGHT, VIDEO));
        until(after(Duration.ofDays(8)));
        assertThat(filed()).extracting(Example::getId).containsExactly("f1|c1", "f1|c2");
    }

    @Test
    void labels_may_come_before_their_page() throws Exception {
        act("f1", "c1", Action.LIKE, after(minutes(1)));
        serve(page("f1", EIGHT, VIDEO));
        until(after(minutes(2)));
        assertThat(emitted().get(0).getLabels()).containsOnlyKeys("SEEN", "LIKE");
        until(after(AwaitKind.DAY));
        assertThat(filed()).hasSize(1);
        assertThat(rows.numEventTimeTimers()).isZero();
    }

    @Test
    void labels_of_no_page_of_this_viewer_are_forgotten() throws Exception {
        serve(page("f1", EIGHT, VIDEO));
        act(null, "c1", Action.LIKE, EIGHT);
        act("f9", "c1", Action.COMMENT, EIGHT);
        act("f1", "c9", Action.COMMENT, EIGHT);
        act("f1", "a1", Action.FOLLOW, EIGHT);
        arrive(Engagement.newBuilder(World.engagement("x", "v2", "c1", Action.SHARE, EIGHT))
                .setFeedId("f1")
                .build());
        until(EIGHT.plus(JoinExamples.EARLY));
        assertThat(emitted()).singleElement().satisfies(row -> assertThat(row.getLabels())
                .isEmpty());
        assertThat(rows.numKeyedStateEntries()).isZero();
    }

    @Test
    void a_late_page_has_its_two_minutes_and_its_grace_from_when_it_came() throws Exception {
        until(after(Duration.ofDays(2)));
        serve(page("f1", EIGHT, VIDEO));
        Instant came = after(Duration.ofDays(2));
        act("f1", "c1", Action.LIKE, after(minutes(1)));
        until(came.plus(minutes(1)));
        assertThat(emitted()).isEmpty();
        until(came.plus(JoinExamples.FIRST));
        assertThat(emitted()).singleElement().satisfies(row -> assertThat(row.getLabels())
                .containsKey("LIKE"));
        act("f1", "c1", Action.COMMENT, after(minutes(3)));
        until(came.plus(JoinExamples.GRACE));
        assertThat(filed()).singleElement().satisfies(row -> assertThat(row.getLabels())
                .containsOnlyKeys("SEEN", "LIKE", "COMMENT"));
        assertThat(filed().get(0).getServedAt()).isEqualTo(EIGHT);
    }

    @Test
    void rows_without_a_label_are_sampled_by_their_id_and_a_label_brings_one_back() throws Exception {
        openRows(0.3);
        int pages = 1_000;
        for (int i = 0; i < pages; i++) {
            serve(page("f" + i, EIGHT, VIDEO));
            act("f" + i, "c1", Action.SEEN, EIGHT);
        }
        until(after(minutes(2)));
        List<String> kept = emitted().stream().map(Example::getFeedId).toList();
        assertThat(kept.size()).isBetween(250, 350);
        assertThat(emitted()).allMatch(row -> row.getSampleRate() == 0.3);

        String left = IntStream.range(0, pages)
                .mapToObj(i -> "f" + i)
                .filter(feed -> !kept.contains(feed))
                .findFirst()
                .orElseThrow();
        act(left, "c1", Action.SHARE, after(minutes(5)));
        act(kept.get(0), "c1", Action.SHARE, after(minutes(5)));
        List<Example> more = emitted().subList(kept.size(), emitted().size());
        assertThat(more).extracting(Example::getFeedId).containsExactly(left, kept.get(0));
        assertThat(more).extracting(Example::getCorrection).containsExactly(0, 1);
        assertThat(more).extracting(Example::getSampleRate).containsExactly(1.0, 1.0);

        until(after(AwaitKind.DAY));
        assertThat(filed()).hasSize(kept.size() + 1);
        assertThat(rows.numKeyedStateEntries()).isZero();
    }

    @Test
    void an_item_waits_for_its_content_and_goes_on_without_when_that_never_comes() throws Exception {
        Content late = World.video("c7", "a1");
        Content never = World.video("c8", "a1");
        serve(page("f1", EIGHT, late, never));
        until(after(minutes(3)));
        assertThat(emitted()).isEmpty();
        publish(late);
        until(after(minutes(6)));
        assertThat(emitted()).extracting(Example::getKind).containsExactly(ContentKind.SHORT_VIDEO);
        kinds.setProcessingTime(kinds.getProcessingTime() + AwaitContent.PATIENCE.toMillis());
        forwardItems();
        until(after(minutes(30)));
        assertThat(emitted()).extracting(Example::getKind).contains(ContentKind.UNKNOWN);
    }

    @Test
    void what_is_open_survives_a_restart() throws Exception {
        serve(page("f1", EIGHT, VIDEO));
        until(after(minutes(2)));
        OperatorSubtaskState snapshot = rows.snapshot(1, 0);
        rows.close();
        rows = rows(1);
        rows.initializeState(snapshot);
        rows.open();
        act("f1", "c1", Action.LIKE, after(minutes(3)));
        until(after(AwaitKind.DAY));
        assertThat(emitted()).extracting(Example::getCorrection).first().isEqualTo(1);
        assertThat(filed()).hasSize(1);
    }
}
