package io.tuijian.launcher.population;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PopulationTest {
    private static final Population POPULATION = Population.of(11, PopulationSize.SMALL);
    private static final Truth TRUTH = POPULATION.truth();

    @Test
    void the_same_seed_gives_the_same_people_and_contents_and_another_seed_gives_others() {
        Population again = Population.of(11, PopulationSize.SMALL);
        Population other = Population.of(12, PopulationSize.SMALL);
        assertThat(again.contents()).isEqualTo(POPULATION.contents()).isNotEqualTo(other.contents());
        for (int i = 0; i < 100; i++) {
            String viewer = POPULATION.viewers().get(i).id();
            String content = POPULATION.contents().get(7 * i).id();
            assertThat(again.truth().utility(viewer, content)).isEqualTo(TRUTH.utility(viewer, content));
            assertThat(again.truth().taste(viewer))
                    .isEqualTo(TRUTH.taste(viewer))
                    .isNotEqualTo(other.truth().taste(viewer));
            assertThat(again.ties().followed(i)).isEqualTo(POPULATION.ties().followed(i));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_probability_of_every_action_falls_with_the_position(long seed) {
        Population population = Population.of(seed, PopulationSize.SMALL);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            String viewer = population.viewers().get(random.nextInt(300)).id();
            String content = population.contents().get(random.nextInt(1_500)).id();
            for (Action action : Action.values()) {
                double before = population.truth().probability(viewer, content, action, 0);
                assertThat(before).isBetween(0.0, 1.0);
                for (int position = 1; position < 40; position += 3) {
                    double here = population.truth().probability(viewer, content, action, position);
                    assertThat(here)
                            .as("%s at %d, seed %d", action, position, seed)
                            .isLessThanOrEqualTo(before);
                    before = here;
                }
            }
        }
    }

    @Test
    void the_better_liked_a_content_the_likelier_every_good_action_and_the_less_likely_a_bad_one() {
        Viewer viewer = POPULATION.viewers().get(3);
        for (ContentKind kind : List.of(ContentKind.POST, ContentKind.SHORT_VIDEO, ContentKind.SHOP_ITEM)) {
            Work worse = first(kind);
            Work better = withQuality(worse, worse.quality() + 1);
            assertThat(Behaviour.utility(viewer, better)).isGreaterThan(Behaviour.utility(viewer, worse));
            for (Action action : Action.values()) {
                double low = Behaviour.probability(viewer, worse, action, Situation.fresh(0));
                double high = Behaviour.probability(viewer, better, action, Situation.fresh(0));
                if (action == Action.HIDE || action == Action.REPORT) {
                    assertThat(high).as("%s of %s", action, kind).isLessThan(low);
                } else if (low > 0 && low < 1) {
                    assertThat(high).as("%s of %s", action, kind).isGreaterThan(low);
                }
            }
        }
    }

    @Test
    void fatigue_takes_away_and_a_new_session_gives_back() {
        String viewer = POPULATION.viewers().get(5).id();
        String content = first(ContentKind.SHORT_VIDEO).id();
        double fresh = TRUTH.probability(viewer, content, Action.LIKE, 0);
        assertThat(TRUTH.probability(viewer, content, Action.LIKE, new Situation(0, 30, 0, 0)))
                .isLessThan(fresh);
        assertThat(TRUTH.probability(viewer, content, Action.LIKE, new Situation(0, 0, 2, 0)))
                .isLessThan(fresh);
        assertThat(TRUTH.probability(viewer, content, Action.LIKE, new Situation(0, 0, 0, 4)))
                .isLessThan(fresh);
    }

    @Test
    void the_dearer_for_the_budget_the_rarer_a_purchase_and_only_items_are_bought() {
        Work item = first(ContentKind.SHOP_ITEM);
        for (Viewer viewer : POPULATION.viewers().subList(0, 50)) {
            double before = 1;
            for (int price : new int[] {1_000, 5_000, 20_000, 80_000, 300_000}) {
                double bought =
                        Behaviour.probability(viewer, withPrice(item, price), Action.PURCHASE, Situation.fresh(0));
                assertThat(bought).isPositive().isLessThanOrEqualTo(before);
                before = bought;
            }
            for (ContentKind kind : List.of(ContentKind.POST, ContentKind.SHORT_VIDEO)) {
                for (Action action : List.of(Action.CART, Action.PURCHASE, Action.REFUND)) {
                    assertThat(TRUTH.probability(viewer.id(), first(kind).id(), action, 0))
                            .isZero();
                }
            }
        }
    }

    @Test
    void utility_is_about_standard_and_known_tastes_explain_it() {
        List<Double> all = new ArrayList<>();
        double favourite = 0;
        int favourites = 0;
        double rest = 0;
        for (Viewer viewer : POPULATION.viewers()) {
            for (int i = 0; i < POPULATION.contents().size(); i += 10) {
                double utility = TRUTH.utility(viewer.index(), i);
                all.add(utility);
                if (POPULATION.contents().get(i).topic() == viewer.topics()[0]) {
                    favourite += utility;
                    favourites++;
                } else {
                    rest += utility;
                }
            }
        }
        double mean = all.stream().mapToDouble(it -> it).average().orElseThrow();
        double deviation = Math.sqrt(all.stream()
                .mapToDouble(it -> (it - mean) * (it - mean))
                .average()
                .orElseThrow());
        assertThat(mean).isBetween(-0.8, 0.3);
        assertThat(deviation).isBetween(0.7, 1.4);
        assertThat(favourite / favourites).isGreaterThan(rest / (all.size() - favourites) + 0.5);
    }

    @Test
    void most_friends_are_of_the_same_city_and_a_few_have_many() {
        int[] degrees = new int[POPULATION.viewers().size()];
        int near = 0;
        int all = 0;
        for (Viewer viewer : POPULATION.viewers()) {
            for (int friend : POPULATION.ties().earlierFriends(viewer.index())) {
                assertThat(friend).isLessThan(viewer.index());
                degrees[friend]++;
                degrees[viewer.index()]++;
                near += POPULATION.viewers().get(friend).city() == viewer.city() ? 1 : 0;
                all++;
            }
        }
        Arrays.sort(degrees);
        assertThat(near / (double) all).isGreaterThan(0.6);
        assertThat(degrees[degrees.length - 1]).isGreaterThan(5 * degrees[degrees.length / 2]);
    }

    @Test
    void kols_have_more_followers_and_a_shop() {
        int[] followers = new int[POPULATION.authors().size()];
        for (Viewer viewer : POPULATION.viewers()) {
            for (int author : POPULATION.ties().followed(viewer.index())) {
                followers[author]++;
            }
        }
        double most = Arrays.stream(followers).average().orElseThrow();
        assertThat(POPULATION.authors().stream().filter(Author::kol))
                .isNotEmpty()
                .allSatisfy(kol -> {
                    assertThat(followers[kol.index()]).isGreaterThan((int) most);
                    assertThat(kol.shopShare()).isPositive();
                });
    }

    @Test
    void who_is_not_of_the_population_has_no_truth() {
        for (String stranger : List.of("v12408", "vs300", "vs", "vs-1", "vs99999999999")) {
            assertThatThrownBy(() -> TRUTH.utility(stranger, "cs1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(stranger);
        }
    }

    @Test
    void the_normal_distribution_is_right() {
        assertThat(Behaviour.cumulative(0)).isEqualTo(0.5, org.assertj.core.api.Assertions.within(1e-6));
        assertThat(Behaviour.cumulative(1.959964)).isEqualTo(0.975, org.assertj.core.api.Assertions.within(1e-6));
        assertThat(Behaviour.cumulative(-1)).isEqualTo(0.1586553, org.assertj.core.api.Assertions.within(1e-6));
    }

    private static Work first(ContentKind kind) {
        return POPULATION.contents().stream()
                .filter(work -> work.kind() == kind)
                .min(Comparator.comparing(Work::index))
                .orElseThrow();
    }

    private static Work withQuality(Work work, float quality) {
        return new Work(
                work.index(),
                work.author(),
                work.key(),
                work.authorKey(),
                work.city(),
                work.kind(),
                work.topic(),
                work.otherTopic(),
                quality,
                work.ageMillis(),
                work.durationMillis(),
                work.priceMinor(),
                work.stock());
    }

    private static Work withPrice(Work work, int priceMinor) {
        return new Work(
                work.index(),
                work.author(),
                work.key(),
                work.authorKey(),
                work.city(),
                work.kind(),
                work.topic(),
                work.otherTopic(),
                work.quality(),
                work.ageMillis(),
                work.durationMillis(),
                priceMinor,
                work.stock());
    }
}
