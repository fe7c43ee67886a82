package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.features.FeatureSet;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Example;
import io.tuijian.schemas.RecentEngagement;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExampleRowsTest {
    private static final Instant EIGHT = Instant.parse("2026-11-21T08:00:00Z");
    private static final List<String> NAMES = FeatureSet.ALL.names();

    private final ExampleRows rows = new ExampleRows();

    private static Example.Builder example() {
        List<Float> features =
                IntStream.range(0, NAMES.size()).mapToObj(i -> i / 1000f).toList();
        return Example.newBuilder()
                .setId("f1|c1")
                .setFeedId("f1")
                .setViewerId("v1")
                .setContentId("c1")
                .setAuthorId("a1")
                .setKind(ContentKind.SHORT_VIDEO)
                .setSurface(Surface.VIDEOS)
                .setServedAt(EIGHT)
                .setPosition(3)
                .setFeatureNames(NAMES)
                .setFeatures(features)
                .setLabels(Map.of("SEEN", 1.0, "WATCH", 1.0, "LIKE", 1.0))
                .setWatchedMillis(5_000)
                .setDurationMillis(20_000)
                .setTopics(List.of("t1", "t2"))
                .setSampleRate(.5)
                .setRecent(List.of(RecentEngagement.newBuilder()
                        .setContentId("c9")
                        .setAuthorId("a9")
                        .setKind(ContentKind.POST)
                        .setAction(Action.LIKE)
                        .setAt(EIGHT.minusSeconds(60))
                        .setWatchedMillis(0)
                        .setId("")
                        .build()));
    }

    @Test
    void aRowIsWhatWasLogged() {
        TrainingSet.Row row = rows.row(example().build()).orElseThrow();
        assertThat(row.dense()[7]).isEqualTo(.007f);
        assertThat(row.surface()).isEqualTo("VIDEOS");
        assertThat(row.position()).isEqualTo(3);
        assertThat(row.sampleRate()).isEqualTo(.5f);
        assertThat(row.topics()).containsExactly("t1", "t2");
        assertThat(row.watchedShare()).isEqualTo(.25f);
        assertThat(row.did(Heads.index(Action.LIKE))).isTrue();
        assertThat(row.did(Heads.index(Action.COMMENT))).isFalse();
        assertThat(row.recent()).singleElement().satisfies(recent -> assertThat(recent.contentId())
                .isEqualTo("c9"));
        assertThat(rows.row(example().build()).orElseThrow().recent()).isSameAs(row.recent());
    }

    @Test
    void popularityIsWhatTheFeaturesSay() {
        TrainingSet.Row row = rows.row(example().build()).orElseThrow();
        assertThat(row.popularity()[Heads.index(Action.LONG_VIEW)])
                .isEqualTo(row.dense()[NAMES.indexOf("content.long_view_rate.drawn")]);
        assertThat(row.popularity()).hasSize(Heads.ALL.size());
    }

    @Test
    void anExampleOfAnotherReleaseIsReadByTheNamesOfItsFeatures() {
        TrainingSet.Row row = rows.row(example()
                        .setFeatureNames(List.of("viewer.of_yore", NAMES.get(5)))
                        .setFeatures(List.of(1f, 2f))
                        .build())
                .orElseThrow();
        assertThat(row.dense()[5]).isEqualTo(2);
        assertThat(row.dense()[4]).isNaN();
        assertThat(row.popularity()[Heads.index(Action.LONG_VIEW)]).isEqualTo((float) Heads.prior(Action.LONG_VIEW));
    }

    @Test
    void watchingIsUnknownWithoutADurationOrIfOnlyWhatFollowsFromItIsKnown() {
        assertThat(rows.row(example().setDurationMillis(0).build())
                        .orElseThrow()
                        .watchedShare())
                .isNaN();
        assertThat(rows.row(example()
                                .setLabels(Map.of("SEEN", 1.0, "LONG_VIEW", 1.0))
                                .build())
                        .orElseThrow()
                        .watchedShare())
                .isNaN();
        assertThat(rows.row(example()
                                .setLabels(Map.of("SEEN", 1.0))
                                .setWatchedMillis(0)
                                .build())
                        .orElseThrow()
                        .watchedShare())
                .isZero();
    }

    @Test
    void whatNobodySawOrNoModelSawOrHasOddFeaturesIsPassedOver() {
        assertThat(ExampleRows.passedOver(example().build())).isEmpty();
        assertThat(ExampleRows.passedOver(example().setLabels(Map.of()).build()))
                .contains(ExampleRows.PassedOver.UNSEEN);
        assertThat(ExampleRows.passedOver(example()
                        .setFeatureNames(List.of())
                        .setFeatures(Collections.emptyList())
                        .build()))
                .contains(ExampleRows.PassedOver.WITHOUT_FEATURES);
        Example odd = example().setFeatures(List.of(1f)).build();
        assertThat(ExampleRows.passedOver(odd)).contains(ExampleRows.PassedOver.MISSHAPEN);
        assertThat(rows.row(odd)).isEmpty();
    }
}
