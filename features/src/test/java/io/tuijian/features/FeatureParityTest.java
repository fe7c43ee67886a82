package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.CAROL;
import static io.tuijian.features.Story.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two stores that hold the same agree on every feature; one that holds less, or a formula that looks elsewhere, shows. */
class FeatureParityTest {
    private static final Content VIDEO = Story.content("c1").told();
    private static final Context CONTEXT = Story.context(Surface.FOR_YOU, NOON);

    private static InMemoryFeatureStore store(Action... did) {
        InMemoryFeatureStore store = new InMemoryFeatureStore();
        store.accept(VIDEO);
        for (Action action : did) {
            Outcome outcome = Story.outcome("e-" + action, ALICE, action, VIDEO, NOON.minusSeconds(60));
            store.accept(store.viewer(ALICE).after(outcome));
            store.accept(store.contentState("c1").after(outcome));
        }
        return store;
    }

    private static List<FeatureParity.Compared> compared(FeatureSet set, FeatureStore one, FeatureStore other) {
        return FeatureParity.of(set, one, other, List.of(ALICE, CAROL), List.of("c1"), CONTEXT);
    }

    @Test
    void the_same_states_give_the_same_values() {
        List<FeatureParity.Compared> all =
                compared(FeatureSet.ALL, store(Action.SEEN, Action.LIKE), store(Action.SEEN, Action.LIKE));
        assertThat(all).extracting(FeatureParity.Compared::name).isEqualTo(FeatureSet.ALL.names());
        assertThat(all).allSatisfy(one -> {
            assertThat(one.equal()).isEqualTo(one.values()).isEqualTo(2);
            assertThat(one.within(0)).isTrue();
        });
        assertThat(of(all, "viewer.like_rate").distinct()).isEqualTo(2);
    }

    @Test
    void what_one_store_missed_is_seen() {
        FeatureParity.Compared likes =
                of(compared(FeatureSet.ALL, store(Action.SEEN, Action.LIKE), store(Action.SEEN)), "viewer.like_rate");
        assertThat(likes.equal()).isEqualTo(1);
        assertThat(likes.furthest()).isGreaterThan(.05);
    }

    @Test
    void a_formula_that_looks_beyond_its_input_is_found_out() {
        AtomicLong calls = new AtomicLong();
        FeatureSet set = FeatureSet.ALL.with(
                FeatureSet.of("content.whim", "how often it was asked", e -> calls.incrementAndGet()));
        assertThat(of(compared(set, store(Action.SEEN), store(Action.SEEN)), "content.whim")
                        .equal())
                .isZero();
    }

    @Test
    void a_content_that_one_store_does_not_know_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compared(FeatureSet.ALL, store(), new InMemoryFeatureStore()))
                .withMessage("A store does not know c1.");
    }

    private static FeatureParity.Compared of(List<FeatureParity.Compared> all, String name) {
        return all.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }
}
