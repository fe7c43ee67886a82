package io.tuijian.ranking;

import static io.tuijian.features.Story.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.ranking.ContentQuery.Order;
import io.tuijian.schemas.Content;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InMemoryContentIndexTest extends ContentIndexContract {
    private final InMemoryContentIndex index = new InMemoryContentIndex(store());

    @Override
    protected ContentIndex index() {
        return index;
    }

    @Test
    void it_asks_the_rules_before_it_proposes_so_that_it_finds_as_many_as_are_wanted() throws Exception {
        Predicate<Content> odd = content -> content.getId().startsWith("m")
                && Integer.parseInt(content.getId().substring(1)) % 2 == 1;
        assertThat(index.search(List.of(ContentQuery.best(Order.NEWEST, 3)), odd, 9)
                        .get(0)
                        .contentIds())
                .containsExactly("m1", "m3", "m5");
    }

    @Test
    void a_content_is_judged_once_however_many_queries_it_matches() throws Exception {
        List<String> judged = new ArrayList<>();
        index.search(
                List.of(ContentQuery.best(Order.NEWEST, 99), ContentQuery.best(Order.TREND, 99)),
                content -> judged.add(content.getId()),
                9);
        assertThat(judged).doesNotHaveDuplicates().hasSizeGreaterThan(40);
    }

    @Test
    void it_looks_at_no_more_than_it_may_and_says_so() throws Exception {
        int all = store().contentCount();
        InMemoryContentIndex.Look some =
                index.look(List.of(ContentQuery.best(Order.NEWEST, 99)), any -> true, 9, all - 1);
        assertThat(some.unfinished()).isTrue();
        assertThat(some.lookedAt()).isEqualTo(all - 1);
        InMemoryContentIndex.Look whole = index.look(List.of(ContentQuery.best(Order.NEWEST, 99)), any -> true, 9, all);
        assertThat(whole.unfinished()).isFalse();
        assertThat(whole.lookedAt()).isEqualTo(all);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void the_best_in_bounded_space_are_the_best_of_all(long seed) throws Exception {
        Random random = new Random(seed);
        InMemoryFeatureStore some = new InMemoryFeatureStore();
        List<Content> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(content("c" + i)
                    .by("a" + random.nextInt(12))
                    .about("t" + random.nextInt(7))
                    .ago(java.time.Duration.ofMinutes(random.nextInt(100)))
                    .told());
            some.accept(all.get(i));
        }
        int limit = 1 + random.nextInt(40);
        int most = 1 + random.nextInt(4);
        all.sort(Comparator.comparing(Content::getCreatedAt).reversed().thenComparing(Content::getId));
        assertThat(new InMemoryContentIndex(some)
                        .search(List.of(ContentQuery.best(Order.NEWEST, limit)), any -> true, most)
                        .get(0)
                        .contentIds())
                .isEqualTo(firstOfEach(all, Content::getAuthorId, most, limit));
        assertThat(new InMemoryContentIndex(some)
                        .search(List.of(ContentQuery.best(Order.NEWEST, limit).bestOfEachTopic()), any -> true, 9)
                        .get(0)
                        .contentIds())
                .isEqualTo(firstOfEach(all, content -> content.getTopics().get(0), 1, limit));
    }

    private static List<String> firstOfEach(
            List<Content> sorted, java.util.function.Function<Content, String> one, int most, int limit) {
        Map<String, Integer> times = new HashMap<>();
        return sorted.stream()
                .filter(content -> times.merge(one.apply(content), 1, Integer::sum) <= most)
                .map(Content::getId)
                .limit(limit)
                .toList();
    }

    @Test
    void an_author_asked_for_is_not_limited_by_a_search_without_rules() {
        assertThat(index.search(List.of(ContentQuery.best(Order.NEWEST, 99).by(Set.of("a-many0"))))
                        .get(0)
                        .contentIds())
                .hasSize(5);
    }
}
