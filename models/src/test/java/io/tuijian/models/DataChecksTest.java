package io.tuijian.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bad day is named: its labels belong to other rows, its rows are missing, a feature is stuck, an action is gone. */
class DataChecksTest {
    private static final int DAYS = 8;
    private static final String BAD = "2026-11-04";
    private static final long BEGINS = Instant.parse(BAD + "T00:00:00Z").toEpochMilli();
    private static final TrainingSet GOOD = Rows.planted(DAYS * 1440, 1);

    @Test
    void good_days_are_kept() {
        assertThat(broken(GOOD, null)).isEmpty();
        assertThat(broken(Rows.planted(DAYS * 1440, 2), profile(GOOD))).isEmpty();
    }

    @Test
    void labels_of_other_rows() {
        TrainingSet bad = onTheBadDay(GOOD, DataChecksTest::permuted);
        assertThat(broken(bad, null)).singleElement().asString().startsWith("LabelsFollowPopularity: " + BAD);
    }

    @Test
    void half_of_a_day_is_missing() {
        TrainingSet bad = onTheBadDay(GOOD, DataChecksTest::half);
        assertThat(broken(bad, null)).singleElement().asString().startsWith("DataComplete: " + BAD + " has 720 rows");
    }

    @Test
    void a_day_is_missing() {
        TrainingSet bad = onTheBadDay(GOOD, rows -> List.of());
        assertThat(broken(bad, null)).singleElement().isEqualTo("DataComplete: " + BAD + " has no rows");
    }

    @Test
    void a_feature_is_stuck() {
        TrainingSet bad = onTheBadDay(GOOD, DataChecksTest::stuck);
        assertThat(broken(bad, null))
                .singleElement()
                .isEqualTo("FeaturesVary: viewer_topic.lately has one value on " + BAD);
    }

    @Test
    void an_action_is_gone() {
        TrainingSet bad = onTheBadDay(GOOD, DataChecksTest::unliked);
        assertThat(broken(bad, null))
                .singleElement()
                .asString()
                .startsWith("LabelsAsFrequent: LIKE on " + BAD + ": 0.00 % of rows");
    }

    @Test
    void where_all_days_are_bad_the_version_before_tells() {
        DataProfile before = profile(GOOD);
        assertThat(broken(with(permuted(GOOD.rows())), before))
                .singleElement()
                .asString()
                .contains("LabelsFollowPopularity: 2026-11-0", "usual is 0.6");
        assertThat(broken(with(half(GOOD.rows())), before))
                .singleElement()
                .asString()
                .startsWith("DataComplete: 2026-11-01 has 720 rows, usual are 1,440");
        assertThat(broken(with(stuck(GOOD.rows())), before))
                .singleElement()
                .asString()
                .startsWith("FeaturesVary");
    }

    @Test
    void what_a_person_knows_is_not_held_against_the_version_before() {
        assertThat(broken(with(half(GOOD.rows())), profile(GOOD))).isNotEmpty();
        assertThat(new Verdict(DataChecks.of(
                                profile(with(half(GOOD.rows()))).startingAnew(), Optional.of(profile(GOOD))))
                        .reasons())
                .isEmpty();
    }

    @Test
    void a_value_per_day_is_the_nature_of_the_calendar() {
        int column = GOOD.names().indexOf("context.weekday_sin");
        assertThat(broken(
                        onTheBadDay(GOOD, rows -> rows.stream()
                                .map(row -> row.seen(at(row.dense(), column)))
                                .toList()),
                        null))
                .isEmpty();
    }

    private static float[] at(float[] dense, int column) {
        float[] same = dense.clone();
        same[column] = 0;
        return same;
    }

    @Test
    void another_source_is_not_compared_with() {
        DataProfile other = DataProfile.of(GOOD, "elsewhere", Settings.USUAL, Evaluation::new);
        assertThat(broken(with(half(GOOD.rows())), other)).isEmpty();
    }

    @Test
    void a_profile_is_read_as_it_was_written(@TempDir Path folder) throws Exception {
        Artifact artifact = new Artifact("ranker", "1", folder);
        DataProfile profile = profile(GOOD);
        profile.write(artifact);
        assertThat(DataProfile.of(artifact)).contains(profile);
    }

    @Test
    void the_same_rows_and_settings_have_the_same_fingerprint() {
        assertThat(profile(Rows.planted(2_000, 1)).fingerprint())
                .isEqualTo(profile(Rows.planted(2_000, 1)).fingerprint())
                .isNotEqualTo(profile(Rows.planted(2_000, 2)).fingerprint());
    }

    @Test
    void the_order_of_what_is_left_out_does_not_matter() {
        TrainingSet rows = Rows.planted(2_000, 1);
        assertThat(DataProfile.of(rows, "here", leavingOut("a", "b"), Evaluation::new)
                        .fingerprint())
                .isEqualTo(DataProfile.of(rows, "here", leavingOut("b", "a"), Evaluation::new)
                        .fingerprint());
    }

    private static Settings leavingOut(String... names) {
        Settings usual = Settings.USUAL;
        return new Settings(
                usual.seed(),
                usual.members(),
                usual.epochs(),
                usual.batch(),
                usual.hidden(),
                usual.learningRate(),
                usual.stopShare(),
                usual.minPositives(),
                new LinkedHashSet<>(List.of(names)),
                usual.tables());
    }

    private static DataProfile profile(TrainingSet rows) {
        return DataProfile.of(rows, "here", Settings.USUAL, Evaluation::new);
    }

    private static List<String> broken(TrainingSet rows, DataProfile before) {
        return new Verdict(DataChecks.of(profile(rows), Optional.ofNullable(before))).reasons();
    }

    private static TrainingSet with(List<TrainingSet.Row> rows) {
        return new TrainingSet(GOOD.names(), rows, GOOD.judgedFrom());
    }

    private static TrainingSet onTheBadDay(TrainingSet rows, UnaryOperator<List<TrainingSet.Row>> change) {
        List<TrainingSet.Row> all = new ArrayList<>();
        List<TrainingSet.Row> day = new ArrayList<>();
        for (TrainingSet.Row row : rows.rows()) {
            boolean bad = row.servedAtMillis() >= BEGINS && row.servedAtMillis() < BEGINS + 86_400_000L;
            (bad ? day : all).add(row);
        }
        all.addAll(change.apply(day));
        return with(all);
    }

    private static List<TrainingSet.Row> permuted(List<TrainingSet.Row> rows) {
        List<Integer> labels =
                new ArrayList<>(rows.stream().map(TrainingSet.Row::labels).toList());
        Collections.shuffle(labels, new Random(3));
        return IntStream.range(0, rows.size())
                .mapToObj(i -> rows.get(i).labelled(labels.get(i), rows.get(i).watchedShare()))
                .toList();
    }

    private static List<TrainingSet.Row> half(List<TrainingSet.Row> rows) {
        return IntStream.range(0, rows.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(rows::get)
                .toList();
    }

    private static List<TrainingSet.Row> stuck(List<TrainingSet.Row> rows) {
        return rows.stream().map(row -> row.seen(with(row.dense().clone()))).toList();
    }

    private static float[] with(float[] dense) {
        dense[Rows.PLANTED] = 0;
        return dense;
    }

    private static List<TrainingSet.Row> unliked(List<TrainingSet.Row> rows) {
        int like = 1 << Heads.index(io.tuijian.schemas.Action.LIKE);
        return rows.stream()
                .map(row -> row.labelled(row.labels() & ~like, row.watchedShare()))
                .toList();
    }
}
