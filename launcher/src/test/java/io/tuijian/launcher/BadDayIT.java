package io.tuijian.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.Progress;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.dl4j.RankerTraining.Judging;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retraining on the real log, of which one day went wrong: the gate refuses, and its report says which day and what, and
 * nothing else. One pass of a small network does: what the rows are like does not depend on how well it learns.
 */
@Tag("full")
class BadDayIT {
    private static final String BAD = "2022-05-05";
    private static final long BEGINS = Instant.parse(BAD + "T00:00:00Z").toEpochMilli();
    private static final Instant NOW = Instant.parse("2022-05-09T00:00:00Z");
    private static final Settings QUICK = new Settings(
            17, 1, 1, 1024, List.of(64, 32), .003, .12, 120, Settings.USUAL.leftOut(), Settings.Tables.USUAL);

    private static TrainingSet good;

    @TempDir
    private Path folder;

    @BeforeAll
    static void read() {
        good = RankerFromFiles.ofLog(RunningDemo.ROOT.resolve("data/kuairand-pure"));
    }

    @Test
    void the_log_as_it_is_is_promoted() {
        RankerTraining.Trained trained = retrained(rows -> rows);
        assertThat(trained.verdict().reasons()).isEmpty();
        assertThat(trained.promoted()).isTrue();
    }

    @Test
    void labels_of_other_rows_are_named() throws Exception {
        refused("LabelsFollowPopularity: " + BAD, rows -> {
            List<Integer> labels =
                    new ArrayList<>(rows.stream().map(TrainingSet.Row::labels).toList());
            Collections.shuffle(labels, new Random(3));
            return IntStream.range(0, rows.size())
                    .mapToObj(
                            i -> rows.get(i).labelled(labels.get(i), rows.get(i).watchedShare()))
                    .toList();
        });
    }

    @Test
    void a_missing_half_is_named() throws Exception {
        refused("DataComplete: " + BAD, rows -> IntStream.range(0, rows.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(rows::get)
                .toList());
    }

    @Test
    void a_stuck_feature_is_named() throws Exception {
        int column = good.names().indexOf("content.long_view_rate");
        refused("FeaturesVary: content.long_view_rate has one value on " + BAD, rows -> rows.stream()
                .map(row -> row.seen(stuck(row.dense(), column)))
                .toList());
    }

    private static float[] stuck(float[] dense, int column) {
        float[] other = dense.clone();
        other[column] = 0;
        return other;
    }

    private void refused(String cause, UnaryOperator<List<TrainingSet.Row>> change) throws Exception {
        RankerTraining.Trained trained = retrained(change);
        Registry registry = new Registry(folder);
        assertThat(trained.promoted()).isFalse();
        assertThat(trained.verdict().reasons()).singleElement().asString().startsWith(cause);
        assertThat(Files.readString(registry.artifact(RankerTraining.MODEL, trained.version())
                        .gateFile()))
                .contains(cause.substring(cause.indexOf(' ') + 1));
        assertThat(registry.current(RankerTraining.MODEL)).isEmpty();
    }

    private RankerTraining.Trained retrained(UnaryOperator<List<TrainingSet.Row>> change) {
        List<TrainingSet.Row> rows = new ArrayList<>();
        List<TrainingSet.Row> day = new ArrayList<>();
        for (TrainingSet.Row row : good.rows()) {
            boolean bad = row.servedAtMillis() >= BEGINS && row.servedAtMillis() < BEGINS + 86_400_000L;
            (bad ? day : rows).add(row);
        }
        rows.addAll(change.apply(day));
        return RankerTraining.run(
                new TrainingSet(good.names(), rows, good.judgedFrom()),
                NOW,
                new Registry(folder),
                QUICK,
                Progress.UNHEARD,
                true,
                Judging.BY_VIEWER);
    }
}
