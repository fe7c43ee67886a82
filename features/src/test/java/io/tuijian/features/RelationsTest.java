package io.tuijian.features;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.CAROL;
import static io.tuijian.features.Story.DAVE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import org.junit.jupiter.api.Test;

class RelationsTest {
    private final Relations relations = new Relations();

    private static Relation follow(boolean active, long secondsAfterNoon) {
        return relation(ALICE, RelationKind.FOLLOW, BOB, active, NOON.plusSeconds(secondsAfterNoon));
    }

    private boolean follows() {
        return relations.active(ALICE, RelationKind.FOLLOW, BOB, NOON.plusSeconds(3600));
    }

    @Test
    void the_newest_counts_in_whatever_order_they_arrive() {
        relations.accept(follow(true, 1));
        relations.accept(follow(false, 3));
        relations.accept(follow(true, 2));
        assertThat(follows()).isFalse();
        relations.accept(follow(true, 4));
        assertThat(follows()).isTrue();
    }

    @Test
    void of_two_of_the_same_moment_the_later_arrival_counts() {
        relations.accept(follow(true, 1));
        relations.accept(follow(false, 1));
        assertThat(follows()).isFalse();
    }

    @Test
    void what_has_ended_is_still_known_and_not_among_any() {
        assertThat(relations.newest(ALICE, RelationKind.FOLLOW, BOB)).isNull();
        assertThat(relations.known(ALICE, RelationKind.FOLLOW)).isZero();
        relations.accept(follow(true, 1));
        assertThat(relations.any(ALICE, RelationKind.FOLLOW, NOON, BOB::equals)).isTrue();
        assertThat(relations.any(ALICE, RelationKind.FOLLOW, NOON, DAVE::equals))
                .isFalse();
        relations.accept(follow(false, 2));
        assertThat(relations.any(ALICE, RelationKind.FOLLOW, NOON, to -> true)).isFalse();
        assertThat(relations.newest(ALICE, RelationKind.FOLLOW, BOB).getAt()).isEqualTo(NOON.plusSeconds(2));
        assertThat(relations.known(ALICE, RelationKind.FOLLOW)).isEqualTo(1);
    }

    @Test
    void an_expired_relation_is_no_longer_active_from_that_moment_on() {
        relations.accept(Relation.newBuilder(relation(ALICE, RelationKind.MUTE_TOPIC, "t-cats"))
                .setExpiresAt(NOON)
                .build());
        assertThat(relations.active(ALICE, RelationKind.MUTE_TOPIC, "t-cats", NOON.minusMillis(1)))
                .isTrue();
        assertThat(relations.active(ALICE, RelationKind.MUTE_TOPIC, "t-cats", NOON))
                .isFalse();
        assertThat(relations.targets(ALICE, RelationKind.MUTE_TOPIC, NOON)).isEmpty();
        assertThat(relations.of(ALICE, NOON)).isEmpty();
    }

    @Test
    void each_is_counted_once_until_it_is_forgotten_and_what_is_not_known_can_be_forgotten() {
        relations.remove(ALICE, RelationKind.FOLLOW, BOB);
        relations.accept(follow(true, 1));
        relations.accept(follow(false, 2));
        relations.accept(relation(ALICE, RelationKind.SUBSCRIBE, BOB));
        assertThat(relations.count()).isEqualTo(2);
        relations.remove(ALICE, RelationKind.FOLLOW, CAROL);
        relations.remove(ALICE, RelationKind.MUTE_AUTHOR, BOB);
        relations.remove(ALICE, RelationKind.FOLLOW, BOB);
        relations.remove(ALICE, RelationKind.FOLLOW, BOB);
        assertThat(relations.count()).isEqualTo(1);
        assertThat(follows()).isFalse();
    }

    @Test
    void a_kind_does_not_stand_for_another() {
        relations.accept(relation(ALICE, RelationKind.SUBSCRIBE, BOB));
        assertThat(follows()).isFalse();
    }

    @Test
    void friends_are_mutual() {
        relations.accept(relation(ALICE, RelationKind.FRIEND, CAROL));
        assertThat(relations.friends(ALICE, CAROL, NOON)).isFalse();
        assertThat(relations.friends(CAROL, ALICE, NOON)).isFalse();
        relations.accept(relation(CAROL, RelationKind.FRIEND, ALICE));
        assertThat(relations.friends(ALICE, CAROL, NOON)).isTrue();
        assertThat(relations.friends(CAROL, ALICE, NOON)).isTrue();
        relations.accept(relation(ALICE, RelationKind.FRIEND, CAROL, false, NOON));
        assertThat(relations.friends(CAROL, ALICE, NOON)).isFalse();
    }

    @Test
    void a_block_hides_both_ways() {
        relations.accept(relation(BOB, RelationKind.BLOCK, ALICE));
        assertThat(relations.blocked(ALICE, BOB, NOON)).isTrue();
        assertThat(relations.blocked(BOB, ALICE, NOON)).isTrue();
        assertThat(relations.blocked(ALICE, DAVE, NOON)).isFalse();
    }

    @Test
    void targets_are_active_and_sorted() {
        relations.accept(relation(ALICE, RelationKind.FOLLOW, DAVE));
        relations.accept(relation(ALICE, RelationKind.FOLLOW, BOB));
        relations.accept(relation(ALICE, RelationKind.FOLLOW, "a-erin", false, NOON));
        relations.accept(relation(CAROL, RelationKind.FOLLOW, "a-frank"));
        assertThat(relations.targets(ALICE, RelationKind.FOLLOW, NOON)).containsExactly(BOB, DAVE);
    }

    @Test
    void what_someone_has_set_is_sorted_by_kind_and_target_and_leaves_out_what_others_set() {
        Relation mute = relation(ALICE, RelationKind.MUTE_AUTHOR, BOB);
        Relation followDave = relation(ALICE, RelationKind.FOLLOW, DAVE);
        Relation followBob = relation(ALICE, RelationKind.FOLLOW, BOB);
        relations.accept(mute);
        relations.accept(followDave);
        relations.accept(followBob);
        relations.accept(relation(CAROL, RelationKind.BLOCK, ALICE));
        relations.accept(relation(ALICE, RelationKind.BLOCK, CAROL, false, NOON));
        assertThat(relations.of(ALICE, NOON)).containsExactly(followBob, followDave, mute);
    }

    @Test
    void a_view_leaves_out_one_relation_and_nothing_else() {
        relations.accept(relation(ALICE, RelationKind.FOLLOW, BOB));
        relations.accept(relation(ALICE, RelationKind.FOLLOW, DAVE));
        relations.accept(relation(ALICE, RelationKind.FRIEND, BOB));
        relations.accept(relation(CAROL, RelationKind.FOLLOW, BOB));

        Relations without = relations.without(ALICE, RelationKind.FOLLOW, BOB);
        assertThat(without.active(ALICE, RelationKind.FOLLOW, BOB, NOON)).isFalse();
        assertThat(without.targets(ALICE, RelationKind.FOLLOW, NOON)).containsExactly(DAVE);
        assertThat(without.of(ALICE, NOON)).hasSize(2);
        assertThat(without.active(ALICE, RelationKind.FRIEND, BOB, NOON)).isTrue();
        assertThat(without.active(CAROL, RelationKind.FOLLOW, BOB, NOON)).isTrue();
        assertThat(relations.active(ALICE, RelationKind.FOLLOW, BOB, NOON)).isTrue();
    }
}
