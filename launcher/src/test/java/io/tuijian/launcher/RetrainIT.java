package io.tuijian.launcher;

import static io.tuijian.launcher.RankerFromFiles.Aim.PROMOTE;
import static io.tuijian.launcher.RankerFromFiles.Outcome.ALLOWED;
import static io.tuijian.launcher.RankerFromFiles.Outcome.PINNED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.PopularityModel;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.dl4j.RankerTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler may start a retraining as often as it likes: the same rows change nothing that a person or time decided. */
@Tag("full")
class RetrainIT {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final Settings QUICK = new Settings(
            17, 1, 1, 1024, List.of(64, 32), .003, .12, 120, Settings.USUAL.leftOut(), Settings.Tables.USUAL);

    @TempDir
    private Path folder;

    private Registry registry;
    private StringWriter said;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
        said = new StringWriter();
    }

    private RankerFromFiles.Outcome retrain(int minute) {
        said = new StringWriter();
        return new RankerFromFiles(
                        RunningDemo.ROOT.resolve("data/kuairand-pure"),
                        RankerFromFiles.Window.ALL,
                        folder,
                        QUICK,
                        new PrintWriter(said, true))
                .train(PROMOTE, Clock.fixed(NOW.plusSeconds(60L * minute), ZoneOffset.UTC));
    }

    private Registry.Current current() {
        return registry.current(RankerTraining.MODEL).orElseThrow();
    }

    @Test
    void the_same_rows_again_train_nothing_and_change_nothing() throws IOException {
        assertThat(retrain(0)).as(said.toString()).isEqualTo(ALLOWED);
        Registry.Current first = current();

        assertThat(retrain(1)).isEqualTo(ALLOWED);
        assertThat(said.toString()).contains("was trained on just these rows", "It is served.");
        assertThat(registry.list(RankerTraining.MODEL)).hasSize(1);
        assertThat(current()).isEqualTo(first);

        registry.promote(RankerTraining.MODEL, another(first.version()), NOW.plusSeconds(120));
        Registry.Current newer = current();
        assertThat(retrain(3)).isEqualTo(ALLOWED);
        assertThat(said.toString()).contains("which is newer, is served");
        assertThat(current()).isEqualTo(newer);

        registry.rollback(RankerTraining.MODEL, NOW.plusSeconds(240));
        Registry.Current popularity = registry.rollback(RankerTraining.MODEL, NOW.plusSeconds(420));
        assertThat(popularity.version()).isEqualTo(PopularityModel.VERSION);
        assertThat(retrain(8)).isEqualTo(PINNED);
        assertThat(current()).isEqualTo(popularity);
    }

    /** A newer version of other rows, as far as the registry can tell. */
    private String another(String version) throws IOException {
        Path from = registry.artifact(RankerTraining.MODEL, version).folder();
        Registry.Draft draft = registry.draft(RankerTraining.MODEL, NOW.plusSeconds(120));
        for (String file : List.of("model.zip", "features.json", "metrics.json")) {
            Files.copy(from.resolve(file), draft.artifact().folder().resolve(file));
        }
        return draft.publish().version();
    }
}
