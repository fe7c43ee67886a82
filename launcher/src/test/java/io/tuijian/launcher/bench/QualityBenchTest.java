package io.tuijian.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.launcher.population.Audience;
import io.tuijian.launcher.population.Event;
import io.tuijian.launcher.population.Policy;
import io.tuijian.launcher.population.Population;
import io.tuijian.launcher.population.PopulationSize;
import io.tuijian.ranking.Tuning;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ServedItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QualityBenchTest {
    private static final Instant UNTIL = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FROM = UNTIL.minus(Duration.ofDays(1));
    private static final Population POPULATION = Population.of(3, PopulationSize.SMALL);
    private static final int CONTENTS = POPULATION.contents().size();

    @Test
    void a_trial_gives_the_same_figures_twice_and_another_seed_others() {
        QualityTrial.Size tiny = new QualityTrial.Size(60, 500, 1, 1, 5, 90, 1, 3);
        Map<String, Double> once = new QualityTrial(tiny, 4).figures(Tuning.DEFAULT);
        assertThat(new QualityTrial(tiny, 4).figures(Tuning.DEFAULT)).isEqualTo(once);
        assertThat(new QualityTrial(tiny, 5).figures(Tuning.DEFAULT)).isNotEqualTo(once);
        assertThat(once.get("oracle.engagement")).isGreaterThan(once.get("random.engagement"));
        assertThat(once).containsKeys("feed.engagement", "feed.coverage", "feed.new_share", "flip_pages");
    }

    @Test
    void no_plain_order_shows_what_was_seen_or_one_author_more_than_twice_in_twenty() {
        Map<String, Integer> numbers = numbers();
        for (PlainOrder.Scores scores : List.of(
                PlainOrder.popular(CONTENTS, Duration.ofDays(1), FROM.toEpochMilli()),
                PlainOrder.rewarding(CONTENTS),
                PlainOrder.newest(CONTENTS),
                PlainOrder.shuffled(CONTENTS),
                PlainOrder.oracle(CONTENTS))) {
            PlainOrder order = new PlainOrder("plain", POPULATION.contents(), numbers, scores);
            Map<String, Set<String>> seen = new HashMap<>();
            Map<String, List<String>> authors = new HashMap<>();
            watch(order, order.andThen(event -> {
                if (event instanceof Event.Shown shown) {
                    List<String> ofFeed = authors.computeIfAbsent(shown.served().getFeedId(), any -> new ArrayList<>());
                    for (ServedItem item : shown.served().getItems()) {
                        assertThat(seen.getOrDefault(shown.served().getViewerId(), Set.of()))
                                .doesNotContain(item.getContentId());
                        ofFeed.add(item.getAuthorId());
                        assertThat(ofFeed.subList(Math.max(0, ofFeed.size() - 20), ofFeed.size()).stream()
                                        .filter(item.getAuthorId()::equals))
                                .hasSizeLessThanOrEqualTo(2);
                    }
                } else if (event instanceof Event.Did did && did.engagement().getAction() == Action.SEEN) {
                    seen.computeIfAbsent(did.engagement().getViewerId(), any -> new HashSet<>())
                            .add(did.engagement().getContentId());
                }
            }));
        }
    }

    @Test
    void what_is_popular_is_what_earned_most_of_late() {
        PlainOrder.Scores scores = PlainOrder.popular(CONTENTS, Duration.ofDays(1), FROM.toEpochMilli());
        PlainOrder order = new PlainOrder("popularity", POPULATION.contents(), numbers(), scores);
        Map<String, Double> earned = new HashMap<>();
        watch(order, order.andThen(event -> {
            if (event instanceof Event.Did did) {
                double days = Duration.between(FROM, did.at()).toMillis() / 86_400_000.0;
                earned.merge(
                        did.engagement().getContentId(),
                        PlainOrder.worth(did.engagement()) * Math.pow(2, days),
                        Double::sum);
            }
        }));
        double[] scored = scores.of(null);
        for (int i = 0; i < CONTENTS; i++) {
            double mine = earned.getOrDefault(POPULATION.contents().get(i).id(), 0.0);
            assertThat(scored[i]).isCloseTo(mine, within(1e-9));
        }
    }

    @Test
    void an_even_reception_has_no_gini_and_covers_all_it_shows() {
        Reception reception = new Reception(numbers(), new long[CONTENTS], new BitSet());
        PlainOrder order = new PlainOrder("random", POPULATION.contents(), numbers(), PlainOrder.shuffled(CONTENTS));
        Set<String> seen = new HashSet<>();
        watch(order, order.andThen(reception).andThen(event -> {
            if (event instanceof Event.Did did && did.engagement().getAction() == Action.SEEN) {
                seen.add(did.engagement().getContentId());
            }
        }));
        Map<String, Double> figures = reception.figures();
        assertThat(figures.get("coverage")).isCloseTo(seen.size() / (double) CONTENTS, within(1e-9));
        assertThat(figures.get("gini")).isBetween(0.0, 0.7);
        assertThat(figures.get("new_share")).isZero();
        assertThat(figures.get("looked_at")).isBetween(0.3, 0.8);
    }

    @Test
    void trials_are_summed_up_as_means_with_standard_errors_and_ratios_of_each_trial() {
        Map<String, Double> one = new HashMap<>();
        Map<String, Double> other = new HashMap<>();
        for (String order :
                List.of("feed", "popularity", "rewarding", "chronological", "random", "informed", "oracle")) {
            one.put(order + ".engagement", order.equals("feed") ? 3.0 : 2.0);
            other.put(order + ".engagement", order.equals("feed") ? 2.0 : 1.0);
            one.put(order + ".engagement_per_session", 1.0);
            other.put(order + ".engagement_per_session", 1.0);
        }
        Map<String, Double> summary = QualityBench.summarize(List.of(one, other));
        assertThat(summary)
                .containsEntry("feed.engagement", 2.5)
                .containsEntry("feed.engagement.se", 0.5)
                .containsEntry("ratio_popularity", 1.75)
                .containsEntry("ratio_popularity.se", 0.25);
    }

    private static void watch(Policy policy, java.util.function.Consumer<Event> events) {
        Audience audience = new Audience(POPULATION, UNTIL);
        audience.watch(audience.sessions(FROM, UNTIL, 120), FROM, policy, events);
    }

    private static Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new HashMap<>();
        POPULATION.contents().forEach(work -> numbers.put(work.id(), work.index()));
        return numbers;
    }
}
