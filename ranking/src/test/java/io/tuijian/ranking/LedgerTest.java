package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Surface;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void what_was_promised_across_pages_was_given_while_there_was_any() {
        Platform platform = new Platform();
        for (int i = 0; i < 200; i++) {
            platform.holds(content("c" + i).by("a" + i).ago(Duration.ofDays(i % 4 == 0 ? 1 : 30)));
            for (int views = i % 4 == 0 ? 0 : 5; views > 0; views--) {
                platform.did("v-carol", Action.LONG_VIEW, "c" + i, NOON.minusSeconds(60));
            }
        }
        FeedPipeline pipeline = platform.feed();
        Platform.Scroll scroll = new Platform.Scroll(pipeline, ALICE, Surface.FOR_YOU, Set.of());
        for (int page = 0; page < 8; page++) {
            assertThat(scroll.page(10, NOON).items()).hasSize(10);
        }
        for (Share share : Share.values()) {
            long given = scroll.earlier.stream()
                    .filter(item -> share.turn().equals(item.turn()))
                    .count();
            assertThat(pipeline.ledger().given(share)).isEqualTo(given);
        }
        assertThat(pipeline.ledger().promised(Share.NEW_CONTENT)).isCloseTo(8, within(1e-9));
        assertThat(pipeline.ledger().given(Share.NEW_CONTENT)).isEqualTo(8);
        assertThat(pipeline.ledger().promised(Share.SMALL_AUTHOR)).isCloseTo(4, within(1e-9));
        assertThat(pipeline.ledger().given(Share.SMALL_AUTHOR)).isEqualTo(4);
    }

    @Test
    void a_page_that_is_built_and_not_served_does_not_count() {
        Platform platform = new Platform();
        platform.holds(content("c1").by("a1").ago(Duration.ofDays(1)));
        FeedPipeline pipeline = platform.feed();
        FeedRequest request = new FeedRequest("f1", ALICE, 1, context(Surface.FOR_YOU, NOON), List.of(), Set.of());
        Feed feed = pipeline.build(request);
        assertThat(feed.items()).hasSize(1);
        assertThat(pipeline.ledger().promised(Share.NEW_CONTENT)).isZero();
        pipeline.served(feed, Surface.FOR_YOU);
        assertThat(pipeline.ledger().promised(Share.NEW_CONTENT)).isPositive();
    }

    @Test
    void where_nobody_is_new_or_small_the_promise_stays_open() {
        Platform platform = new Platform();
        for (int i = 0; i < 30; i++) {
            platform.holds(content("c" + i).by("a" + i).ago(Duration.ofDays(30)));
        }
        FeedPipeline pipeline = platform.feed();
        new Platform.Scroll(pipeline, ALICE, Surface.FOR_YOU, Set.of()).page(20, NOON);
        assertThat(pipeline.ledger().promised(Share.NEW_CONTENT)).isCloseTo(2, within(1e-9));
        assertThat(pipeline.ledger().given(Share.NEW_CONTENT)).isZero();
        assertThat(List.of(Share.values())).extracting(Share::turn).containsExactly("new-content", "small-author");
    }
}
