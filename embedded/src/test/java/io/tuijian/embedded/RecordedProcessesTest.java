package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.tuijian.embedded.RecordedProcesses.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedProcessesTest {

    @TempDir
    private Path folder;

    @Test
    void aRecordedProcessIsEnded() throws IOException {
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        RecordedProcesses recorded = new RecordedProcesses(folder.resolve("processes"));
        recorded.record(Stream.of(sleeper.toHandle()));

        new RecordedProcesses(folder.resolve("processes")).endAll();

        assertThat(sleeper.isAlive()).isFalse();
        assertThat(folder.resolve("processes")).doesNotExist();
    }

    @Test
    void anotherProcessWithTheSameIdIsLeftAlone() throws IOException {
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        try {
            Entry entry = Entry.of(sleeper.toHandle());
            Files.writeString(folder.resolve("processes"), entry.pid() + " " + (entry.startedMillis() - 60_000) + "\n");

            new RecordedProcesses(folder.resolve("processes")).endAll();

            assertThat(sleeper.isAlive()).isTrue();
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void halfALineIsNoProcess() {
        assertThat(Entry.parse("12 345")).contains(new Entry(12, 345));
        assertThat(Entry.parse("12")).isEmpty();
        assertThat(Entry.parse("12 x")).isEmpty();
        assertThat(Entry.parse("")).isEmpty();
    }

    @Test
    void noFileMeansNoProcesses() {
        assertThat(new RecordedProcesses(folder.resolve("none")).read()).isEmpty();
    }
}
