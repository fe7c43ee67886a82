package io.tuijian.launcher.evaluate;

import static io.tuijian.launcher.evaluate.Logs.JUDGED_FROM;
import static io.tuijian.launcher.evaluate.Logs.exposure;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.launcher.world.Impression;
import io.tuijian.launcher.world.KuaiRand;
import io.tuijian.models.Heads;
import io.tuijian.models.TrainingSet;
import io.tuijian.schemas.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProtocolRowsTest {
    private static final Path FOLDER = Path.of(System.getProperty("tuijian.root"), "data", "kuairand-pure");
    private static final LocalDate DAY = LocalDate.of(2022, 4, 25);
    private static final Instant NOON = JUDGED_FROM.plus(Duration.ofHours(12));

    private static float feature(TrainingSet set, int row, String name) {
        return set.row(row).dense()[set.names().indexOf(name)];
    }

    private static ProtocolRows.Split split(Protocol protocol, Exposure... exposures) {
        return ProtocolRows.of(new ExposureLog(Logs.contents(2), List.of(exposures)), protocol, Logs.JUDGED);
    }

    private static TrainingSet judged(Protocol protocol, Exposure... exposures) {
        return split(protocol, exposures).later();
    }

    @Test
    void aStaticRowSeesNothingOfWhatHappenedSinceJudgingBegan() {
        Exposure before = exposure(0, "v1", "c0", JUDGED_FROM.minusSeconds(60), true, 20_000);
        Exposure since = exposure(1, "v2", "c0", JUDGED_FROM.plusSeconds(60), true, 20_000);
        Exposure judged = exposure(2, "v3", "c0", NOON, false, 0);
        TrainingSet with = judged(Protocol.STATIC, before, since, judged);
        TrainingSet without = judged(Protocol.STATIC, before, judged);
        assertThat(with.row(1).dense()).isEqualTo(without.row(0).dense());
        assertThat(with.row(1).popularity()).isEqualTo(without.row(0).popularity());
        assertThat(feature(with, 1, "content.seen")).isEqualTo((float) Math.log(2));
    }

    @Test
    void aPrequentialRowSeesAnOutcomeOnceItCouldBeKnownAndItsOwnViewerAsBefore() {
        Exposure watched = exposure(0, "v1", "c0", NOON, true, 20_000);
        Exposure meanwhile = exposure(1, "v2", "c0", NOON.plusSeconds(20), false, 0);
        Exposure later = exposure(2, "v3", "c0", NOON.plusSeconds(21), false, 0);
        Exposure again = exposure(3, "v1", "c1", NOON.plusSeconds(22), false, 0);
        TrainingSet rows = judged(Protocol.PREQUENTIAL, watched, meanwhile, later, again);
        float nobody = feature(rows, 0, "content.long_view_rate");
        assertThat(feature(rows, 1, "content.long_view_rate")).isLessThan(nobody); // seen, and no long view known
        assertThat(feature(rows, 2, "content.long_view_rate"))
                .isGreaterThan(feature(rows, 1, "content.long_view_rate"));
        assertThat(feature(rows, 3, "viewer.long_view_rate")).isEqualTo(feature(rows, 0, "viewer.long_view_rate"));
        assertThat(rows.row(3).recent()).isEmpty();
    }

    @Test
    void theSameViewerAndVideoInTheSameMillisecondTellEachOtherNothing() {
        TrainingSet twice = judged(
                Protocol.PREQUENTIAL, exposure(0, "v1", "c0", NOON, true, 0), exposure(1, "v1", "c0", NOON, true, 0));
        assertThat(twice.row(1).dense()).isEqualTo(twice.row(0).dense());
    }

    @Test
    void ofAnEarlierExposureOnlyLongViewAndLikeAreLabels() {
        Exposure seen = exposure(0, "v1", "c0", Logs.START, true, 0);
        Exposure earlier = new Exposure(0, "v1", "c0", "ac0", null, seen.atMillis(), null, seen.actions(), 0);
        TrainingSet.Row row = split(Protocol.STATIC, earlier).earlier().row(0);
        assertThat(row.label(Heads.index(Action.LONG_VIEW))).isEqualTo(1);
        assertThat(row.label(Heads.index(Action.LIKE))).isZero();
        for (Action unknown : List.of(Action.OPEN, Action.FINISH, Action.HIDE, Action.WATCH)) {
            assertThat(row.label(Heads.index(unknown))).isNaN();
        }
        assertThat(row.surface()).isEqualTo(ProtocolRows.UNKNOWN_SURFACE);
    }

    /** The log files some exposures of the hour before midnight under the next day. */
    @Test
    void whatTheLogFilesUnderTheFirstDayJudgedIsJudgedAlsoIfItWasShortlyBefore() {
        Exposure filed = exposure(0, "v1", "c0", JUDGED_FROM.minusSeconds(600), true, 0);
        Exposure early = new Exposure(0, "v1", "c0", "ac0", Logs.JUDGED, filed.atMillis(), "1", filed.actions(), 0);
        Exposure known = exposure(1, "v2", "c0", JUDGED_FROM.minusSeconds(300), true, 0);
        assertThat(split(Protocol.STATIC, early, known).earlier().size()).isEqualTo(1);
        assertThat(feature(judged(Protocol.STATIC, early, known), 0, "content.seen"))
                .isEqualTo((float) Math.log(2));
        assertThat(split(Protocol.PREQUENTIAL, early, known).earlier().size()).isZero();
        assertThat(feature(judged(Protocol.PREQUENTIAL, early, known), 0, "content.seen"))
                .isZero();
    }

    @Test
    void whatIsPackedIsUnpackedAsItWas() {
        try (Stream<Impression> impressions = new KuaiRand(FOLDER).impressions()) {
            impressions.limit(20_000).forEach(impression -> {
                Exposure exposure = Exposure.of(impression, DAY);
                assertThat(exposure.served()).isEqualTo(impression.served());
                assertThat(exposure.engagements()).containsExactlyInAnyOrderElementsOf(impression.engagements());
            });
        }
    }

    @Test
    void aPermutationKeepsWhoSawWhatAndWhatHappenedButNotToWhom() {
        ExposureLog log = Logs.telling(3_000, 1);
        ExposureLog permuted = log.permuted(5);
        Comparator<Exposure> byOutcome =
                Comparator.comparingInt(Exposure::actions).thenComparingLong(Exposure::watchedMillis);
        assertThat(permuted.exposures())
                .usingElementComparator(Comparator.comparingLong(Exposure::number)
                        .thenComparing(Exposure::viewerId)
                        .thenComparing(Exposure::contentId)
                        .thenComparingLong(Exposure::atMillis))
                .containsExactlyElementsOf(log.exposures());
        assertThat(permuted.exposures())
                .usingElementComparator(byOutcome)
                .containsExactlyInAnyOrderElementsOf(log.exposures());
        assertThat(permuted.exposures()).isNotEqualTo(log.exposures());
    }
}
