package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.DAVE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Relations;
import io.tuijian.features.Story;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Visibility;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuaranteesTest {
    private final Relations relations = new Relations();

    private Optional<String> broken(Story.Told content) {
        return broken(ALICE, content);
    }

    private Optional<String> broken(String viewerId, Story.Told content) {
        Optional<String> rule = Guarantees.broken(viewerId, content.told(), relations, NOON);
        assertThat(Guarantees.allow(viewerId, content.told(), relations, NOON)).isEqualTo(rule.isEmpty());
        return rule;
    }

    private GuaranteesTest given(String from, RelationKind kind, String to) {
        relations.accept(relation(from, kind, to));
        return this;
    }

    @Test
    void what_is_public_is_for_everyone() {
        assertThat(broken(content("c1").by(BOB))).isEmpty();
    }

    @Test
    void what_is_taken_down_is_gone_for_its_author_too() {
        assertThat(broken(content("c1").by(BOB).takenDown())).hasValue("taken-down");
        assertThat(broken(BOB, content("c1").by(BOB).takenDown())).hasValue("taken-down");
    }

    @Test
    void nothing_is_shown_before_it_starts() {
        assertThat(broken(content("c1").from(NOON.plusMillis(1)))).hasValue("not-yet");
        assertThat(broken(content("c1").from(NOON))).isEmpty();
    }

    @Test
    void nothing_is_shown_from_its_expiry_on() {
        assertThat(broken(content("c1").until(NOON))).hasValue("expired");
        assertThat(broken(content("c1").until(NOON.plusMillis(1)))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = SafetyLabel.class,
            names = {"ADULT", "VIOLENCE", "SPAM"})
    void what_is_unsafe_is_not_for_everyone(SafetyLabel label) {
        assertThat(broken(content("c1").labelled(label))).hasValue("unsafe");
    }

    @Test
    void a_label_that_is_not_known_here_fails_closed() {
        assertThat(broken(content("c1").labelled(SafetyLabel.UNKNOWN))).hasValue("unsafe");
        assertThat(broken(content("c1").labelled(SafetyLabel.MISINFORMATION, SafetyLabel.UNKNOWN)))
                .hasValue("unsafe");
    }

    @Test
    void a_block_hides_both_ways() {
        given(ALICE, RelationKind.BLOCK, BOB).given(DAVE, RelationKind.BLOCK, ALICE);
        assertThat(broken(content("c1").by(BOB))).hasValue("blocked");
        assertThat(broken(content("c2").by(DAVE))).hasValue("blocked");
        assertThat(broken("v-carol", content("c1").by(BOB))).isEmpty();
    }

    @Test
    void a_block_hides_what_others_repost_of_the_blocked_both_ways() {
        given(ALICE, RelationKind.BLOCK, BOB).given(DAVE, RelationKind.BLOCK, ALICE);
        assertThat(broken(content("c1").by("a-erin").repostOf("c0", BOB))).hasValue("blocked");
        assertThat(broken(content("c2").by("a-erin").repostOf("c0", DAVE))).hasValue("blocked");
    }

    @Test
    void a_muted_author_is_hidden_from_the_one_who_muted_only() {
        given(ALICE, RelationKind.MUTE_AUTHOR, BOB);
        assertThat(broken(content("c1").by(BOB))).hasValue("muted-author");
        assertThat(broken(content("c2").by(DAVE).repostOf("c1", BOB))).hasValue("muted-author");
        assertThat(broken("v-carol", content("c1").by(BOB))).isEmpty();
        assertThat(broken(BOB, content("c3").by(ALICE))).isEmpty();
    }

    @Test
    void a_muted_topic_hides_whatever_bears_it() {
        given(ALICE, RelationKind.MUTE_TOPIC, "t-cats");
        assertThat(broken(content("c1").about("t-dogs", "t-cats"))).hasValue("muted-topic");
        assertThat(broken(content("c2").about("t-dogs"))).isEmpty();
    }

    @Test
    void a_muted_keyword_hides_whatever_says_it_in_any_case() {
        given(ALICE, RelationKind.MUTE_KEYWORD, "Casino");
        assertThat(broken(content("c1").saying("the best CASINOS in town"))).hasValue("muted-keyword");
        assertThat(broken(content("c2").saying("the best cafés in town"))).isEmpty();
    }

    @Test
    void a_muted_keyword_hides_whoever_is_called_so() {
        given(ALICE, RelationKind.MUTE_KEYWORD, "赌场");
        assertThat(broken(content("c1").called("澳门赌场").saying("hello"))).hasValue("muted-keyword");
        assertThat(broken(content("c2").saying("今晚去赌场"))).hasValue("muted-keyword");
    }

    @Test
    void a_mute_or_block_that_has_expired_hides_nothing() {
        relations.accept(Relation.newBuilder(relation(ALICE, RelationKind.BLOCK, BOB))
                .setExpiresAt(NOON)
                .build());
        assertThat(broken(content("c1").by(BOB))).isEmpty();
    }

    @Test
    void what_is_for_followers_is_for_followers_and_friends() {
        Story.Told forFollowers = content("c1").by(BOB).visibleTo(Visibility.FOLLOWERS);
        assertThat(broken(forFollowers)).hasValue("not-visible");
        given(ALICE, RelationKind.FOLLOW, BOB);
        assertThat(broken(forFollowers)).isEmpty();
        given("v-carol", RelationKind.FRIEND, BOB).given(BOB, RelationKind.FRIEND, "v-carol");
        assertThat(broken("v-carol", forFollowers)).isEmpty();
    }

    @Test
    void being_followed_by_the_author_opens_nothing() {
        given(BOB, RelationKind.FOLLOW, ALICE);
        assertThat(broken(content("c1").by(BOB).visibleTo(Visibility.FOLLOWERS)))
                .hasValue("not-visible");
    }

    @Test
    void what_is_for_friends_needs_friendship_from_both_sides() {
        Story.Told forFriends = content("c1").by(BOB).visibleTo(Visibility.FRIENDS);
        given(ALICE, RelationKind.FOLLOW, BOB).given(ALICE, RelationKind.FRIEND, BOB);
        assertThat(broken(forFriends)).hasValue("not-visible");
        given(BOB, RelationKind.FRIEND, ALICE);
        assertThat(broken(forFriends)).isEmpty();
    }

    @Test
    void what_is_private_is_for_its_author_alone() {
        Story.Told secret = content("c1").by(BOB).visibleTo(Visibility.PRIVATE);
        given(ALICE, RelationKind.FRIEND, BOB)
                .given(BOB, RelationKind.FRIEND, ALICE)
                .given(ALICE, RelationKind.FOLLOW, BOB);
        assertThat(broken(secret)).hasValue("not-visible");
        assertThat(broken(BOB, secret)).isEmpty();
    }

    @Test
    void authors_see_their_own_whatever_else_holds() {
        given(BOB, RelationKind.MUTE_TOPIC, "t-cats");
        assertThat(broken(BOB, content("c1").by(BOB).about("t-cats"))).isEmpty();
        assertThat(broken(BOB, content("c2").by(BOB).until(NOON))).isEmpty();
        assertThat(broken(BOB, content("c3").by(BOB).labelled(SafetyLabel.SPAM)))
                .isEmpty();
    }

    @Test
    void a_friendship_does_not_lift_a_mute() {
        given(ALICE, RelationKind.FRIEND, BOB)
                .given(BOB, RelationKind.FRIEND, ALICE)
                .given(ALICE, RelationKind.MUTE_AUTHOR, BOB);
        assertThat(broken(content("c1").by(BOB).visibleTo(Visibility.FRIENDS))).hasValue("muted-author");
    }

    @Test
    void names_are_given_once() {
        assertThat(Guarantees.names()).doesNotHaveDuplicates().isNotEmpty();
    }
}
