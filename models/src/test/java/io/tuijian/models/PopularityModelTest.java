package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.features.AuthorState;
import io.tuijian.features.ContentState;
import io.tuijian.features.Context;
import io.tuijian.features.FeatureSet;
import io.tuijian.features.Outcome;
import io.tuijian.schemas.Action;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Surface;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class PopularityModelTest {
    private static final int LONG_VIEW = Heads.index(Action.LONG_VIEW);

    @Test
    void aNewContentOfANewAuthorHasThePrior() {
        float[] byHead = PopularityModel.byHead(ContentState.empty("c1"), AuthorState.empty("a1"));
        assertThat(byHead[LONG_VIEW]).isCloseTo(.3f, within(1e-6f));
        assertThat(byHead[Heads.index(Action.PURCHASE)]).isCloseTo(.0005f, within(1e-6f));
    }

    @Test
    void aNewContentHasTheRateOfItsAuthor() {
        AuthorState author = AuthorState.empty("a1");
        for (int i = 0; i < 80; i++) {
            author = author.after(outcome("s" + i, Action.SEEN)).after(outcome("l" + i, Action.LONG_VIEW));
        }
        float[] byHead = PopularityModel.byHead(ContentState.empty("c2"), author);
        assertThat(byHead[LONG_VIEW]).isCloseTo((80 + 20 * .3f) / 100, within(1e-6f));
    }

    @Test
    void whatHappenedToTheContentItselfIsNotCountedTwice() {
        ContentState content = ContentState.empty("c1");
        AuthorState author = AuthorState.empty("a1");
        for (int i = 0; i < 20; i++) {
            content = content.after(outcome("s" + i, Action.SEEN));
            author = author.after(outcome("s" + i, Action.SEEN));
        }
        assertThat(PopularityModel.byHead(content, author)[LONG_VIEW]).isCloseTo(.15f, within(1e-6f));
    }

    @Test
    void offlineAndServingAgreeAndNoInputsGiveNoPredictions() {
        World world = new World(1);
        PopularityModel model = new PopularityModel();
        TrainingSet rows = world.collector.set();
        TrainingSet.Row last = rows.row(rows.size() - 1);
        assertThat(model.score(rows).of(Action.LONG_VIEW)[rows.size() - 1]).isEqualTo(last.popularity()[LONG_VIEW]);
        assertThat(model.predict(List.of())).isEmpty();
        world.replay.finish();
        Context context = new Context(World.END, ZoneOffset.UTC, Surface.FOR_YOU, null, 0, null, null);
        List<Prediction> predictions = model.predict(
                world.replay.store().load("v1", List.of("c1", "c2"), context).inputs());
        assertThat(predictions).hasSize(2);
        assertThat(predictions.get(0).features().dense())
                .hasSize(FeatureSet.ALL.names().size());
        assertThat(predictions.get(0).probabilities().keySet()).containsExactlyInAnyOrderElementsOf(Heads.ALL);
    }

    @Test
    void rowsToJudgeByShowTheViewerAsKnownWhenJudgingBegan() {
        World world = new World(1);
        TrainingSet rows = world.collector.set();
        int column = rows.names().indexOf("viewer.long_view_rate");
        assertThat(rows.later().rows().stream()
                        .filter(row -> row.viewerId().equals("v3"))
                        .map(row -> row.dense()[column])
                        .distinct())
                .hasSize(1);
        assertThat(rows.earlier().rows().stream()
                        .filter(row -> row.viewerId().equals("v3"))
                        .map(row -> row.dense()[column])
                        .distinct())
                .hasSizeGreaterThan(5);
        assertThat(rows.earlier().size() + rows.later().size()).isEqualTo(rows.size());
    }

    @Test
    void aCollectorKeepsTheNewestRows() {
        TrainingSet all = new World(1).collector.set();
        TrainingSet few = new World(1, 100).collector.set();
        assertThat(few.size()).isEqualTo(100);
        assertThat(few.from())
                .isEqualTo(Instant.ofEpochMilli(all.row(all.size() - 100).servedAtMillis()));
    }

    private static Outcome outcome(String id, Action action) {
        return new Outcome(id, "v1", "c1", "a1", ContentKind.SHORT_VIDEO, List.of(), action, 1, 1, 0, 0, 0, "");
    }
}
