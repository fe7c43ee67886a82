package io.tuijian.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.reach.Estimate;
import io.tuijian.features.reach.GrowingReach;
import io.tuijian.features.reach.Reach;
import io.tuijian.features.reach.Stage;
import io.tuijian.schemas.Fate;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.FateStage;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class SampleFatesTest {
    private static final Instant NOON = Instant.parse("2026-11-16T12:00:00Z");
    private static final String AUTHOR = "a1||" + NOON.toEpochMilli() + "|AUTHOR_HOUR";

    private static Fate page(String feed, int number, double rate, FateOfCandidate... candidates) {
        return new Fate(feed, "v1", NOON.plusMillis(number), Surface.FOR_YOU, rate, List.of(candidates));
    }

    private static FateOfCandidate candidate(String content, FateStage stage, String rule) {
        return FateOfCandidate.newBuilder()
                .setContentId(content)
                .setAuthorId("a1")
                .setSources(List.of("similar", "trending"))
                .setStage(stage)
                .setRule(rule)
                .build();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Fate, Addressed> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new SampleFates()), Fate::getFeedId, Types.STRING);
    }

    private static Map<String, Reach> reach(List<Addressed> all) {
        Map<String, GrowingReach> growing = new TreeMap<>();
        for (Addressed one : all) {
            growing.computeIfAbsent(one.document(), id -> new GrowingReach(one.empty()))
                    .add(one.event());
        }
        Map<String, Reach> reach = new TreeMap<>();
        growing.forEach((id, it) -> reach.put(id, it.document(0).reach()));
        return reach;
    }

    @Test
    void each_stage_is_scaled_by_source_and_rule_and_a_page_counts_once() throws Exception {
        FateOfCandidate served = FateOfCandidate.newBuilder(candidate("c1", FateStage.SERVED, null))
                .setWithout(Map.of("author-spread", 0.0))
                .build();
        FateOfCandidate outranked = FateOfCandidate.newBuilder(candidate("c2", FateStage.RANKED, "author-cap"))
                .setWithout(Map.of("author-spread", 1.0, "negative-feedback", 1.0))
                .build();
        Fate page = page("f1", 0, 0.5, served, outranked, candidate("c3", FateStage.FILTERED, "seen"));
        try (var harness = harness()) {
            harness.open();
            harness.processElement(page, 0);
            harness.processElement(page, 0);
            Map<String, Reach> reach = reach(harness.extractOutputValues());
            assertThat(reach).hasSize(8);
            Reach author = reach.get(AUTHOR);
            assertThat(author.estimate(Stage.RETRIEVED)).isEqualTo(new Estimate(6, 0.5 / 0.25 * 9));
            assertThat(author.estimatesBy(Stage.RETRIEVED).keySet()).containsExactly("similar", "trending");
            assertThat(author.estimate(Stage.RANKED).value()).isEqualTo(4);
            assertThat(author.estimatesBy(Stage.REMOVED)).isEqualTo(Map.of("seen", new Estimate(2, 2)));
            assertThat(author.estimatesBy(Stage.OUTRANKED)).isEqualTo(Map.of("author-cap", new Estimate(2, 2)));
            assertThat(author.estimatesBy(Stage.SPLIT))
                    .isEqualTo(Map.of("negative-feedback", new Estimate(-2, 2), "author-spread", Estimate.NONE));
            Reach content = reach.get("a1|c1|" + NOON.toEpochMilli());
            assertThat(content.estimatesBy(Stage.SPLIT)).isEqualTo(Map.of("author-spread", new Estimate(2, 2)));
            for (Addressed one : harness.extractOutputValues()) {
                assertThat(MeetViewersTest.travelled(one, new AddressedSerializer()))
                        .isEqualTo(one);
            }
        }
    }

    @Test
    void a_candidate_that_stands_for_others_counts_for_them_with_more_error() throws Exception {
        FateOfCandidate three = FateOfCandidate.newBuilder(candidate("c1", FateStage.FILTERED, "seen"))
                .setWeight(3)
                .build();
        try (var harness = harness()) {
            harness.open();
            harness.processElement(page("f1", 0, 0.5, three), 0);
            Reach author = reach(harness.extractOutputValues()).get(AUTHOR);
            assertThat(author.estimate(Stage.REMOVED)).isEqualTo(new Estimate(6, 0.5 / 0.25 * 9 + 3 * 2 / 0.5));
        }
    }

    @Test
    void pages_of_one_feed_were_sampled_together_also_across_a_restart() throws Exception {
        OperatorSubtaskState snapshot;
        List<Addressed> all = new ArrayList<>();
        try (var harness = harness()) {
            harness.open();
            harness.processElement(page("f1", 0, 0.1, candidate("c1", FateStage.FILTERED, "seen")), 0);
            all.addAll(harness.extractOutputValues());
            snapshot = harness.snapshot(1, 0);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(page("f1", 0, 0.1, candidate("c1", FateStage.FILTERED, "seen")), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement(page("f1", 1, 0.1, candidate("c1", FateStage.FILTERED, "seen")), 0);
            all.addAll(harness.extractOutputValues());
        }
        Estimate removed = reach(all).get(AUTHOR).estimate(Stage.REMOVED);
        assertThat(removed.value()).isCloseTo(20, within(1e-9));
        assertThat(removed.variance()).isCloseTo(0.9 / 0.01 * 4, within(1e-9));
    }

    @Test
    void estimates_are_unbiased_and_their_variance_is_that_of_repeated_samples() throws Exception {
        Random random = new Random(5);
        double rate = 0.3;
        int feeds = 60;
        List<List<Fate>> world = new ArrayList<>();
        long truth = 0;
        for (int feed = 0; feed < feeds; feed++) {
            List<Fate> pages = new ArrayList<>();
            for (int number = 0; number <= random.nextInt(3); number++) {
                FateOfCandidate[] candidates = new FateOfCandidate[random.nextInt(5)];
                for (int i = 0; i < candidates.length; i++) {
                    candidates[i] = candidate("c" + i, FateStage.FILTERED, "seen");
                }
                truth += candidates.length;
                pages.add(page("f" + feed, number, rate, candidates));
            }
            world.add(pages);
        }
        int samples = 600;
        double sum = 0;
        double squares = 0;
        double variances = 0;
        int covered = 0;
        try (var harness = harness()) {
            harness.open();
            for (int sample = 0; sample < samples; sample++) {
                for (List<Fate> pages : world) {
                    if (random.nextDouble() < rate) {
                        for (Fate page : pages) {
                            String feed = sample + page.getFeedId();
                            harness.processElement(
                                    Fate.newBuilder(page).setFeedId(feed).build(), 0);
                        }
                    }
                }
                Estimate estimate = reach(harness.extractOutputValues())
                        .getOrDefault(AUTHOR, Reach.NONE)
                        .estimate(Stage.REMOVED);
                harness.getOutput().clear();
                sum += estimate.value();
                squares += Math.pow(estimate.value() - truth, 2);
                variances += estimate.variance();
                covered += Math.abs(estimate.value() - truth) <= estimate.error95() ? 1 : 0;
            }
        }
        double variance = squares / samples;
        assertThat(sum / samples).isCloseTo(truth, within(4 * Math.sqrt(variance / samples)));
        assertThat(variances / samples / variance).isBetween(0.8, 1.25);
        assertThat((double) covered / samples).isGreaterThan(0.9);
    }
}
