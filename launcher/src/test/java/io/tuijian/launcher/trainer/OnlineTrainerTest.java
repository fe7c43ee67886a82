package io.tuijian.launcher.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.models.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OnlineTrainerTest {
    @TempDir
    private Path folder;

    private OnlineTrainer trainer() {
        return new OnlineTrainer(
                new OnlineTrainer.Plan(
                        "localhost:1",
                        folder.resolve("trainer"),
                        folder.resolve("registry"),
                        Settings.USUAL,
                        Duration.ofSeconds(20),
                        1_000,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(1),
                        Optional.empty()),
                TasteTable.SCHOOL,
                Clock.systemUTC(),
                line -> {});
    }

    @Test
    void one_that_is_closed_before_it_begins_never_begins() {
        OnlineTrainer trainer = trainer();
        trainer.close();
        trainer.run();
        assertThat(trainer.counts().of(Counts.Fate.LEARNED)).isZero();
    }

    @Test
    void one_may_be_closed_the_moment_it_is_started() throws InterruptedException {
        for (int attempt = 0; attempt < 10; attempt++) {
            OnlineTrainer trainer = trainer();
            AtomicReference<Throwable> problem = new AtomicReference<>();
            Thread thread = new Thread(trainer);
            thread.setUncaughtExceptionHandler((failed, e) -> problem.set(e));
            thread.start();
            trainer.close();
            thread.join();
            assertThat(problem).hasNullValue();
        }
    }

    @Test
    void what_it_wrote_is_forgotten_and_nothing_else() throws IOException {
        Path home = folder.resolve("trainer");
        OnlineTrainer.forget(home);
        trainer().close();
        Files.createDirectories(home.resolve("checkpoint-000000000001"));
        Files.writeString(home.resolve("checkpoint-000000000001").resolve("told.bin"), "");
        Path other = Files.writeString(home.resolve("notes"), "mine");
        OnlineTrainer.forget(home);
        assertThat(home).isDirectoryContaining(other::equals);
        assertThat(home.resolve(".lock")).doesNotExist();
        assertThat(home.resolve("checkpoint-000000000001")).doesNotExist();
        Files.delete(other);
        OnlineTrainer.forget(home);
        assertThat(home).doesNotExist();
    }
}
