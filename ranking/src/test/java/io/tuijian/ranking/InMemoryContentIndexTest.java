package io.tuijian.ranking;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.ranking.ContentQuery.Order;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryContentIndexTest {
    private final Platform platform = new Platform()
            .holds(
                    content("c1").by("a1").about("t-cats").in("Hangzhou").ago(Duration.ofHours(3)),
                    content("c2").by("a2").about("t-dogs", "t-cats").post().ago(Duration.ofHours(1)),
                    content("c3").by("a1").about("t-dogs").shopItem(3).ago(Duration.ofHours(2)));

    private List<String> found(ContentQuery query) {
        return platform.index.search(List.of(query)).get(0).contentIds();
    }

    @Test
    void every_set_that_is_not_empty_must_match() {
        ContentQuery all = ContentQuery.best(Order.NEWEST, 9);
        assertThat(found(all)).containsExactly("c2", "c3", "c1");
        assertThat(found(all.ofTopics(Set.of("t-cats")))).containsExactly("c2", "c1");
        assertThat(found(all.by(Set.of("a1")))).containsExactly("c3", "c1");
        assertThat(found(all.ofKinds(Set.of(ContentKind.POST)))).containsExactly("c2");
        assertThat(found(all.in(Set.of("Hangzhou")))).containsExactly("c1");
        assertThat(found(all.ofTopics(Set.of("t-dogs")).by(Set.of("a1")))).containsExactly("c3");
        assertThat(found(all.ofTopics(Set.of("t-chess")))).isEmpty();
    }

    @Test
    void what_many_watch_trends() {
        platform.did("v1", Action.LONG_VIEW, "c1", NOON)
                .did("v2", Action.LONG_VIEW, "c1", NOON)
                .did("v1", Action.LONG_VIEW, "c3", NOON);
        assertThat(found(ContentQuery.best(Order.TREND, 9))).containsExactly("c1", "c3", "c2");
        assertThat(found(ContentQuery.best(Order.TREND, 2))).containsExactly("c1", "c3");
    }

    @Test
    void a_shuffle_is_the_same_each_time() {
        List<String> shuffled = found(ContentQuery.best(Order.SHUFFLED, 9));
        assertThat(shuffled).containsExactlyInAnyOrder("c1", "c2", "c3");
        assertThat(found(ContentQuery.best(Order.SHUFFLED, 9))).isEqualTo(shuffled);
    }

    @Test
    void each_query_gets_its_answer_in_order() {
        List<ContentIndex.Answer> answers = platform.index.search(List.of(
                ContentQuery.best(Order.NEWEST, 1),
                ContentQuery.best(Order.NEWEST, 9).by(Set.of("a1"))));
        assertThat(answers)
                .containsExactly(
                        new ContentIndex.Answer(List.of("c2"), false),
                        new ContentIndex.Answer(List.of("c3", "c1"), false));
    }
}
