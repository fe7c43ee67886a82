package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.CAROL;
import static io.tuijian.features.Story.DAVE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Story;
import io.tuijian.features.reach.StableHash;
import io.tuijian.ranking.ContentQuery.Order;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every content index answers to every question, but for what is nearest. */
public abstract class ContentIndexContract {
    private static final int MANY = 40;

    /** The contents that it is asked about, with what was done with them. */
    protected static InMemoryFeatureStore store() {
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        for (Story.Told told : List.of(
                content("c1").by(BOB).about("t-cats").in("Hangzhou").ago(Duration.ofHours(3)),
                content("c2").by(DAVE).about("t-dogs", "t-cats").post().ago(Duration.ofHours(1)),
                content("c3").by(BOB).about("t-dogs").shopItem(3).ago(Duration.ofHours(2)),
                content("c4").by("a-eve").visibleTo(Visibility.FRIENDS).ago(Duration.ofHours(4)),
                content("c5").by(BOB).takenDown().about("t-cats").ago(Duration.ofHours(5)),
                content("c6").by("a-eve").inGroup("g-chess").ago(Duration.ofDays(40)))) {
            store.accept(told.told());
        }
        did(store, ALICE, Action.SEEN, "c1");
        did(store, CAROL, Action.SEEN, "c1");
        did(store, ALICE, Action.SEEN, "c3");
        did(store, ALICE, Action.LONG_VIEW, "c1");
        did(store, CAROL, Action.LONG_VIEW, "c1");
        did(store, ALICE, Action.LONG_VIEW, "c3");
        for (int i = 0; i < MANY; i++) {
            store.accept(content("m" + i)
                    .by("a-many" + i % 8)
                    .about("t-many" + i % 5)
                    .in("Lyon")
                    .ago(Duration.ofDays(60 + i / 2))
                    .told());
        }
        return store;
    }

    private static void did(InMemoryFeatureStore store, String viewerId, Action action, String contentId) {
        Content content = store.content(contentId);
        store.accept(
                store.contentState(contentId).after(Story.outcome(viewerId + action, viewerId, action, content, NOON)));
    }

    /** An index of {@link #store}. */
    protected abstract ContentIndex index();

    private List<String> found(ContentQuery query) throws ContentIndex.Unavailable {
        ContentIndex.Answer answer = index().search(List.of(query)).get(0);
        assertThat(answer.failed()).isFalse();
        return answer.contentIds();
    }

    private static ContentQuery newest() {
        return ContentQuery.best(Order.NEWEST, 4);
    }

    @Test
    void every_set_that_is_not_empty_must_match() throws Exception {
        assertThat(found(newest())).containsExactly("c2", "c3", "c1", "c6");
        assertThat(found(newest().ofTopics(Set.of("t-cats")))).containsExactly("c2", "c1");
        assertThat(found(newest().by(Set.of(BOB)))).containsExactly("c3", "c1");
        assertThat(found(newest().ofKinds(Set.of(ContentKind.POST)))).containsExactly("c2");
        assertThat(found(newest().in(Set.of("Hangzhou")))).containsExactly("c1");
        assertThat(found(newest().ofGroups(Set.of("g-chess", "g-go")))).containsExactly("c6");
        assertThat(found(newest().ofTopics(Set.of("t-dogs")).by(Set.of(BOB)))).containsExactly("c3");
        assertThat(found(newest().ofTopics(Set.of("t-chess")))).isEmpty();
    }

    @Test
    void what_is_taken_down_is_never_proposed_and_what_is_not_public_only_if_its_author_is_asked_for()
            throws Exception {
        assertThat(found(ContentQuery.best(Order.NEWEST, 99))).hasSize(MANY + 4).doesNotContain("c4", "c5");
        assertThat(found(newest().by(Set.of("a-eve", BOB)))).containsExactly("c3", "c1", "c4", "c6");
    }

    @Test
    void only_what_was_created_since_then() throws Exception {
        assertThat(found(newest().since(NOON.minus(Duration.ofHours(2))))).containsExactly("c2", "c3");
        assertThat(found(newest().since(NOON.minus(Duration.ofHours(2)).plusMillis(1))))
                .containsExactly("c2");
    }

    @Test
    void only_what_few_have_seen() throws Exception {
        ContentQuery young = newest().since(NOON.minus(Duration.ofDays(3)));
        assertThat(found(young.seenAtMost(2))).containsExactly("c2", "c3", "c1");
        assertThat(found(young.seenAtMost(1))).containsExactly("c2", "c3");
        assertThat(found(young.seenAtMost(0))).containsExactly("c2");
    }

    @Test
    void what_many_watch_trends_and_the_young_before_the_old() throws Exception {
        assertThat(found(ContentQuery.best(Order.TREND, 5))).startsWith("c1", "c3", "c2", "c6", "m0");
        assertThat(found(ContentQuery.best(Order.TREND, 2))).containsExactly("c1", "c3");
    }

    @Test
    void the_best_of_each_first_topic() throws Exception {
        assertThat(found(ContentQuery.best(Order.TREND, 99)
                        .in(Set.of("Lyon", "Hangzhou"))
                        .bestOfEachTopic()))
                .containsExactly("c1", "m0", "m1", "m2", "m3", "m4");
        assertThat(found(ContentQuery.best(Order.TREND, 2).bestOfEachTopic()))
                .as("c3 is about dogs first, as is c2")
                .containsExactly("c1", "c3");
    }

    @Test
    void a_shuffle_has_one_order_begins_anywhere_and_goes_round() throws Exception {
        List<String> all = found(ContentQuery.shuffled(1, 99).in(Set.of("Lyon")));
        assertThat(all)
                .isEqualTo(IntStream.range(0, MANY)
                        .mapToObj(i -> "m" + i)
                        .sorted(Comparator.<String>comparingDouble(StableHash::fraction)
                                .reversed())
                        .toList());
        double middle = StableHash.fraction(all.get(MANY / 2));
        assertThat(found(ContentQuery.shuffled(middle, 10).in(Set.of("Lyon"))))
                .isEqualTo(all.subList(MANY / 2, MANY / 2 + 10));
        List<String> round = new ArrayList<>(all.subList(MANY / 2, MANY));
        round.addAll(all.subList(0, MANY / 2));
        assertThat(found(ContentQuery.shuffled(middle, 99).in(Set.of("Lyon")))).isEqualTo(round);
        assertThat(found(ContentQuery.shuffled(middle, MANY - 5).in(Set.of("Lyon"))))
                .isEqualTo(round.subList(0, MANY - 5));
        assertThat(found(ContentQuery.shuffled(0, 10).in(Set.of("Lyon")))).isEqualTo(all.subList(0, 10));
    }

    @Test
    void ties_are_broken_by_id() throws Exception {
        assertThat(found(ContentQuery.best(Order.NEWEST, 5).in(Set.of("Lyon"))))
                .containsExactly("m0", "m1", "m2", "m3", "m4");
        assertThat(found(ContentQuery.best(Order.NEWEST, 3).by(Set.of("a-many0", "a-many1"))))
                .containsExactly("m0", "m1", "m8");
    }

    @Test
    void each_query_gets_its_answer_in_order() throws Exception {
        assertThat(index().search(List.of(
                        ContentQuery.best(Order.NEWEST, 1),
                        ContentQuery.best(Order.NEWEST, 9).by(Set.of(BOB)))))
                .containsExactly(
                        new ContentIndex.Answer(List.of("c2"), false),
                        new ContentIndex.Answer(List.of("c3", "c1"), false));
        assertThat(index().search(List.of())).isEmpty();
    }
}
