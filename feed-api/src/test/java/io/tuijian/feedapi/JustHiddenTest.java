package io.tuijian.feedapi;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.engagement;
import static io.tuijian.features.Story.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.ViewerState;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JustHiddenTest {
    private static final String ALICE = "v-alice";

    private final Content cat = content("c-cat").by("a-bob").told();
    private final Content dog = content("c-dog").by("a-bob").told();
    private final InMemoryFeatureStore states = new InMemoryFeatureStore();
    private final JustHidden store = new JustHidden(states);

    @BeforeEach
    void tell() {
        states.accept(cat);
        states.accept(dog);
    }

    private void hides(String id, Content content) {
        store.take(engagement(id, ALICE, Action.HIDE, content.getId()).build());
    }

    private ViewerState hasHidden(ViewerState state, String id, Content content) {
        return state.after(outcome(id, ALICE, Action.HIDE, content, NOON));
    }

    @Test
    void what_was_hidden_here_is_in_the_state_at_once() {
        hides("1", cat);
        ViewerState hidden = hasHidden(ViewerState.empty(ALICE), "1", cat);
        assertThat(store.viewer(ALICE)).isEqualTo(hidden);
        assertThat(store.load(ALICE, List.of("c-cat", "c-dog"), context(Surface.FOR_YOU, NOON))
                        .inputs())
                .hasSize(2)
                .allSatisfy(input -> assertThat(input.viewer()).isEqualTo(hidden));
        assertThat(store.viewer("v-bob")).isEqualTo(ViewerState.empty("v-bob"));
    }

    @Test
    void sent_again_it_counts_once() {
        hides("1", cat);
        hides("1", cat);
        assertThat(store.viewer(ALICE)).isEqualTo(hasHidden(ViewerState.empty(ALICE), "1", cat));
    }

    @Test
    void once_the_state_has_it_nothing_is_added() {
        hides("1", cat);
        hides("2", dog);
        ViewerState first = hasHidden(ViewerState.empty(ALICE), "1", cat);
        states.accept(first);
        ViewerState both = hasHidden(first, "2", dog);
        assertThat(store.viewer(ALICE)).isEqualTo(both);
        states.accept(both);
        assertThat(store.viewer(ALICE)).isEqualTo(both);
    }

    @Test
    void once_the_state_had_it_the_state_decides() {
        hides("1", cat);
        ViewerState hidden = hasHidden(ViewerState.empty(ALICE), "1", cat);
        states.accept(hidden);
        assertThat(store.viewer(ALICE)).isEqualTo(hidden);
        ViewerState takenBack =
                hidden.after(io.tuijian.features.Story.undone(outcome("1", ALICE, Action.HIDE, cat, NOON)));
        states.accept(takenBack);
        assertThat(store.viewer(ALICE)).isEqualTo(takenBack);
    }

    @Test
    void what_was_taken_back_is_forgotten() {
        hides("1", cat);
        store.take(engagement("2", ALICE, Action.HIDE, "c-cat").setUndoes("1").build());
        assertThat(store.viewer(ALICE)).isEqualTo(ViewerState.empty(ALICE));
    }

    @Test
    void what_was_taken_back_stays_so_if_it_is_sent_again() {
        hides("1", cat);
        store.take(engagement("2", ALICE, Action.HIDE, "c-cat").setUndoes("1").build());
        hides("1", cat);
        assertThat(store.viewer(ALICE)).isEqualTo(ViewerState.empty(ALICE));
        hides("3", cat);
        assertThat(store.viewer(ALICE)).isEqualTo(hasHidden(ViewerState.empty(ALICE), "3", cat));
    }

    @Test
    void what_says_more_of_it_waits_for_the_state() {
        store.take(engagement("1", ALICE, Action.LIKE, "c-cat").build());
        assertThat(store.viewer(ALICE)).isEqualTo(ViewerState.empty(ALICE));
    }

    @Test
    void what_is_no_content_is_left_to_the_state() {
        store.take(engagement("1", ALICE, Action.REPORT, "c-unheard-of").build());
        assertThat(store.viewer(ALICE)).isEqualTo(ViewerState.empty(ALICE));
    }

    @Test
    void of_very_many_the_latest_are_held() {
        for (int i = 0; i < 150; i++) {
            hides("hide" + i, i == 0 ? dog : cat);
        }
        assertThat(store.viewer(ALICE).recent()).hasSize(100).noneMatch(one -> one.contentId()
                .equals("c-dog"));
    }
}
