package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.BOB;
import static io.tuijian.features.Story.CAROL;
import static io.tuijian.features.Story.DAVE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static io.tuijian.features.Story.relation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Context;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.RelationKind;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.Visibility;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private final Platform platform = new Platform()
            .holds(
                    content("c1").by(BOB).about("t-cats").in("Hangzhou"),
                    content("c2").by(DAVE).about("t-dogs").in("Lyon"),
                    content("c3").by("a-eve").about("t-chess").inGroup("g1").visibleTo(Visibility.PUBLIC),
                    content("c4").by(DAVE).visibleTo(Visibility.FRIENDS),
                    content("c5").by(BOB).shopItem(2),
                    content("c6").by("a-eve").shopItem(2));

    /** What this source found for Alice, in alphabetical order, whether it made the page or not. */
    private List<String> found(String source, Surface surface) {
        return found(source, page(ALICE, surface, 20));
    }

    private static List<String> found(String source, Feed feed) {
        List<Hydrated> all = new ArrayList<>();
        feed.items().forEach(item -> all.add(item.content().hydrated()));
        feed.outranked().forEach(item -> all.add(item.hydrated()));
        return all.stream()
                .filter(one -> one.candidate().sources().contains(source))
                .map(one -> one.content().getId())
                .sorted()
                .toList();
    }

    private Feed page(String viewerId, Surface surface, int limit) {
        return platform.feed()
                .build(new FeedRequest("f1", viewerId, limit, context(surface, NOON), List.of(), Set.of()));
    }

    private void holds(RelationKind kind, String to) {
        platform.holds(relation(ALICE, kind, to));
    }

    @Test
    void friends_are_mutual_and_show_what_is_for_friends() {
        holds(RelationKind.FRIEND, DAVE);
        assertThat(found("friends", Surface.FOR_YOU)).isEmpty();
        platform.holds(relation(DAVE, RelationKind.FRIEND, ALICE));
        assertThat(found("friends", Surface.FOR_YOU)).containsExactly("c2", "c4");
    }

    @Test
    void following_holds_followed_authors_friends_and_subscriptions_and_no_one_else() {
        holds(RelationKind.FOLLOW, BOB);
        holds(RelationKind.SUBSCRIBE, "a-eve");
        holds(RelationKind.FRIEND, DAVE);
        Feed page = page(ALICE, Surface.FOLLOWING, 20);
        assertThat(found("followed-authors", page)).containsExactly("c1", "c5");
        assertThat(found("subscriptions", page)).containsExactly("c3", "c6");
        assertThat(page.items()).hasSize(4);
        platform.holds(relation(DAVE, RelationKind.FRIEND, ALICE));
        assertThat(page(ALICE, Surface.FOLLOWING, 20).items()).hasSize(6);
    }

    @Test
    void groups_that_were_joined_and_topics_that_are_followed() {
        holds(RelationKind.JOIN_GROUP, "g1");
        holds(RelationKind.FOLLOW_TOPIC, "t-dogs");
        assertThat(found("groups", Surface.FOR_YOU)).containsExactly("c3");
        assertThat(found("followed-topics", Surface.FOR_YOU)).containsExactly("c2");
        platform.holds(relation(ALICE, RelationKind.JOIN_GROUP, "g1", false, NOON));
        assertThat(found("groups", Surface.FOR_YOU)).as("left").isEmpty();
    }

    @Test
    void a_city_is_the_viewers_own() {
        assertThat(found("nearby", Surface.FOR_YOU)).containsExactly("c1");
        assertThat(page(ALICE, Surface.NEARBY, 20).items()).hasSize(1);
        holds(RelationKind.FOLLOW, DAVE);
        assertThat(page(ALICE, Surface.NEARBY, 20).items())
                .as("Dave is elsewhere")
                .hasSize(1);
    }

    @Test
    void who_does_not_say_where_they_are_has_nothing_nearby() {
        Context nowhere = new Context(NOON, ZoneId.of("UTC"), Surface.NEARBY, "session", 0, null, "phone");
        Feed page = platform.feed().build(new FeedRequest("f1", ALICE, 20, nowhere, List.of(), Set.of()));
        assertThat(page.items()).isEmpty();
        assertThat(page.degraded()).isEmpty();
    }

    @Test
    void the_shop_has_items_of_authors_whom_the_viewer_watches() {
        platform.did(ALICE, Action.LONG_VIEW, "c1", NOON.minus(Duration.ofDays(30)));
        assertThat(found("watched-authors", Surface.SHOP)).containsExactly("c5");
        assertThat(found("shop", Surface.SHOP)).containsExactly("c5", "c6");
    }

    @Test
    void what_is_new_and_has_not_had_its_first_sights_gets_its_chance() {
        Platform platform = new Platform();
        for (int i = 0; i < 200; i++) {
            platform.holds(content("c" + i).by("a" + i).ago(Duration.ofHours(i)));
        }
        for (int i = 0; i < 50; i++) {
            platform.did("v" + i, Action.SEEN, "c0", NOON);
        }
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            chosen.addAll(found(
                    "cold-start",
                    platform.feed()
                            .build(new FeedRequest(
                                    "f" + i, ALICE, 20, context(Surface.FOR_YOU, NOON), List.of(), Set.of()))));
        }
        assertThat(chosen)
                .as("over forty feeds nearly all that is not older than seven days")
                .hasSizeGreaterThan(150)
                .doesNotContain("c0", "c169", "c199");
    }

    @Test
    void of_whom_nothing_is_known_gets_a_full_page_of_many_topics_though_most_is_about_one() {
        Platform platform = new Platform();
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            boolean usual = i < 900;
            platform.holds(content("c" + i).by("a" + i % 300).about(usual ? "t-usual" : "t" + i % 25));
            for (int views = random.nextInt(usual ? 12 : 4); views > 0; views--) {
                platform.did(CAROL, Action.SEEN, "c" + i, NOON.minusSeconds(60));
                platform.did(CAROL, Action.LONG_VIEW, "c" + i, NOON.minusSeconds(60));
            }
        }
        Feed page = platform.feed()
                .build(new FeedRequest("f1", "v-new", 20, context(Surface.FOR_YOU, NOON), List.of(), Set.of()));
        assertThat(found("every-topic", page)).hasSize(26);
        assertThat(page.items()).hasSize(20);
        assertThat(page.items().stream()
                        .map(item ->
                                item.content().hydrated().content().getTopics().get(0))
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(8);
        platform.did("v-new", Action.LIKE, "c1", NOON);
        assertThat(found(
                        "every-topic",
                        platform.feed()
                                .build(new FeedRequest(
                                        "f2", "v-new", 20, context(Surface.FOR_YOU, NOON), List.of(), Set.of()))))
                .as("from then on there is something to go by")
                .isEmpty();
    }
}
