package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.Relations;
import io.tuijian.schemas.Provenance;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import org.junit.jupiter.api.Test;

class DialTest {
    private final Relations relations = new Relations();

    private void turned(Double people, boolean active) {
        relations.accept(
                new Relation(ALICE, RelationKind.DIAL, Dial.PEOPLE, active, NOON, null, Provenance.REAL, people));
    }

    private double factor(String authorId) {
        return new Dial(ALICE, relations, NOON, 3).factor(authorId);
    }

    @Test
    void it_is_neutral_until_it_is_turned_and_after_it_is_given_up() {
        relations.accept(relation(ALICE, RelationKind.FOLLOW, "a1"));
        assertThat(Dial.of(ALICE, relations, NOON)).isEqualTo(.5);
        assertThat(factor("a1")).isEqualTo(1);
        turned(1.0, true);
        turned(1.0, false);
        assertThat(Dial.of(ALICE, relations, NOON)).isEqualTo(.5);
        assertThat(factor("a1")).isEqualTo(1);
        turned(null, true);
        assertThat(factor("a1")).isEqualTo(1);
    }

    @Test
    void the_viewer_knows_whom_they_follow_or_subscribe_to_and_mutual_friends() {
        relations.accept(relation(ALICE, RelationKind.FOLLOW, "a1"));
        relations.accept(relation(ALICE, RelationKind.SUBSCRIBE, "a2"));
        relations.accept(relation(ALICE, RelationKind.FRIEND, "a3"));
        relations.accept(relation("a3", RelationKind.FRIEND, ALICE));
        relations.accept(relation(ALICE, RelationKind.FRIEND, "a4"));
        turned(1.0, true);
        assertThat(factor("a1")).isCloseTo(3, within(1e-12));
        assertThat(factor("a2")).isCloseTo(3, within(1e-12));
        assertThat(factor("a3")).isCloseTo(3, within(1e-12));
        assertThat(factor("a4")).isCloseTo(1 / 3.0, within(1e-12));
        turned(0.0, true);
        assertThat(factor("a1")).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(factor("a4")).isCloseTo(3, within(1e-12));
    }

    @Test
    void between_its_ends_it_turns_evenly() {
        relations.accept(relation(ALICE, RelationKind.FOLLOW, "a1"));
        double before = 0;
        for (double people : new double[] {0, .25, .5, .75, 1}) {
            turned(people, true);
            assertThat(factor("a1")).isGreaterThan(before).isCloseTo(Math.pow(3, 2 * people - 1), within(1e-12));
            before = factor("a1");
        }
        turned(99.0, true);
        assertThat(factor("a1")).as("whatever the record says").isEqualTo(before);
    }
}
