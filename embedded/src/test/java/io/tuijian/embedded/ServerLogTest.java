package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerLogTest {

    @Test
    void theLastErrorTellsMost() {
        assertThat(ServerLog.tellingLine(List.of(
                        "[INFO ] starting",
                        "java.lang.IllegalArgumentException: unknown setting [x]",
                        "\tat org.elasticsearch.Settings.read(Settings.java:1)",
                        "ERROR: Elasticsearch did not exit normally - check the logs",
                        "[INFO ] bye")))
                .isEqualTo("java.lang.IllegalArgumentException: unknown setting [x]");
    }

    @Test
    void withoutErrorTheLastLineIsAllThereIs() {
        assertThat(ServerLog.tellingLine(List.of("[INFO ] starting", "[INFO ] loading", "")))
                .isEqualTo("[INFO ] loading");
    }

    @Test
    void tooLittleMemoryIsNamed() {
        assertThat(ServerLog.tellingLine(List.of(
                        "Exception in thread \"main\" java.lang.RuntimeException: starting java failed with [1]",
                        "output:",
                        "Error occurred during initialization of VM",
                        "Could not reserve enough space for 2199023255552KB object heap",
                        "error:")))
                .isEqualTo("Could not reserve enough space for 2199023255552KB object heap");
    }

    @Test
    void noLogSaysNothing() {
        assertThat(new ServerLog(Path.of("nowhere")).tellingLine()).isEmpty();
    }
}
