package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.FeatureInput;
import io.tuijian.features.FeatureSet;
import io.tuijian.models.EngagementModel;
import io.tuijian.models.Prediction;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScorerTest {
    private final Platform platform = new Platform()
            .holds(
                    content("c1").by("a1").about("t-cats"),
                    content("c2").by("a2").about("t-dogs"),
                    content("c3").by("a3").about("t-cats"));

    /** Expects the same of every content. */
    private record Certain(Map<Action, Double> probabilities) implements EngagementModel {
        @Override
        public List<Prediction> predict(List<FeatureInput> inputs) {
            return inputs.stream()
                    .map(input -> new Prediction(FeatureSet.ALL.of(input), probabilities))
                    .toList();
        }

        @Override
        public String version() {
            return "certain";
        }
    }

    private List<ScoredContent> scored(Map<Action, Double> probabilities, String... ids) {
        return scored(Tuning.DEFAULT, probabilities, ids);
    }

    private List<ScoredContent> scored(Tuning tuning, Map<Action, Double> probabilities, String... ids) {
        List<Hydrated> contents =
                platform.store.load(ALICE, List.of(ids), context(Surface.FOR_YOU, NOON)).inputs().stream()
                        .map(input -> new Hydrated(new Candidate(input.content().getId(), List.of("trending")), input))
                        .toList();
        return new Scorer(new Certain(probabilities), tuning).score(contents);
    }

    @Test
    void a_score_is_the_sum_of_weight_times_probability() {
        ScoredContent one = scored(Map.of(Action.LONG_VIEW, .5, Action.LIKE, .1, Action.HIDE, .02), "c1")
                .get(0);
        assertThat(one.score()).isCloseTo(.5 * 1 + .1 * 4 - .02 * 10, within(1e-12));
        assertThat(one.factors()).isEmpty();
    }

    @Test
    void factors_are_told_and_multiply_up_to_the_score() {
        platform.did(ALICE, Action.LIKE, "c1", NOON.minusSeconds(60));
        ScoredContent liked = scored(Map.of(Action.LONG_VIEW, .5), "c1").get(0);
        assertThat(liked.factors()).containsOnlyKeys("topic-taste", "author-taste");
        assertThat(liked.factors().values()).allMatch(factor -> factor > 1);
        assertThat(liked.score())
                .isCloseTo(
                        .5
                                * liked.factors().get("topic-taste")
                                * liked.factors().get("author-taste"),
                        within(1e-12));
    }

    @Test
    void what_was_liked_or_hidden_just_now_moves_its_kin() {
        platform.did(ALICE, Action.LIKE, "c1", NOON.minusSeconds(60));
        assertThat(scored(Map.of(Action.LONG_VIEW, .5), "c2", "c3"))
                .extracting(ScoredContent::contentId)
                .containsExactly("c3", "c2");
        platform.did(ALICE, Action.HIDE, "c1", NOON.minusSeconds(50));
        assertThat(scored(Map.of(Action.LONG_VIEW, .5), "c2", "c3"))
                .extracting(ScoredContent::contentId)
                .containsExactly("c2", "c3");
    }

    @Test
    void the_strongest_taste_and_the_strongest_dislike_are_bounded() {
        for (int i = 0; i < 90; i++) {
            platform.did(ALICE, Action.LIKE, "c1", NOON.minusSeconds(i));
            platform.did(ALICE, Action.HIDE, "c2", NOON.minusSeconds(i));
        }
        List<ScoredContent> scored = scored(Map.of(Action.LONG_VIEW, .5), "c1", "c2");
        assertThat(scored.get(0).factors()).containsOnlyKeys("topic-taste", "author-taste");
        assertThat(scored.get(0).factors().values())
                .allSatisfy(factor -> assertThat(factor).isBetween(1.2, 1.25 + 1e-9));
        assertThat(scored.get(1).factors()).containsOnlyKeys("less-of-topic", "less-of-author");
        assertThat(scored.get(1).factors().values())
                .allSatisfy(factor -> assertThat(factor).isBetween(1 / 4.0 - 1e-9, .3));
    }

    @Test
    void how_far_a_liking_moves_a_score_is_tuning_of_its_surface() throws TuningJson.Refused {
        for (int i = 0; i < 90; i++) {
            platform.did(ALICE, Action.LIKE, "c1", NOON.minusSeconds(i));
        }
        assertThat(scored(taste(3), Map.of(Action.LONG_VIEW, .5), "c1")
                        .get(0)
                        .factors()
                        .values())
                .hasSize(2)
                .allSatisfy(factor -> assertThat(factor).isBetween(2.0, 3 + 1e-9));
        assertThat(scored(taste(1), Map.of(Action.LONG_VIEW, .5), "c1").get(0).factors())
                .isEmpty();
    }

    private static Tuning taste(int strength) throws TuningJson.Refused {
        String json = "{\"version\": \"t\", \"surfaces\": {\"for-you\": {\"tasteStrength\": " + strength + "}}}";
        return TuningJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_hide_counts_once_and_fades_until_it_has_expired() {
        platform.did(ALICE, Action.HIDE, "c1", NOON.minus(Duration.ofDays(7)));
        ScoredContent half = scored(Map.of(Action.LONG_VIEW, .5), "c3").get(0);
        assertThat(half.factors()).containsOnlyKeys("less-of-topic");
        assertThat(half.factors().get("less-of-topic")).isBetween(.6, .8);
        assertThat(half.score()).isCloseTo(.5 * half.factors().get("less-of-topic"), within(1e-12));

        platform.did(ALICE, Action.HIDE, "c2", NOON.minus(Duration.ofDays(14)));
        assertThat(scored(Map.of(Action.LONG_VIEW, .5), "c2").get(0).factors()).isEmpty();
    }

    @Test
    void the_dial_lifts_people_the_viewer_knows_and_lowers_the_rest_by_as_much() {
        platform.holds(relation(ALICE, RelationKind.FOLLOW, "a1"));
        assertThat(scored(Map.of(Action.LONG_VIEW, .5), "c1", "c2"))
                .as("neutral until it is turned")
                .allMatch(one -> one.factors().isEmpty());
        platform.holds(new Relation(ALICE, RelationKind.DIAL, Dial.PEOPLE, true, NOON, null, Provenance.REAL, 1.0));
        List<ScoredContent> people = scored(Map.of(Action.LONG_VIEW, .5), "c1", "c2");
        assertThat(people.get(0).factors()).containsExactly(Map.entry("dial", 3.0));
        assertThat(people.get(1).factors()).containsExactly(Map.entry("dial", 1 / 3.0));
    }

    @Test
    void a_score_stays_above_zero_so_that_factors_keep_their_meaning() {
        platform.did(ALICE, Action.LIKE, "c1", NOON.minusSeconds(60));
        List<ScoredContent> scored = scored(Map.of(Action.HIDE, 1.0), "c1", "c2");
        assertThat(scored).allMatch(one -> one.score() > 0);
        assertThat(scored).extracting(ScoredContent::contentId).containsExactly("c1", "c2");
    }

    @Test
    void what_scores_alike_is_ordered_by_id() {
        assertThat(scored(Map.of(Action.LONG_VIEW, .5), "c3", "c1", "c2"))
                .extracting(ScoredContent::contentId)
                .containsExactly("c1", "c2", "c3");
    }

    @Test
    void nothing_to_score_asks_nobody() {
        EngagementModel nobody = new EngagementModel() {
            @Override
            public List<Prediction> predict(List<FeatureInput> inputs) {
                throw new AssertionError("asked for nothing");
            }

            @Override
            public String version() {
                return "nobody";
            }
        };
        assertThat(new Scorer(nobody, Tuning.DEFAULT).score(List.of())).isEmpty();
    }

    @Test
    void the_version_of_the_model_is_told() {
        assertThat(new Scorer(new Certain(Map.of()), Tuning.DEFAULT).modelVersion())
                .isEqualTo("certain");
    }

    @Test
    void a_weight_stays_within_a_hundred_either_way() {
        assertThat(new Weights(Map.of(Action.LIKE, 100.0, Action.HIDE, -100.0)).byAction())
                .hasSize(2);
        assertThat(new Weights(Map.of()).byAction()).isEmpty();
        Stream.of(100.1, -100.1, Double.NaN, Double.POSITIVE_INFINITY)
                .forEach(weight -> assertThatThrownBy(() -> new Weights(Map.of(Action.LIKE, weight)))
                        .as("weight %s", weight)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("LIKE"));
    }

    @Test
    void model_and_weights_change_between_requests_without_a_restart() {
        Tuning[] now = {Tuning.DEFAULT};
        FeedPipeline feed = new FeedPipeline(new FeedPipeline.Parts(
                platform.index,
                platform.index,
                platform.store,
                () -> new Certain(Map.of(Action.LIKE, .5)),
                Optional::empty,
                () -> now[0]));
        FeedRequest request =
                new FeedRequest("f1", ALICE, 1, context(Surface.FOR_YOU, NOON), List.of(), java.util.Set.of());
        Feed before = feed.build(request);
        Weights twice = new Weights(Map.of(Action.LIKE, 8.0));
        now[0] = new Tuning("tuning-2", Map.of(Surface.FOR_YOU, SurfaceTuning.DEFAULT.with(twice)));
        Feed after = feed.build(request);
        assertThat(after.versions()).isEqualTo(new Feed.Versions("certain", "tuning-2", null, .05));
        assertThat(after.items().get(0).score())
                .isCloseTo(2 * before.items().get(0).score(), within(1e-12));
    }
}
