package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path root;

    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        checkpoints = new Checkpoints(root);
    }

    @Test
    void aJobThatNeverRanHasNone() {
        assertThat(checkpoints.newest("states")).isEmpty();
    }

    @Test
    void theNewestAcrossRunsWins() throws IOException {
        completed("states", "run1", 9, NOON);
        Path newest = completed("states", "run2", 3, NOON.plusSeconds(60));
        completed("reach", "run3", 99, NOON.plusSeconds(600));

        assertThat(checkpoints.newest("states")).contains(newest);
    }

    @Test
    void atTheSameTimeTheHigherNumberWins() throws IOException {
        completed("states", "run", 9, NOON);
        Path newest = completed("states", "run", 10, NOON);

        assertThat(checkpoints.newest("states")).contains(newest);
    }

    @Test
    void oneThatWasNotCompletedDoesNotCount() throws IOException {
        Path complete = completed("states", "run", 1, NOON);
        Files.createDirectories(root.resolve("states/run/chk-2"));

        assertThat(checkpoints.newest("states")).contains(complete);
    }

    @Test
    void aNameCannotLeaveTheFolder() {
        assertThatThrownBy(() -> checkpoints.folder("../states")).isInstanceOf(IllegalArgumentException.class);
    }

    private Path completed(String job, String run, int number, Instant at) throws IOException {
        Path folder = Files.createDirectories(root.resolve(job).resolve(run).resolve("chk-" + number));
        Path metadata = Files.writeString(folder.resolve("_metadata"), "");
        Files.setLastModifiedTime(metadata, FileTime.from(at));
        return folder;
    }
}
