package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Relations;
import io.tuijian.features.Story;
import io.tuijian.features.ViewerState;
import io.tuijian.models.Prediction;
import io.tuijian.ranking.Candidate;
import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Guarantees;
import io.tuijian.ranking.Hydrated;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.Removed;
import io.tuijian.ranking.ScoredContent;
import io.tuijian.ranking.SplitRule;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.FateOfCandidate;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FatesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final FeedIds ids = new FeedIds(new Signer(new byte[] {1, 2, 3}));

    @Test
    void about_as_many_feeds_are_sampled_as_the_rate_says_and_always_the_same() {
        double rate = 0.05;
        long sampled = IntStream.range(0, 20_000)
                .mapToObj(i -> ids.create("v" + i, NOON))
                .filter(feed -> Fates.sampled(feed, rate))
                .peek(feed -> assertThat(Fates.sampled(feed, rate)).isTrue())
                .peek(feed -> assertThat(Fates.sampled(feed, 2 * rate))
                        .as("more holds less")
                        .isTrue())
                .count();
        assertThat(sampled).isBetween(850L, 1_150L);
    }

    @Test
    void all_or_none_is_all_or_none() {
        String feed = ids.create("v1", NOON);
        assertThat(Fates.sampled(feed, 1)).isTrue();
        assertThat(Fates.sampled(feed, 0)).isFalse();
    }

    @Test
    void no_fate_names_a_private_relation() {
        assertThat(List.of("taken-down", "not-yet", "expired", "unsafe", "seen", "served-lately"))
                .allSatisfy(rule -> assertThat(Fates.told(rule)).isEqualTo(rule));
        List<String> others = new ArrayList<>(Guarantees.names());
        others.removeAll(List.of("taken-down", "not-yet", "expired", "unsafe"));
        assertThat(others)
                .contains("blocked", "muted-author", "muted-topic", "muted-keyword", "not-visible")
                .allSatisfy(rule -> assertThat(Fates.told(rule)).isEqualTo("guarantee"));
    }

    @Test
    void what_is_elsewhere_is_found_by_its_whole_id() {
        Map<String, String> elsewhere = Map.of("FILTERED seen", "c1 c23", "RANKED score", "c2");
        assertThat(Fates.fallen(elsewhere, "c1")).isEqualTo(new Fates.Fallen("FILTERED", "seen"));
        assertThat(Fates.fallen(elsewhere, "c23")).isEqualTo(new Fates.Fallen("FILTERED", "seen"));
        assertThat(Fates.fallen(elsewhere, "c2")).isEqualTo(new Fates.Fallen("RANKED", "score"));
        assertThat(Fates.fallen(elsewhere, "c").stage()).isEqualTo("NOT_RETRIEVED");
        assertThat(Fates.fallen(elsewhere, "c1 c23").stage()).isEqualTo("NOT_RETRIEVED");
        assertThat(Fates.fallen(Map.of(), "c1").stage()).isEqualTo("NOT_RETRIEVED");
    }

    private static ScoredContent scored(int i) {
        Content content = Story.content("c" + i).by("a" + i % 7).told();
        FeatureInput input = new FeatureInput(
                ViewerState.empty("v1"),
                new Relations(),
                content,
                ContentState.empty(content.getId()),
                AuthorState.empty(content.getAuthorId()),
                Story.context(Surface.FOR_YOU, NOON));
        Hydrated hydrated = new Hydrated(new Candidate(content.getId(), List.of("trending")), input);
        Prediction prediction = new Prediction(FeatureSet.ALL.of(input), Map.of());
        return new ScoredContent(hydrated, prediction, 1 / (1.0 + i), Map.of());
    }

    private static Placed placed(int i, int position) {
        return new Placed(scored(i), position, 1, Map.of(), null, null, List.of());
    }

    /** Shows c0 and c1, but c0 and c1000 without the spread of authors, and c1 and c0 without safety labels. */
    private static Fates fates(String feedId, int outranked, int removed) {
        Feed feed = new Feed(
                feedId,
                new Feed.Versions("m", "t", null, null),
                List.of(placed(0, 0), placed(1, 1)),
                IntStream.range(0, removed)
                        .mapToObj(i -> new Removed("r" + i, "a" + i % 7, List.of("fresh"), "seen"))
                        .toList(),
                IntStream.range(2, 2 + outranked).mapToObj(FatesTest::scored).toList(),
                List.of(),
                Map.of(
                        SplitRule.AUTHOR_SPREAD, List.of(placed(0, 0), placed(1_000, 1)),
                        SplitRule.SAFETY_LABELS, List.of(placed(1, 0), placed(0, 1))));
        return new Fates(feed, List.of(), Surface.FOR_YOU);
    }

    private static List<FateOfCandidate> candidates(String feedId, int outranked, int removed) {
        FeedService.Wish wish =
                new FeedService.Wish("v1", Surface.FOR_YOU, 2, null, ZoneOffset.UTC, null, null, null, NOON);
        return fates(feedId, outranked, removed).all(wish, 1).getCandidates();
    }

    @Test
    void a_fate_tells_whom_a_rule_showed_and_whom_it_kept_away() {
        Map<String, Map<String, Double>> without = candidates("f1", 1_200, 10).stream()
                .filter(one -> !one.getWithout().isEmpty())
                .collect(Collectors.toMap(FateOfCandidate::getContentId, FateOfCandidate::getWithout));
        assertThat(without)
                .as("another order on the same page is none")
                .isEqualTo(Map.of("c1", Map.of("author-spread", 0.0), "c1000", Map.of("author-spread", 1.0)));
    }

    @Test
    void of_few_candidates_each_stands_for_itself() {
        assertThat(candidates("f1", 500, 500)).hasSize(1_002).allSatisfy(one -> assertThat(one.getWeight())
                .isEqualTo(1));
    }

    @Test
    void of_very_many_some_by_chance_stand_for_all_of_any_author() {
        double[] weights = new double[7];
        for (int page = 0; page < 100; page++) {
            List<FateOfCandidate> some = candidates("f" + page, 1_400, 2_100);
            assertThat(some).hasSize(2 + 1 + 500 + 500).anySatisfy(one -> {
                assertThat(one.getContentId()).isEqualTo("c1000");
                assertThat(one.getWeight()).isEqualTo(1);
            });
            assertThat(some.stream().mapToDouble(FateOfCandidate::getWeight).sum())
                    .isCloseTo(3_502, within(1e-6));
            some.forEach(one -> weights[one.getAuthorId().charAt(1) - '0'] += one.getWeight() / 100);
        }
        assertThat(weights).hasSize(7).satisfies(all -> {
            for (double weight : all) {
                assertThat(weight).isCloseTo(500, within(8.0));
            }
        });
    }

    @Test
    void what_a_feed_would_hold_is_remembered_beside_what_it_holds() throws JsonProcessingException {
        Map<SplitRule, Otherwise> without = fates("f1", 1_200, 0).without(Map.of());
        Timelines.Timeline timeline =
                new Timelines.Timeline("v1", "FOR_YOU", NOON.toEpochMilli(), List.of(), Map.of(), without);
        Timelines.Timeline read = Timelines.timeline(Timelines.json(timeline));
        assertThat(read).isEqualTo(timeline);
        List<Earlier> here = List.of(placed(0, 0).earlier(), placed(1, 1).earlier());
        assertThat(read.without().get(SplitRule.AUTHOR_SPREAD).earlier(here))
                .containsExactly(here.get(0), placed(1_000, 1).earlier());
        assertThat(read.without().get(SplitRule.SAFETY_LABELS))
                .as("the same in another order")
                .isEqualTo(new Otherwise(List.of(1, 0), List.of()));
    }

    @Test
    void a_timeline_of_before_remembers_no_other_feed() throws JsonProcessingException {
        assertThat(Timelines.timeline("{\"viewerId\":\"v1\",\"surface\":\"FOR_YOU\",\"at\":1,\"pages\":[]}")
                        .without())
                .isEmpty();
    }
}
