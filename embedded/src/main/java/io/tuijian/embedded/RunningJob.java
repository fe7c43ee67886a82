package io.tuijian.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;

/** A job handed to the embedded Flink; thread-safe, and usable until the cluster closes. */
public final class RunningJob {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final MiniCluster flink;
    private final JobID id;
    private final String name;
    private final Optional<String> restoredFrom;

    RunningJob(MiniCluster flink, JobID id, String name, Optional<String> restoredFrom) {
        this.flink = flink;
        this.id = id;
        this.name = name;
        this.restoredFrom = restoredFrom;
    }

    public JobID id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** The checkpoint the job went on from, empty if it started afresh. */
    public Optional<String> restoredFrom() {
        return restoredFrom;
    }

    public JobStatus status() {
        return answer(flink.getJobStatus(id), ANSWER);
    }

    /** Waits until every task of the job runs. */
    public void awaitRunning(Duration deadline) {
        Instant end = Instant.now().plus(deadline);
        while (!runs(answer(flink.getExecutionGraph(id), ANSWER))) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("The job " + name + " does not run after " + deadline.toSeconds()
                        + " s"
                        + failure()
                                .map(cause -> ": " + EmbeddedStartException.rootMessage(cause))
                                .orElse(", perhaps for want of slots"));
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while waiting for the job " + name, e);
            }
        }
    }

    private boolean runs(AccessExecutionGraph graph) {
        if (graph.getState().isGloballyTerminalState() && graph.getState() != JobStatus.FINISHED) {
            throw new JobFailedException(
                    name, failure().orElse(new IllegalStateException("it is " + graph.getState())));
        }
        return graph.getState() != JobStatus.INITIALIZING // when it has no tasks yet
                && StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false)
                        .map(vertex -> vertex.getExecutionState())
                        .allMatch(state -> state == ExecutionState.RUNNING || state == ExecutionState.FINISHED);
    }

    /** The last problem of the job, also when it has been restarted since. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(answer(flink.getExecutionGraph(id), ANSWER).getFailureInfo())
                .map(info -> info.getException().deserializeError(getClass().getClassLoader()));
    }

    /** Completes with the end of the job, exceptionally with {@link JobFailedException} if it fails or is cancelled. */
    public CompletableFuture<JobExecutionResult> result() {
        return flink.requestJobResult(id).thenApply(this::success);
    }

    private JobExecutionResult success(JobResult result) {
        try {
            return result.toJobExecutionResult(getClass().getClassLoader());
        } catch (Exception e) {
            throw new JobFailedException(name, e);
        }
    }

    /** Waits for the end of a job that has one. */
    public JobExecutionResult await(Duration deadline) {
        return answer(result(), deadline);
    }

    /** Writes a checkpoint now, and returns where. */
    public String checkpoint() {
        return answer(flink.triggerCheckpoint(id), ANSWER);
    }

    /** The bytes of the newest completed checkpoint by the name of the task whose state they are. */
    public Map<String, Long> checkpointBytes() {
        AccessExecutionGraph graph = answer(flink.getExecutionGraph(id), ANSWER);
        CompletedCheckpointStats newest =
                graph.getCheckpointStatsSnapshot().getHistory().getLatestCompletedCheckpoint();
        Map<String, Long> bytes = new HashMap<>();
        if (newest != null) {
            for (TaskStateStats task : newest.getAllTaskStateStats()) {
                bytes.put(graph.getJobVertex(task.getJobVertexId()).getName(), task.getStateSize());
            }
        }
        return bytes;
    }

    /** Writes a savepoint below this folder now, and returns where; the job goes on. */
    public String savepoint(Path folder) {
        return answer(
                flink.triggerSavepoint(id, folder.toUri().toString(), false, SavepointFormatType.CANONICAL), ANSWER);
    }

    /** Cancels the job and waits until it is gone; its last checkpoint stays for the next start. */
    public void cancel() {
        if (status().isGloballyTerminalState()) {
            return;
        }
        answer(flink.cancelJob(id), ANSWER);
        answer(flink.requestJobResult(id), ANSWER);
    }

    private <T> T answer(Future<T> future, Duration deadline) {
        try {
            return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
            throw cause instanceof JobFailedException failed ? failed : new JobFailedException(name, cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The job " + name + " has not answered within " + deadline.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the job " + name, e);
        }
    }
}
