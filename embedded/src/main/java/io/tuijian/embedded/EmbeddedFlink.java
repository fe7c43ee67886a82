package io.tuijian.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Flink cluster in this process, whose jobs go on from their last checkpoint. */
final class EmbeddedFlink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFlink.class);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final Path folder;
    private final Checkpoints checkpoints;
    private final Configuration configuration;
    private final MiniCluster cluster;

    EmbeddedFlink(StateFolder state, EmbeddedOptions options) {
        this(state, options, Map.of());
    }

    /**
     * @param settings Flink's own, over those of here
     */
    EmbeddedFlink(StateFolder state, EmbeddedOptions options, Map<String, String> settings) {
        this.folder = state.flink();
        this.checkpoints = new Checkpoints(folder.resolve("checkpoints"));
        this.configuration = configuration(temporary());
        this.configuration.addAll(Configuration.fromMap(settings));
        this.cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(options.slots())
                .setCommonBindAddress("localhost")
                .withRandomPorts()
                .build());
    }

    private static Configuration configuration(Path temporary) {
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(CoreOptions.TMP_DIRS, temporary.toString());
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        return configuration;
    }

    private Path temporary() {
        return folder.resolve("tmp");
    }

    void start() {
        try {
            StateFolder.delete(temporary());
            Files.createDirectories(temporary());
            Files.createDirectories(checkpoints.root());
            cluster.start();
        } catch (IOException e) {
            throw new EmbeddedStartException(
                    "The folder " + folder + " cannot be written to (" + EmbeddedStartException.rootMessage(e)
                            + "): choose another state folder.",
                    e);
        } catch (Exception e) {
            throw new EmbeddedStartException(
                    "Flink cannot be started (" + EmbeddedStartException.rootMessage(e) + ").", e);
        }
    }

    StreamExecutionEnvironment environment(String name, int parallelism, Optional<Duration> checkpointInterval) {
        Configuration job = job(name);
        job.set(PipelineOptions.GENERIC_TYPES, false);
        job.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        job.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        checkpointInterval.ifPresent(interval -> job.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval));
        // Some problems pass. One that stays ends the job after a few seconds, with its cause to be seen.
        job.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        job.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(200));
        job.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(5));
        job.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 2.0);
        job.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, 4);
        job.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(1));
        return new StreamExecutionEnvironment(job);
    }

    /** What ties a job to its checkpoints. */
    private Configuration job(String name) {
        Configuration job = new Configuration();
        job.set(PipelineOptions.NAME, name);
        job.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        job.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                checkpoints.folder(name).toUri().toString());
        job.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        return job;
    }

    Optional<Path> checkpoint(String name) {
        return checkpoints.newest(name);
    }

    RunningJob submit(StreamExecutionEnvironment environment, String name) {
        return submit(environment, name, false);
    }

    RunningJob submit(StreamExecutionEnvironment environment, String name, boolean dropState) {
        environment.configure(job(name));
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(name);
        Optional<String> restored = checkpoint(name).map(path -> path.toUri().toString());
        // Claimed: Flink deletes the old checkpoint once a newer one stands, so that they do not pile up.
        restored.ifPresent(path -> graph.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(path, dropState, RecoveryClaimMode.CLAIM)));
        return submit(graph, restored);
    }

    RunningJob submit(StreamGraph graph, Optional<String> restored) {
        String name = graph.getJobName();
        JobGraph job = graph.getJobGraph(getClass().getClassLoader());
        try {
            cluster.submitJob(job).get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new JobFailedException(name, e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("Flink did not take the job " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while submitting the job " + name, e);
        }
        return new RunningJob(cluster, job.getJobID(), name, restored);
    }

    @Override
    public void close() {
        try {
            cluster.closeAsync().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Flink did not stop in good order: {}", EmbeddedStartException.rootMessage(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
