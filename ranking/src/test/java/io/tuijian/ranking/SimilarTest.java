package io.tuijian.ranking;

import static io.tuijian.features.Story.ALICE;
import static io.tuijian.features.Story.NOON;
import static io.tuijian.features.Story.content;
import static io.tuijian.features.Story.context;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.ViewerState;
import io.tuijian.models.PopularityModel;
import io.tuijian.models.retrieval.Retrieval;
import io.tuijian.models.retrieval.VectorModel;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.Surface;
import io.tuijian.schemas.VectorField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The source {@code similar}: what is nearest to the viewer's last engagements. */
class SimilarTest {
    private static final Retrieval TOPICS =
            new Retrieval(new TopicSpace("v1", List.of("t-cats", "t-dogs")), VectorField.A);

    private final Platform platform = new Platform()
            .holds(
                    content("c1").by("a1").about("t-cats"),
                    content("c2").by("a2").about("t-cats", "t-dogs"),
                    content("c3").by("a3").about("t-dogs"),
                    content("c4").by("a4").about("t-cats").shopItem(3),
                    content("c5").by("a5").about("t-cats"));

    private static FeedRequest request(Surface surface) {
        return new FeedRequest("f1", ALICE, 4, context(surface, NOON), List.of(), Set.of());
    }

    private Feed page(Surface surface, Supplier<Optional<Retrieval>> retrieval) {
        InMemoryContentIndex index = new InMemoryContentIndex(platform.store, retrieval);
        return new FeedPipeline(new FeedPipeline.Parts(
                        index, index, platform.store, PopularityModel::new, retrieval, () -> Tuning.DEFAULT))
                .build(request(surface));
    }

    private static List<String> similar(Feed feed) {
        List<Hydrated> found = new ArrayList<>();
        feed.items().forEach(item -> found.add(item.content().hydrated()));
        feed.outranked().forEach(item -> found.add(item.hydrated()));
        return found.stream()
                .filter(one -> one.candidate().sources().contains("similar"))
                .map(one -> one.content().getId())
                .sorted()
                .toList();
    }

    private List<String> nearest(ContentQuery query) {
        return new InMemoryContentIndex(platform.store, () -> Optional.of(TOPICS))
                .search(List.of(query))
                .get(0)
                .contentIds();
    }

    @Test
    void the_nearest_come_first() {
        assertThat(nearest(ContentQuery.nearest(TOPICS, new float[] {1, .1f}, 9)))
                .containsExactly("c1", "c4", "c5", "c2", "c3");
        assertThat(nearest(ContentQuery.nearest(TOPICS, new float[] {-1, 1}, 2)))
                .containsExactly("c3", "c2");
    }

    @Test
    void what_was_enjoyed_finds_its_kin_and_says_so() {
        platform.did(ALICE, Action.LIKE, "c1", NOON);
        Feed page = page(Surface.FOR_YOU, () -> Optional.of(TOPICS));
        assertThat(similar(page)).contains("c4", "c5");
        assertThat(page.degraded()).isEmpty();
        assertThat(page.items())
                .filteredOn(item -> item.content().contentId().equals("c5"))
                .singleElement()
                .satisfies(item ->
                        assertThat(item.reasons()).extracting(Reason::code).contains("similar"));
    }

    @Test
    void the_shop_asks_for_shop_items_alone() {
        platform.did(ALICE, Action.LIKE, "c1", NOON);
        assertThat(similar(page(Surface.SHOP, () -> Optional.of(TOPICS)))).containsExactly("c4");
    }

    @Test
    void without_a_model_or_engagements_the_source_is_left_out_silently() {
        Feed stranger = page(Surface.FOR_YOU, () -> Optional.of(TOPICS));
        assertThat(similar(stranger)).isEmpty();
        assertThat(stranger.degraded()).isEmpty();
        platform.did(ALICE, Action.LIKE, "c1", NOON);
        Feed untrained = page(Surface.FOR_YOU, Optional::empty);
        assertThat(similar(untrained)).isEmpty();
        assertThat(untrained.degraded()).isEmpty();
    }

    @Test
    void a_viewer_of_whom_the_model_knows_nothing_is_near_to_nothing() {
        platform.did(ALICE, Action.LIKE, "c1", NOON);
        Retrieval chess = new Retrieval(new TopicSpace("v1", List.of("t-chess")), VectorField.A);
        Feed page = page(Surface.FOR_YOU, () -> Optional.of(chess));
        assertThat(similar(page)).isEmpty();
        assertThat(page.degraded()).isEmpty();
    }

    @Test
    void a_model_that_fails_is_named_and_the_page_is_full() {
        platform.did(ALICE, Action.LIKE, "c1", NOON);
        Feed page = page(Surface.FOR_YOU, () -> Optional.of(new Retrieval(new Failing(), VectorField.A)));
        assertThat(page.degraded()).containsExactly("source similar");
        assertThat(page.items()).hasSize(4);
        assertThat(page(Surface.FOLLOWING, () -> Optional.of(new Retrieval(new Failing(), VectorField.A)))
                        .degraded())
                .as("where it is not asked")
                .isEmpty();
    }

    @Test
    void vectors_of_two_versions_never_meet() {
        ContentQuery older = ContentQuery.nearest(
                new Retrieval(new TopicSpace("v0", List.of("t-dogs", "t-cats")), VectorField.B), new float[] {1, 0}, 9);
        assertThat(new InMemoryContentIndex(platform.store, () -> Optional.of(TOPICS)).search(List.of(older)))
                .containsExactly(new ContentIndex.Answer(List.of(), true));
        assertThat(platform.index.search(List.of(older))).containsExactly(new ContentIndex.Answer(List.of(), true));
    }

    @Test
    void a_page_is_built_with_one_model_however_often_its_sources_reach_further() {
        platform.did(ALICE, Action.LIKE, "c1", NOON);
        List<Integer> asked = new ArrayList<>();
        InMemoryContentIndex index = new InMemoryContentIndex(platform.store, () -> Optional.of(TOPICS));
        FeedPipeline pipeline = new FeedPipeline(new FeedPipeline.Parts(
                index,
                index,
                platform.store,
                PopularityModel::new,
                () -> {
                    asked.add(asked.size());
                    return Optional.of(TOPICS);
                },
                () -> Tuning.DEFAULT));
        pipeline.build(new FeedRequest("f1", ALICE, 50, context(Surface.FOR_YOU, NOON), List.of(), Set.of()));
        assertThat(asked).isEqualTo(IntStream.range(0, 1).boxed().toList());
    }

    /** A model that cannot place anyone. */
    private record Failing() implements VectorModel {
        @Override
        public String version() {
            return "v1";
        }

        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public float[] viewerVector(List<ViewerState.Recent> newestFirst) {
            throw new IllegalStateException("no");
        }

        @Override
        public float[] contentVector(Content content) {
            throw new IllegalStateException("no");
        }
    }
}
