package io.tuijian.launcher.trainer;

import io.tuijian.models.Publication;
import io.tuijian.models.Registry;
import io.tuijian.models.Settings;
import io.tuijian.models.dl4j.RankerTraining;
import io.tuijian.models.scoring.FastScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Follows the topic {@code examples} and publishes what it learned, until it is closed. */
public final class OnlineTrainer implements AutoCloseable, Runnable {
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final Duration LAST_CHECKPOINT = Duration.ofSeconds(30);

    private final Plan plan;
    private final Clock clock;
    private final Checkpoints checkpoints;
    private final OnlineTraining training;
    private final ExampleTopic topic;
    private final Optional<TrainerMetrics> metrics;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean closing;
    private volatile long lag;

    /**
     * What to follow and how.
     *
     * @param folder the trainer's own, for its checkpoints
     * @param registry where versions go
     * @param settle how long an example waits for more labels before it is learned
     * @param fresh examples that judge a candidate, at least
     * @param promoteEvery from one promotion to the next, at least
     * @param judgeFor how long before a promotion is due its candidate is made
     * @param metricsPort for Prometheus, if any
     */
    public record Plan(
            String bootstrapServers,
            Path folder,
            Path registry,
            Settings settings,
            Duration settle,
            int fresh,
            Duration promoteEvery,
            Duration judgeFor,
            Duration checkpointEvery,
            Optional<Integer> metricsPort) {}

    /**
     * Reads the newest checkpoint, if there is one.
     *
     * @param say hears one line for each thing that a person should know
     * @throws io.tuijian.launcher.Failure if the folder or the port is in use
     */
    public OnlineTrainer(Plan plan, Clock clock, Consumer<String> say) {
        this(plan, new NetworkSchool(plan.settings()), clock, say);
    }

    OnlineTrainer(Plan plan, Pupil.School school, Clock clock, Consumer<String> say) {
        this.plan = plan;
        this.clock = clock;
        Registry registry = new Registry(plan.registry());
        checkpoints = new Checkpoints(plan.folder());
        training = new OnlineTraining(
                registry,
                new Publication(registry, RankerTraining.MODEL, school, FastScorer::read),
                checkpoints,
                school,
                new OnlineTraining.Pace(
                        plan.settle(),
                        20_000,
                        128,
                        plan.fresh(),
                        plan.promoteEvery(),
                        plan.judgeFor(),
                        plan.checkpointEvery(),
                        500_000),
                clock.instant(),
                say);
        metrics = plan.metricsPort().map(port -> new TrainerMetrics(port, training, () -> lag));
        topic = new ExampleTopic(plan.bootstrapServers(), training.offsets(), say);
    }

    /** Follows the topic in this thread until {@link #close}; returns at once if that came first. */
    @Override
    public void run() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        try (topic) {
            while (!closing) {
                Instant now = clock.instant();
                for (ConsumerRecord<byte[], byte[]> found : topic.poll(PATIENCE, now)) {
                    training.take(found.partition(), found.offset(), found.value(), now);
                }
                lag = topic.lag();
                training.tick(clock.instant());
            }
            training.checkpoint(clock.instant());
        } catch (WakeupException e) {
            training.checkpoint(clock.instant());
        } finally {
            ended.countDown();
        }
    }

    /**
     * Deletes what a trainer that is closed wrote to its folder.
     *
     * @throws io.tuijian.launcher.Failure if it cannot be deleted
     */
    public static void forget(Path folder) {
        Checkpoints.forget(folder);
    }

    OnlineTraining.State state() {
        return training.state();
    }

    Counts counts() {
        return training.counts();
    }

    int metricsPort() {
        return metrics.orElseThrow().port();
    }

    /** Waits for the last checkpoint, half a minute at most. */
    @Override
    public void close() {
        closing = true;
        try {
            if (begun.compareAndSet(false, true)) {
                topic.close();
                ended.countDown();
            } else {
                topic.wakeUp();
                ended.await(LAST_CHECKPOINT.toMillis(), TimeUnit.MILLISECONDS);
            }
            metrics.ifPresent(TrainerMetrics::close);
            checkpoints.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
