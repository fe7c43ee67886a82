package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.Story;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreferencesTest {
    private final Platform platform = new Platform();
    private List<FeedRequest.Earlier> earlier = List.of();
    private Set<String> servedLately = Set.of();

    private Optional<String> against(Surface surface, Story.Told told) {
        return against(ALICE, surface, told);
    }

    private Optional<String> against(String viewerId, Surface surface, Story.Told told) {
        Content content = told.told();
        platform.store.accept(content);
        FeedRequest request = new FeedRequest("f1", viewerId, 20, context(surface, NOON), earlier, servedLately);
        Viewing viewing = new Viewing(
                request,
                platform.store.viewer(viewerId),
                platform.store.relations(),
                Optional.empty(),
                Tuning.Promised.DEFAULT);
        return new Preferences(viewing, Recipes.of(surface), platform.store::content).against(content);
    }

    private void saw(String contentId, Duration ago) {
        platform.holds(content(contentId)).did(ALICE, Action.SEEN, contentId, NOON.minus(ago));
    }

    @Test
    void what_is_new_is_wanted() {
        assertThat(against(Surface.FOR_YOU, content("c1"))).isEmpty();
    }

    @Test
    void what_was_seen_comes_again_after_seven_days() {
        saw("c1", Duration.ofDays(7));
        saw("c2", Duration.ofDays(7).plusMillis(1));
        assertThat(against(Surface.FOR_YOU, content("c1"))).hasValue("seen");
        assertThat(against(Surface.FOR_YOU, content("c2"))).isEmpty();
        assertThat(against("v-carol", Surface.FOR_YOU, content("c1"))).isEmpty();
    }

    @Test
    void what_was_hidden_or_reported_does_not_come_again_even_if_it_was_never_seen() {
        platform.holds(content("c1"), content("c2")).did(ALICE, Action.HIDE, "c1", NOON.minus(Duration.ofDays(20)));
        platform.did(ALICE, Action.REPORT, "c2", NOON.minus(Duration.ofDays(20)));
        assertThat(against(Surface.FOR_YOU, content("c1"))).hasValue("hidden");
        assertThat(against(Surface.FOLLOWING, content("c2"))).hasValue("hidden");
        assertThat(against("v-carol", Surface.FOR_YOU, content("c1"))).isEmpty();
    }

    @Test
    void the_last_sight_counts() {
        saw("c1", Duration.ofDays(9));
        saw("c1", Duration.ofDays(2));
        assertThat(against(Surface.FOR_YOU, content("c1"))).hasValue("seen");
    }

    @Test
    void an_earlier_page_of_this_feed_is_not_repeated() {
        earlier = List.of(new FeedRequest.Earlier("c1", "a1", ContentKind.SHORT_VIDEO));
        assertThat(against(Surface.FOR_YOU, content("c1"))).hasValue("earlier-page");
        assertThat(against(Surface.FOLLOWING, content("c1"))).hasValue("earlier-page");
    }

    @Test
    void what_the_feed_holds_already_is_not_repeated_by_a_repost_nor_the_other_way_round() {
        earlier = List.of(
                new FeedRequest.Earlier("c1", "a1", ContentKind.SHORT_VIDEO),
                new FeedRequest.Earlier("c2", "a0", ContentKind.POST, "c0", 0, null));
        assertThat(against(Surface.FOR_YOU, content("c3").repostOf("c1", "a1"))).hasValue("same-original");
        assertThat(against(Surface.FOLLOWING, content("c4").repostOf("c0", "a0")))
                .hasValue("same-original");
        assertThat(against(Surface.FOR_YOU, content("c0").by("a0"))).hasValue("same-original");
        assertThat(against(Surface.FOR_YOU, content("c5").repostOf("c9", "a0"))).isEmpty();
    }

    @Test
    void what_was_served_lately_waits_but_on_following_only_the_cursor_counts() {
        servedLately = Set.of("c1");
        assertThat(against(Surface.FOR_YOU, content("c1"))).hasValue("served-lately");
        assertThat(against(Surface.VIDEOS, content("c1"))).hasValue("served-lately");
        assertThat(against(Surface.FOLLOWING, content("c1"))).isEmpty();
    }

    @Test
    void what_was_hidden_seen_or_served_lately_does_not_come_in_other_hands() {
        platform.holds(content("c1"), content("c2")).did(ALICE, Action.HIDE, "c1", NOON.minus(Duration.ofDays(20)));
        saw("c2", Duration.ofDays(1));
        servedLately = Set.of("c3");
        assertThat(against(Surface.FOR_YOU, content("r1").repostOf("c1", "a1"))).hasValue("hidden");
        assertThat(against(Surface.FOR_YOU, content("r2").repostOf("c2", "a1"))).hasValue("seen");
        assertThat(against(Surface.FOR_YOU, content("r3").repostOf("c3", "a1"))).hasValue("served-lately");
        assertThat(against(Surface.FOLLOWING, content("r3").repostOf("c3", "a1")))
                .isEmpty();
        assertThat(against(Surface.FOR_YOU, content("r4").repostOf("c4", "a1"))).isEmpty();
    }

    @Test
    void nor_what_was_reposted_there_if_that_is_known() {
        platform.holds(
                content("r1").repostOf("c1", "a1"),
                content("r2").repostOf("c2", "a1"),
                content("r3").repostOf("c3", "a1"));
        platform.did(ALICE, Action.REPORT, "r1", NOON.minus(Duration.ofDays(20)));
        platform.did(ALICE, Action.SEEN, "r2", NOON.minus(Duration.ofDays(1)));
        servedLately = Set.of("r3", "never-heard-of");
        assertThat(against(Surface.FOR_YOU, content("c1"))).hasValue("hidden");
        assertThat(against(Surface.FOR_YOU, content("c2"))).hasValue("seen");
        assertThat(against(Surface.FOR_YOU, content("c3"))).hasValue("served-lately");
        assertThat(against(Surface.FOR_YOU, content("r4").repostOf("c1", "a1"))).hasValue("hidden");
    }

    @Test
    void what_is_sold_out_is_left_out_and_what_is_unlimited_or_unknown_is_not() {
        assertThat(against(Surface.SHOP, content("c1").shopItem(0))).hasValue("out-of-stock");
        assertThat(against(Surface.SHOP, content("c2").shopItem(1))).isEmpty();
        assertThat(against(Surface.SHOP, content("c3").shopItem(null))).isEmpty();
    }

    @Test
    void nobody_is_recommended_their_own() {
        assertThat(against("a-bob", Surface.FOR_YOU, content("c1").by("a-bob"))).hasValue("own");
    }

    @Test
    void a_surface_shows_its_kinds_only() {
        assertThat(against(Surface.SHOP, content("c1"))).hasValue("other-kind");
        assertThat(against(Surface.VIDEOS, content("c2").post())).hasValue("other-kind");
        assertThat(against(Surface.VIDEOS, content("c3"))).isEmpty();
        assertThat(against(Surface.FOR_YOU, content("c4").post())).isEmpty();
    }
}
