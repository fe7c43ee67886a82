package io.tuijian.launcher;

import io.tuijian.embedded.FlinkInProcess;
import io.tuijian.embedded.JobFailedException;
import io.tuijian.embedded.RunningJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.prometheus.PrometheusReporterFactory;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/** The jobs of a configuration, in a Flink cluster or in this process. */
final class RunJobs {
    private static final String FROM_SAVEPOINT = "execution.state-recovery.path";
    private static final String CAUSED_BY = "Caused by: ";
    private static final Duration COME_UP = Duration.ofMinutes(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration QUIET_FOR_GOOD = Duration.ofMinutes(10);

    private final ClusterConfig config;
    private final Home home;
    private final PrintWriter out;
    private final PrintWriter err;

    RunJobs(ClusterConfig config, Home home, PrintWriter out, PrintWriter err) {
        this.config = config;
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /** Waits for Kafka and creates the topics that are missing. */
    void prepare() throws InterruptedException {
        Servers servers = new Servers(err);
        servers.prepareKafka(config, this::say);
    }

    /** Hands the jobs to a Flink cluster and returns, those that write to Elasticsearch once it answers. */
    void submit(ClusterConfig.Address flink) throws InterruptedException {
        Path jar = config.flinkJar().orElseGet(home::jobsJar);
        if (!Files.isRegularFile(jar)) {
            throw new Failure("There is no jar of the jobs " + jar + "; build it with mvn package, or name it with "
                    + ClusterConfig.JAR + ".");
        }
        if (!config.flinkOptions().containsKey(FROM_SAVEPOINT)) {
            config.jobs().forEach(this::refuseTwice);
        }
        for (Job job : inOrder()) {
            if (job.writesElasticsearch()) {
                new Servers(err).awaitElasticsearch(config.elasticsearchUrl().orElseThrow());
            }
            StreamExecutionEnvironment env = StreamExecutionEnvironment.createRemoteEnvironment(
                    flink.host(), flink.port(), Configuration.fromMap(config.flinkOptions()), jar.toString());
            env.configure(settings());
            env.setParallelism(config.parallelism());
            env.enableCheckpointing(config.checkpointInterval().toMillis());
            job.build(config.clusters(), env);
            try {
                JobClient client = env.executeAsync(job.word());
                say(job.word() + " runs in the Flink cluster at " + flink + " as job " + client.getJobID() + ".");
            } catch (Exception e) {
                throw new Failure(
                        "The Flink cluster at " + flink + " did not take the job " + job.word() + ": " + root(e), e);
            }
        }
    }

    /** Runs the jobs in this process, until it is told to end or one of them fails for good. */
    void here() {
        preflight();
        Path folder = config.checkpoints().map(Path::of).orElse(home.jobsState());
        int slots = config.jobs().size() * config.parallelism();
        FlinkInProcess flink = FlinkInProcess.start(folder, slots, cluster());
        Thread stopper = new Thread(flink::close, "jobs-stopper");
        Runtime.getRuntime().addShutdownHook(stopper);
        try (flink) {
            for (Job job : config.jobs()) {
                if (flink.checkpoint(job.word()).isEmpty()) {
                    refuseTwice(job);
                }
            }
            config.metricsPort()
                    .ifPresent(port -> say("Metrics for Prometheus: http://localhost:" + port + "/metrics"));
            List<RunningJob> jobs = new ArrayList<>();
            for (Job job : inOrder()) {
                if (job.writesElasticsearch()) {
                    awaitElasticsearch(jobs);
                }
                jobs.add(start(job, flink));
            }
            for (RunningJob job : jobs) {
                job.awaitRunning(COME_UP);
            }
            say("All " + jobs.size() + " jobs run.");
            end(jobs).join();
            throw new Failure("A job ended although its input does not.");
        } catch (CompletionException | JobFailedException | IllegalStateException e) {
            if (ending(stopper)) {
                return; // that is why
            }
            if (leavesState(e)) {
                throw new Failure(
                        "A checkpoint has state of a part that its job no longer has, such as a sink that was taken"
                                + " out of the file: put it back, or drop its state with " + ClusterConfig.DROP_STATE
                                + "=true.",
                        e);
            }
            throw e.getCause() instanceof JobFailedException failed ? failed : e;
        }
    }

    /** Those first that can start without Elasticsearch. */
    private List<Job> inOrder() {
        return config.jobs().stream()
                .sorted(Comparator.comparing(Job::writesElasticsearch))
                .toList();
    }

    private RunningJob start(Job job, FlinkInProcess flink) {
        StreamExecutionEnvironment env =
                flink.environment(job.word(), config.parallelism(), config.checkpointInterval());
        env.configure(settings());
        job.build(config.clusters(), env);
        RunningJob running = flink.submit(env, job.word(), config.dropState());
        say(job.word()
                + running.restoredFrom()
                        .map(checkpoint -> " goes on from " + checkpoint)
                        .orElse(" starts afresh")
                + ".");
        return running;
    }

    /** Completes when the first of them ends. */
    private static CompletableFuture<Object> end(List<RunningJob> jobs) {
        return CompletableFuture.anyOf(jobs.stream().map(RunningJob::result).toArray(CompletableFuture[]::new));
    }

    /** Returns once Elasticsearch answers, and throws as soon as one of the jobs that run already fails. */
    private void awaitElasticsearch(List<RunningJob> jobs) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Thread waiting = new Thread(
                () -> {
                    try {
                        new Servers(err)
                                .awaitElasticsearch(config.elasticsearchUrl().orElseThrow());
                        answer.complete(true);
                    } catch (InterruptedException | RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "elasticsearch-awaiter");
        waiting.setDaemon(true);
        waiting.start();
        try {
            if (jobs.isEmpty()) {
                answer.join();
            } else {
                CompletableFuture.anyOf(answer, end(jobs)).join();
            }
        } finally {
            waiting.interrupt();
        }
    }

    /** A job that starts afresh would write every record of the log beside those that it wrote before. */
    private void refuseTwice(Job job) {
        try {
            job.filesBefore(config.clusters()).ifPresent(folder -> {
                throw new Failure("The job " + job.word() + " has no checkpoint to go on from, and would write all once"
                        + " more beside the files in " + folder + ": name another "
                        + (job == Job.EXAMPLES ? ClusterConfig.GENERATION : ClusterConfig.ARCHIVE)
                        + " or move them away.");
            });
        } catch (IOException e) {
            err.println("Whether the job " + job.word() + " has written files before cannot be seen from here: "
                    + e.getMessage());
            err.flush();
        }
    }

    /** True if Flink refuses to restore because of state that no operator of the job takes. */
    private static boolean leavesState(Throwable e) {
        return ExceptionUtils.findThrowableWithMessage(e, "allowNonRestoredState")
                .isPresent();
    }

    /** True if the process is about to end. */
    private static boolean ending(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** What every job is told. */
    private Configuration settings() {
        Configuration settings = new Configuration();
        settings.set(StateBackendOptions.STATE_BACKEND, config.backend());
        settings.set(
                CheckpointingOptions.INCREMENTAL_CHECKPOINTS, config.backend().equals("rocksdb"));
        if (config.flinkAddress().isPresent()) {
            config.checkpoints().ifPresent(folder -> {
                settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
                settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder);
            });
            settings.set(
                    CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                    ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        }
        settings.set(CoreOptions.DEFAULT_PARALLELISM, config.parallelism());
        if (config.restarts() == 0) {
            settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        } else {
            settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
            settings.set(
                    RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofSeconds(1));
            settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LONGEST_PAUSE);
            settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 2.0);
            settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, config.restarts());
            settings.set(
                    RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD, QUIET_FOR_GOOD);
        }
        settings.setString("state.backend.rocksdb.metrics.estimate-live-data-size", "true");
        settings.addAll(Configuration.fromMap(config.flinkOptions()));
        return settings;
    }

    /** What Flink in this process is told. */
    private Map<String, String> cluster() {
        Map<String, String> settings = new HashMap<>();
        settings.put(TaskManagerOptions.NETWORK_MEMORY_MIN.key(), "128m");
        settings.put(TaskManagerOptions.NETWORK_MEMORY_MAX.key(), "128m");
        settings.put(TaskManagerOptions.MANAGED_MEMORY_SIZE.key(), "256m");
        config.metricsPort().ifPresent(port -> {
            settings.put("metrics.reporter.prometheus.factory.class", PrometheusReporterFactory.class.getName());
            settings.put("metrics.reporter.prometheus.port", port.toString());
        });
        settings.putAll(config.flinkOptions());
        return settings;
    }

    private void preflight() {
        config.metricsPort().ifPresent(port -> {
            try (ServerSocket free = new ServerSocket(port)) {
                free.setReuseAddress(true);
            } catch (IOException e) {
                throw new Failure("Port " + port + " is in use; choose another with " + ClusterConfig.METRICS + ".", e);
            }
        });
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    /** The cause at the bottom; what a Flink cluster tells is a stack trace in a message. */
    private static String root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
        int bottom = message.lastIndexOf(CAUSED_BY);
        return bottom < 0 ? message : message.substring(bottom + CAUSED_BY.length());
    }
}
