package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.Story;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import org.junit.jupiter.api.Test;

class TasteTest {
    private static final Story.Told CAT = content("c-cat").by("a-cats").about("t-cats");
    private static final Story.Told DOG = content("c-dog").by("a-dogs").about("t-dogs");

    private ViewerState alice = ViewerState.empty(ALICE);
    private int minute;

    private TasteTest did(Action action, Story.Told content) {
        minute++;
        alice = alice.after(Story.outcome("e" + minute, ALICE, action, content.told(), NOON.plusSeconds(60L * minute)));
        return this;
    }

    private Taste taste() {
        return Taste.of(alice);
    }

    @Test
    void someone_new_has_no_taste() {
        assertThat(taste().topics(6)).isEmpty();
        assertThat(taste().authors(6)).isEmpty();
        assertThat(taste().forTopicsOf(CAT.told())).isZero();
        assertThat(taste().forAuthor("a-cats")).isZero();
        assertThat(taste().bestTopicOf(CAT.told())).isNull();
    }

    @Test
    void what_was_liked_is_liked_and_what_was_hidden_is_left_to_negative_feedback() {
        did(Action.LIKE, CAT).did(Action.HIDE, DOG);
        assertThat(taste().forTopicsOf(CAT.told())).isPositive();
        assertThat(taste().forAuthor("a-cats")).isPositive();
        assertThat(taste().forTopicsOf(DOG.told())).isZero();
        assertThat(taste().forAuthor("a-dogs")).isZero();
        assertThat(taste().topics(6)).containsExactly("t-cats");
        assertThat(taste().bestTopicOf(DOG.told())).isNull();
    }

    @Test
    void a_sight_alone_is_no_opinion() {
        did(Action.SEEN, CAT).did(Action.WATCH, CAT).did(Action.OPEN, CAT);
        assertThat(taste().topics(6)).isEmpty();
    }

    @Test
    void what_is_hidden_more_than_liked_is_not_sought() {
        did(Action.LIKE, CAT).did(Action.LIKE, DOG).did(Action.HIDE, CAT);
        assertThat(taste().topics(6)).containsExactly("t-dogs");
        assertThat(taste().authors(6)).containsExactly("a-dogs");
        assertThat(taste().bestTopicOf(CAT.told())).isNull();
    }

    @Test
    void of_two_likes_the_newer_is_worth_more() {
        did(Action.LIKE, CAT).did(Action.LIKE, DOG);
        assertThat(taste().topics(6)).containsExactly("t-dogs", "t-cats");
        assertThat(taste().topics(1)).containsExactly("t-dogs");
    }

    @Test
    void a_content_of_many_topics_is_liked_as_their_mean() {
        did(Action.LIKE, CAT);
        double cat = taste().forTopicsOf(CAT.told());
        assertThat(taste().forTopicsOf(content("c1").about("t-cats", "t-chess").told()))
                .isCloseTo(cat / 2, within(1e-12));
        assertThat(taste().forTopicsOf(content("c2").about("t-chess").told())).isZero();
        assertThat(taste().forTopicsOf(content("c3").told())).isZero();
        assertThat(taste().bestTopicOf(content("c1").about("t-chess", "t-cats").told()))
                .isEqualTo("t-cats");
    }

    @Test
    void a_new_liking_overtakes_an_old_habit() {
        for (int i = 0; i < 60; i++) {
            did(Action.LONG_VIEW, CAT);
        }
        int likes = 0;
        while (!taste().topics(1).contains("t-dogs")) {
            did(Action.LIKE, DOG);
            assertThat(likes++).isLessThan(20);
        }
        assertThat(likes).isPositive();
    }

    @Test
    void only_the_last_hundred_opinions_count() {
        did(Action.LIKE, CAT);
        for (int i = 0; i < ViewerState.RECENT; i++) {
            did(Action.LONG_VIEW, DOG);
        }
        assertThat(taste().forAuthor("a-cats")).isZero();
    }

    @Test
    void likings_of_the_same_strength_are_ordered_by_name() {
        did(Action.LIKE, content("c1").about("t-b", "t-a", "t-c"));
        assertThat(taste().topics(2)).containsExactly("t-a", "t-b");
    }
}
