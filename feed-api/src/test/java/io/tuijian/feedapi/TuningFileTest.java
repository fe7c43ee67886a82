package io.tuijian.feedapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.ranking.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningFileTest {
    @TempDir
    private Path folder;

    private long nanos;

    private Path file() {
        return folder.resolve("tuning.json");
    }

    private void holds(String json) throws IOException {
        Files.writeString(file(), json);
    }

    private TuningFile opened() {
        return new TuningFile(file(), () -> nanos);
    }

    private Tuning aSecondLater(TuningFile tuning) {
        nanos += Duration.ofSeconds(1).toNanos();
        return tuning.get();
    }

    @Test
    void without_a_file_it_is_the_tuning_that_comes_with_the_product() {
        assertThat(new TuningFile(null).get()).isEqualTo(Tuning.DEFAULT);
        TuningFile missing = opened();
        assertThat(missing.get()).isEqualTo(Tuning.DEFAULT);
        assertThat(missing.degraded()).isEmpty();
    }

    @Test
    void a_file_that_comes_changes_or_goes_is_noticed_within_a_second() throws IOException {
        TuningFile tuning = opened();
        holds("{\"version\": \"t2\"}");
        assertThat(tuning.get().version()).as("not looked again yet").isEqualTo("tuning-1");
        assertThat(aSecondLater(tuning)).isEqualTo(new Tuning("t2", Map.of()));
        holds("{\"version\": \"t3\", \"fateRate\": 0.5}");
        assertThat(aSecondLater(tuning).fateRate()).isEqualTo(.5);
        Files.delete(file());
        assertThat(aSecondLater(tuning).version()).as("goes on").isEqualTo("t3");
        assertThat(tuning.degraded()).isEmpty();
        holds("{\"version\": \"t4\"}");
        assertThat(aSecondLater(tuning).version()).isEqualTo("t4");
    }

    @Test
    void a_bad_file_is_refused_and_the_one_before_goes_on() throws IOException {
        holds("{\"version\": \"t2\"}");
        TuningFile tuning = opened();
        assertThat(tuning.get().version()).isEqualTo("t2");
        for (String bad :
                new String[] {"{\"version\": \"t3\", \"fateRate\": 7}", "", "{\"versio", "[]", " ".repeat(2 << 20)}) {
            holds(bad);
            assertThat(aSecondLater(tuning).version()).isEqualTo("t2");
            assertThat(tuning.degraded()).containsExactly("tuning");
        }
        holds("{\"version\": \"t4\"}");
        assertThat(aSecondLater(tuning).version()).isEqualTo("t4");
        assertThat(tuning.degraded()).isEmpty();
    }

    @Test
    void other_values_under_the_same_version_are_refused() throws IOException {
        holds("{\"version\": \"t2\", \"fateRate\": 0.5}");
        TuningFile tuning = opened();
        holds("{\"version\": \"t2\", \"fateRate\": 0.25}");
        assertThat(aSecondLater(tuning).fateRate()).isEqualTo(.5);
        assertThat(tuning.degraded()).containsExactly("tuning");
        holds("{\"fateRate\": 0.5, \"version\": \"t2\"}");
        assertThat(aSecondLater(tuning).fateRate()).isEqualTo(.5);
        assertThat(tuning.degraded()).as("the same values, written otherwise").isEmpty();
        holds("{\"version\": \"" + Tuning.DEFAULT.version() + "\", \"fateRate\": 0.25}");
        assertThat(opened().degraded())
                .as("that of the product is in use at first")
                .containsExactly("tuning");
    }

    @Test
    void a_bad_file_at_the_start_leaves_the_tuning_that_comes_with_the_product() throws IOException {
        holds("no tuning");
        TuningFile tuning = opened();
        assertThat(tuning.get()).isEqualTo(Tuning.DEFAULT);
        assertThat(tuning.degraded()).containsExactly("tuning");
    }

    @Test
    void a_folder_in_its_place_is_refused() throws IOException {
        Files.createDirectory(file());
        assertThat(opened().degraded()).containsExactly("tuning");
    }
}
