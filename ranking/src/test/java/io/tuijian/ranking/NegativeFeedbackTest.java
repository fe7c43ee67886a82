package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.Story;
import io.tuijian.features.ViewerState;
import io.tuijian.ranking.NegativeFeedback.Kind;
import io.tuijian.ranking.NegativeFeedback.LessOf;
import io.tuijian.schemas.Action;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NegativeFeedbackTest {
    private static final Story.Told CAT = content("c-cat").by("a-cats").about("t-cats", "t-pets");
    private static final Duration LASTS = Duration.ofDays(10);

    private ViewerState alice = ViewerState.empty(ALICE);
    private int events;

    private NegativeFeedbackTest did(Action action, Story.Told content, Instant at) {
        alice = alice.after(Story.outcome("e" + events++, ALICE, action, content.told(), at));
        return this;
    }

    private NegativeFeedback at(Instant now) {
        return NegativeFeedback.of(alice, now, LASTS);
    }

    @Test
    void of_what_was_hidden_there_is_less_for_its_author_and_each_of_its_topics() {
        did(Action.HIDE, CAT, NOON);
        assertThat(at(NOON).all())
                .extracting(LessOf::kind, LessOf::id)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.AUTHOR, "a-cats"),
                        org.assertj.core.groups.Tuple.tuple(Kind.TOPIC, "t-cats"),
                        org.assertj.core.groups.Tuple.tuple(Kind.TOPIC, "t-pets"));
        assertThat(at(NOON).all()).allSatisfy(less -> {
            assertThat(less.since()).isEqualTo(NOON);
            assertThat(less.expiresAt()).isEqualTo(NOON.plus(LASTS));
            assertThat(less.strength()).isEqualTo(1);
            assertThat(less.factor()).isCloseTo(.527, within(.001));
        });
    }

    @Test
    void its_strength_fades_evenly_to_nothing_at_its_expiry() {
        did(Action.HIDE, CAT, NOON);
        for (int day = 0; day < 10; day++) {
            assertThat(at(NOON.plus(Duration.ofDays(day))).all().get(0).strength())
                    .isCloseTo(1 - day / 10.0, within(1e-9));
        }
        NegativeFeedback over = at(NOON.plus(LASTS));
        assertThat(over.all()).isEmpty();
        assertThat(over.forAuthor("a-cats")).isEqualTo(1);
        assertThat(over.forTopicsOf(CAT.told())).isEqualTo(1);
    }

    @Test
    void it_fades_by_time_and_not_by_what_else_the_viewer_does() {
        did(Action.HIDE, CAT, NOON);
        double before = at(NOON.plusSeconds(3_600)).forAuthor("a-cats");
        for (int i = 0; i < 150; i++) {
            did(Action.LIKE, content("c" + i).by("a" + i).about("t" + i), NOON.plusSeconds(i));
        }
        assertThat(at(NOON.plusSeconds(3_600)).forAuthor("a-cats")).isEqualTo(before);
    }

    @Test
    void two_hides_lower_more_than_one_and_a_report_counts_as_two_but_never_without_bound() {
        did(Action.HIDE, CAT, NOON);
        double once = at(NOON).forTopicsOf(CAT.told());
        did(Action.HIDE, CAT, NOON);
        double twice = at(NOON).forTopicsOf(CAT.told());
        assertThat(twice).isLessThan(once);
        did(Action.REPORT, content("c1").by("a-other").about("t-other"), NOON);
        assertThat(at(NOON).forAuthor("a-other")).isEqualTo(twice);
        for (int i = 0; i < 80; i++) {
            did(Action.HIDE, CAT, NOON.plusSeconds(i));
        }
        assertThat(at(NOON.plusSeconds(80)).forTopicsOf(CAT.told()))
                .isGreaterThanOrEqualTo(1 / NegativeFeedback.STRONGEST);
    }

    @Test
    void of_several_topics_the_one_with_the_least_counts() {
        did(Action.HIDE, content("c1").by("a1").about("t-cats"), NOON);
        NegativeFeedback feedback = at(NOON);
        assertThat(feedback.forTopicsOf(content("c2").about("t-dogs", "t-cats").told()))
                .isEqualTo(feedback.forTopicsOf(content("c3").about("t-cats").told()))
                .isLessThan(1);
        assertThat(feedback.forTopicsOf(content("c4").about("t-dogs").told())).isEqualTo(1);
    }

    @Test
    void what_is_hidden_later_expires_later() {
        did(Action.HIDE, CAT, NOON).did(Action.HIDE, CAT, NOON.minus(Duration.ofDays(5)));
        LessOf less = at(NOON).all().get(0);
        assertThat(less.since()).isEqualTo(NOON);
        assertThat(less.strength()).isCloseTo(1.5, within(1e-9));
        assertThat(at(NOON).all())
                .isSortedAccordingTo(
                        java.util.Comparator.comparing(LessOf::since).reversed());
    }

    @Test
    void a_clock_that_is_behind_gives_no_more_than_full_strength() {
        did(Action.HIDE, CAT, NOON.plusSeconds(60));
        assertThat(at(NOON).all().get(0).strength()).isEqualTo(1);
    }
}
