package io.tuijian.launcher.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tuijian.models.ByViewer;
import io.tuijian.models.Heads;
import io.tuijian.models.Settings;
import io.tuijian.models.TrainingSet;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeaksTest {
    private static final Path FOLDER = Path.of(System.getProperty("tuijian.root"), "data", "kuairand-pure");

    private static Settings small(long seed) {
        Settings usual = Contest.settings(seed);
        return new Settings(seed, 1, 2, 32, List.of(16), .005, .05, 5, usual.leftOut(), usual.tables());
    }

    private static double aboveRandom(ExposureLog log, Protocol protocol, long seed) {
        ProtocolRows.Split rows = ProtocolRows.of(log, protocol, Logs.JUDGED);
        Contest contest = new Contest(rows);
        return ByViewer.of(rows.later(), contest.ranker(small(seed))).primary()
                - ByViewer.of(rows.later(), contest.atRandom()).primary();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatIsLearnedFromALogIsGoneWhenItsOutcomesArePermuted(Protocol protocol) {
        ExposureLog log = Logs.telling(5_000, 2);
        assertThat(aboveRandom(log, protocol, 1)).isGreaterThan(.1);
        Leaks leaks = new Leaks();
        for (long seed = 1; seed <= 4; seed++) {
            leaks.add(Leaks.trial(log, protocol, Logs.JUDGED, true, seed, small(seed)));
        }
        assertThat(leaks.meanAbove()).isCloseTo(0, within(.03)); // four standard errors at this size
    }

    @Test
    void aRowThatSeesItsOwnOutcomeIsFound() {
        ProtocolRows.Split rows = ProtocolRows.of(Logs.telling(3_000, 3).permuted(1), Protocol.STATIC, Logs.JUDGED);
        int leak = rows.later().names().indexOf("content.like_rate");
        for (TrainingSet part : List.of(rows.earlier(), rows.later())) {
            part.rows().forEach(row -> row.dense()[leak] = row.did(Heads.index(Heads.HEADLINE)) ? 1 : 0);
        }
        Contest contest = new Contest(rows);
        Leaks leaks = new Leaks();
        leaks.add(new Leaks.Trial(
                ByViewer.of(rows.later(), contest.ranker(small(1))).primary(),
                ByViewer.of(rows.later(), contest.atRandom()).primary()));
        assertThat(leaks.found()).isTrue();
        assertThat(leaks.verdict()).startsWith("A leak");
    }

    /** A quarter of the viewers, ten permutations; {@code ./tuijian evaluate ranking --permuted 10} takes them all. */
    @Tag("full")
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void theRealLogHasNoLeak(Protocol protocol) {
        ExposureLog log = ExposureLog.read(FOLDER);
        ExposureLog quarter = new ExposureLog(
                log.contents(),
                log.exposures().stream()
                        .filter(one -> Integer.parseInt(one.viewerId().substring(1)) % 4 == 0)
                        .toList());
        Leaks leaks = new Leaks();
        for (long seed = 1; seed <= 10; seed++) {
            leaks.add(Leaks.trial(quarter, protocol, LocalDate.of(2022, 4, 29), true, seed));
        }
        assertThat(leaks.meanAbove()).isCloseTo(0, within(Leaks.ALLOWED));
    }
}
