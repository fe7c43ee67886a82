package io.tuijian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkInProcessIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private static RunningJob run(FlinkInProcess flink, boolean dropState, String... sources) {
        StreamExecutionEnvironment environment = flink.environment("job", 1, Duration.ofMinutes(10));
        for (String source : sources) {
            environment
                    .fromSequence(1, Long.MAX_VALUE)
                    .uid(source)
                    .sinkTo(new DiscardingSink<>())
                    .uid("nowhere-" + source);
        }
        return flink.submit(environment, "job", dropState);
    }

    @Test
    void aPartWithStateIsLeftBehindOnlyWhereThatIsAllowed() {
        try (FlinkInProcess flink = FlinkInProcess.start(folder.resolve("state"), 2, Map.of())) {
            RunningJob both = run(flink, false, "kept", "dropped");
            both.awaitRunning(DEADLINE);
            both.checkpoint();
            both.cancel();

            assertThatThrownBy(() -> run(flink, false, "kept").awaitRunning(DEADLINE))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("allowNonRestoredState"); // which RunJobs looks for

            RunningJob one = run(flink, true, "kept");
            one.awaitRunning(DEADLINE);
            assertThat(one.restoredFrom()).isPresent();
            one.cancel();
        }
    }
}
