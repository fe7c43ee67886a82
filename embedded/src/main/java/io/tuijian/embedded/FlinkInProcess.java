package io.tuijian.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Flink alone in this process, its checkpoints in a folder that outlives it: a job submitted again goes on from the
 * newest checkpoint that was completed, however the process before ended.
 */
public final class FlinkInProcess implements AutoCloseable {
    private final StateFolder folder;
    private final EmbeddedFlink flink;
    private boolean closed;

    private FlinkInProcess(StateFolder folder, EmbeddedFlink flink) {
        this.folder = folder;
        this.flink = flink;
    }

    /**
     * Locks the folder and starts Flink.
     *
     * @param slots the sum of the parallelism of all jobs that run at once
     * @param settings Flink's own, over the defaults of one small process
     * @throws EmbeddedStartException with a message for the user if the folder is in use or not writable, or Flink does
     *     not start
     */
    public static FlinkInProcess start(Path folder, int slots, Map<String, String> settings) {
        StateFolder state = StateFolder.open(folder.toAbsolutePath().normalize(), true);
        try {
            EmbeddedFlink flink =
                    new EmbeddedFlink(state, EmbeddedOptions.in(folder).withSlots(slots), settings);
            flink.start();
            return new FlinkInProcess(state, flink);
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** An environment to build a job in; what is set there later holds for that job. */
    public StreamExecutionEnvironment environment(String name, int parallelism, Duration checkpointInterval) {
        return flink.environment(name, parallelism, Optional.of(checkpointInterval));
    }

    /** The checkpoint from which a job of this name would go on. */
    public Optional<Path> checkpoint(String name) {
        return flink.checkpoint(name);
    }

    /**
     * Starts the job from the newest completed checkpoint of its name, or afresh if there is none.
     *
     * @param dropState whether state that no operator of the job takes is left behind; otherwise the job fails
     */
    public RunningJob submit(StreamExecutionEnvironment environment, String name, boolean dropState) {
        return flink.submit(environment, name, dropState);
    }

    /** Stops all jobs; their last checkpoints stay. Does nothing the second time. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            flink.close();
            folder.close();
        }
    }
}
