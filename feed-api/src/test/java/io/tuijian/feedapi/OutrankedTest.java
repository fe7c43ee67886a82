package io.tuijian.feedapi;

import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.FeatureInput;
import io.tuijian.features.Relations;
import io.tuijian.features.Story;
import io.tuijian.features.ViewerState;
import io.tuijian.ranking.Candidate;
import io.tuijian.ranking.Feed;
import io.tuijian.ranking.FeedRequest.Earlier;
import io.tuijian.ranking.Hydrated;
import io.tuijian.ranking.Placed;
import io.tuijian.ranking.ScoredContent;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutrankedTest {
    private final List<Earlier> earlier = new ArrayList<>();
    private final List<Placed> items = new ArrayList<>();

    private static ScoredContent scored(Story.Told told, double score) {
        Content content = told.told();
        FeatureInput input = new FeatureInput(
                ViewerState.empty("v1"),
                new Relations(),
                content,
                ContentState.empty(content.getId()),
                AuthorState.empty(content.getAuthorId()),
                context(Surface.FOR_YOU, NOON));
        Candidate candidate = new Candidate(content.getId(), List.of("trending"));
        return new ScoredContent(new Hydrated(candidate, input), null, score, Map.of());
    }

    private void onPage(Story.Told told, double score) {
        items.add(new Placed(scored(told, score), items.size(), score, Map.of(), null, null, List.of()));
    }

    private String by(ScoredContent content) {
        return by(content, Surface.FOR_YOU);
    }

    private String by(ScoredContent content, Surface surface) {
        Feed feed = new Feed(
                "f", new Feed.Versions("m", "t", null, null), items, List.of(), List.of(content), List.of(), Map.of());
        return new Outranked(feed, earlier, surface).by(content);
    }

    @Test
    void what_counts_for_less_was_outscored() {
        onPage(content("c1").by("a1"), 2);
        onPage(content("c2").by("a2"), 1);
        assertThat(by(scored(content("c3").by("a3"), 0.5))).isEqualTo("score");
        assertThat(by(scored(content("c3").by("a3"), 1))).isEqualTo("score");
    }

    @Test
    void what_counts_for_more_was_mixed_away() {
        onPage(content("c1").by("a1"), 2);
        onPage(content("c2").by("a2"), 1);
        assertThat(by(scored(content("c3").by("a3"), 1.5))).isEqualTo("mixing");
    }

    @Test
    void an_author_who_stood_twice_all_along_was_capped() {
        earlier.add(new Earlier("e1", "a1", ContentKind.SHORT_VIDEO));
        earlier.add(new Earlier("e2", "a1", ContentKind.SHORT_VIDEO));
        IntStream.range(0, 8).forEach(i -> onPage(content("c" + i).by("b" + i), 1));
        ScoredContent third = scored(content("c").by("a1"), 9);
        assertThat(by(third)).isEqualTo("author-cap");
        assertThat(by(third, Surface.FOLLOWING))
                .as("of nine followed authors no one is capped")
                .isEqualTo("mixing");
        onPage(content("c8").by("b8"), 1);
        assertThat(by(third, Surface.FOLLOWING)).as("but of ten").isEqualTo("author-cap");
    }

    @Test
    void a_cap_that_ended_on_the_page_is_not_all() {
        earlier.add(new Earlier("e1", "a1", ContentKind.SHORT_VIDEO));
        earlier.add(new Earlier("e2", "a1", ContentKind.SHORT_VIDEO));
        IntStream.range(0, 20).forEach(i -> onPage(content("c" + i).by("b" + i), 20 - i));
        assertThat(by(scored(content("c").by("a1"), 0.5)))
                .as("it could have had the last places, and was not good enough")
                .isEqualTo("score");
    }

    @Test
    void what_the_feed_holds_in_other_hands_is_a_duplicate() {
        onPage(content("c1").by("a1").repostOf("c9", "a9"), 2);
        assertThat(by(scored(content("c9").by("a9"), 9))).isEqualTo("near-duplicate");
        assertThat(by(scored(content("c2").by("a2").repostOf("c9", "a9"), 9))).isEqualTo("near-duplicate");
    }

    @Test
    void nothing_outranks_on_an_empty_page() {
        assertThat(by(scored(content("c1").by("a1"), 1))).isEqualTo("score");
    }
}
