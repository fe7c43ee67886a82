package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.DAVE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.InMemoryFeatureStore;
import io.tuijian.features.Relations;
import io.tuijian.features.Story;
import io.tuijian.ranking.Guarantees.Reaction;
import io.tuijian.schemas.Audience;
import io.tuijian.schemas.Relation;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.SafetyLabel;
import io.tuijian.schemas.Visibility;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuaranteesTest {
    private final InMemoryFeatureStore store = new InMemoryFeatureStore();
    private final Relations relations = store.relations();

    private Optional<String> broken(Story.Told content) {
        return broken(ALICE, content);
    }

    private Optional<String> broken(String viewerId, Story.Told content) {
        Optional<String> rule = Guarantees.broken(viewerId, content.told(), store, NOON);
        assertThat(Guarantees.allow(viewerId, content.told(), store, NOON)).isEqualTo(rule.isEmpty());
        return rule;
    }

    private void holds(Story.Told... contents) {
        for (Story.Told content : contents) {
            store.accept(content.told());
        }
    }

    private GuaranteesTest friends(String one, String other) {
        return given(one, RelationKind.FRIEND, other).given(other, RelationKind.FRIEND, one);
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
        holds(content("c0").by("a-erin"));
        assertThat(broken(content("c1").by("a-erin").repostOf("c0", BOB))).hasValue("blocked");
        assertThat(broken(content("c2").by("a-erin").repostOf("c0", DAVE))).hasValue("blocked");
    }

    @Test
    void a_muted_author_is_hidden_from_the_one_who_muted_only() {
        given(ALICE, RelationKind.MUTE_AUTHOR, BOB);
        assertThat(broken(content("c1").by(BOB))).hasValue("muted-author");
        assertThat(broken(content("c2").by(DAVE).repostOf("c1", BOB))).hasValue("muted-author");
        assertThat(broken(ALICE, content("c2").by(DAVE).repostOf("c1", BOB).saying("a quote")))
                .hasValue("muted-author");
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

    @ParameterizedTest
    @CsvSource({
        "casino, ＣＡＳＩＮＯ royal", "ｃａｓｉｎｏ, the Casino", "casino, ca\u200Bsi\u00ADno", "straße, HAUPTSTRASSE",
                "STRASSE, Straße",
        "ΟΔΟΣ, οδός και οδοσ", "İstanbul, İSTANBUL", "ガチャ, ｶﾞﾁｬ", "①, no 1 of all", "' casino ', casino"
    })
    void a_muted_keyword_hides_what_reads_the_same(String keyword, String text) {
        given(ALICE, RelationKind.MUTE_KEYWORD, keyword);
        assertThat(broken(content("c1").saying(text))).hasValue("muted-keyword");
        assertThat(broken(content("c2").saying("").called(text))).hasValue("muted-keyword");
    }

    @Test
    void each_of_many_keywords_hides_until_it_is_no_longer_muted() {
        for (int i = 0; i < 200; i++) {
            given(ALICE, RelationKind.MUTE_KEYWORD, "Word" + i + "!");
        }
        for (int i = 0; i < 200; i += 40) {
            Story.Told told = content("c" + i).saying("a ＷＯＲＤ" + i + "! here");
            assertThat(broken(told)).hasValue("muted-keyword");
            relations.accept(relation(ALICE, RelationKind.MUTE_KEYWORD, "Word" + i + "!", false, NOON.plusSeconds(1)));
            assertThat(broken(told)).isEmpty();
        }
    }

    @Test
    void a_keyword_of_nothing_visible_hides_nothing() {
        given(ALICE, RelationKind.MUTE_KEYWORD, "\u200B \u200B");
        assertThat(broken(content("c1").saying("hello world"))).isEmpty();
    }

    @Test
    void what_reposts_or_quotes_what_may_not_be_seen_may_not_be_seen() {
        Story.Told repost = content("c2").by(DAVE).repostOf("c1", BOB);
        holds(content("c1").by(BOB));
        assertThat(broken(repost)).isEmpty();
        holds(content("c1").by(BOB).visibleTo(Visibility.FRIENDS).version(1));
        assertThat(broken(repost)).hasValue("not-visible");
        assertThat(broken(BOB, repost)).isEmpty();
        friends(ALICE, BOB);
        assertThat(broken(repost)).isEmpty();
        holds(content("c1").by(BOB).takenDown().version(2));
        assertThat(broken(repost)).hasValue("taken-down");
        assertThat(broken(BOB, repost)).hasValue("taken-down");
    }

    @Test
    void a_quote_of_a_quote_is_judged_down_to_what_it_began_with() {
        holds(content("c1").by(BOB).about("t-cats"), content("c2").by(DAVE).repostOf("c1", BOB));
        Story.Told quote = content("c3").by("a-erin").repostOf("c2", BOB);
        assertThat(broken(quote)).isEmpty();
        given(ALICE, RelationKind.MUTE_TOPIC, "t-cats");
        assertThat(broken(quote)).hasValue("muted-topic");
        assertThat(Guarantees.allowButForMutes(ALICE, quote.told(), store, NOON))
                .isTrue();
    }

    @Test
    void what_reposts_something_unknown_cannot_be_judged() {
        Story.Told repost = content("c2").by(DAVE).repostOf("c1", BOB);
        assertThat(broken(repost)).hasValue("unknown-original");
        assertThat(broken(DAVE, repost)).isEmpty();
    }

    @Test
    void a_circle_of_quotes_ends_and_a_chain_without_end_is_not_shown() {
        holds(content("c1").repostOf("c2", BOB), content("c2").repostOf("c1", BOB));
        assertThat(broken(content("c1").repostOf("c2", BOB))).isEmpty();
        holds(content("q0"));
        for (int i = 1; i <= Guarantees.LONGEST_CHAIN + 1; i++) {
            holds(content("q" + i).repostOf("q" + (i - 1), BOB));
        }
        assertThat(broken(content("q").repostOf("q" + (Guarantees.LONGEST_CHAIN - 1), BOB)))
                .isEmpty();
        assertThat(broken(content("q").repostOf("q" + Guarantees.LONGEST_CHAIN, BOB)))
                .hasValue("unknown-original");
    }

    private boolean shows(String viewerId, Story.Told content, Reaction reaction) {
        return Guarantees.shows(viewerId, content.told(), reaction, relations, NOON);
    }

    @Test
    void a_comment_on_what_is_public_is_for_everyone_but_those_blocked_either_way() {
        Story.Told open = content("c1").by(BOB);
        Reaction comment = new Reaction("v-carol", null, "nice");
        assertThat(shows(ALICE, open, comment)).isTrue();
        given(ALICE, RelationKind.BLOCK, "v-carol");
        assertThat(shows(ALICE, open, comment)).isFalse();
        assertThat(shows("v-carol", open, new Reaction(ALICE, null, "mine"))).isFalse();
        assertThat(shows(BOB, open, comment)).isTrue();
    }

    @Test
    void mutes_hold_for_comments() {
        Story.Told open = content("c1").by(BOB);
        given(ALICE, RelationKind.MUTE_AUTHOR, "v-erin").given(ALICE, RelationKind.MUTE_KEYWORD, "casino");
        assertThat(shows(ALICE, open, new Reaction("v-erin", null, "nice"))).isFalse();
        assertThat(shows(ALICE, open, new Reaction("v-carol", null, "To the ＣＡＳＩＮＯ!")))
                .isFalse();
        assertThat(shows(ALICE, open, new Reaction("v-carol", null, "to the beach")))
                .isTrue();
        assertThat(shows(ALICE, open, new Reaction(ALICE, null, "my casino"))).isTrue();
    }

    @Test
    void a_comment_is_shown_to_whom_it_is_meant_for() {
        Story.Told open = content("c1").by(BOB);
        given(ALICE, RelationKind.FOLLOW, "v-carol").friends(BOB, "v-carol");
        for (Audience audience : Audience.values()) {
            Reaction comment = new Reaction("v-carol", audience, "nice");
            assertThat(shows("v-carol", open, comment)).isTrue();
            assertThat(shows(ALICE, open, comment))
                    .isEqualTo(audience == Audience.PUBLIC || audience == Audience.FOLLOWERS);
            assertThat(shows(BOB, open, comment)).isEqualTo(audience != Audience.PRIVATE);
            assertThat(shows(DAVE, open, comment)).isEqualTo(audience == Audience.PUBLIC);
        }
    }

    /** The rule in words: among the friends of an author, only friends of one another see what they say. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void on_a_content_for_friends_a_reaction_is_shown_to_friends_of_both_only(long seed) {
        Random random = new Random(seed);
        List<String> people = List.of("p0", "p1", "p2", "p3", "p4");
        boolean[][] says = new boolean[5][5];
        for (int from = 0; from < 5; from++) {
            for (int to = 0; to < 5; to++) {
                says[from][to] = from != to && random.nextInt(3) > 0;
                if (says[from][to]) {
                    given(people.get(from), RelationKind.FRIEND, people.get(to));
                }
                if (random.nextBoolean()) {
                    given(people.get(from), RelationKind.FOLLOW, people.get(to));
                }
            }
        }
        Audience audience = random.nextBoolean() ? null : Audience.PUBLIC;
        for (int author = 0; author < 5; author++) {
            Story.Told moment = content("c" + author).by(people.get(author)).visibleTo(Visibility.FRIENDS);
            for (int by = 0; by < 5; by++) {
                boolean may = by == author || says[by][author] && says[author][by];
                assertThat(Guarantees.allowButForMutes(people.get(by), moment.told(), store, NOON))
                        .as("seed %d: p%d may comment", seed, by)
                        .isEqualTo(may);
                for (int viewer = 0; viewer < 5; viewer++) {
                    boolean ofAuthor = says[viewer][author] && says[author][viewer];
                    boolean ofOther = says[viewer][by] && says[by][viewer];
                    boolean expected = viewer == by || viewer == author || ofAuthor && ofOther;
                    assertThat(shows(people.get(viewer), moment, new Reaction(people.get(by), audience, "hello")))
                            .as("seed %d: p%d sees what p%d said to p%d", seed, viewer, by, author)
                            .isEqualTo(expected);
                }
            }
        }
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
